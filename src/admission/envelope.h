/* What reviews of either kind have around their request. Private to this folder. */
#ifndef PQ_ADMISSION_ENVELOPE_H
#define PQ_ADMISSION_ENVELOPE_H

#include "admission/field.h"

struct envelope_form {
	const char *kind;         /* "AdmissionReview" */
	const char *with_article; /* "an AdmissionReview" */
	const char *group;        /* of versions v1 and v1beta1 */
	/* An API server's ConversionReview has an empty response beside its request; what has one
	 * in an AdmissionReview has been answered. */
	bool may_have_response;
};

struct envelope {
	struct pq_string api_version;
	struct pq_string uid;
	const struct pq_value *request; /* an object */
};

/* Fails with PQ_ERROR_INVALID and the path of the field that is missing or wrong; what was read
 * before is set. */
PQ_CHECKED bool envelope_decode(const struct pq_value *review, const struct envelope_form *form,
				struct envelope *envelope, struct pq_error *error);

#endif
