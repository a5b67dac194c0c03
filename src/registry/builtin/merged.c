/* Fields that stand twice: Go decodes the one into what the other has left there. */
#include "registry/builtin/steps.h"

#include "base/map.h"

struct search {
	const struct pq_openapi *openapi;
	struct pq_map paths;   /* of repeated fields, as the decoder writes them */
	struct pq_buffer path; /* on the way down */
	bool is_found;
};

/* Whether the last of several values is all that is left. A null is no value to a struct's field
 * unless that is a list or a map, and neither is it to an item of a list; in a map it is one. */
static bool is_replaced(const struct pq_value *value, struct pq_openapi_form form, bool is_in_map)
{
	bool is_list = form.shape == PQ_OPENAPI_LIST;
	if (value->kind == PQ_NULL)
		return is_in_map || is_list || form.shape == PQ_OPENAPI_MAP;
	if (form.shape == PQ_OPENAPI_MAP || form.shape == PQ_OPENAPI_STRUCT)
		return is_in_map;
	if (!is_list)
		return true;
	form = pq_openapi_read_form(form.below);
	for (size_t i = 0; i < value->length; i++) {
		if (!is_replaced(&value->items[i], form, false))
			return false;
	}
	return true;
}

static void look(struct search *search, const struct pq_value *value, struct pq_openapi_form form);

static void look_at_member(struct search *search, const struct pq_member *member,
			   struct pq_openapi_form form, bool is_in_map)
{
	size_t length = search->path.length;
	if (length > 0)
		pq_buffer_append_byte(&search->path, '.');
	pq_buffer_append_string(&search->path, member->key);
	if (pq_map_find(&search->paths, pq_buffer_view(&search->path)) != NULL &&
	    !is_replaced(&member->value, form, is_in_map))
		search->is_found = true;
	look(search, &member->value, form);
	search->path.length = length;
}

/* What is not known has been dropped, and kind and apiVersion are no part of what is judged. */
static void look_at_struct(struct search *search, const struct pq_value *value,
			   struct pq_string type)
{
	const struct pq_value *fields = pq_openapi_find_type(search->openapi, type);
	for (size_t i = 0; i < value->object->count; i++) {
		const struct pq_member *member = &value->object->members[i];
		struct pq_string form = pq_value_find_string(fields, member->key);
		bool is_type_meta =
			search->path.length == 0 && (pq_string_is(member->key, "apiVersion") ||
						     pq_string_is(member->key, "kind"));
		if (form.length > 0 && !is_type_meta)
			look_at_member(search, member, pq_openapi_read_form(form), false);
	}
}

/* As deep as decoding, which had a limit. */
static void look(struct search *search, const struct pq_value *value, struct pq_openapi_form form)
{
	size_t length = search->path.length;
	if (value->kind == PQ_OBJECT && form.shape == PQ_OPENAPI_STRUCT) {
		look_at_struct(search, value, form.name);
	} else if (value->kind == PQ_OBJECT && form.shape == PQ_OPENAPI_MAP) {
		form = pq_openapi_read_form(form.below);
		for (size_t i = 0; i < value->object->count; i++)
			look_at_member(search, &value->object->members[i], form, true);
	} else if (value->kind == PQ_ARRAY && form.shape == PQ_OPENAPI_LIST) {
		form = pq_openapi_read_form(form.below);
		for (size_t i = 0; i < value->length; i++) {
			pq_buffer_append_format(&search->path, "[%zu]", i);
			look(search, &value->items[i], form);
			search->path.length = length;
		}
	}
}

bool builtin_is_merged(const struct judging *judging, const struct pq_openapi *openapi,
		       const struct pq_openapi_kind *kind)
{
	static char mark;
	const struct pq_findings *strict = &judging->outcome->strict;
	struct search search = { .openapi = openapi, .is_found = strict->dropped > 0 };
	pq_map_init(&search.paths);
	pq_buffer_init_in(&search.path, judging->arena, 0);
	for (size_t i = 0; i < strict->count; i++) {
		if (strict->items[i].type == PQ_FINDING_DUPLICATE_FIELD &&
		    !pq_map_put(&search.paths, strict->items[i].field, &mark, NULL))
			search.is_found = true;
	}
	if (search.paths.count > 0)
		look(&search, &judging->document, pq_openapi_read_form(kind->type));
	pq_map_done(&search.paths);
	return search.is_found || pq_buffer_failed(&search.path);
}
