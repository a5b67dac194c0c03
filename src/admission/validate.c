/*
 * /validate: the kind's CRD as the API server would judge by it, then every AdmissionSchema that
 * matches.
 *
 * A good object is the usual one, so it is judged without its old self first. Only when there is
 * something to say are the API server's further steps taken, which can only forgive: the part of
 * the object that the request cannot change is taken from the old object, and faults in values that
 * did not change are ratcheted (KEP-4008).
 */
#include "admission/convertible.h"
#include "admission/judge.h"

#include "registry/custom_resource.h"

static void begin_findings(const struct pq_judging *judging, enum pq_concealment concealment,
			   struct pq_findings *findings)
{
	pq_findings_init(findings, judging->arena, judging->options->findings_max);
	findings->concealment = concealment;
}

/* A client is told in the API server's own words what its CRD has against an object, as the API
 * server itself would tell it. What nobody but us says is concealed where it is a secret: the API
 * server's log and audit log have it, too. */
static enum pq_concealment crd_concealment(const struct pq_judging *judging)
{
	return judging->options->enforcement == PQ_ENFORCEMENT_AUDIT ? PQ_CONCEAL_PASSWORDS
								     : PQ_CONCEAL_NOTHING;
}

static enum pq_concealment overlay_concealment(const struct pq_judging *judging)
{
	const struct pq_admission_request *request = judging->request;
	bool is_secret = request->group.length == 0 && pq_string_is(request->kind, "Secret");
	return is_secret ? PQ_CONCEAL_ALL : PQ_CONCEAL_PASSWORDS;
}

/* What an API server would refuse the object for, its kind and metadata aside. */
static bool find_crd_faults(const struct pq_judging *judging, const struct pq_value *object,
			    const struct pq_value *old, struct pq_findings *findings,
			    struct pq_findings *warnings)
{
	const struct pq_resource_content content = {
		.version = judging->version,
		.subresource = judging->is_status ? PQ_SUBRESOURCE_STATUS : PQ_SUBRESOURCE_NONE,
		.object = object,
		.old = old,
		.warnings = warnings,
		.quota = judging->quota,
	};
	return pq_custom_resource_check_content(judging->arena, &content, findings);
}

/* What the API server does to an object before it judges it, and has done to most of what it sends.
 */
static bool prepare(const struct pq_judging *judging, const struct pq_value *value,
		    struct pq_findings *unknown, struct pq_value *result, struct pq_error *error)
{
	const struct pq_schema *schema = judging->version->schema;
	struct pq_patch defaults;
	struct pq_value pruned, object;
	if (pq_schema_is_settled(schema, value)) {
		*result = *value;
		return true;
	}
	pq_patch_init(&defaults, judging->arena);
	if (!pq_schema_prune(schema, judging->arena, value, unknown, &pruned) ||
	    !pq_schema_drop_nulls(schema, judging->arena, &pruned, &object) ||
	    !pq_schema_default(schema, &object, &defaults) || defaults.failed)
		return pq_judging_fail_exhausted(error);
	return pq_judging_apply(judging->arena, &object, &defaults, result, error);
}

/* The object as the API server would store it: through the status subresource only the status can
 * change, and through the object everything else. */
static bool compose(const struct pq_judging *judging, const struct pq_value *object,
		    const struct pq_value *old, struct pq_value *result)
{
	const struct pq_string status = PQ_S("status");
	const struct pq_value *body = object, *other = old;
	*result = *object;
	if (judging->is_status) {
		body = old;
		other = object;
	}
	if (body == NULL || (!judging->is_status && !judging->version->has_status))
		return true;
	return pq_value_with_member(judging->arena, body, status, pq_value_find(other, status),
				    result);
}

/* Rules that compare with the old object say nothing without it. */
static bool needs_old(const struct pq_judging *judging, const struct pq_schema *schema)
{
	return judging->request->old_object != NULL && pq_schema_rules_use_old(schema);
}

