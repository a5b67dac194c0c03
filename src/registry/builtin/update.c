#include "registry/builtin/update.h"

#include "base/utf8.h"

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
		text = pq_utf8_trim(pq_value_string(value));
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

/* Two objects that are compared. */
struct comparison {
	enum update_scope scope;
	bool is_now_stored;
	bool is_old_stored;
};

/* Of two values of a field. */
typedef bool comparer(const struct comparison *comparison, struct pq_string field,
		      const struct pq_value *now, const struct pq_value *old);

static bool has_same_items(const struct comparison *comparison, struct pq_string field,
			   const struct pq_value *now, const struct pq_value *old,
			   comparer *compare)
{
	if (now->length != old->length)
		return false;
	for (size_t i = 0; i < now->length; i++) {
		if (!compare(comparison, field, &now->items[i], &old->items[i]))
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

/* Of two structs. The account of a pod has two names. */
static bool has_same_member(const struct comparison *comparison, struct pq_string name,
			    const struct pq_value *now, const struct pq_value *old,
			    comparer *compare)
{
	if (pq_string_is(name, "serviceAccount") || pq_string_is(name, "serviceAccountName"))
		return compare(comparison, PQ_S("serviceAccountName"), account_of(now),
			       account_of(old));
	return compare(comparison, name, pq_value_find(now, name), pq_value_find(old, name));
}

/* Of all members that either has. */
static bool has_same_members(const struct comparison *comparison, struct pq_string field,
			     const struct pq_value *now, const struct pq_value *old,
			     comparer *compare)
{
	const struct pq_value *sides[] = { now, old };
	bool is_merged = is_among(field, merged);
	for (size_t side = 0; side < 2; side++) {
		size_t count = sides[side] == NULL ? 0 : sides[side]->object->count;
		for (size_t i = 0; i < count; i++) {
			struct pq_string name = sides[side]->object->members[i].key;
			if (!(is_merged ? compare(comparison, field, pq_value_find(now, name),
						  pq_value_find(old, name))
					: has_same_member(comparison, name, now, old, compare)))
				return false;
		}
	}
	return true;
}

static bool compare_present(const struct comparison *comparison, struct pq_string field,
			    const struct pq_value *now, const struct pq_value *old,
			    comparer *compare)
{
	bool is_quantity =
		now->kind != PQ_OBJECT && old->kind != PQ_OBJECT && is_among(field, quantities);
	if (is_quantity && may_be_same_quantity(now, old))
		return true;
	if (now->kind != old->kind)
		return false;
	if (now->kind == PQ_ARRAY)
		return has_same_items(comparison, field, now, old, compare);
	if (now->kind == PQ_OBJECT)
		return has_same_members(comparison, field, now, old, compare);
	return pq_value_equal(now, old);
}

/* What reads as if it had been left out, or as a pointer to that. */
static bool is_left_out(struct pq_string field, const struct pq_value *value)
{
	return is_empty(value) || (pq_value_is_zero(value) && !update_keeps_zero(field));
}

static bool may_be_same(const struct comparison *comparison, struct pq_string field,
			const struct pq_value *now, const struct pq_value *old);

/* Of one value, where the other is left out: whether the server puts it there, or a struct holds
 * nothing else. */
static bool may_be_filled(const struct comparison *comparison, struct pq_string field,
			  const struct pq_value *now, const struct pq_value *old)
{
	bool is_added = is_left_out(field, old);
	const struct pq_value *value = is_added ? now : old;
	enum update_lack lack = is_added && comparison->is_old_stored    ? UPDATE_LACKED_BY_STORED
				: !is_added && comparison->is_now_stored ? UPDATE_LACKED_BY_CHANGED
									 : UPDATE_LACKED_BY_FILE;
	if (update_may_be_filled(comparison->scope, field, value, lack))
		return true;
	return value->kind == PQ_OBJECT &&
	       has_same_members(comparison, field, is_added ? now : NULL, is_added ? NULL : old,
				may_be_same);
}

static bool may_be_same(const struct comparison *comparison, struct pq_string field,
			const struct pq_value *now, const struct pq_value *old)
{
	bool lacks_now = is_left_out(field, now), lacks_old = is_left_out(field, old);
	if (lacks_now && lacks_old)
		return true;
	return lacks_now || lacks_old ? may_be_filled(comparison, field, now, old)
				      : compare_present(comparison, field, now, old, may_be_same);
}

static struct comparison compare_places(enum update_scope scope, const struct place *now,
					const struct place *old)
{
	return (struct comparison){
		.scope = scope,
		.is_now_stored = now->is_stored,
		.is_old_stored = old->is_stored,
	};
}

bool update_may_be_same(enum update_scope scope, const char *field, const struct place *now,
			const struct place *old)
{
	const struct comparison comparison = compare_places(scope, now, old);
	return may_be_same(&comparison, pq_string_from(field), now->value, old->value);
}

bool update_may_be_same_but(enum update_scope scope, const struct place *now,
			    const struct place *old, const char *const *fields)
{
	const struct comparison comparison = compare_places(scope, now, old);
	const struct pq_value *sides[] = { now->value, old->value };
	for (size_t side = 0; side < 2; side++) {
		size_t count = sides[side] == NULL ? 0 : sides[side]->object->count;
		for (size_t i = 0; i < count; i++) {
			struct pq_string name = sides[side]->object->members[i].key;
			if (!is_among(name, fields) &&
			    !has_same_member(&comparison, name, now->value, old->value,
					     may_be_same))
				return false;
		}
	}
	return true;
}

/* A text in base64, and a list of numbers. */
static bool is_bytes_in_two_forms(const struct pq_value *a, const struct pq_value *b)
{
	return a != NULL && b != NULL &&
	       ((a->kind == PQ_STRING && b->kind == PQ_ARRAY) ||
		(a->kind == PQ_ARRAY && b->kind == PQ_STRING));
}

static bool is_same(const struct comparison *comparison, struct pq_string field,
		    const struct pq_value *a, const struct pq_value *b)
{
	/* A null is the zero value of what stands there. */
	if (a != NULL && b != NULL && (a->kind == PQ_NULL || b->kind == PQ_NULL))
		return pq_value_is_zero(a) && pq_value_is_zero(b);
	if (is_bytes_in_two_forms(a, b))
		return (a->length == 0) == (b->length == 0);
	if (is_empty(a) || is_empty(b))
		return is_empty(a) && is_empty(b);
	return compare_present(comparison, field, a, b, is_same);
}

bool update_is_same(const struct pq_value *a, const struct pq_value *b)
{
	const struct comparison comparison = { .scope = UPDATE_PART };
	return is_same(&comparison, PQ_S(""), a, b);
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
	if (!update_may_be_same(UPDATE_PART, name, &field, &before))
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
