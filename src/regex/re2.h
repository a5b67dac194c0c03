/*
 * RE2 behind C: the only door to the C++ library. Patterns are in RE2's own syntax (regex/syntax.h
 * makes them from Go's); nothing is thrown through this header.
 */
#ifndef PQ_REGEX_RE2_H
#define PQ_REGEX_RE2_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
#define PQ_NOEXCEPT noexcept
extern "C" {
#else
#define PQ_NOEXCEPT
#endif

struct pq_re2;

enum pq_re2_status {
	PQ_RE2_COMPILED,
	PQ_RE2_TOO_LARGE, /* its program would exceed the cap */
	PQ_RE2_NO_MEMORY,
	PQ_RE2_REFUSED, /* a construct that RE2 does not know */
};

/* Programs are compiled under a first cap in bytes; only for one that does not fit is the cap
 * raised, because RE2 lends what the program leaves free to its lazy automaton. */
#define PQ_RE2_MEMORY_FIRST (8LL << 20)

/* memory_max is the last cap. by_character keeps matches from starting within a character, where
 * RE2 thinks that \B holds; it costs speed. NULL on failure with *status saying why. */
struct pq_re2 *pq_re2_new(const char *pattern, size_t length, bool by_character,
			  long long memory_max, enum pq_re2_status *status) PQ_NOEXCEPT;
void pq_re2_free(struct pq_re2 *re2) PQ_NOEXCEPT; /* NULL is fine */

/* Instructions of its program. */
size_t pq_re2_instructions(const struct pq_re2 *re2) PQ_NOEXCEPT;

/* The leftmost match at or after from; start and end may be NULL together, which is faster.
 * Thread-safe. */
bool pq_re2_find(const struct pq_re2 *re2, const char *text, size_t length, size_t from,
		 size_t *start, size_t *end) PQ_NOEXCEPT;

#ifdef __cplusplus
}
#endif

#endif
