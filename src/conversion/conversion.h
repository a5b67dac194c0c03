/*
 * Conversion: custom resources from one version of their CRD to another, by declared rules
 * (ConversionRules of conversion.pratique.dev/v1; docs/conversion.md).
 *
 * A conversion loses nothing. Whatever would not come back when the result is converted back, as
 * the schemas of both versions have it, is kept in an annotation of the result, each difference
 * with a digest of what stood there instead. On the way back a difference is put right if nobody
 * has changed that place meanwhile, and only if the object still means the same in the version it
 * comes from: an annotation that somebody has written by hand cannot say other things than the
 * object.
 *
 * Rules are compiled once, immutable and ref-counted; converting is pure.
 */
#ifndef PQ_CONVERSION_CONVERSION_H
#define PQ_CONVERSION_CONVERSION_H

#include "schema/schema.h"

#define PQ_CONVERSION_ANNOTATION "conversion.pratique.dev/preserved"

enum {
	PQ_CONVERSION_VERSIONS_MAX = 64, /* of a kind */
	PQ_CONVERSION_RULES_MAX = 1000,  /* between two versions */
	PQ_CONVERSION_STEPS_MAX = 32,    /* of a path */
	PQ_CONVERSION_PARTS_MAX = 16,    /* that a text is split into */
	/* What differs further down is kept as a whole. */
	PQ_CONVERSION_DEPTH_MAX = 64,
	/* Keys and values of an object's annotations: TotalAnnotationSizeLimitB of
	 * k8s.io/apimachinery. */
	PQ_CONVERSION_ANNOTATIONS_MAX = 256 * 1024,
	/* What finding the places of kept differences may cost, for one object: bytes digested, and
	 * 16 for each key looked at. What is left then is not put back. */
	PQ_CONVERSION_EFFORT_MAX = 32 * 1024 * 1024,
};

struct pq_conversion;

/* Compiles a document. NULL on failure, when *offset is where in the document's source the trouble
 * is. The document may go away; the reference belongs to the caller. */
const struct pq_conversion *pq_conversion_compile(const struct pq_value *document, uint32_t *offset,
						  struct pq_error *error);
const struct pq_conversion *pq_conversion_ref(const struct pq_conversion *conversion);
void pq_conversion_unref(const struct pq_conversion *conversion); /* NULL is fine */

/* Of the kind that the rules are for; views that live as long as the conversion. */
struct pq_string pq_conversion_name(const struct pq_conversion *conversion);
struct pq_string pq_conversion_group(const struct pq_conversion *conversion);
struct pq_string pq_conversion_kind(const struct pq_conversion *conversion);

struct pq_conversion_side {
	struct pq_string version; /* "v1" */
	const struct pq_schema *schema;
};

/* Told of what rules say that schemas do not bear out: "spec.conversions[0].rules[2]: version v1
 * has no field .spec.replica". Ends in a NUL. */
typedef void pq_conversion_remark(const char *text, void *context);

/* Holds rules against all versions of their kind. */
void pq_conversion_examine(const struct pq_conversion *conversion,
			   const struct pq_conversion_side *sides, size_t side_count,
			   pq_conversion_remark *remark, void *context);

/* Converts an object, which is of the side from. The result shares what did not change and lives as
 * long as the object, the arena, the conversion and both schemas. Fails with PQ_ERROR_NOT_FOUND
 * when no rules lead from one version to the other, PQ_ERROR_TOO_LARGE when the arena is exhausted
 * or there is too much to be kept in an annotation. */
PQ_CHECKED bool pq_conversion_convert(const struct pq_conversion *conversion,
				      struct pq_arena *arena, const struct pq_conversion_side *from,
				      const struct pq_conversion_side *to,
				      const struct pq_value *object, struct pq_value *result,
				      struct pq_error *error);

#endif
