/* Rules of the group policy: PodDisruptionBudget. */
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
