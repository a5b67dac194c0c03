#include "registry/builtin/update.h"

#include <stdio.h>

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

/* Maps of which the server fills in members. */
static const char *const merged[] = { "limits", "nodeSelector", "overhead", "requests", NULL };

/* What holds quantities. */
static const char *const quantities[] = { "divisor",  "limits",    "overhead",
					  "requests", "sizeLimit", NULL };

static bool is_among(struct pq_string name, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (pq_string_is(name, *names))
			return true;
	}
	return false;
}

/* False for a number of which the text is lost, and for one with more digits than we count with. */
static bool read_quantity(const struct pq_value *value, struct pq_quantity *quantity)
{
	char digits[24];
	struct pq_error error;
	struct pq_string text = PQ_S("");
	if (value->kind == PQ_STRING)
		text = pq_string_trim(pq_value_string(value));
	if (value->kind == PQ_INTEGER) {
		snprintf(digits, sizeof digits, "%lld", (long long)value->integer);
		text = pq_string_from(digits);
	}
	if (!pq_quantity_parse(text, quantity, &error))
		return false;
	pq_quantity_round_up(quantity, -3);
	return true;
}

/* "500m" and "0.5" are one quantity, and the server rounds up to thousandths. */
static bool may_be_same_quantity(const struct pq_value *a, const struct pq_value *b)
{
	struct pq_quantity left, right;
	return !read_quantity(a, &left) || !read_quantity(b, &right) ||
	       pq_quantity_compare(&left, &right) == 0;
}

/* Of two values of a field. */
typedef bool comparer(enum update_scope scope, struct pq_string field, const struct pq_value *a,
		      const struct pq_value *b);

static bool has_same_items(enum update_scope scope, struct pq_string field,
			   const struct pq_value *a, const struct pq_value *b, comparer *compare)
{
	if (a->length != b->length)
		return false;
	for (size_t i = 0; i < a->length; i++) {
		if (!compare(scope, field, &a->items[i], &b->items[i]))
			return false;
	}
	return true;
}

static const struct pq_value *account_of(const struct pq_value *spec)
{
	const struct pq_value *name = pq_value_find(spec, PQ_S("serviceAccountName"));
	return name != NULL && name->length > 0 ? name
						: pq_value_find(spec, PQ_S("serviceAccount"));
}

/* A member of a against b's. The account of a pod has two names. */
static bool has_member(enum update_scope scope, const struct pq_value *a, size_t index,
		       const struct pq_value *b, comparer *compare)
{
	const struct pq_member *member = &a->object->members[index];
	if (pq_string_is(member->key, "serviceAccount") ||
	    pq_string_is(member->key, "serviceAccountName"))
		return compare(scope, PQ_S("serviceAccountName"), account_of(a), account_of(b));
	return compare(scope, member->key, &member->value, pq_value_find(b, member->key));
}

/* Each member of a against b's. */
static bool has_members(enum update_scope scope, struct pq_string field, const struct pq_value *a,
			const struct pq_value *b, comparer *compare)
{
	bool is_merged = is_among(field, merged);
	for (size_t i = 0; i < a->object->count; i++) {
		const struct pq_member *member = &a->object->members[i];
		if (!(is_merged
			      ? compare(scope, field, &member->value, pq_value_find(b, member->key))
			      : has_member(scope, a, i, b, compare)))
			return false;
	}
	return true;
}

static bool compare_present(enum update_scope scope, struct pq_string field,
			    const struct pq_value *a, const struct pq_value *b, comparer *compare)
{
	bool is_quantity =
		a->kind != PQ_OBJECT && b->kind != PQ_OBJECT && is_among(field, quantities);
	if (is_quantity && may_be_same_quantity(a, b))
		return true;
	if (a->kind != b->kind)
		return false;
	if (a->kind == PQ_ARRAY)
		return has_same_items(scope, field, a, b, compare);
	if (a->kind == PQ_OBJECT)
		return has_members(scope, field, a, b, compare) &&
		       has_members(scope, field, b, a, compare);
	return pq_value_equal(a, b);
}

/* What reads as if it had been left out, or as a pointer to that. */
static bool is_left_out(struct pq_string field, const struct pq_value *value)
{
	return is_empty(value) || (pq_value_is_zero(value) && !update_keeps_zero(field));
}

static bool may_be_same(enum update_scope scope, struct pq_string field, const struct pq_value *a,
			const struct pq_value *b);

/* Whether a struct holds nothing but what may have been filled in. */
static bool may_be_left_out(enum update_scope scope, struct pq_string field,
			    const struct pq_value *value)
{
	if (is_left_out(field, value) || update_may_be_filled(scope, field, value))
		return true;
	return value->kind == PQ_OBJECT && has_members(scope, field, value, NULL, may_be_same);
}

static bool may_be_same(enum update_scope scope, struct pq_string field, const struct pq_value *a,
			const struct pq_value *b)
{
	if (is_left_out(field, a))
		return may_be_left_out(scope, field, b);
	if (is_left_out(field, b))
		return may_be_left_out(scope, field, a);
	return compare_present(scope, field, a, b, may_be_same);
}

bool update_may_be_same(enum update_scope scope, const char *field, const struct pq_value *a,
			const struct pq_value *b)
{
	return may_be_same(scope, pq_string_from(field), a, b);
}

bool update_may_be_same_but(enum update_scope scope, const struct place *now,
			    const struct place *old, const char *const *fields)
{
	const struct pq_value *sides[] = { now->value, old->value };
	for (size_t side = 0; side < 2; side++) {
		const struct pq_value *value = sides[side], *other = sides[1 - side];
		for (size_t i = 0; value != NULL && i < value->object->count; i++) {
			if (!is_among(value->object->members[i].key, fields) &&
			    !has_member(scope, value, i, other, may_be_same))
				return false;
		}
	}
	return true;
}

static bool is_same(enum update_scope scope, struct pq_string field, const struct pq_value *a,
		    const struct pq_value *b)
{
	/* A null is the zero value of what stands there. */
	if (a != NULL && b != NULL && (a->kind == PQ_NULL || b->kind == PQ_NULL))
		return pq_value_is_zero(a) && pq_value_is_zero(b);
	if (is_empty(a) || is_empty(b))
		return is_empty(a) && is_empty(b);
	return compare_present(scope, field, a, b, is_same);
}

bool update_is_same(const struct pq_value *a, const struct pq_value *b)
{
	return is_same(UPDATE_PART, PQ_S(""), a, b);
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
	if (!update_may_be_same(UPDATE_PART, name, field.value, before.value))
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
