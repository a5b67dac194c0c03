/*
 * Digests of values: the same for equal values, whatever the order of members. They are stored, and
 * no secret is in them. Private to this folder.
 */
#ifndef PQ_CONVERSION_DIGEST_H
#define PQ_CONVERSION_DIGEST_H

#include "conversion/work.h"

enum { DIGEST_TEXT_MAX = 17 };

/* False when the system has no memory, or the work is over. */
PQ_CHECKED bool digest_make(const struct pq_value *value, struct pq_conversion_work *work,
			    uint64_t *digest);

void digest_write(uint64_t digest, char text[DIGEST_TEXT_MAX]);

/* False when the text is not one that digest_write has written. */
bool digest_read(struct pq_string text, uint64_t *digest);

struct digest_entry;

/* Digests that have been made, by the address of their value, so that each is made once. To begin
 * with only the arena is set. */
struct digests {
	struct pq_arena *arena;
	struct digest_entry *entries;
	size_t count;
	size_t capacity;
};

/* The digest of a value that stays where it is. False also when the arena is exhausted. */
PQ_CHECKED bool digests_get(struct digests *digests, const struct pq_value *value,
			    struct pq_conversion_work *work, uint64_t *digest);

#endif