static bool judge_by_crd(const struct pq_judging *judging, const struct pq_value *object,
			 struct pq_findings *findings, struct pq_findings *warnings,
			 struct pq_error *error)
{
	struct pq_value composed, old;
	struct pq_findings found;
	begin_findings(judging, crd_concealment(judging), &found);
	if (!needs_old(judging, judging->version->schema)) {
		if (!find_crd_faults(judging, object, NULL, &found, NULL))
			return pq_judging_fail_exhausted(error);
		if (pq_findings_is_empty(&found))
			return true;
	}
	if (!pq_admission_request_read_old(judging->request, judging->arena, error))
		return false;
	const struct pq_value *old_object = judging->request->old_object;
	if (old_object != NULL && !prepare(judging, old_object, NULL, &old, error))
		return false;
	const struct pq_value *prepared_old = old_object == NULL ? NULL : &old;
	if (!compose(judging, object, prepared_old, &composed) ||
	    !find_crd_faults(judging, &composed, prepared_old, findings, warnings))
		return pq_judging_fail_exhausted(error);
	return true;
}

static bool starts_in_status(struct pq_string field)
{
	static const struct pq_string status = PQ_LITERAL("status");
	if (!pq_string_starts_with(field, status))
		return false;
	char next = field.length == status.length ? '.' : field.data[status.length];
	return next == '.' || next == '[';
}

static void warn_of_unknown(const struct pq_judging *judging, const struct pq_findings *unknown,
			    struct pq_verdict *verdict)
{
	for (size_t i = 0; i < unknown->count; i++) {
		const struct pq_finding *finding = &unknown->items[i];
		if (judging->is_status && !starts_in_status(finding->field))
			continue;
		pq_verdict_add_warning(verdict, finding->message);
		pq_findings_add(&verdict->findings[PQ_CONSEQUENCE_WARN], *finding);
	}
	verdict->warnings_dropped += unknown->dropped;
}

static void warn_of_forgiven(const struct pq_findings *forgiven, struct pq_verdict *verdict)
{
	for (size_t i = 0; i < forgiven->count; i++)
		pq_verdict_add_warning(verdict,
				       pq_finding_render(forgiven->arena, &forgiven->items[i]));
	verdict->warnings_dropped += forgiven->dropped;
	pq_findings_add_all(&verdict->findings[PQ_CONSEQUENCE_WARN], forgiven);
}

static bool find_overlay_faults(const struct pq_judging *judging, const struct pq_overlay *overlay,
				const struct pq_value *old, struct pq_findings *findings)
{
	const struct pq_schema_validation validation = {
		.value = judging->request->object,
		.old = old,
		.quota = judging->quota,
	};
	return pq_schema_judge(overlay->schema, judging->arena, &validation, findings);
}

/* What the ceiling leaves of what an AdmissionSchema wants done. */
static unsigned lower_actions(unsigned actions, enum pq_enforcement ceiling)
{
	switch (ceiling) {
	case PQ_ENFORCEMENT_ENFORCE:
		break;
	case PQ_ENFORCEMENT_WARN:
		if ((actions & PQ_ACTION_DENY) != 0)
			actions = (actions & ~(unsigned)PQ_ACTION_DENY) | PQ_ACTION_WARN;
		break;
	case PQ_ENFORCEMENT_AUDIT:
		actions = PQ_ACTION_AUDIT;
		break;
	}
	return actions;
}

static bool judge_by_overlay(const struct pq_judging *judging, const struct pq_overlay *overlay,
			     struct pq_findings *denials, struct pq_verdict *verdict,
			     struct pq_error *error)
{
	struct pq_admission_request *request = judging->request;
	struct pq_findings found;
	begin_findings(judging, overlay_concealment(judging), &found);
	bool needs = needs_old(judging, overlay->schema);
	if (!needs && !find_overlay_faults(judging, overlay, NULL, &found))
		return pq_judging_fail_exhausted(error);
	if (needs || (!pq_findings_is_empty(&found) && request->old_object != NULL)) {
		begin_findings(judging, overlay_concealment(judging), &found);
		if (!pq_admission_request_read_old(request, judging->arena, error))
			return false;
		if (!find_overlay_faults(judging, overlay, request->old_object, &found))
			return pq_judging_fail_exhausted(error);
	}
	if (pq_findings_is_empty(&found))
		return true;
	unsigned actions = lower_actions(overlay->actions, judging->enforcement);
	if ((actions & PQ_ACTION_WARN) != 0)
		pq_verdict_warn_of_findings(verdict, overlay->name, &found);
	if ((actions & PQ_ACTION_AUDIT) != 0)
		pq_verdict_annotate(verdict, overlay->name, &found);
	if ((actions & PQ_ACTION_DENY) != 0)
		pq_findings_add_all(denials, &found);
	verdict->held_back =
		verdict->held_back || ((overlay->actions & ~actions & PQ_ACTION_DENY) != 0);
	return true;
}

