/* Where a pod may run: affinity, tolerations, spread. */
#include "registry/builtin/pod.h"

enum { WEIGHT_MAX = 100 };

static void check_values(const struct place *values)
{
	for (size_t i = 0; i < place_count(values); i++) {
		const struct place value = place_item(values, i);
		check_name(&value, pq_names_check_label_value);
	}
}

/* ValidateNodeSelectorRequirement */
static void check_key_requirement(const struct place *requirement)
{
	static const char *const with[] = { "In", "NotIn", NULL };
	static const char *const without[] = { "Exists", "DoesNotExist", NULL };
	static const char *const comparing[] = { "Gt", "Lt", NULL };
	const struct place operator= place_field(requirement, "operator");
	const struct place values = place_field(requirement, "values");
	const struct place key = place_field(requirement, "key");
	size_t count = place_count(&values);
	if (place_is_one_of(&operator, with)) {
		if (count == 0)
			refuse_required(&values,
					"must be specified when `operator` is 'In' or 'NotIn'");
	} else if (place_is_one_of(&operator, without)) {
		if (count > 0)
			refuse_forbidden(&values, "may not be specified when `operator` is "
						  "'Exists' or 'DoesNotExist'");
	} else if (place_is_one_of(&operator, comparing)) {
		if (count != 1)
			refuse_required(&values, "must be specified single value when `operator` "
						 "is 'Lt' or 'Gt'");
	} else {
		refuse_word(&operator, place_text(&operator), "not a valid selector operator");
	}
	check_name(&key, pq_names_check_qualified_name);
}

static void check_requirement(const struct place *requirement)
{
	const struct place values = place_field(requirement, "values");
	check_key_requirement(requirement);
	check_values(&values);
}

/* ValidateNodeFieldSelectorRequirement */
static void check_field_requirement(const struct place *requirement)
{
	static const char *const operators[] = { "In", "NotIn", NULL };
	const struct place operator= place_field(requirement, "operator");
	const struct place values = place_field(requirement, "values");
	const struct place key = place_field(requirement, "key");
	if (!place_is_one_of(&operator, operators))
		refuse_word(&operator, place_text(&operator), "not a valid selector operator");
	else if (place_count(&values) != 1)
		refuse_required(&values, "must be only one value when `operator` is 'In' or "
					 "'NotIn' for node field selector");
	if (!place_is_text(&key, "metadata.name")) {
		refuse_string(&key, place_text(&key), "not a valid field selector key");
		return;
	}
	for (size_t i = 0; i < place_count(&values); i++) {
		const struct place value = place_item(&values, i);
		check_name(&value, pq_names_check_dns1123_subdomain);
	}
}

static void check_term_by(const struct place *term, place_check *check)
{
	const struct place expressions = place_field(term, "matchExpressions");
	const struct place fields = place_field(term, "matchFields");
	place_each(&expressions, check);
	place_each(&fields, check_field_requirement);
}

static void check_term(const struct place *term)
{
	check_term_by(term, check_requirement);
}

/* ValidateNodeSelector */
void pod_check_node_selector(const struct place *selector)
{
	const struct place terms = place_field(selector, "nodeSelectorTerms");
	if (place_count(&terms) == 0)
		refuse_required(&terms, "must have at least one node selector term");
	place_each(&terms, check_term);
}

static void check_weight(const struct place *term)
{
	const struct place weight = place_field(term, "weight");
	int64_t number = place_integer(&weight);
	if (number <= 0 || number > WEIGHT_MAX)
		refuse_number(&weight, number, "must be in the range 1-100");
}

/* Of what is only preferred, the server lets bad label values pass. */
static void check_preferred_term(const struct place *term)
{
	const struct place preference = place_field(term, "preference");
	check_weight(term);
	check_term_by(&preference, check_key_requirement);
}

static void check_node_affinity(const struct place *affinity)
{
	const struct place required =
		place_field(affinity, "requiredDuringSchedulingIgnoredDuringExecution");
	const struct place preferred =
		place_field(affinity, "preferredDuringSchedulingIgnoredDuringExecution");
	if (place_is_set(&required))
		pod_check_node_selector(&required);
	place_each(&preferred, check_preferred_term);
}

