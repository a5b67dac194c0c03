/* What rules do. A rule never fails: what does not have the form that it expects stays where it is,
 * and is then kept by whoever compares (difference.c). */
#include "conversion/apply.h"

#include "conversion/place.h"
#include "schema/rebuild.h"

#include <inttypes.h>

/* A rule, and in which direction it is applied. */
struct application {
	const struct rule *rule;
	bool backwards;
	struct pq_arena *arena;
	struct pq_conversion_work *work;
};

static bool leave(const struct pq_value *value, struct pq_value *result)
{
	*result = *value;
	return true;
}

/* What is left when the value at a place has been taken out; an empty object when it was all. */
static bool take(struct pq_arena *arena, const struct pq_value *value, struct place place,
		 struct pq_value *rest)
{
	return place.count == 0 ? pq_value_from_members(arena, NULL, 0, rest)
				: place_take(arena, value, place, rest);
}

static bool move(struct pq_arena *arena, struct place from, struct place to,
		 const struct pq_value *value, struct pq_value *result)
{
	struct pq_value rest;
	const struct pq_value *moved = place_find(value, from);
	if (moved == NULL)
		return leave(value, result);
	if (!take(arena, value, from, &rest))
		return false;
	return place_is_open(&rest, to) ? place_put(arena, &rest, to, moved, result)
					: leave(value, result);
}

/* Splits off what stands before the first separator; the last part has all the rest. */
static struct pq_string next_part(const struct rule *rule, size_t index, struct pq_string *rest)
{
	struct pq_string part = *rest, separator = rule->separator;
	const char *found =
		index + 1 == rule->part_count || rest->length == 0
			? NULL
			: memmem(rest->data, rest->length, separator.data, separator.length);
	*rest = (struct pq_string){ 0 };
	if (found == NULL)
		return part;
	size_t length = (size_t)(found - part.data);
	*rest = pq_string_slice(part, length + separator.length, part.length);
	return pq_string_slice(part, 0, length);
}

/* An integer as it would be written, so that it comes back as the same text. */
static bool read_integer(struct pq_string text, int64_t *integer)
{
	enum { DIGITS_MAX = 18 }; /* of which every number fits */
	bool is_negative = text.length > 0 && text.data[0] == '-';
	struct pq_string digits = pq_string_slice(text, is_negative, text.length);
	int64_t sum = 0;
	if (digits.length == 0 || digits.length > DIGITS_MAX ||
	    (digits.data[0] == '0' && (digits.length > 1 || is_negative)))
		return false;
	for (size_t i = 0; i < digits.length; i++) {
		if (digits.data[i] < '0' || digits.data[i] > '9')
			return false;
		sum = sum * 10 + (digits.data[i] - '0');
	}
	*integer = is_negative ? -sum : sum;
	return true;
}

/* False when the text is none that the part can hold. */
static bool read_part(const struct part *part, struct pq_string text, struct pq_value *value)
{
	int64_t integer;
	if (!part->is_integer) {
		*value = pq_value_from_string(text);
		return true;
	}
	if (!read_integer(text, &integer))
		return false;
	*value = pq_value_from_integer(integer);
	return true;
}

static bool split(const struct application *application, const struct pq_value *value,
		  struct pq_value *result)
{
	const struct rule *rule = application->rule;
	struct pq_arena *arena = application->arena;
	const struct pq_value *text = place_find(value, rule->at);
	if (text == NULL || text->kind != PQ_STRING)
		return leave(value, result);
	struct pq_value made, part;
	if (!take(arena, value, rule->at, &made))
		return false;
	struct pq_string rest = pq_value_string(text);
	if (rest.data == NULL)
		rest.data = "";
	for (size_t i = 0; i < rule->part_count && rest.data != NULL; i++) {
		struct place at = rule->parts[i].at;
		if (!read_part(&rule->parts[i], next_part(rule, i, &rest), &part))
			continue;
		if (!place_is_open(&made, at))
			return leave(value, result);
		if (!place_put(arena, &made, at, &part, &made))
			return false;
	}
	return leave(&made, result);
}

/* Appends the text of a part. False when it has none. */
static bool write_part(struct pq_buffer *text, const struct part *part,
		       const struct pq_value *value)
{
	if (part->is_integer && value->kind == PQ_INTEGER)
		pq_buffer_append_format(text, "%" PRId64, value->integer);
	else if (!part->is_integer && value->kind == PQ_STRING)
		pq_buffer_append_string(text, pq_value_string(value));
	else
		return false;
	return true;
}