static struct pq_string object_name(const struct pq_admission_request *request)
{
	if (request->name.length > 0)
		return request->name;
	const struct pq_value *metadata = pq_value_find(request->object, PQ_S("metadata"));
	return pq_value_find_string(metadata, PQ_S("name"));
}

/* An object that cannot be served in a version makes every list in that version fail. The old one
 * is prepared only when there is something to forgive. */
static bool judge_by_conversion(const struct pq_judging *judging, const struct pq_value *object,
				struct pq_findings *findings, struct pq_error *error)
{
	struct pq_value old;
	struct pq_findings found;
	begin_findings(judging, crd_concealment(judging), &found);
	if (!convertible_check(judging, object, NULL, &found))
		return pq_judging_fail_exhausted(error);
	if (pq_findings_is_empty(&found))
		return true;
	if (!pq_admission_request_read_old(judging->request, judging->arena, error))
		return false;
	if (judging->request->old_object == NULL) {
		pq_findings_add_all(findings, &found);
		return true;
	}
	return prepare(judging, judging->request->old_object, NULL, &old, error) &&
	       (convertible_check(judging, object, &old, findings) ||
		pq_judging_fail_exhausted(error));
}

static bool judge_object(const struct pq_judging *judging, struct pq_findings *denials,
			 struct pq_verdict *verdict, struct pq_error *error)
{
	if (judging->crd == NULL)
		return true;
	struct pq_value object;
	struct pq_findings unknown, forgiven;
	begin_findings(judging, crd_concealment(judging), &unknown);
	begin_findings(judging, crd_concealment(judging), &forgiven);
	if (!prepare(judging, judging->request->object, &unknown, &object, error) ||
	    !judge_by_crd(judging, &object, denials, &forgiven, error))
		return false;
	if (pq_findings_is_empty(denials) && !judge_by_conversion(judging, &object, denials, error))
		return false;
	if (judging->enforcement != PQ_ENFORCEMENT_AUDIT) {
		warn_of_unknown(judging, &unknown, verdict);
		warn_of_forgiven(&forgiven, verdict);
	}
	return true;
}

/* A CRD has no name for its findings but the resource's. */
static void hold_back(const struct pq_judging *judging, const struct pq_findings *denials,
		      struct pq_verdict *verdict)
{
	verdict->held_back = true;
	if (judging->enforcement == PQ_ENFORCEMENT_WARN)
		pq_verdict_warn_of_findings(verdict, judging->crd->name, denials);
	else
		pq_verdict_annotate(verdict, judging->crd->name, denials);
}

bool pq_judging_validate(const struct pq_judging *judging, struct pq_verdict *verdict,
			 struct pq_error *error)
{
	const struct pq_admission_request *request = judging->request;
	struct pq_findings denials;
	begin_findings(judging, crd_concealment(judging), &denials);
	if (!judge_object(judging, &denials, verdict, error))
		return false;
	if (judging->enforcement != PQ_ENFORCEMENT_ENFORCE && !pq_findings_is_empty(&denials)) {
		hold_back(judging, &denials, verdict);
		begin_findings(judging, crd_concealment(judging), &denials);
	}
	for (size_t i = 0; i < judging->overlay_count; i++) {
		if (!judge_by_overlay(judging, judging->overlays[i], &denials, verdict, error))
			return false;
	}
	if (pq_findings_is_empty(&denials))
		return true;
	pq_findings_add_all(&verdict->findings[PQ_CONSEQUENCE_DENY], &denials);
	verdict->status = pq_status_invalid(judging->arena, request->group, request->kind,
					    object_name(request), &denials);
	return true;
}
