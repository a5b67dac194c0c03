/* What of workloads may not change. */
#include "registry/builtin/update.h"

/* deploymentStrategy.ValidateUpdate, and that of ReplicaSets */
void update_check_deployment(const struct place *now, const struct place *old)
{
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	update_check_selector(&spec, &before);
}

/* ValidateDaemonSetSpecUpdate */
void update_check_daemon_set(const struct place *now, const struct place *old)
{
	update_check_deployment(now, old);
}

/* The kind of a claim's template is put right by the server. */
static bool has_same_claims(const struct place *claims, const struct place *old)
{
	static const char *const parts[] = { "metadata", "spec" };
	if (place_count(claims) != place_count(old))
		return false;
	for (size_t i = 0; i < place_count(claims); i++) {
		const struct place claim = place_item(claims, i);
		const struct place old_claim = place_item(old, i);
		for (size_t j = 0; j < sizeof parts / sizeof parts[0]; j++) {
			const struct place part = place_field(&claim, parts[j]);
			const struct place old_part = place_field(&old_claim, parts[j]);
			if (!update_may_be_same(UPDATE_PART, parts[j], &part, &old_part))
				return false;
		}
	}
	return true;
}

/* ValidateStatefulSetUpdate */
void update_check_stateful_set(const struct place *now, const struct place *old)
{
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	const struct place claims = place_field(&spec, "volumeClaimTemplates");
	const struct place old_claims = place_field(&before, "volumeClaimTemplates");
	const struct place management = place_field(&spec, "podManagementPolicy");
	const struct place old_management = place_field(&before, "podManagementPolicy");
	bool is_same = has_same_claims(&claims, &old_claims) &&
		       update_may_be_same(UPDATE_PART, "podManagementPolicy", &management,
					  &old_management);
	const struct place selector = place_field(&spec, "selector");
	const struct place old_selector = place_field(&before, "selector");
	const struct place service = place_field(&spec, "serviceName");
	const struct place old_service = place_field(&before, "serviceName");
	is_same = is_same && update_is_same(selector.value, old_selector.value) &&
		  pq_string_equal(place_text(&service), place_text(&old_service));
	if (!is_same)
		refuse_forbidden(&spec,
				 "updates to statefulset spec for fields other than 'replicas', "
				 "'ordinals', 'template', 'updateStrategy', "
				 "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' "
				 "and 'minReadySeconds' are forbidden");
}

/* validateCompletions */
static void check_completions(const struct place *spec, const struct place *before)
{
	const struct place mode = place_field(spec, "completionMode");
	const struct place count = place_field(spec, "completions");
	const struct place old_count = place_field(before, "completions");
	const struct place parallelism = place_field(spec, "parallelism");
	if (update_may_be_same(UPDATE_PART, "completions", &count, &old_count))
		return;
	if (!place_is_text(&mode, "Indexed"))
		update_refuse(&count);
	else if (place_integer(&count) != place_integer_or(&parallelism, 1))
		refuse_number(&count, place_integer(&count),
			      "can only be modified in tandem with spec.parallelism");
}

static bool has_condition(const struct place *status, const char *type)
{
	const struct place conditions = place_field(status, "conditions");
	for (size_t i = 0; i < place_count(&conditions); i++) {
		const struct place condition = place_item(&conditions, i);
		const struct place name = place_field(&condition, "type");
		const struct place state = place_field(&condition, "status");
		if (place_is_text(&name, type) && place_is_text(&state, "True"))
			return true;
	}
	return false;
}

/* shouldAllowMutablePodTemplate: where a file has no status, no pod may be running. */
static bool is_idle(const struct place *old)
{
	const struct place spec = place_field(old, "spec");
	const struct place suspend = place_field(&spec, "suspend");
	const struct place status = place_field(old, "status");
	const struct place start = place_field(&status, "startTime");
	const struct place active = place_field(&status, "active");
	return place_flag(&suspend) && place_integer(&active) == 0 &&
	       (!place_is_set(&start) || has_condition(&status, "Suspended"));
}

static bool has_same_resources_aside(const struct place *spec, const struct place *before,
				     const char *name)
{
	static const char *const open[] = { "resources", NULL };
	const struct place list = place_field(spec, name);
	const struct place old_list = place_field(before, name);
	if (place_count(&list) != place_count(&old_list))
		return false;
	for (size_t i = 0; i < place_count(&list); i++) {
		const struct place container = place_item(&list, i);
		const struct place old_container = place_item(&old_list, i);
		if (!update_may_be_same_but(UPDATE_PART, &container, &old_container, open))
			return false;
	}
	return true;
}

