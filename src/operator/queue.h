/*
 * Work queue: keys that wait for a reconciler.
 *
 * A key is in it at most once, however often it is added, and is never given to two workers at the
 * same time: added while it is being worked on, it comes again afterwards. What failed comes again
 * after a delay that doubles from 5 ms to 1000 s and starts anew with the next success, as
 * client-go's ItemExponentialFailureRateLimiter has it. Time comes from a clock, so that tests need
 * not wait. Belongs to one thread.
 *
 *     IDLE --add--> READY --take--> RUNNING --finish--> IDLE or DELAYED
 *                     ^ time            | add
 *                  DELAYED        RUNNING_DIRTY --finish--> READY
 */
#ifndef PQ_OPERATOR_QUEUE_H
#define PQ_OPERATOR_QUEUE_H

#include "base/clock.h"
#include "base/heap.h"
#include "base/map.h"

/* What a reconciler says at its end. */
enum pq_outcome_kind {
	PQ_OUTCOME_OK,       /* done until something changes */
	PQ_OUTCOME_AFTER,    /* done; look again after a while even if nothing changes */
	PQ_OUTCOME_RETRY,    /* failed; again with backoff */
	PQ_OUTCOME_TERMINAL, /* failed; trying again is of no use until something changes */
};

struct pq_outcome {
	enum pq_outcome_kind kind;
	int64_t after; /* nanoseconds, of PQ_OUTCOME_AFTER */
};

enum { PQ_QUEUE_KEYS_MAX = 100000 };
#define PQ_QUEUE_BACKOFF_MIN (5 * PQ_MILLISECOND)
#define PQ_QUEUE_BACKOFF_MAX (1000 * PQ_SECOND)

struct pq_queue_item;

struct pq_queue {
	const struct pq_clock *clock;
	struct pq_map items;         /* every key that is not idle or has failed */
	struct pq_heap delayed;      /* by time */
	struct pq_queue_item *first; /* the ready ones, in order */
	struct pq_queue_item **last; /* where the next ready one is linked */
	size_t ready;                /* how many are ready */
	size_t limit;                /* cap on keys */
	bool overflowed;             /* a key was refused: whoever adds must add all again */
};

/* limit 0 means PQ_QUEUE_KEYS_MAX. */
void pq_queue_init(struct pq_queue *queue, const struct pq_clock *clock, size_t limit);
void pq_queue_done(struct pq_queue *queue);

/* Makes a key ready; at once, even when it is delayed. False, with overflowed set, when the queue
 * is full or memory has run out. */
bool pq_queue_add(struct pq_queue *queue, struct pq_string key);

/* Takes the next key that is ready; it must be finished. False when there is none. The key is
 * valid until then. */
bool pq_queue_take(struct pq_queue *queue, struct pq_string *key);

/* Ends the work on a key that was taken. */
void pq_queue_finish(struct pq_queue *queue, struct pq_string key, struct pq_outcome outcome);

/* The monotonic time at which pq_queue_take will next have a key: in the past when one is ready,
 * INT64_MAX when only an add will help. */
int64_t pq_queue_next(const struct pq_queue *queue);

#endif
