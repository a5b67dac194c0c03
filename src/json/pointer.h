/* JSON Pointer (RFC 6901). */
#ifndef PQ_JSON_POINTER_H
#define PQ_JSON_POINTER_H

#include "json/value.h"

/* The value a pointer names ("" is the whole document), or NULL when there is none or the text is
 * no pointer. */
const struct pq_value *pq_json_pointer_find(const struct pq_value *document,
					    struct pq_string pointer);

/* Renders a field path as a pointer, "/spec/ports/0/name", "~" and "/" in names escaped. Ends in a
 * NUL; data is NULL when the arena is exhausted. */
struct pq_string pq_json_pointer_from_path(struct pq_arena *arena, const struct pq_path *path);

#endif