/* validatePodTemplateUpdate of an idle job: where its pods may run and what they get may change. */
static void check_idle_template(const struct place *template, const struct place *old)
{
	static const char *const open[] = {
		"affinity",        "containers", "initContainers", "nodeSelector", "tolerations",
		"schedulingGates", NULL
	};
	static const char *const open_affinity[] = { "nodeAffinity", NULL };
	const struct place spec = place_field(template, "spec");
	const struct place before = place_field(old, "spec");
	const struct place affinity = place_field(&spec, "affinity");
	const struct place old_affinity = place_field(&before, "affinity");
	if (!update_may_be_same_but(UPDATE_PART, &spec, &before, open) ||
	    !update_may_be_same_but(UPDATE_PART, &affinity, &old_affinity, open_affinity) ||
	    !has_same_resources_aside(&spec, &before, "containers") ||
	    !has_same_resources_aside(&spec, &before, "initContainers"))
		update_refuse(&spec);
}

/* ValidateJobSpecUpdate; the selector that the server has made is no one's to tell. */
void update_check_job(const struct place *now, const struct place *old)
{
	static const char *const fields[] = { "podFailurePolicy", "backoffLimitPerIndex",
					      "managedBy", "successPolicy" };
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	const struct place selector = place_field(&spec, "selector");
	const struct place old_selector = place_field(&before, "selector");
	const struct place template = place_field(&spec, "template");
	const struct place old_template = place_field(&before, "template");
	check_completions(&spec, &before);
	if (place_is_set(&selector) && place_is_set(&old_selector))
		update_check_selector(&spec, &before);
	if (is_idle(old))
		check_idle_template(&template, &old_template);
	else
		update_check_field(&spec, &before, "template");
	update_check_text(&spec, &before, "completionMode", "NonIndexed");
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
		update_check_field(&spec, &before, fields[i]);
}

/* ValidateContainerUpdates: whether the rest may be looked at. */
static bool check_container_count(const struct place *spec, const struct place *before,
				  const char *name)
{
	const struct place list = place_field(spec, name);
	const struct place old_list = place_field(before, name);
	if (place_count(&list) == place_count(&old_list))
		return true;
	refuse_forbidden(&list, "pod updates may not add or remove containers");
	return false;
}

/* False when nothing else is told. */
static bool check_deadline(const struct place *spec, const struct place *before)
{
	const struct place now = place_field(spec, "activeDeadlineSeconds");
	const struct place old = place_field(before, "activeDeadlineSeconds");
	if (!place_is_set(&old))
		return true;
	if (!place_is_set(&now)) {
		refuse_shown(&now, PQ_S("null"),
			     "must not update from a positive integer to nil value");
		return true;
	}
	if (place_integer(&now) <= place_integer(&old))
		return true;
	refuse_number(&now, place_integer(&now), "must be less than or equal to previous value");
	return false;
}

/* All of a toleration but for how long, as one text. */
static struct pq_string show_toleration(const struct place *toleration)
{
	const struct place key = place_field(toleration, "key");
	const struct place operator= place_field(toleration, "operator");
	const struct place value = place_field(toleration, "value");
	const struct place effect = place_field(toleration, "effect");
	struct pq_string how = place_text(&operator);
	return pq_arena_format(toleration->findings->arena, "%.*s\n%.*s\n%.*s\n%.*s",
			       PQ_STRING_ARGUMENT(place_text(&key)),
			       PQ_STRING_ARGUMENT(how.length == 0 ? PQ_S("Equal") : how),
			       PQ_STRING_ARGUMENT(place_text(&value)),
			       PQ_STRING_ARGUMENT(place_text(&effect)));
}

/* DefaultTolerationSeconds puts it into every pod that lacks it. */
static bool is_default_toleration(const struct place *toleration)
{
	const struct place key = place_field(toleration, "key");
	return place_is_text(&key, "node.kubernetes.io/not-ready") ||
	       place_is_text(&key, "node.kubernetes.io/unreachable");
}