/* validateLabelKeys */
static void check_label_keys(const struct place *keys, const struct place *selector)
{
	if (place_count(keys) > 0 && !place_is_set(selector)) {
		refuse_forbidden(keys, "must not be specified when labelSelector is not set");
		return;
	}
	for (size_t i = 0; i < place_count(keys); i++) {
		const struct place key = place_item(keys, i);
		check_name(&key, pq_names_check_qualified_name);
	}
}

/* A key of matchLabelKeys that the selector has twice: told of the term by the key's index. */
static void check_repeated_keys(const struct place *term, const struct place *keys,
				const struct place *selector)
{
	const struct place labels = place_field(selector, "matchLabels");
	const struct place expressions = place_field(selector, "matchExpressions");
	pq_cleanup_map struct pq_map seen, index;
	pq_map_init(&seen);
	place_index(keys, &index);
	if (place_count(keys) == 0)
		return;
	for (size_t i = 0; i < place_count(&labels); i++)
		place_note(term, &seen, place_key(&labels, i));
	for (size_t i = 0; i < place_count(&expressions); i++) {
		const struct place expression = place_item(&expressions, i);
		const struct place key = place_field(&expression, "key");
		struct place told = *term;
		size_t last;
		if (place_note(term, &seen, place_text(&key)) ||
		    !place_find_last(&index, place_text(&key), &last))
			continue;
		told.parent = term;
		told.path = pq_path_index(place_path(term), last);
		refuse_string(&told, place_text(&key),
			      "exists in both matchLabelKeys and labelSelector");
	}
}

/* ValidateMatchLabelKeysAndMismatchLabelKeys */
static void check_match_keys(const struct place *term)
{
	const struct place selector = place_field(term, "labelSelector");
	const struct place keys = place_field(term, "matchLabelKeys");
	const struct place others = place_field(term, "mismatchLabelKeys");
	check_label_keys(&keys, &selector);
	check_label_keys(&others, &selector);
	check_repeated_keys(term, &keys, &selector);
	pq_cleanup_map struct pq_map index;
	place_index(&others, &index);
	for (size_t i = 0; i < place_count(&keys); i++) {
		const struct place key = place_item(&keys, i);
		if (pq_map_find(&index, place_text(&key)) != NULL)
			refuse_string(&key, place_text(&key),
				      "exists in both matchLabelKeys and mismatchLabelKeys");
	}
}

/* validatePodAffinityTerm */
static void check_pod_term(const struct place *term)
{
	const struct place selector = place_field(term, "labelSelector");
	const struct place spaces = place_field(term, "namespaceSelector");
	const struct place names = place_field(term, "namespaces");
	const struct place topology = place_field(term, "topologyKey");
	check_label_selector(&selector);
	check_label_selector(&spaces);
	for (size_t i = 0; i < place_count(&names); i++) {
		const struct place name = place_item(&names, i);
		const struct place told = place_field(term, "namespace");
		check_name_shown(&told, place_text(&name), pq_names_check_dns1123_label);
	}
	check_match_keys(term);
	if (place_text(&topology).length == 0)
		refuse_required(&topology, "can not be empty");
	check_name(&topology, pq_names_check_qualified_name);
}

static void check_weighted_term(const struct place *weighted)
{
	const struct place term = place_field(weighted, "podAffinityTerm");
	check_weight(weighted);
	check_pod_term(&term);
}

static void check_pod_affinity(const struct place *affinity)
{
	const struct place required =
		place_field(affinity, "requiredDuringSchedulingIgnoredDuringExecution");
	const struct place preferred =
		place_field(affinity, "preferredDuringSchedulingIgnoredDuringExecution");
	place_each(&required, check_pod_term);
	place_each(&preferred, check_weighted_term);
}

/* validateAffinity */
void pod_check_affinity(const struct place *affinity)
{
	const struct place nodes = place_field(affinity, "nodeAffinity");
	const struct place pods = place_field(affinity, "podAffinity");
	const struct place others = place_field(affinity, "podAntiAffinity");
	check_node_affinity(&nodes);
	check_pod_affinity(&pods);
	check_pod_affinity(&others);
}

