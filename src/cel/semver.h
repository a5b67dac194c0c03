/* Semantic versions as github.com/blang/semver/v4 reads and orders them. */
#ifndef PQ_CEL_SEMVER_H
#define PQ_CEL_SEMVER_H

#include "cel/value.h"

struct pq_cel_semver {
	uint64_t numbers[3];          /* major, minor, patch */
	struct pq_string pre_release; /* identifiers with dots; empty: none */
	struct pq_string build;       /* likewise */
};

/* Normalizing takes a "v" away, leading zeros, and adds missing numbers. False with an error in
 * *error. */
PQ_CHECKED bool pq_cel_semver_parse(struct pq_arena *arena, struct pq_string text, bool normalizes,
				    struct pq_cel_semver *version, struct pq_cel_value *error);

/* -1, 0 or 1; build data does not count. */
int pq_cel_semver_compare(const struct pq_cel_semver *a, const struct pq_cel_semver *b);

#endif