/* validateOnlyAddedTolerations; a file lacks those that a plugin has added to what is stored. */
static void check_tolerations(const struct place *spec, const struct place *before)
{
	const struct place now = place_field(spec, "tolerations");
	const struct place old = place_field(before, "tolerations");
	pq_cleanup_map struct pq_map known;
	pq_map_init(&known);
	if (before->is_stored && !spec->is_stored)
		return;
	for (size_t i = 0; i < place_count(&now); i++) {
		const struct place toleration = place_item(&now, i);
		place_note(&toleration, &known, show_toleration(&toleration));
	}
	for (size_t i = 0; i < place_count(&old); i++) {
		const struct place toleration = place_item(&old, i);
		if (is_default_toleration(&toleration) ||
		    pq_map_find(&known, show_toleration(&toleration)) != NULL)
			continue;
		refuse_forbidden(&now, "existing toleration can not be modified except its "
				       "tolerationSeconds");
		return;
	}
}

/* validateOnlyDeletedSchedulingGates */
static void check_gates(const struct place *spec, const struct place *before)
{
	const struct place gates = place_field(spec, "schedulingGates");
	const struct place old_gates = place_field(before, "schedulingGates");
	pq_cleanup_map struct pq_map known;
	pq_map_init(&known);
	for (size_t i = 0; i < place_count(&old_gates); i++) {
		const struct place gate = place_item(&old_gates, i);
		const struct place name = place_field(&gate, "name");
		place_note(&name, &known, place_text(&name));
	}
	for (size_t i = 0; i < place_count(&gates); i++) {
		const struct place gate = place_item(&gates, i);
		const struct place name = place_field(&gate, "name");
		if (pq_map_find(&known, place_text(&name)) != NULL)
			continue;
		struct pq_string detail = pq_arena_format(
			spec->findings->arena,
			"only deletion is allowed, but found new scheduling gate '%.*s'",
			PQ_STRING_ARGUMENT(place_text(&name)));
		if (detail.data != NULL)
			refuse_forbidden(&name, detail.data);
	}
}

static bool has_same_containers(const struct place *spec, const struct place *before,
				const char *name)
{
	static const char *const open[] = { "image", NULL };
	const struct place list = place_field(spec, name);
	const struct place old_list = place_field(before, name);
	for (size_t i = 0; i < place_count(&list); i++) {
		const struct place container = place_item(&list, i);
		const struct place old_container = place_item(&old_list, i);
		if (!update_may_be_same_but(UPDATE_OBJECT, &container, &old_container, open))
			return false;
	}
	return true;
}

/* ValidatePodUpdate; what differs is not told. */
void update_check_pod(const struct place *now, const struct place *old)
{
	static const char *const open[] = { "containers",
					    "initContainers",
					    "activeDeadlineSeconds",
					    "tolerations",
					    "terminationGracePeriodSeconds",
					    "schedulingGates",
					    "nodeSelector",
					    "affinity",
					    NULL };
	static const char *const fixed[] = { "nodeSelector", "affinity",
					     "terminationGracePeriodSeconds" };
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	const struct place old_gates = place_field(&before, "schedulingGates");
	const struct place old_grace = place_field(&before, "terminationGracePeriodSeconds");
	if (!check_container_count(&spec, &before, "containers") ||
	    !check_container_count(&spec, &before, "initContainers") ||
	    !check_deadline(&spec, &before))
		return;
	check_tolerations(&spec, &before);
	check_gates(&spec, &before);
	bool is_same = update_may_be_same_but(UPDATE_OBJECT, &spec, &before, open) &&
		       has_same_containers(&spec, &before, "containers") &&
		       has_same_containers(&spec, &before, "initContainers");
	bool is_free = place_count(&old_gates) > 0 || place_integer(&old_grace) < 0;
	for (size_t i = 0; !is_free && i < sizeof fixed / sizeof fixed[0]; i++) {
		const struct place field = place_field(&spec, fixed[i]);
		const struct place old_field = place_field(&before, fixed[i]);
		is_same =
			is_same && update_may_be_same(UPDATE_OBJECT, fixed[i], &field, &old_field);
	}
	if (!is_same)
		refuse_forbidden(
			&spec,
			"pod updates may not change fields other than "
			"`spec.containers[*].image`,`spec.initContainers[*].image`,"
			"`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to "
			"existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to "
			"be set to 1 if it was previously negative)");
}
