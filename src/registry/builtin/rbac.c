/* Roles and bindings (pkg/apis/rbac/validation). */
#include "registry/builtin/rules.h"
#include "registry/builtin/selector.h"

static const char *const group_name[] = { "rbac.authorization.k8s.io", NULL };

/* ValidatePolicyRule */
static void check_rule(const struct place *rule, bool is_namespaced)
{
	const struct place verbs = place_field(rule, "verbs");
	const struct place urls = place_field(rule, "nonResourceURLs");
	const struct place groups = place_field(rule, "apiGroups");
	const struct place resources = place_field(rule, "resources");
	const struct place names = place_field(rule, "resourceNames");
	if (place_count(&verbs) == 0)
		refuse_required(&verbs, "verbs must contain at least one value");
	if (place_count(&urls) > 0) {
		if (is_namespaced)
			refuse_value(&urls, "namespaced rules cannot apply to non-resource URLs");
		if (place_count(&groups) + place_count(&resources) + place_count(&names) > 0)
			refuse_value(&urls, "rules cannot apply to both regular resources and "
					    "non-resource URLs");
		return;
	}
	if (place_count(&groups) == 0)
		refuse_required(&groups, "resource rules must supply at least one api group");
	if (place_count(&resources) == 0)
		refuse_required(&resources, "resource rules must supply at least one resource");
}

static void check_rules(const struct place *role, bool is_namespaced)
{
	const struct place rules = place_field(role, "rules");
	for (size_t i = 0; i < place_count(&rules); i++) {
		const struct place rule = place_item(&rules, i);
		check_rule(&rule, is_namespaced);
	}
}

void rules_check_role(const struct place *role)
{
	check_rules(role, true);
}

/* The server means to show the selector and shows that it could not be read. */
static void check_aggregated(const struct place *selector)
{
	check_label_selector(selector);
	if (!selector_is_valid(selector))
		refuse_shown(selector, PQ_S("null"), "invalid label selector.");
}

void rules_check_cluster_role(const struct place *role)
{
	const struct place aggregation = place_field(role, "aggregationRule");
	const struct place selectors = place_field(&aggregation, "clusterRoleSelectors");
	check_rules(role, false);
	if (place_is_set(&aggregation) && place_count(&selectors) == 0)
		refuse_required(&selectors, "at least one clusterRoleSelector required if "
					    "aggregationRule is non-nil");
	place_each(&selectors, check_aggregated);
}

/* ValidateRoleBindingSubject; the group of users and groups has a default. */
static void check_subject(const struct place *subject, bool is_namespaced)
{
	static const char *const kinds[] = { "ServiceAccount", "User", "Group", NULL };
	static const char *const none[] = { "", NULL };
	const struct place kind = place_field(subject, "kind");
	const struct place name = place_field(subject, "name");
	const struct place group = place_field(subject, "apiGroup");
	const struct place namespace = place_field(subject, "namespace");
	check_required(&name);
	if (!place_is_one_of(&kind, kinds)) {
		refuse_unsupported_text(&kind, place_text(&kind), kinds);
	} else if (!place_is_text(&kind, "ServiceAccount")) {
		if (place_text(&group).length > 0 && !place_is_one_of(&group, group_name))
			refuse_unsupported_text(&group, place_text(&group), group_name);
	} else {
		if (place_text(&name).length > 0)
			check_name(&name, pq_names_check_dns1123_subdomain);
		if (place_text(&group).length > 0)
			refuse_unsupported_text(&group, place_text(&group), none);
		if (!is_namespaced)
			check_required(&namespace);
	}
}

static void check_binding(const struct place *binding, bool is_namespaced, const char *const *kinds)
{
	const struct place role = place_field(binding, "roleRef");
	const struct place group = place_field(&role, "apiGroup");
	const struct place kind = place_field(&role, "kind");
	const struct place name = place_field(&role, "name");
	const struct place subjects = place_field(binding, "subjects");
	if (place_text(&group).length > 0 && !place_is_one_of(&group, group_name))
		refuse_unsupported_text(&group, place_text(&group), group_name);
	if (!place_is_one_of(&kind, kinds))
		refuse_unsupported_text(&kind, place_text(&kind), kinds);
	check_required_name(&name, pq_names_check_path_segment);
	for (size_t i = 0; i < place_count(&subjects); i++) {
		const struct place subject = place_item(&subjects, i);
		check_subject(&subject, is_namespaced);
	}
}

void rules_check_role_binding(const struct place *binding)
{
	static const char *const kinds[] = { "Role", "ClusterRole", NULL };
	check_binding(binding, true, kinds);
}

void rules_check_cluster_role_binding(const struct place *binding)
{
	static const char *const kinds[] = { "ClusterRole", NULL };
	check_binding(binding, false, kinds);
}
