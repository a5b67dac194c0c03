/* AdmissionReview.response, written (k8s.io/api/admission/v1, types.go). */
#ifndef PQ_ADMISSION_RESPONSE_H
#define PQ_ADMISSION_RESPONSE_H

#include "admission/request.h"
#include "admission/verdict.h"

/* Appends the whole AdmissionReview that answers request. What webhookrequest.go of the API server
 * checks holds: kind and version are the request's, the uid is echoed, patch and patchType come
 * together or not at all. */
void pq_admission_response_write(struct pq_buffer *buffer,
				 const struct pq_admission_request *request,
				 const struct pq_verdict *verdict);

#endif
