/* AdmissionReview.request as it came in (k8s.io/api/admission/v1 and v1beta1, types.go). */
#ifndef PQ_ADMISSION_REQUEST_H
#define PQ_ADMISSION_REQUEST_H

#include "base/error.h"
#include "json/value.h"

enum pq_operation {
	PQ_OPERATION_CREATE,
	PQ_OPERATION_UPDATE,
	PQ_OPERATION_DELETE,
	PQ_OPERATION_CONNECT
};

struct pq_admission_request {
	struct pq_string api_version; /* of the review: the answer has the same */
	struct pq_string uid;
	struct pq_string group;
	struct pq_string version;
	struct pq_string kind;
	struct pq_string resource;
	struct pq_string subresource; /* empty for the object itself */
	struct pq_string name;
	struct pq_string namespace;
	struct pq_string user;         /* userInfo.username */
	const struct pq_value *groups; /* userInfo.groups, whatever it is, or NULL */
	enum pq_operation operation;
	const struct pq_value *object; /* an object, or NULL */
	/* An object, or NULL. As long as old_text is given it has been checked but not read:
	 * pq_admission_request_read_old. */
	const struct pq_value *old_object;
	struct pq_string old_text; /* of the review, or empty */
};

/* Reads the request out of a review; strings and values are views into it. Fails with
 * PQ_ERROR_INVALID and the path of the field that is missing or wrong; uid, kind and operation are
 * set as far as they were read. Fields it does not know are no mistake. */
PQ_CHECKED bool pq_admission_request_decode(const struct pq_value *review,
					    struct pq_admission_request *request,
					    struct pq_error *error);

/* Reads oldObject where that was put off: most reviews are judged without it. False, with
 * PQ_ERROR_TOO_LARGE or PQ_ERROR_MEMORY, when there is not enough memory. */
PQ_CHECKED bool pq_admission_request_read_old(struct pq_admission_request *request,
					      struct pq_arena *arena, struct pq_error *error);

/* "CREATE" and so on. */
const char *pq_operation_name(enum pq_operation operation);

static inline bool pq_admission_request_writes(const struct pq_admission_request *request)
{
	return request->operation == PQ_OPERATION_CREATE ||
	       request->operation == PQ_OPERATION_UPDATE;
}

#endif
