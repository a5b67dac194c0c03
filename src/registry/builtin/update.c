#include "registry/builtin/update.h"

static bool is_absent(const struct pq_value *value)
{
	return value == NULL || value->kind == PQ_NULL;
}

/* As Go's Semantic.DeepEqual has it, which makes no difference between nil and none. */
static bool is_empty(const struct pq_value *value)
{
	if (is_absent(value))
		return true;
	return value->kind == PQ_OBJECT ? value->object->count == 0
					: value->kind == PQ_ARRAY && value->length == 0;
}

/* "500m" and "0.5" may be one quantity. */
static bool is_same_quantity(const struct pq_value *a, const struct pq_value *b)
{
	struct pq_quantity left, right;
	struct pq_error error;
	return a->kind == PQ_STRING && b->kind == PQ_STRING &&
	       pq_quantity_parse(pq_value_string(a), &left, &error) &&
	       pq_quantity_parse(pq_value_string(b), &right, &error) &&
	       pq_quantity_compare(&left, &right) == 0;
}

typedef bool comparer(const struct pq_value *a, const struct pq_value *b);

static bool has_same_items(const struct pq_value *a, const struct pq_value *b, comparer *compare)
{
	if (a->length != b->length)
		return false;
	for (size_t i = 0; i < a->length; i++) {
		if (!compare(&a->items[i], &b->items[i]))
			return false;
	}
	return true;
}

/* Each member of a against b's. */
static bool has_members(const struct pq_value *a, const struct pq_value *b, comparer *compare)
{
	for (size_t i = 0; i < a->object->count; i++) {
		const struct pq_member *member = &a->object->members[i];
		if (!compare(&member->value, pq_value_find(b, member->key)))
			return false;
	}
	return true;
}

static bool compare_present(const struct pq_value *a, const struct pq_value *b, comparer *compare)
{
	bool may_be_quantity = a->kind != PQ_OBJECT && a->kind != PQ_ARRAY;
	if (a->kind != b->kind) /* a quantity may be written as a number, too */
		return may_be_quantity && b->kind != PQ_OBJECT && b->kind != PQ_ARRAY;
	if (a->kind == PQ_ARRAY)
		return has_same_items(a, b, compare);
	if (a->kind == PQ_OBJECT)
		return has_members(a, b, compare) && has_members(b, a, compare);
	return pq_value_equal(a, b) || is_same_quantity(a, b);
}

/* What the server may put a default in the place of. */
static bool may_have_default(const struct pq_value *value)
{
	return is_empty(value) || (value->kind == PQ_INTEGER && value->integer == 0) ||
	       (value->kind == PQ_STRING && value->length == 0);
}

bool update_may_be_same(const struct pq_value *a, const struct pq_value *b)
{
	return may_have_default(a) || may_have_default(b) ||
	       compare_present(a, b, update_may_be_same);
}

bool update_is_same(const struct pq_value *a, const struct pq_value *b)
{
	if (is_empty(a) || is_empty(b))
		return is_empty(a) && is_empty(b);
	return compare_present(a, b, update_is_same);
}

void update_refuse(const struct place *now)
{
	refuse_shown(now, refuse_place_json(now), "field is immutable");
}

void update_check_selector(const struct place *now, const struct place *old)
{
	const struct place selector = place_field(now, "selector");
	const struct place before = place_field(old, "selector");
	if (!update_is_same(selector.value, before.value))
		refuse_shown(&selector, check_show_selector(&selector), "field is immutable");
}

void update_check_field(const struct place *now, const struct place *old, const char *name)
{
	const struct place field = place_field(now, name);
	const struct place before = place_field(old, name);
	if (!update_may_be_same(field.value, before.value))
		update_refuse(&field);
}

static struct pq_string text_or(const struct place *place, const char *otherwise)
{
	return place_is_set(place) ? place_text(place) : pq_string_from(otherwise);
}

void update_check_text(const struct place *now, const struct place *old, const char *name,
		       const char *otherwise)
{
	const struct place field = place_field(now, name);
	const struct place before = place_field(old, name);
	struct pq_string text = text_or(&field, otherwise);
	if (!pq_string_equal(text, text_or(&before, otherwise)))
		refuse_word(&field, text, "field is immutable");
}
