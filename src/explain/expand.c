#include "explain/expand.h"

#include "explain/schema.h"

#define REFERENCE "#/components/schemas/"

/* Types that have no fields and yet a name that says more than "Object". */
#define QUANTITY "Quantity"

enum { KEYWORDS_MAX = 4 };

/* A schema while it is put together. */
struct draft {
	struct pq_arena *arena;
	struct pq_member keywords[KEYWORDS_MAX];
	size_t count;
};

static void say(struct draft *draft, const char *keyword, struct pq_value value)
{
	draft->keywords[draft->count++] = (struct pq_member){
		.key = pq_string_from(keyword),
		.offset = PQ_OFFSET_NONE,
		.value = value,
	};
}

static void say_text(struct draft *draft, const char *keyword, const char *text)
{
	say(draft, keyword, pq_value_from_string(pq_string_from(text)));
}

static bool say_reference(struct draft *draft, struct pq_string name)
{
	struct pq_string reference =
		pq_arena_format(draft->arena, REFERENCE "%.*s", PQ_STRING_ARGUMENT(name));
	say(draft, "$ref", pq_value_from_string(reference));
	return reference.data != NULL;
}

static bool say_list(struct draft *draft, const char *keyword, struct pq_string list,
		     char separator)
{
	struct pq_string rest = list, part;
	size_t count = 0;
	while (pq_string_split(&rest, separator, &part))
		count++;
	struct pq_value *items = pq_arena_alloc_array(draft->arena, count, sizeof *items);
	if (items == NULL)
		return false;
	count = 0;
	while (pq_string_split(&list, separator, &part))
		items[count++] = pq_value_from_string(part);
	say(draft, keyword, pq_value_from_items(items, count));
	return true;
}

static bool say_scalar(struct draft *draft, const struct pq_openapi_form *form)
{
	static const struct {
		const char *type;
		const char *format;
	} scalars[] = {
		[PQ_OPENAPI_STRING] = { "string", NULL },
		[PQ_OPENAPI_BOOLEAN] = { "boolean", NULL },
		[PQ_OPENAPI_INT32] = { "integer", "int32" },
		[PQ_OPENAPI_INT64] = { "integer", "int64" },
		[PQ_OPENAPI_NUMBER] = { "number", NULL },
		[PQ_OPENAPI_BYTES] = { "string", "byte" },
		[PQ_OPENAPI_TIME] = { "string", "date-time" },
		[PQ_OPENAPI_MICRO_TIME] = { "string", "date-time" },
		[PQ_OPENAPI_STRUCT] = { NULL, NULL },
	};
	if (form->shape == PQ_OPENAPI_QUANTITY)
		return say_reference(draft, PQ_S(QUANTITY));
	if (form->shape == PQ_OPENAPI_STRUCT)
		return say_reference(draft, form->name);
	if (form->shape == PQ_OPENAPI_INT_OR_STRING)
		say(draft, "x-kubernetes-int-or-string", pq_value_from_boolean(true));
	if (scalars[form->shape].type != NULL)
		say_text(draft, "type", scalars[form->shape].type);
	if (scalars[form->shape].format != NULL)
		say_text(draft, "format", scalars[form->shape].format);
	return form->enumeration.data == NULL || say_list(draft, "enum", form->enumeration, '|');
}

static bool say_container(struct draft *draft, const struct pq_openapi_form *form,
			  const struct pq_value *below)
{
	bool is_list = form->shape == PQ_OPENAPI_LIST;
	say_text(draft, "type", is_list ? "array" : "object");
	say(draft, is_list ? "items" : "additionalProperties", *below);
	if (form->keys.length == 0)
		return true;
	say_text(draft, "x-kubernetes-list-type", "map");
	return say_list(draft, "x-kubernetes-list-map-keys", form->keys, ',');
}

/* From the innermost to the outermost: "[]{}string" is written in that order from the outside. */
static bool expand_form(struct pq_arena *arena, struct pq_string text, struct pq_value *schema,
			bool *is_required)
{
	struct pq_openapi_form forms[PQ_EXPLAIN_STEPS_MAX];
	size_t count = 0;
	do {
		forms[count] = pq_openapi_read_form(text);
		text = forms[count++].below;
	} while (text.data != NULL && count < PQ_EXPLAIN_STEPS_MAX);
	*is_required = forms[0].is_required;
	*schema = pq_value_null();
	while (count-- > 0) {
		const struct pq_openapi_form *form = &forms[count];
		struct draft draft = { .arena = arena };
		bool is_container = form->shape == PQ_OPENAPI_LIST || form->shape == PQ_OPENAPI_MAP;
		if (!(is_container ? say_container(&draft, form, schema)
				   : say_scalar(&draft, form)) ||
		    !pq_value_from_members(arena, draft.keywords, draft.count, schema))
			return false;
	}
	return true;
}

static bool expand_fields(struct pq_arena *arena, const struct pq_object *fields,
			  struct draft *draft)
{
	struct pq_member *properties =
		pq_arena_alloc_array(arena, fields->count, sizeof *properties);
	struct pq_value *required = pq_arena_alloc_array(arena, fields->count, sizeof *required);
	struct pq_value object;
	size_t required_count = 0;
	if (properties == NULL || required == NULL)
		return false;
	for (size_t i = 0; i < fields->count; i++) {
		const struct pq_member *field = &fields->members[i];
		bool is_required;
		properties[i].key = field->key;
		properties[i].offset = PQ_OFFSET_NONE;
		if (!expand_form(arena, pq_value_string(&field->value), &properties[i].value,
				 &is_required))
			return false;
		if (is_required)
			required[required_count++] = pq_value_from_string(field->key);
	}
	if (!pq_value_from_members(arena, properties, fields->count, &object))
		return false;
	say_text(draft, "type", "object");
	say(draft, "properties", object);
	say(draft, "required", pq_value_from_items(required, required_count));
	return true;
}

static bool expand_type(struct pq_arena *arena, const struct pq_member *type,
			struct pq_member *component)
{
	struct draft draft = { .arena = arena };
	component->key = type->key;
	component->offset = PQ_OFFSET_NONE;
	return expand_fields(arena, type->value.object, &draft) &&
	       pq_value_from_members(arena, draft.keywords, draft.count, &component->value);
}

bool pq_explain_expand(struct pq_arena *arena, const struct pq_openapi *openapi,
		       struct pq_value *components)
{
	const struct pq_object *types = pq_openapi_types(openapi)->object;
	struct pq_member *members =
		pq_arena_alloc_array(arena, (size_t)types->count + 1, sizeof *members);
	if (members == NULL)
		return false;
	for (size_t i = 0; i < types->count; i++) {
		if (!expand_type(arena, &types->members[i], &members[i]))
			return false;
	}
	members[types->count] = (struct pq_member){ .key = PQ_S(QUANTITY) };
	return pq_value_from_members(arena, NULL, 0, &members[types->count].value) &&
	       pq_value_from_members(arena, members, (size_t)types->count + 1, components);
}
