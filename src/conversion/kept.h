/*
 * What is kept in the annotation: for each version the differences that putting an object back into
 * that version must make good. Private to this folder.
 *
 *     {"v1": [{"at": ["spec", "ports", {"index": 0, "keys": {"name": "http"}}, "legacy"],
 *              "value": 5}]}
 *
 * A step of at is the name of a member, or an item: where it was, and its keys, when the list has
 * some, else its digest ("was"). value is what stood there, and is missing when nothing did; was
 * is the digest of what stands there instead, and is missing when nothing does.
 */
#ifndef PQ_CONVERSION_KEPT_H
#define PQ_CONVERSION_KEPT_H

#include "conversion/conversion.h"

/* Reads an object's annotation: an object, empty when there is none or it is none of ours. False
 * when the arena is exhausted. */
PQ_CHECKED bool kept_read(struct pq_arena *arena, const struct pq_value *object,
			  struct pq_value *kept);

/* Sets the annotation, or removes it when nothing is kept. */
PQ_CHECKED bool kept_write(struct pq_arena *arena, const struct pq_value *object,
			   const struct pq_value *kept, struct pq_value *result,
			   struct pq_error *error);

#endif
