/*
 * The parts of typed reading, to each other and to types with a reader of their own (crd_type.c):
 * typed.c reads lists and maps and what is whole, typed_struct.c structs, typed_repeated.c their
 * repeated fields, typed_scalar.c the rest, typed_strict.c tells of fields.
 */
#ifndef PQ_REGISTRY_TYPED_READ_H
#define PQ_REGISTRY_TYPED_READ_H

#include "registry/typed.h"

/* Ends the reading. Returns false. */
bool pq_typed_end(struct pq_typed_reading *reading, struct pq_string reason);
bool pq_typed_out_of_room(struct pq_typed_reading *reading);

/* Remembers the first wrong type in the text, or what is wrong else, and goes on, as Go's decoder
 * does. */
void pq_typed_note(struct pq_typed_reading *reading, const struct pq_value *value,
		   struct pq_string problem);
void pq_typed_note_mismatch(struct pq_typed_reading *reading, const struct pq_typed *type,
			    const struct pq_value *value);

/* What a variable of the type holds before anything is read into it. */
struct pq_value pq_typed_zero(const struct pq_typed *type);

/* Any kind but struct, list, map and special. A value of the wrong type leaves result untouched. */
PQ_CHECKED bool pq_typed_read_scalar(struct pq_typed_reading *reading, const struct pq_typed *type,
				     const struct pq_value *value, struct pq_value *result);

PQ_CHECKED bool pq_typed_read_struct(struct pq_typed_reading *reading, const struct pq_typed *type,
				     const struct pq_value *value, const struct pq_path *path,
				     struct pq_value *result);

/* Whether it is a special that Go holds as a slice of bytes: a text or a list of numbers. */
static inline bool pq_typed_is_bytes(const struct pq_typed *type)
{
	return type->kind == PQ_TYPED_SPECIAL && type->element != NULL;
}

/* The row of a field; NULL when the struct has none of this name. */
const struct pq_typed_field *pq_typed_find_field(const struct pq_typed *type,
						 struct pq_string name);

/* Sets the reading's repeated, of its text. */
PQ_CHECKED bool pq_typed_index_repeated(struct pq_typed_reading *reading);

/* What stood at key before it was repeated, one after the other in the order of the text: *at is 0
 * at first. NULL at the end. */
const struct pq_member *pq_typed_next_earlier(const struct pq_typed_reading *reading,
					      const struct pq_object *object, struct pq_string key,
					      size_t *at);

/* Reads repeated fields of a struct into one another, and with them what is below them; types with
 * a reader of their own do so when they are read. The result is value itself when none is repeated
 * in the struct. False when the arena is exhausted. */
PQ_CHECKED bool pq_typed_merge_repeated(struct pq_typed_reading *reading,
					const struct pq_typed *type, const struct pq_value *value,
					struct pq_value *result);

/* The place of the first repetition of a member; PQ_OFFSET_NONE when it is not repeated. */
uint32_t pq_typed_repetition(const struct pq_typed_reading *reading, const struct pq_object *object,
			     const struct pq_member *member);

/* Tells the reading's strict findings, if it has them, that the field at path is unknown or
 * repeated. */
void pq_typed_note_strict(struct pq_typed_reading *reading, enum pq_finding_type type,
			  const struct pq_path *path, uint32_t offset);

/* Tells that a member of an object is repeated, if it is. */
bool pq_typed_note_repetition(struct pq_typed_reading *reading, const struct pq_object *object,
			      const struct pq_member *member, const struct pq_path *path);

/* Brings the findings since from into the order of the text, each once, as many as the decoder
 * tells. */
void pq_typed_order_strict(struct pq_findings *strict, size_t from);

#endif
