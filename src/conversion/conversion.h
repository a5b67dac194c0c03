/*
 * Conversion: custom resources from one version of their CRD to another, by declared rules
 * (ConversionRules of conversion.pratique.dev/v1; docs/conversion.md).
 *
 * A conversion loses nothing. Whatever would not come back when the result is converted back, as
 * the schemas of both versions have it, is kept in an annotation of the result, each difference
 * with a digest of what stood there instead. On the way back a difference is put right if nobody
 * has changed that place meanwhile, only if the object still means the same in the version it comes
 * from, and only if the schema of the version allows it: an annotation that somebody has written by
 * hand cannot say other things than the object in fields that both versions have, and nothing that
 * the schema refuses in the others.
 *
 * Rules are compiled once, immutable and ref-counted; converting is pure.
 */
#ifndef PQ_CONVERSION_CONVERSION_H
#define PQ_CONVERSION_CONVERSION_H

#include "base/interrupt.h"
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
	/* Attempts to put back what is good of what is kept, when not all is; and bytes of objects
	 * that are looked at for the further ones, in one request. */
	PQ_CONVERSION_TRIALS_MAX = 32,
	PQ_CONVERSION_TRIAL_BYTES_MAX = 16 * 1024 * 1024,
	/* What finding the places of kept differences may cost for each byte of an object. */
	PQ_CONVERSION_EFFORT_PER_BYTE = 16,
};

/* What the conversions of a request may cost, in units of about a nanosecond. Belongs to one
 * thread. */
struct pq_conversion_work {
	/* What is left of the cost where nothing that takes long may be done, or
	 * PQ_CONVERSION_COST_NONE. Once it is negative the conversion has failed for it. */
	int64_t cost_left;
	/* What is left of PQ_CONVERSION_TRIAL_BYTES_MAX. */
	int64_t trial_bytes_left;
	struct pq_interrupt *interrupt; /* once it has come the conversion fails; or NULL */
	int64_t uncounted;              /* cost that the interrupt has not been told of */
	/* Of the object at hand, which is to be set before it is converted: the length of its
	 * text. */
	size_t object_bytes;
	/* What is left for finding the places of its kept differences, by its size, so that nobody
	 * uses up that of others in a list. What it does not suffice for is not put back. */
	int64_t effort_left;
};

#define PQ_CONVERSION_COST_NONE INT64_MAX

/* For a request; cost_max 0: none. interrupt may be NULL. */
struct pq_conversion_work pq_conversion_work_begin(int64_t cost_max,
						   struct pq_interrupt *interrupt);

/* Whether a conversion has failed for what it costs, or for the interrupt. */
bool pq_conversion_work_is_over(const struct pq_conversion_work *work);

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
 * or there is too much to be kept in an annotation, PQ_ERROR_STOPPED when the work is over. */
PQ_CHECKED bool pq_conversion_convert(const struct pq_conversion *conversion,
				      struct pq_arena *arena, const struct pq_conversion_side *from,
				      const struct pq_conversion_side *to,
				      const struct pq_value *object,
				      struct pq_conversion_work *work, struct pq_value *result,
				      struct pq_error *error);

#endif
