/*
 * Paths: where in the declared data an expression points, so that the declaration there can say how
 * large it gets.
 *
 * A path is a slice as Go has it: appending to one writes behind it in place when there is room,
 * and then two paths that grow from the same one see each other's last part. The API server's
 * estimates depend on that where comprehensions are nested deeply enough, so ours do, too.
 */
#ifndef PQ_CEL_SIZE_PATH_H
#define PQ_CEL_SIZE_PATH_H

#include "cel/library.h"

struct pq_cel_size_path {
	struct pq_string *parts; /* NULL: no path */
	uint32_t count;
	uint32_t capacity;
};

/* The path with one part more; without it when the arena is exhausted. */
struct pq_cel_size_path pq_cel_size_path_append(struct pq_arena *arena,
						struct pq_cel_size_path path,
						struct pq_string part);

/* The size of what stands there; the first part, whatever it is, is the root. False when the path
 * is empty or leads nowhere. */
bool pq_cel_size_path_estimate(struct pq_cel_size_path path, const struct pq_cel_declaration *root,
			       struct pq_cel_estimate *size);

#endif
