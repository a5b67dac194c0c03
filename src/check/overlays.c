/*
 * What a webhook does in two calls: all defaults first, the CRD's before those of AdmissionSchemas,
 * then every AdmissionSchema judges what has come of it.
 */
#include "check/overlays.h"

#include "policy/policy.h"

/* Fills the defaults of a schema in; false when the arena is exhausted. */
static bool default_by(const struct pq_schema *schema, struct pq_arena *arena,
		       struct pq_value *value)
{
	struct pq_patch patch;
	struct pq_error error;
	pq_patch_init(&patch, arena);
	return pq_schema_default(schema, value, &patch) && !patch.failed &&
	       (patch.count == 0 || pq_patch_apply(arena, value, &patch, value, &error));
}

static bool default_by_all(const struct check_world *world, const struct pq_policy_subject *subject,
			   const struct pq_overlay *const *overlays, size_t count,
			   struct pq_arena *arena, struct pq_value *value)
{
	const struct pq_crd_version *version;
	if (pq_policy_find_kind(world->policy, subject->group, subject->version, subject->kind,
				&version) != NULL &&
	    !default_by(version->schema, arena, value))
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!default_by(overlays[i]->schema, arena, value))
			return false;
	}
	return true;
}

/* False when the arena is exhausted. */
static bool judge_by_overlay(const struct pq_overlay *overlay, const struct pq_value *value,
			     const struct pq_value *old, struct check_draft *draft)
{
	const struct pq_schema_validation validation = { .value = value, .old = old };
	struct pq_findings findings;
	pq_findings_init(&findings, draft->arena, 0);
	bool fine = pq_schema_judge(overlay->schema, draft->arena, &validation, &findings);
	bool denies = (overlay->actions & PQ_ACTION_DENY) != 0;
	draft->schema = overlay->name;
	check_draft_add_findings(draft, denies ? PQ_CHECK_ERROR : PQ_CHECK_WARNING, &findings);
	draft->schema = PQ_S("");
	return fine;
}

/* Those that match whatever labels the namespace has but its name; of the rest a warning tells. */
static bool match(const struct check_world *world, const struct pq_policy_subject *subject,
		  struct check_draft *draft,
		  const struct pq_overlay *overlays[PQ_OVERLAYS_MATCHED_MAX], size_t *count)
{
	struct pq_policy_subject named = *subject;
	struct pq_value labels;
	struct pq_error error;
	if (pq_policy_match(world->policy, subject, overlays, count, &error))
		return true;
	if (error.code == PQ_ERROR_UNAVAILABLE) {
		const struct pq_member name = {
			.key = PQ_S("kubernetes.io/metadata.name"),
			.value = pq_value_from_string(subject->namespace),
		};
		check_draft_add_message(draft, PQ_CHECK_WARNING,
					pq_arena_copy(draft->arena, pq_string_from(error.message)));
		named.namespace_labels = &labels;
		if (pq_value_from_members(draft->arena, &name, 1, &labels) &&
		    pq_policy_match(world->policy, &named, overlays, count, &error))
			return true;
	}
	check_draft_add_error(draft, &error);
	return false;
}

size_t check_judge_by_overlays(const struct check_world *world, const struct pq_value *object,
			       const struct pq_policy_subject *subject, struct check_draft *draft)
{
	const struct pq_overlay *overlays[PQ_OVERLAYS_MATCHED_MAX];
	struct pq_value value = *object;
	size_t count;
	if (!match(world, subject, draft, overlays, &count) || count == 0)
		return 0;
	bool fine = default_by_all(world, subject, overlays, count, draft->arena, &value);
	for (size_t i = 0; fine && i < count; i++)
		fine = judge_by_overlay(overlays[i], &value, subject->old, draft);
	return count;
}