/* The parts from the first on that are there, in one text. */
static bool join(const struct application *application, const struct pq_value *value,
		 struct pq_value *result)
{
	const struct rule *rule = application->rule;
	struct pq_arena *arena = application->arena;
	struct pq_value rest = *value, joined;
	struct pq_buffer text;
	size_t count = 0;
	pq_buffer_init_in(&text, arena, 0);
	for (; count < rule->part_count; count++) {
		const struct part *part = &rule->parts[count];
		const struct pq_value *found = place_find(value, part->at);
		if (found == NULL)
			break;
		if (count > 0)
			pq_buffer_append_string(&text, rule->separator);
		if (!write_part(&text, part, found))
			return leave(value, result);
		if (!place_take(arena, &rest, part->at, &rest))
			return false;
	}
	if (pq_buffer_failed(&text))
		return false;
	if (count == 0 || !place_is_open(&rest, rule->at))
		return leave(value, result);
	joined = pq_value_from_string(pq_buffer_view(&text));
	return place_put(arena, &rest, rule->at, &joined, result);
}

/* A default is put where nothing is, a constant always; both go again on the way back as long as
 * they are what was put. */
static bool put_given(const struct application *application, const struct pq_value *value,
		      struct pq_value *result)
{
	const struct rule *rule = application->rule;
	const struct pq_value *found = place_find(value, rule->at);
	if (application->backwards != rule->is_for_first)
		return found != NULL && pq_value_equal(found, &rule->value)
			       ? place_take(application->arena, value, rule->at, result)
			       : leave(value, result);
	if ((found != NULL && rule->kind == RULE_DEFAULT) || !place_is_open(value, rule->at))
		return leave(value, result);
	return place_put(application->arena, value, rule->at, &rule->value, result);
}

static bool apply_here(const struct application *application, const struct pq_value *value,
		       struct pq_value *result)
{
	const struct rule *rule = application->rule;
	if (!work_spend(application->work, COST_OF_RULE))
		return false;
	switch (rule->kind) {
	case RULE_MOVE:
		return application->backwards
			       ? move(application->arena, rule->to, rule->at, value, result)
			       : move(application->arena, rule->at, rule->to, value, result);
	case RULE_SPLIT:
		return application->backwards ? join(application, value, result)
					      : split(application, value, result);
	case RULE_DEFAULT:
	case RULE_CONSTANT:
		return put_given(application, value, result);
	}
	return leave(value, result);
}

/* Recursion is bounded by PQ_CONVERSION_STEPS_MAX. */
static bool apply_within(const struct application *application, size_t depth,
			 const struct pq_value *value, struct pq_value *result);

static bool apply_to_each(const struct application *application, size_t depth,
			  const struct pq_value *value, struct pq_value *result)
{
	struct pq_rebuild rebuild;
	if (!pq_value_is_container(value))
		return leave(value, result);
	bool is_array = value->kind == PQ_ARRAY;
	uint32_t count = is_array ? value->length : value->object->count;
	pq_rebuild_start(&rebuild, application->arena, value);
	for (uint32_t i = 0; i < count; i++) {
		struct pq_value made;
		const struct pq_value *child =
			is_array ? &value->items[i] : &value->object->members[i].value;
		if (!apply_within(application, depth, child, &made) ||
		    !pq_rebuild_keep(&rebuild, i, &made))
			return false;
	}
	return pq_rebuild_finish(&rebuild, result);
}

static bool apply_within(const struct application *application, size_t depth,
			 const struct pq_value *value, struct pq_value *result)
{
	const struct steps *scope = &application->rule->scope;
	if (depth == scope->count)
		return apply_here(application, value, result);
	struct pq_string name = scope->items[depth].name;
	if (name.data == NULL)
		return apply_to_each(application, depth + 1, value, result);
	struct pq_value made;
	const struct pq_value *child = pq_value_find(value, name);
	if (child == NULL)
		return leave(value, result);
	if (!apply_within(application, depth + 1, child, &made))
		return false;
	return pq_rebuild_is_same(child, &made)
		       ? leave(value, result)
		       : pq_value_with_member(application->arena, value, name, &made, result);
}

bool rule_apply(const struct rule *rule, bool backwards, struct pq_arena *arena,
		struct pq_conversion_work *work, const struct pq_value *object,
		struct pq_value *result)
{
	const struct application application = {
		.rule = rule,
		.backwards = backwards,
		.arena = arena,
		.work = work,
	};
	return apply_within(&application, 0, object, result);
}
