#include "registry/builtin/selector.h"

static bool passes(pq_name_check *check, struct pq_string text)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	return check(text, problems) == 0;
}

/* labels.NewRequirement */
static bool is_valid_requirement(const struct place *requirement)
{
	static const char *const with[] = { "In", "NotIn", NULL };
	static const char *const without[] = { "Exists", "DoesNotExist", NULL };
	const struct place key = place_field(requirement, "key");
	const struct place operator= place_field(requirement, "operator");
	const struct place values = place_field(requirement, "values");
	bool is_complete = place_is_one_of(&operator, with)      ? place_count(&values) > 0
			   : place_is_one_of(&operator, without) ? place_count(&values) == 0
								 : false;
	if (!is_complete || !passes(pq_names_check_qualified_name, place_text(&key)))
		return false;
	for (size_t i = 0; i < place_count(&values); i++) {
		const struct place value = place_item(&values, i);
		if (!passes(pq_names_check_label_value, place_text(&value)))
			return false;
	}
	return true;
}

bool selector_is_valid(const struct place *selector)
{
	const struct place labels = place_field(selector, "matchLabels");
	const struct place expressions = place_field(selector, "matchExpressions");
	for (size_t i = 0; i < place_count(&labels); i++) {
		const struct place label = place_member(&labels, i);
		if (!passes(pq_names_check_qualified_name, place_key(&labels, i)) ||
		    !passes(pq_names_check_label_value, place_text(&label)))
			return false;
	}
	for (size_t i = 0; i < place_count(&expressions); i++) {
		const struct place expression = place_item(&expressions, i);
		if (!is_valid_requirement(&expression))
			return false;
	}
	return true;
}

/* False when there is no such label. */
static bool find_label(const struct place *labels, struct pq_string key, struct pq_string *text)
{
	const struct pq_value *value = pq_value_find(labels->value, key);
	if (value == NULL)
		return false;
	*text = value->kind == PQ_STRING ? pq_value_string(value) : PQ_S("");
	return true;
}

static bool meets(const struct place *requirement, const struct place *labels)
{
	const struct place key = place_field(requirement, "key");
	const struct place operator= place_field(requirement, "operator");
	const struct place values = place_field(requirement, "values");
	struct pq_string text;
	bool is_there = find_label(labels, place_text(&key), &text);
	if (place_is_text(&operator, "In"))
		return is_there && check_list_has(&values, text);
	if (place_is_text(&operator, "NotIn"))
		return !is_there || !check_list_has(&values, text);
	return is_there == place_is_text(&operator, "Exists");
}

bool selector_matches(const struct place *selector, const struct place *labels)
{
	const struct place wanted = place_field(selector, "matchLabels");
	const struct place expressions = place_field(selector, "matchExpressions");
	if (!place_is_set(selector))
		return false;
	for (size_t i = 0; i < place_count(&wanted); i++) {
		const struct place label = place_member(&wanted, i);
		struct pq_string text;
		if (!find_label(labels, place_key(&wanted, i), &text) ||
		    !pq_string_equal(place_text(&label), text))
			return false;
	}
	for (size_t i = 0; i < place_count(&expressions); i++) {
		const struct place expression = place_item(&expressions, i);
		if (!meets(&expression, labels))
			return false;
	}
	return true;
}

void selector_refuse_labels(const struct place *labels)
{
	refuse_shown(labels, check_show_labels(labels),
		     "`selector` does not match template `labels`");
}
