/* Rules of the group scheduling.k8s.io: PriorityClass. */
#include "registry/builtin/rules.h"

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
