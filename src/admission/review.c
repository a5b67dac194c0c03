#include "admission/review.h"

#include "admission/answer.h"
#include "admission/conversion.h"
#include "admission/judge.h"
#include "admission/response.h"
#include "json/read.h"

bool pq_judging_fail_exhausted(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_TOO_LARGE,
			    "the review needs more memory than a request may use");
}

bool pq_judging_apply(struct pq_arena *arena, const struct pq_value *value,
		      const struct pq_patch *patch, struct pq_value *result, struct pq_error *error)
{
	if (patch->count == 0) {
		*result = *value;
		return true;
	}
	if (pq_patch_apply(arena, value, patch, result, error))
		return true;
	if (pq_arena_is_exhausted(arena))
		return pq_judging_fail_exhausted(error);
	error->code = PQ_ERROR_INTERNAL; /* the patch is our own */
	return false;
}

/* DELETE and CONNECT, and subresources other than status, change nothing that a schema describes.
 */
static bool needs_schema(const struct pq_admission_request *request)
{
	return pq_admission_request_writes(request) &&
	       (request->subresource.length == 0 || pq_string_is(request->subresource, "status"));
}

/* Where nothing would be denied there is nothing to exempt from. */
static void find_exemption(struct pq_judging *judging, const struct pq_policy_subject *subject)
{
	const struct pq_policy_caller caller = {
		.user = judging->request->user,
		.groups = judging->request->groups,
	};
	if (judging->enforcement != PQ_ENFORCEMENT_ENFORCE)
		return;
	judging->exemption =
		pq_policy_find_exemption(judging->policy, subject, &caller, judging->options->now);
	if (judging->exemption != NULL)
		judging->enforcement = PQ_ENFORCEMENT_WARN;
}

/* What was held back for an exemption was not for the ceiling. */
static void tell_of_exemption(const struct pq_judging *judging, struct pq_verdict *verdict,
			      struct pq_admission_answer *answer)
{
	const struct pq_exemption *exemption = judging->exemption;
	struct pq_string text = pq_arena_format(
		judging->arena, "%.*s, until %.*s: %.*s", PQ_STRING_ARGUMENT(exemption->name),
		PQ_STRING_ARGUMENT(exemption->expires_text), PQ_STRING_ARGUMENT(exemption->reason));
	verdict->held_back = false;
	answer->exemption = exemption->name;
	pq_verdict_annotate_text(verdict, PQ_S(PQ_EXEMPTION_ANNOTATION), text);
	pq_verdict_add_warning(verdict,
			       pq_arena_format(judging->arena, "allowed by the exemption %.*s",
					       PQ_STRING_ARGUMENT(text)));
}

static bool find_schemas(struct pq_judging *judging, struct pq_error *error)
{
	struct pq_admission_request *request = judging->request;
	if (pq_policy_has_selectors(judging->policy) &&
	    !pq_admission_request_read_old(request, judging->arena, error))
		return false;
	judging->is_status = request->subresource.length > 0;
	judging->crd = pq_policy_find_kind(judging->policy, request->group, request->version,
					   request->kind, &judging->version);
	const struct pq_policy_subject subject = {
		.group = request->group,
		.version = request->version,
		.resource =
			request->resource.length > 0 ? request->resource : (struct pq_string){ 0 },
		.kind = request->kind,
		.namespace = request->namespace,
		.object = request->object,
		.old = request->old_object,
	};
	if (judging->options->now != 0)
		find_exemption(judging, &subject);
	judging->unmatched = judging->crd == NULL && !pq_policy_covers(judging->policy, &subject);
	if (judging->is_status || pq_policy_match(judging->policy, &subject, judging->overlays,
						  &judging->overlay_count, error))
		return true;
	/* Whatever the reason: this review cannot be judged, and that is not the object's fault. */
	if (pq_error_facts(error->code)->http_status < 500)
		error->code = PQ_ERROR_INTERNAL;
	return false;
}

static void judge_unmatched(const struct pq_judging *judging, struct pq_verdict *verdict)
{
	const struct pq_admission_request *request = judging->request;
	verdict->unmatched = true;
	if (judging->options->unmatched == PQ_UNMATCHED_ALLOW)
		return;
	struct pq_string text = pq_arena_format(
		judging->arena, "pratique has no schema for %.*s%s%.*s, Kind=%.*s",
		PQ_STRING_ARGUMENT(request->group), request->group.length > 0 ? "/" : "",
		PQ_STRING_ARGUMENT(request->version), PQ_STRING_ARGUMENT(request->kind));
	bool denies = judging->options->unmatched == PQ_UNMATCHED_DENY;
	enum pq_enforcement ceiling = judging->enforcement;
	verdict->held_back = denies && ceiling != PQ_ENFORCEMENT_ENFORCE;
	if (denies && ceiling == PQ_ENFORCEMENT_ENFORCE)
		verdict->status = pq_status_plain(403, PQ_S("Forbidden"), text);
	else if (ceiling != PQ_ENFORCEMENT_AUDIT)
		pq_verdict_add_warning(verdict, text);
}

