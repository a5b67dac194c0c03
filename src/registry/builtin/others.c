/* Kinds with few rules, of the groups policy, coordination, scheduling and node. */
#include "registry/builtin/pod.h"
#include "registry/builtin/rules.h"

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
		refuse_value(&spec, "minAvailable and maxUnavailable cannot be both set");
	check_positive_or_percent(&least);
	check_not_above_100_percent(&least);
	check_positive_or_percent(&most);
	check_not_above_100_percent(&most);
	check_label_selector(&selector);
	check_optional_enum(&policy, policies);
}

/* ValidateCoordinatedLeaseStrategy, which tells a strategy below itself */
static void check_strategy(const struct place *strategy)
{
	static const char *const known[] = { "OldestEmulationVersion", NULL };
	const struct place below = place_field(strategy, "strategy");
	struct place told = below;
	told.value = strategy->value;
	told.offset = strategy->offset;
	struct pq_string text = place_text(strategy);
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	if (pq_string_find_byte(text, '/') < 0) {
		check_enum(&told, known);
		return;
	}
	size_t count = pq_names_check_qualified_name(text, problems);
	for (size_t i = 0; i < count; i++)
		refuse_word(&told, text, "%s", problems[i]);
}

/* ValidateLeaseSpec */
void rules_check_lease(const struct place *lease)
{
	const struct place spec = place_field(lease, "spec");
	const struct place duration = place_field(&spec, "leaseDurationSeconds");
	const struct place transitions = place_field(&spec, "leaseTransitions");
	const struct place strategy = place_field(&spec, "strategy");
	const struct place holder = place_field(&spec, "preferredHolder");
	if (place_is_set(&duration) && place_integer(&duration) <= 0)
		refuse_number(&duration, place_integer(&duration), "must be greater than 0");
	check_non_negative(&transitions);
	if (place_is_set(&strategy))
		check_strategy(&strategy);
	if (place_text(&holder).length > 0 && place_text(&strategy).length == 0)
		refuse_forbidden(&holder, "may only be specified if `strategy` is defined");
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
}
