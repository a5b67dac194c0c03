/*
 * Interrupts: work that may take long asks now and then whether anybody still wants it.
 *
 * Whoever starts the work knows how to find out, which may be to look at a clock; whoever does it
 * counts pieces of it and knows nothing else. An interrupt belongs to one thread.
 */
#ifndef PQ_BASE_INTERRUPT_H
#define PQ_BASE_INTERRUPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Pieces of work from one question to the next, as k8s.io/apiserver has it for iterations. */
enum { PQ_INTERRUPT_INTERVAL = 100 };

struct pq_interrupt {
	bool (*is_wanted)(void *context);
	void *context;
	bool has_come;   /* is_wanted has said so: the work is to end, unfinished */
	uint32_t pieces; /* since it was asked */
};

/* After pieces of work, each some ten microseconds at most: whether to end. NULL never comes. */
static inline bool pq_interrupt_count(struct pq_interrupt *interrupt, uint32_t pieces)
{
	if (interrupt == NULL || interrupt->has_come)
		return interrupt != NULL;
	interrupt->pieces += pieces;
	if (interrupt->pieces < PQ_INTERRUPT_INTERVAL)
		return false;
	interrupt->pieces = 0;
	interrupt->has_come = interrupt->is_wanted(interrupt->context);
	return interrupt->has_come;
}

#endif
