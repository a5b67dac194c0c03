/* JSON Pointer (RFC 6901). */
#ifndef PQ_JSON_POINTER_H
#define PQ_JSON_POINTER_H

#include "base/buffer.h"
#include "json/value.h"

/* The value a pointer names ("" is the whole document), or NULL when there is none or the text is
 * no pointer. */
const struct pq_value *pq_json_pointer_find(const struct pq_value *document,
					    struct pq_string pointer);

/* Appends "/" and the name with "~" and "/" escaped. */
void pq_json_pointer_append(struct pq_buffer *pointer, struct pq_string name);
void pq_json_pointer_append_index(struct pq_buffer *pointer, size_t index);

/* Renders a field path as a pointer: "/spec/ports/0/name". data NULL when exhausted. */
struct pq_string pq_json_pointer_from_path(struct pq_arena *arena, const struct pq_path *path);

#endif
