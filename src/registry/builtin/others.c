/* Kinds with few rules, of the groups policy, coordination, scheduling and node. */
#include "registry/builtin/pod.h"
#include "registry/builtin/rules.h"

/* The server's internal struct. */
static struct pq_string show_budget(const struct place *spec)
{
	const struct place least = place_field(spec, "minAvailable");
	const struct place most = place_field(spec, "maxUnavailable");
	const struct place selector = place_field(spec, "selector");
	const struct place policy = place_field(spec, "unhealthyPodEvictionPolicy");
	return pq_arena_format(spec->findings->arena,
			       "{\"MinAvailable\":%.*s,\"Selector\":%.*s,"
			       "\"MaxUnavailable\":%.*s,\"UnhealthyPodEvictionPolicy\":%.*s}",
			       PQ_STRING_ARGUMENT(refuse_place_json(&least)),
			       PQ_STRING_ARGUMENT(check_show_selector(&selector)),
			       PQ_STRING_ARGUMENT(refuse_place_json(&most)),
			       PQ_STRING_ARGUMENT(refuse_place_json(&policy)));
}

/* ValidatePodDisruptionBudgetSpec */
void rules_check_disruption_budget(const struct place *budget)
{
	static const char *const policies[] = { "AlwaysAllow", "IfHealthyBudget", NULL };
	const struct place spec = place_field(budget, "spec");
	const struct place least = place_field(&spec, "minAvailable");
	const struct place most = place_field(&spec, "maxUnavailable");
	const struct place selector = place_field(&spec, "selector");
	const struct place policy = place_field(&spec, "unhealthyPodEvictionPolicy");
	if (place_is_set(&least) && place_is_set(&most))
		refuse_shown(&spec, show_budget(&spec),
			     "minAvailable and maxUnavailable cannot be both set");
	check_positive_or_percent(&least);
	check_not_above_100_percent(&least);
	check_positive_or_percent(&most);
	check_not_above_100_percent(&most);
	check_label_selector(&selector);
	check_optional_enum(&policy, policies);
}

/* ValidateLeaseSpec; strategy and preferredHolder are dropped first unless the feature gate
 * CoordinatedLeaderElection is on. */
void rules_check_lease(const struct place *lease)
{
	const struct place spec = place_field(lease, "spec");
	const struct place duration = place_field(&spec, "leaseDurationSeconds");
	const struct place transitions = place_field(&spec, "leaseTransitions");
	if (place_is_set(&duration) && place_integer(&duration) <= 0)
		refuse_number(&duration, place_integer(&duration), "must be greater than 0");
	check_non_negative(&transitions);
}

/* ValidatePriorityClass; the system's own classes exist already and cannot be made. */
void rules_check_priority_class(const struct place *class)
{
	enum { USER_MAX = 1000000000 };
	static const char *const policies[] = { "PreemptLowerPriority", "Never", NULL };
	const struct place metadata = place_field(class, "metadata");
	const struct place name = place_field(&metadata, "name");
	const struct place value = place_field(class, "value");
	const struct place policy = place_field(class, "preemptionPolicy");
	static const char *const system[] = { "system-node-critical", "system-cluster-critical",
					      NULL };
	if (!pq_string_starts_with(place_text(&name), PQ_S("system-"))) {
		if (place_integer(&value) > USER_MAX)
			refuse_forbidden(&value, "maximum allowed value of a user defined priority "
						 "is 1000000000");
	} else if (!place_is_one_of(&name, system)) {
		struct pq_string detail = pq_arena_format(
			class->findings->arena,
			"priority class names with 'system-' prefix are reserved for system use "
			"only. error: %.*s is not a known system priority class",
			PQ_STRING_ARGUMENT(place_text(&name)));
		refuse_forbidden(&name, detail.data == NULL ? "" : detail.data);
	}
	if (place_is_set(&policy))
		check_required_enum(&policy, policies);
}

static struct pq_string toleration_text(const struct place *toleration, const char *field)
{
	const struct place text = place_field(toleration, field);
	return place_text(&text).length > 0 ? refuse_place_json(&text) : PQ_S("\"\"");
}

/* validateTolerations: how long one lasts makes no difference; shown is the server's struct. */
static void check_unique_tolerations(const struct place *tolerations)
{
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < place_count(tolerations); i++) {
		const struct place toleration = place_item(tolerations, i);
		const struct place seconds = place_field(&toleration, "tolerationSeconds");
		struct pq_arena *arena = toleration.findings->arena;
		struct pq_string key = toleration_text(&toleration, "key");
		struct pq_string how = toleration_text(&toleration, "operator");
		struct pq_string value = toleration_text(&toleration, "value");
		struct pq_string effect = toleration_text(&toleration, "effect");
		struct pq_string same = pq_arena_format(
			arena, "{\"Key\":%.*s,\"Operator\":%.*s,\"Value\":%.*s,\"Effect\":%.*s",
			PQ_STRING_ARGUMENT(key), PQ_STRING_ARGUMENT(how), PQ_STRING_ARGUMENT(value),
			PQ_STRING_ARGUMENT(effect));
		struct pq_string time =
			place_is_set(&seconds) ? refuse_place_json(&seconds) : PQ_S("null");
		if (!place_note(&toleration, &seen, same))
			refuse_duplicate_json(&toleration,
					      pq_arena_format(arena,
							      "%.*s,\"TolerationSeconds\":%.*s}",
							      PQ_STRING_ARGUMENT(same),
							      PQ_STRING_ARGUMENT(time)));
	}
}

/* ValidateRuntimeClass */
void rules_check_runtime_class(const struct place *class)
{
	const struct place handler = place_field(class, "handler");
	const struct place overhead = place_field(class, "overhead");
	const struct place fixed = place_field(&overhead, "podFixed");
	const struct place limits = place_field(&overhead, "limits");
	const struct place scheduling = place_field(class, "scheduling");
	const struct place selector = place_field(&scheduling, "nodeSelector");
	const struct place tolerations = place_field(&scheduling, "tolerations");
	check_required_name(&handler, pq_names_check_dns1123_label);
	for (size_t i = 0; i < place_count(&fixed); i++) {
		const struct place sent = place_member(&fixed, i);
		struct place item = place_keyed(&limits, place_key(&fixed, i));
		item.value = sent.value;
		item.offset = sent.offset;
		resource_check_container_name(&item, place_key(&fixed, i));
		resource_check_value(&item, place_key(&fixed, i));
	}
	check_labels(&selector);
	pod_check_tolerations(&tolerations);
	check_unique_tolerations(&tolerations);
}
