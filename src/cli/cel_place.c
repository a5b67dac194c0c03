#include "cli/cel_place.h"

#include "base/character.h"
#include "base/nearest.h"

/* One step of a path: the name of a member, or the index of an item. */
struct step {
	struct pq_string name;
	size_t index;
	bool is_index;
};

static bool fail_syntax(struct pq_string rest, struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_USAGE,
			    "a path is written as spec.ports[0].name or spec.selector['a.b/c'], "
			    "which \"%.*s\" is not a part of; any index stands for all items",
			    PQ_STRING_ARGUMENT(rest));
}

/* "[3]" or "['name']", from the bracket on. */
static bool take_bracket(struct pq_string *rest, struct step *step, struct pq_error *error)
{
	ptrdiff_t end = pq_string_find_byte(*rest, ']');
	if (end < 2)
		return fail_syntax(*rest, error);
	struct pq_string inside = pq_string_slice(*rest, 1, (size_t)end - 1);
	*step = (struct step){ .is_index = true };
	if (inside.length >= 2 && inside.data[0] == '\'' &&
	    inside.data[inside.length - 1] == '\'') {
		*step = (struct step){ .name = pq_string_slice(inside, 1, inside.length - 2) };
	} else {
		for (size_t i = 0; i < inside.length; i++) {
			if (!pq_is_digit((unsigned char)inside.data[i]) || i > 8)
				return fail_syntax(*rest, error);
			step->index = step->index * 10 + (size_t)(inside.data[i] - '0');
		}
	}
	*rest = pq_string_slice(*rest, (size_t)end + 1, rest->length);
	return true;
}

/* A name up to the next dot or bracket; a dot in front of it is skipped. */
static bool take_step(struct pq_string *rest, struct step *step, struct pq_error *error)
{
	size_t start = rest->data[0] == '.' ? 1 : 0, end;
	if (rest->data[0] == '[')
		return take_bracket(rest, step, error);
	for (end = start; end < rest->length && rest->data[end] != '.' && rest->data[end] != '[';)
		end++;
	if (end == start)
		return fail_syntax(*rest, error);
	*step = (struct step){ .name = pq_string_slice(*rest, start, end - start) };
	*rest = pq_string_slice(*rest, end, rest->length);
	return true;
}

static struct pq_source *find_source(const struct pq_source *source, const struct step *step)
{
	if (step->is_index)
		return source->items;
	struct pq_source *property = pq_source_find_property(source, step->name);
	return property != NULL ? property : source->additional_properties;
}

static const struct pq_value *find_value(const struct pq_value *value, const struct step *step)
{
	if (!step->is_index)
		return pq_value_find(value, step->name);
	bool is_there = value != NULL && value->kind == PQ_ARRAY && step->index < value->length;
	return is_there ? &value->items[step->index] : NULL;
}

/* The property that a name was perhaps meant to be, as a hint. */
static const char *suggest(const struct pq_source *source, const struct step *step,
			   char hint[PQ_NEAREST_HINT_MAX])
{
	struct pq_nearest nearest = pq_nearest_to(step->name);
	for (size_t i = 0; source != NULL && i < source->properties.count; i++)
		pq_nearest_consider(&nearest, source->properties.items[i].name);
	return pq_nearest_hint(&nearest, "\"", "\"", hint);
}

static bool fail_missing(const struct pq_source *source, const struct step *step,
			 struct pq_string written, struct pq_string path, struct pq_error *error)
{
	char hint[PQ_NEAREST_HINT_MAX];
	return pq_error_set(error, PQ_ERROR_NOT_FOUND, "the %s has no \"%.*s\" in %.*s%s",
			    source == NULL ? "data" : "schema", PQ_STRING_ARGUMENT(written),
			    PQ_STRING_ARGUMENT(path), suggest(source, step, hint));
}

bool cel_place_descend(struct cel_place *place, struct pq_string path, struct pq_error *error)
{
	struct cel_place at = *place;
	for (struct pq_string rest = path; rest.length > 0;) {
		struct step step = { 0 };
		struct pq_string before = rest;
		if (!take_step(&rest, &step, error))
			return false;
		struct pq_source *source = at.source == NULL ? NULL : find_source(at.source, &step);
		at.value = find_value(at.value, &step);
		at.old = find_value(at.old, &step);
		if (at.source == NULL ? at.value == NULL : source == NULL)
			return fail_missing(at.source, &step,
					    pq_string_slice(before, 0, before.length - rest.length),
					    path, error);
		at.source = source;
		at.is_resource = source != NULL && source->embedded_resource;
	}
	*place = at;
	return true;
}