static bool judge(struct pq_judging *judging, enum pq_admission_door door,
		  struct pq_verdict *verdict, struct pq_error *error)
{
	if (!needs_schema(judging->request))
		return true;
	if (!find_schemas(judging, error))
		return false;
	if (judging->unmatched) {
		judge_unmatched(judging, verdict);
		return true;
	}
	return door == PQ_ADMISSION_MUTATE ? pq_judging_mutate(judging, verdict, error)
					   : pq_judging_validate(judging, verdict, error);
}

static void answer_verdict(const struct pq_admission_request *request,
			   const struct pq_verdict *verdict, struct pq_arena *arena,
			   struct pq_admission_answer *answer)
{
	struct pq_buffer body;
	pq_buffer_init_in(&body, arena, 0);
	pq_admission_response_write(&body, request, verdict);
	if (!answer_give(&body, arena, answer))
		return;
	answer->allowed = verdict->status.code == 0;
	answer->denial_code = verdict->status.code;
	answer->unmatched = verdict->unmatched;
	answer->held_back = verdict->held_back;
	memcpy(answer->findings, verdict->findings, sizeof answer->findings);
}

static void give_verdict(const struct pq_judging *judging, struct pq_verdict *verdict,
			 struct pq_admission_answer *answer)
{
	if (judging->exemption != NULL && verdict->held_back)
		tell_of_exemption(judging, verdict, answer);
	answer_verdict(judging->request, verdict, judging->arena, answer);
}

static bool read_request(struct pq_string text, struct pq_arena *arena, struct pq_value *review,
			 struct pq_admission_request *request, struct pq_admission_answer *answer,
			 struct pq_error *error)
{
	if (text.length == 0)
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "the body is empty: POST an AdmissionReview");
	const struct pq_json_options options = { .deferred = PQ_LITERAL("oldObject") };
	if (!pq_json_read(arena, text, &options, review, error))
		return answer_unreadable(answer, error);
	bool decoded = pq_admission_request_decode(review, request, error);
	request->old_text = text;
	return decoded;
}

static void identify(const struct pq_admission_request *request, struct pq_admission_answer *answer)
{
	answer->uid = request->uid;
	answer->group = request->group;
	answer->version = request->version;
	answer->kind = request->kind;
	answer->namespace = request->namespace;
	answer->name = request->name;
	answer->user = request->user;
}

static void admission_review(struct pq_judging *judging, enum pq_admission_door door,
			     struct pq_string text, struct pq_admission_answer *answer)
{
	struct pq_value review;
	struct pq_error error;
	struct pq_verdict verdict;
	struct pq_arena *arena = judging->arena;
	bool decoded = read_request(text, arena, &review, judging->request, answer, &error);
	identify(judging->request, answer);
	if (!decoded) {
		answer_error(&error, arena, answer);
		return;
	}
	answer->operation = pq_string_from(pq_operation_name(judging->request->operation));
	pq_verdict_init(&verdict, arena);
	bool was_judged = judge(judging, door, &verdict, &error);
	const struct pq_interrupt *interrupt = judging->options->interrupt;
	if (interrupt != NULL && interrupt->has_come)
		answer->interrupted = true;
	else if (!was_judged)
		answer_error(&error, arena, answer);
	else if (judging->quota->left < 0 || pq_conversion_work_is_over(judging->work))
		answer->too_costly = true;
	else
		give_verdict(judging, &verdict, answer);
}

void pq_admission_review(const struct pq_policy *policy, enum pq_admission_door door,
			 struct pq_string request_text, const struct pq_admission_options *options,
			 struct pq_arena *arena, struct pq_admission_answer *answer)
{
	*answer = (struct pq_admission_answer){ 0 };
	if (door == PQ_ADMISSION_CONVERT) {
		conversion_review(policy, request_text, options, arena, answer);
		return;
	}
	struct pq_admission_request request = { 0 };
	struct pq_rules_quota quota = {
		.left = options->rules_cost_max == 0 ? PQ_RULES_QUOTA_NONE
						     : options->rules_cost_max,
		.interrupt = options->interrupt,
	};
	struct pq_conversion_work work =
		pq_conversion_work_begin(options->conversion_cost_max, options->interrupt);
	work.object_bytes = request_text.length;
	/* Without an initializer, which would clear the room for overlays each time. */
	struct pq_judging judging;
	judging.policy = policy;
	judging.options = options;
	judging.request = &request;
	judging.arena = arena;
	judging.crd = NULL;
	judging.version = NULL;
	judging.overlay_count = 0;
	judging.is_status = judging.unmatched = false;
	judging.enforcement = options->enforcement;
	judging.exemption = NULL;
	judging.quota = &quota;
	judging.work = &work;
	admission_review(&judging, door, request_text, answer);
}