static void check_toleration_value(const struct place *toleration)
{
	static const char *const known[] = { "Equal", "Exists", NULL };
	static const char *const all[] = { "Equal", "Exists", "Lt", "Gt", NULL };
	const struct place operator= place_field(toleration, "operator");
	const struct place value = place_field(toleration, "value");
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	if (place_is_text(&operator, "Exists")) {
		if (place_text(&value).length > 0)
			refuse_string(&operator, place_text(&value),
				      "value must be empty when `operator` is 'Exists'");
	} else if (place_text(&operator).length == 0 || place_is_text(&operator, "Equal")) {
		size_t count = pq_names_check_label_value(place_text(&value), problems);
		if (count > 0)
			refuse_string(&operator, place_text(&value), "%s%s%s", problems[0],
				      count > 1 ? ";" : "", count > 1 ? problems[1] : "");
	} else if (place_is_one_of(&operator, all)) {
		refuse_unsupported(&operator, all);
	} else {
		refuse_unsupported(&operator, known);
	}
}

static void check_toleration(const struct place *toleration)
{
	static const char *const effects[] = { "NoSchedule", "PreferNoSchedule", "NoExecute",
					       NULL };
	const struct place key = place_field(toleration, "key");
	const struct place operator= place_field(toleration, "operator");
	const struct place effect = place_field(toleration, "effect");
	const struct place seconds = place_field(toleration, "tolerationSeconds");
	if (place_text(&key).length > 0)
		check_name(&key, pq_names_check_qualified_name);
	else if (!place_is_text(&operator, "Exists"))
		refuse_word(&operator, place_text(&operator),
			    "operator must be Exists when `key` is empty, which means \"match all "
			    "values and all keys\"");
	if (place_is_set(&seconds) && !place_is_text(&effect, "NoExecute"))
		refuse_word(&effect, place_text(&effect),
			    "effect must be 'NoExecute' when `tolerationSeconds` is set");
	check_toleration_value(toleration);
	if (place_text(&effect).length > 0)
		check_enum(&effect, effects);
}

/* ValidateTolerations */
void pod_check_tolerations(const struct place *tolerations)
{
	place_each(tolerations, check_toleration);
}

/* ValidateSpreadConstraintNotRepeat: each is told that has a later one like it. */
static void check_repeated(const struct place *constraints)
{
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = place_count(constraints); i-- > 0;) {
		const struct place constraint = place_item(constraints, i);
		const struct place told =
			place_field(&constraint, "{topologyKey, whenUnsatisfiable}");
		const struct place key = place_field(&constraint, "topologyKey");
		const struct place action = place_field(&constraint, "whenUnsatisfiable");
		/* Behind the length of the key, so that no two pairs look alike. */
		struct pq_string text = pq_arena_format(told.findings->arena, "%zu{%.*s, %.*s}",
							place_text(&key).length,
							PQ_STRING_ARGUMENT(place_text(&key)),
							PQ_STRING_ARGUMENT(place_text(&action)));
		ptrdiff_t brace = pq_string_find_byte(text, '{');
		if (!place_note(&constraint, &seen, text))
			refuse_duplicate(&told, pq_string_slice(text, (size_t)brace, text.length));
	}
}

/* validateMinDomains */
static void check_domains(const struct place *constraint)
{
	const struct place domains = place_field(constraint, "minDomains");
	const struct place action = place_field(constraint, "whenUnsatisfiable");
	if (!place_is_set(&domains))
		return;
	check_positive(&domains);
	if (!place_is_text(&action, "DoNotSchedule"))
		refuse_number(&domains, place_integer(&domains),
			      "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not "
			      "%.*s",
			      PQ_STRING_ARGUMENT(place_text(&action)));
}

/* validateTopologySpreadConstraints */
void pod_check_topology_spread(const struct place *constraints)
{
	static const char *const actions[] = { "DoNotSchedule", "ScheduleAnyway", NULL };
	static const char *const policies[] = { "Honor", "Ignore", NULL };
	for (size_t i = 0; i < place_count(constraints); i++) {
		const struct place constraint = place_item(constraints, i);
		const struct place skew = place_field(&constraint, "maxSkew");
		const struct place key = place_field(&constraint, "topologyKey");
		const struct place action = place_field(&constraint, "whenUnsatisfiable");
		const struct place affinity = place_field(&constraint, "nodeAffinityPolicy");
		const struct place taints = place_field(&constraint, "nodeTaintsPolicy");
		const struct place selector = place_field(&constraint, "labelSelector");
		check_positive(&skew);
		if (place_text(&key).length == 0)
			refuse_required(&key, "can not be empty");
		check_enum(&action, actions);
		check_domains(&constraint);
		check_optional_enum(&affinity, policies);
		check_optional_enum(&taints, policies);
		check_match_keys(&constraint);
		check_label_selector(&selector);
	}
	check_repeated(constraints);
}
