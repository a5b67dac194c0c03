/* What webhooks and admission policies match (pkg/apis/admissionregistration). */
#include "registry/builtin/admission.h"

#include "base/utf8.h"

const char *const admission_match_policies[] = { "Equivalent", "Exact", NULL };
const char *const admission_failure_policies[] = { "Fail", "Ignore", NULL };

static void check_lone_star(const struct place *list, const char *what)
{
	struct pq_string detail = pq_arena_format(
		list->findings->arena, "if '*' is present, must not specify other %s", what);
	if (place_count(list) > 1 && place_lists(list, "*"))
		refuse_value(list, detail.data == NULL ? "" : detail.data);
}

static struct pq_string joined(const struct place *place, const char *before,
			       struct pq_string middle, const char *after)
{
	return pq_arena_format(place->findings->arena, "%s%.*s%s", before,
			       PQ_STRING_ARGUMENT(middle), after);
}

/* A resource with a subresource against those with stars before it. */
static void check_subresource(const struct place *item, struct pq_map *stars)
{
	struct pq_string text = place_text(item);
	ptrdiff_t slash = pq_string_find_byte(text, '/');
	struct pq_string resource = pq_string_slice(text, 0, (size_t)slash);
	struct pq_string sub = pq_string_slice(text, (size_t)slash + 1, text.length);
	struct pq_string all_subs = joined(item, "", resource, "/*");
	struct pq_string all_resources = joined(item, "*/", sub, "");
	if (pq_map_find(stars, joined(item, "r:", all_subs, "")) != NULL)
		refuse_string(item, text, "if '%.*s' is present, must not specify %.*s",
			      PQ_STRING_ARGUMENT(all_subs), PQ_STRING_ARGUMENT(text));
	if (pq_map_find(stars, joined(item, "s:", all_resources, "")) != NULL)
		refuse_string(item, text, "if '%.*s' is present, must not specify %.*s",
			      PQ_STRING_ARGUMENT(all_resources), PQ_STRING_ARGUMENT(text));
	if (pq_string_is(sub, "*"))
		place_note(item, stars, joined(item, "r:", all_subs, ""));
	if (pq_string_is(resource, "*"))
		place_note(item, stars, joined(item, "s:", all_resources, ""));
}

/* validateResources; of the resources without subresource the last one counts. */
static void check_resources(const struct place *list)
{
	pq_cleanup_map struct pq_map stars;
	bool has_plain = false;
	pq_map_init(&stars);
	check_required(list);
	for (size_t i = 0; i < place_count(list); i++) {
		const struct place item = place_item(list, i);
		struct pq_string text = place_text(&item);
		if (!check_required(&item))
			continue;
		if (pq_string_find_byte(text, '/') < 0)
			has_plain = !pq_string_is(text, "*");
		else
			check_subresource(&item, &stars);
	}
	if (place_count(list) > 1 && place_lists(list, "*/*"))
		refuse_value(list, "if '*/*' is present, must not specify other resources");
	if (place_lists(list, "*") && has_plain)
		refuse_value(list, "if '*' is present, must not specify other resources without "
				   "subresources");
}

/* validateRuleWithOperations */
void admission_check_rule(const struct place *rule)
{
	static const char *const known[] = { "*", "CONNECT", "CREATE", "DELETE", "UPDATE", NULL };
	static const char *const scopes[] = { "*", "Cluster", "Namespaced", NULL };
	const struct place operations = place_field(rule, "operations");
	const struct place groups = place_field(rule, "apiGroups");
	const struct place versions = place_field(rule, "apiVersions");
	const struct place resources = place_field(rule, "resources");
	const struct place scope = place_field(rule, "scope");
	check_required(&operations);
	check_lone_star(&operations, "operations");
	for (size_t i = 0; i < place_count(&operations); i++) {
		const struct place operation = place_item(&operations, i);
		check_enum(&operation, known);
	}
	check_required(&groups);
	check_lone_star(&groups, "API groups");
	check_required(&versions);
	check_lone_star(&versions, "API versions");
	for (size_t i = 0; i < place_count(&versions); i++) {
		const struct place version = place_item(&versions, i);
		check_required(&version);
	}
	check_resources(&resources);
	check_optional_enum(&scope, scopes);
}

/* validateNamedRuleWithOperations */
static void check_named_rule(const struct place *rule)
{
	const struct place names = place_field(rule, "resourceNames");
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < place_count(&names); i++) {
		const struct place name = place_item(&names, i);
		check_name(&name, pq_names_check_path_segment);
		if (!place_note(&name, &seen, place_text(&name)))
			refuse_duplicate(&name, place_text(&name));
	}
	admission_check_rule(rule);
}

/* validateMatchResources */
void admission_check_match(const struct place *match)
{
	const struct place policy = place_field(match, "matchPolicy");
	const struct place spaces = place_field(match, "namespaceSelector");
	const struct place objects = place_field(match, "objectSelector");
	const struct place rules = place_field(match, "resourceRules");
	const struct place excluded = place_field(match, "excludeResourceRules");
	check_optional_enum(&policy, admission_match_policies);
	check_label_selector(&spaces);
	check_label_selector(&objects);
	place_each(&rules, check_named_rule);
	place_each(&excluded, check_named_rule);
}

void admission_check_constraints(const struct place *spec)
{
	const struct place failure = place_field(spec, "failurePolicy");
	const struct place param = place_field(spec, "paramKind");
	const struct place match = place_field(spec, "matchConstraints");
	const struct place rules = place_field(&match, "resourceRules");
	check_optional_enum(&failure, admission_failure_policies);
	if (place_is_set(&param))
		admission_check_param_kind(&param);
	if (!place_is_set(&match)) {
		refuse_required(&match, "");
		return;
	}
	admission_check_match(&match);
	check_required(&rules);
}

bool admission_is_blank(const struct place *place)
{
	return pq_utf8_trim(place_text(place)).length == 0;
}

/* validateMatchConditions */
void admission_check_conditions(const struct place *conditions, bool has_params)
{
	enum { CONDITIONS_MAX = 64 };
	pq_cleanup_map struct pq_map names;
	struct admission_scope scope;
	pq_map_init(&names);
	admission_scope_init(&scope, NULL, has_params);
	if (place_count(conditions) > CONDITIONS_MAX)
		refuse_too_many(conditions, place_count(conditions), CONDITIONS_MAX);
	for (size_t i = 0; i < place_count(conditions); i++) {
		const struct place condition = place_item(conditions, i);
		const struct place name = place_field(&condition, "name");
		const struct place expression = place_field(&condition, "expression");
		if (admission_is_blank(&expression))
			refuse_required(&expression, "");
		else
			admission_check_expression(&scope, &expression,
						   pq_utf8_trim(place_text(&expression)),
						   ADMISSION_BOOL, true);
		check_required_name(&name, pq_names_check_qualified_name);
		if (place_text(&name).length > 0 && !place_note(&name, &names, place_text(&name)))
			refuse_duplicate(&name, place_text(&name));
	}
}
