/* Paths as people write them. Private to this folder. */
#ifndef PQ_CONVERSION_PATH_H
#define PQ_CONVERSION_PATH_H

#include "conversion/rule.h"

/* Reads ".spec.ports[*].name" and ".spec.labels['a.b/c']". False with a reason in the arena when it
 * is no path; with NULL when the arena is exhausted. */
bool path_parse(struct pq_arena *arena, struct pq_string text, struct steps *path,
		const char **reason);

#endif
