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

#include "conversion/rule.h"

/* Reads an object's annotation: an object, empty when there is none or it is none of ours. False
 * when the arena is exhausted. */
PQ_CHECKED bool kept_read(struct pq_arena *arena, const struct pq_value *object,
			  struct pq_value *kept);

/* Sets the annotation, or removes it when nothing is kept. */
PQ_CHECKED bool kept_write(struct pq_arena *arena, const struct pq_value *object,
			   const struct pq_value *kept, struct pq_value *result,
			   struct pq_error *error);

/* A digest is the same for equal values, whatever the order of members; it is stored, and no secret
 * is in it. */
enum { DIGEST_MAX = 17 };
struct digest {
	char text[DIGEST_MAX];
	size_t size; /* bytes that were digested */
};
PQ_CHECKED bool digest_make(const struct pq_value *value, struct digest *digest);

/* Appends to list the differences of source from plain, which is what it would be when it has been
 * there and back. seen is plain with what defaults have added. False when the arena is exhausted.
 */
PQ_CHECKED bool difference_find(struct pq_arena *arena, const struct pq_schema *schema,
				const struct pq_value *source, const struct pq_value *plain,
				const struct pq_value *seen, struct pq_value *list);

/* Makes good on object the differences of a list whose places still are what they were in view,
 * which is object with what defaults have added, and without what its schema does not know. */
PQ_CHECKED bool difference_restore(struct pq_arena *arena, const struct pq_value *list,
				   const struct pq_value *object, const struct pq_value *view,
				   struct pq_value *result);

/* Removes from an object, which is pruned when the target's schema has pruned it, what that schema
 * does not know, unless the source's schema does not know it either: then a newer CRD may, and it
 * is in object but not in known. */
PQ_CHECKED bool object_trim(struct pq_arena *arena, const struct pq_value *object,
			    const struct pq_value *pruned, const struct pq_value *known,
			    struct pq_value *result);

#endif
