/* The steps of judging an object of a built-in kind. Private to this folder. */
#ifndef PQ_REGISTRY_BUILTIN_STEPS_H
#define PQ_REGISTRY_BUILTIN_STEPS_H

#include "registry/builtin.h"
#include "registry/judging.h"

/* decode.c: finds values that do not fit their Go types (outcome->findings; the text of the
 * refusal tells the first) and fields that are unknown (outcome->strict), which it drops. */
PQ_CHECKED bool builtin_decode(struct judging *judging, const struct pq_openapi *openapi,
			       const struct pq_openapi_kind *kind);

/* scalar.c: whether a value that is not null fits. If not, what is wrong with a
 * value of the right type is appended to detail, in Go's words. */
bool builtin_scalar_fits(enum pq_openapi_shape shape, const struct pq_value *value,
			 struct pq_buffer *detail);

/* annotations.c: the numbers that the server's conversion to its own types reads of annotations. */
PQ_CHECKED bool builtin_check_annotations(struct judging *judging,
					  const struct pq_openapi_kind *kind);

/* merged.c: whether a struct, a list or a null stood where the same field stood before, once the
 * object has been decoded. */
bool builtin_is_merged(const struct judging *judging, const struct pq_openapi *openapi,
		       const struct pq_openapi_kind *kind);

/* document.c: required fields, enums and keys of lists. is_merged: fields stood twice, so
 * that what is missing may have stood in the part that was lost. */
PQ_CHECKED bool builtin_validate(struct judging *judging, const struct pq_openapi *openapi,
				 const struct pq_openapi_kind *kind, bool is_merged);

/* document_exceptions.c: which rules of the document the server enforces. */
bool builtin_requires(struct pq_string type, struct pq_string field);
bool builtin_restricts(struct pq_string type, struct pq_string field);
bool builtin_has_unique_keys(struct pq_string type, struct pq_string field);

#endif
