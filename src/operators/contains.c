#include "operators/contains.h"

#include "formats/quantity.h"

#include <stdio.h>

static bool contains(const struct pq_value *live, const struct pq_value *wanted, bool is_amount);

static bool read_amount(const struct pq_value *value, struct pq_quantity *amount)
{
	char digits[32];
	struct pq_string text = { .data = digits };
	struct pq_error error;
	if (value->kind == PQ_STRING)
		text = pq_value_string(value);
	else if (value->kind == PQ_INTEGER)
		text.length =
			(size_t)snprintf(digits, sizeof digits, "%lld", (long long)value->integer);
	return text.length > 0 && pq_quantity_parse(text, amount, &error);
}

static bool same_amount(const struct pq_value *live, const struct pq_value *wanted)
{
	struct pq_quantity a, b;
	return read_amount(live, &a) && read_amount(wanted, &b) && pq_quantity_compare(&a, &b) == 0;
}

static bool object_contains(const struct pq_value *live, const struct pq_value *wanted,
			    bool is_amount)
{
	for (uint32_t i = 0; i < wanted->object->count; i++) {
		const struct pq_member *member = &wanted->object->members[i];
		const struct pq_member *found =
			pq_object_find(live->object, member->key, member->hash);
		bool amounts = is_amount || pq_string_is(member->key, "requests") ||
			       pq_string_is(member->key, "limits");
		if (found == NULL || !contains(&found->value, &member->value, amounts))
			return false;
	}
	return true;
}

/* The item of an array whose key is that of another item; NULL when there is none. */
static const struct pq_value *find_item(const struct pq_value *array, struct pq_string key,
					struct pq_string text)
{
	for (uint32_t i = 0; i < array->length; i++) {
		if (pq_string_equal(pq_value_find_string(&array->items[i], key), text))
			return &array->items[i];
	}
	return NULL;
}

static bool array_contains(const struct pq_value *live, const struct pq_value *wanted)
{
	for (uint32_t i = 0; i < wanted->length; i++) {
		const struct pq_value *item = &wanted->items[i];
		struct pq_string name = pq_value_find_string(item, PQ_S("name"));
		struct pq_string uid = pq_value_find_string(item, PQ_S("uid"));
		const struct pq_value *found;
		if (uid.length > 0)
			found = find_item(live, PQ_S("uid"), uid);
		else if (name.length > 0)
			found = find_item(live, PQ_S("name"), name);
		else
			found = live->length == wanted->length ? &live->items[i] : NULL;
		if (found == NULL || !contains(found, item, false))
			return false;
	}
	return true;
}

static bool contains(const struct pq_value *live, const struct pq_value *wanted, bool is_amount)
{
	if (live->kind == PQ_OBJECT && wanted->kind == PQ_OBJECT)
		return object_contains(live, wanted, is_amount);
	if (live->kind == PQ_ARRAY && wanted->kind == PQ_ARRAY)
		return array_contains(live, wanted);
	return pq_value_equal(live, wanted) || (is_amount && same_amount(live, wanted));
}

bool pq_value_contains(const struct pq_value *live, const struct pq_value *wanted)
{
	return contains(live, wanted, false);
}
