/* The two doors' own work: a decoded request in, a verdict out. */
#ifndef PQ_ADMISSION_JUDGE_H
#define PQ_ADMISSION_JUDGE_H

#include "admission/request.h"
#include "admission/review.h"
#include "admission/verdict.h"

struct pq_judging {
	const struct pq_policy *policy;
	const struct pq_admission_options *options;
	struct pq_admission_request *request;
	struct pq_arena *arena;
	/* The schemas that apply; filled before a door is asked. */
	const struct pq_crd *crd; /* NULL: none */
	const struct pq_crd_version *version;
	const struct pq_overlay *overlays[PQ_OVERLAYS_MATCHED_MAX];
	size_t overlay_count;
	/* The most that may become of a finding of this request: the ceiling that is configured, or
	 * a lower one for an exemption. */
	enum pq_enforcement enforcement;
	const struct pq_exemption *exemption; /* that lowers it, or NULL */
	struct pq_rules_quota *quota;
	struct pq_conversion_work *work;
	bool is_status; /* the request is for the status subresource */
	bool unmatched; /* nobody wrote a schema for the kind */
};

/* Both fail with PQ_ERROR_TOO_LARGE when the arena is exhausted. */
PQ_CHECKED bool pq_judging_mutate(const struct pq_judging *judging, struct pq_verdict *verdict,
				  struct pq_error *error);
PQ_CHECKED bool pq_judging_validate(const struct pq_judging *judging, struct pq_verdict *verdict,
				    struct pq_error *error);

/* The object that patch makes of value; value itself when there is nothing to do. */
PQ_CHECKED bool pq_judging_apply(struct pq_arena *arena, const struct pq_value *value,
				 const struct pq_patch *patch, struct pq_value *result,
				 struct pq_error *error);

/* Sets error to "the review needs more memory than …"; false. */
bool pq_judging_fail_exhausted(struct pq_error *error);

#endif
