/*
 * /validate: the kind's CRD as the API server would judge by it, then every AdmissionSchema that
 * matches.
 *
 * A good object is the usual one, so it is judged without its old self first. Only when there is
 * something to say are the API server's further steps taken, which can only forgive: the part of
 * the object that the request cannot change is taken from the old object, and faults in values that
 * did not change are ratcheted (KEP-4008).
 */
#include "admission/judge.h"

#include "registry/custom_resource.h"

/* Adds duplicates in lists, unless the old object had some: they are forgiven as a whole. */
static bool find_list_faults(const struct pq_judging *judging, const struct pq_schema *schema,
			     const struct pq_value *value, const struct pq_value *old,
			     struct pq_findings *findings)
{
	struct pq_findings found, old_found;
	pq_findings_init(&found, judging->arena, judging->options->findings_max);
	pq_findings_init(&old_found, judging->arena, 1);
	if (!pq_schema_validate_list_types(schema, judging->arena, value, &found))
		return false;
	if (pq_findings_is_empty(&found))
		return true;
	if (old != NULL && !pq_schema_validate_list_types(schema, judging->arena, old, &old_found))
		return false;
	if (!pq_findings_is_empty(&old_found))
		return true;
	for (size_t i = 0; i < found.count; i++)
		pq_findings_add(findings, found.items[i]);
	findings->dropped += found.dropped;
	return true;
}

static bool find_faults(const struct pq_judging *judging, const struct pq_schema *schema,
			const struct pq_value *value, const struct pq_value *old,
			struct pq_findings *findings)
{
	const struct pq_schema_validation validation = {
		.value = value,
		.old = old,
		.status_only = judging->is_status,
	};
	return pq_schema_validate(schema, judging->arena, &validation, findings) &&
	       find_list_faults(judging, schema, value, old, findings);
}

/* The same with what the API server checks of custom resources besides their schema. */
static bool find_crd_faults(const struct pq_judging *judging, const struct pq_value *object,
			    const struct pq_value *old, struct pq_findings *findings)
{
	enum pq_subresource subresource =
		judging->is_status ? PQ_SUBRESOURCE_STATUS : PQ_SUBRESOURCE_NONE;
	return find_faults(judging, judging->version->schema, object, old, findings) &&
	       pq_custom_resource_check_parts(judging->arena, judging->version, subresource, object,
					      findings);
}

/* What the API server does to an object before it judges it. */
static bool prepare(const struct pq_judging *judging, const struct pq_value *value,
		    struct pq_findings *unknown, struct pq_value *result, struct pq_error *error)
{
	const struct pq_schema *schema = judging->version->schema;
	struct pq_patch defaults;
	struct pq_value pruned, object;
	pq_patch_init(&defaults, judging->arena);
	if (!pq_schema_prune(schema, judging->arena, value, unknown, &pruned) ||
	    !pq_schema_drop_nulls(schema, judging->arena, &pruned, &object) ||
	    !pq_schema_default(schema, judging->arena, &object, &defaults) || defaults.failed)
		return pq_judging_fail_exhausted(error);
	return pq_judging_apply(judging->arena, &object, &defaults, result, error);
}

/* body with the status of another object, which may be NULL or have none. */
static bool replace_status(struct pq_arena *arena, const struct pq_value *body,
			   const struct pq_value *other, struct pq_value *result)
{
	const struct pq_string key = PQ_S("status");
	const struct pq_member *status = other == NULL ? NULL : pq_value_find_member(other, key);
	struct pq_object *object = pq_object_new(arena, (size_t)body->object->count + 1);
	if (object == NULL)
		return false;
	for (uint32_t i = 0; i < body->object->count; i++) {
		const struct pq_member *member = &body->object->members[i];
		if (!pq_string_equal(member->key, key))
			pq_object_put(object, member);
	}
	if (status != NULL)
		pq_object_put(object, status);
	*result = pq_value_from_object(object);
	return true;
}

/* The object as the API server would store it: through the status subresource only the status can
 * change, and through the object everything else. */
static bool compose(const struct pq_judging *judging, const struct pq_value *object,
		    const struct pq_value *old, struct pq_value *result)
{
	*result = *object;
	if (judging->is_status)
		return old == NULL || replace_status(judging->arena, old, object, result);
	return !judging->version->has_status || replace_status(judging->arena, object, old, result);
}

static bool judge_by_crd(const struct pq_judging *judging, const struct pq_value *object,
			 struct pq_findings *findings, struct pq_error *error)
{
	const struct pq_value *old_object = judging->request->old_object;
	struct pq_value composed, old;
	struct pq_findings found;
	pq_findings_init(&found, judging->arena, judging->options->findings_max);
	if (!find_crd_faults(judging, object, NULL, &found))
		return pq_judging_fail_exhausted(error);
	if (pq_findings_is_empty(&found))
		return true;
	if (old_object != NULL && !prepare(judging, old_object, NULL, &old, error))
		return false;
	const struct pq_value *prepared_old = old_object == NULL ? NULL : &old;
	if (!compose(judging, object, prepared_old, &composed) ||
	    !find_crd_faults(judging, &composed, prepared_old, findings))
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
		if (!judging->is_status || starts_in_status(finding->field))
			pq_verdict_add_warning(verdict, finding->message);
	}
	verdict->warnings_dropped += unknown->dropped;
}

static bool judge_by_overlay(const struct pq_judging *judging, const struct pq_overlay *overlay,
			     struct pq_findings *denials, struct pq_verdict *verdict,
			     struct pq_error *error)
{
	const struct pq_admission_request *request = judging->request;
	struct pq_findings found;
	pq_findings_init(&found, judging->arena, judging->options->findings_max);
	if (!find_faults(judging, overlay->schema, request->object, NULL, &found))
		return pq_judging_fail_exhausted(error);
	if (!pq_findings_is_empty(&found) && request->old_object != NULL) {
		pq_findings_init(&found, judging->arena, judging->options->findings_max);
		if (!find_faults(judging, overlay->schema, request->object, request->old_object,
				 &found))
			return pq_judging_fail_exhausted(error);
	}
	if (pq_findings_is_empty(&found))
		return true;
	if ((overlay->actions & PQ_ACTION_WARN) != 0)
		pq_verdict_warn_of_findings(verdict, overlay->name, &found);
	if ((overlay->actions & PQ_ACTION_AUDIT) != 0)
		pq_verdict_annotate(verdict, overlay->name, &found);
	if ((overlay->actions & PQ_ACTION_DENY) != 0) {
		for (size_t i = 0; i < found.count; i++)
			pq_findings_add(denials, found.items[i]);
		denials->dropped += found.dropped;
	}
	return true;
}

static struct pq_string object_name(const struct pq_admission_request *request)
{
	if (request->name.length > 0)
		return request->name;
	const struct pq_value *metadata = pq_value_find(request->object, PQ_S("metadata"));
	return pq_value_find_string(metadata, PQ_S("name"));
}

static bool judge_object(const struct pq_judging *judging, struct pq_findings *denials,
			 struct pq_verdict *verdict, struct pq_error *error)
{
	if (judging->crd == NULL)
		return true;
	struct pq_value object;
	struct pq_findings unknown;
	pq_findings_init(&unknown, judging->arena, judging->options->findings_max);
	if (!prepare(judging, judging->request->object, &unknown, &object, error) ||
	    !judge_by_crd(judging, &object, denials, error))
		return false;
	warn_of_unknown(judging, &unknown, verdict);
	return true;
}

bool pq_judging_validate(const struct pq_judging *judging, struct pq_verdict *verdict,
			 struct pq_error *error)
{
	const struct pq_admission_request *request = judging->request;
	struct pq_findings denials;
	pq_findings_init(&denials, judging->arena, judging->options->findings_max);
	if (!judge_object(judging, &denials, verdict, error))
		return false;
	for (size_t i = 0; i < judging->overlay_count; i++) {
		if (!judge_by_overlay(judging, judging->overlays[i], &denials, verdict, error))
			return false;
	}
	if (!pq_findings_is_empty(&denials))
		verdict->status = pq_status_invalid(judging->arena, request->group, request->kind,
						    object_name(request), &denials);
	return true;
}
