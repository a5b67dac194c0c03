/* Formats that no API server knows (GetUnrecognizedFormats): warned of, not refused. */
#include "registry/crd_check.h"

#include "base/stack.h"
#include "formats/format.h"

static bool push(struct pq_stack *stack, const struct pq_value *schema)
{
	if (schema == NULL || schema->kind != PQ_OBJECT)
		return true;
	const struct pq_value **top = pq_stack_push(stack);
	if (top != NULL)
		*top = schema;
	return top != NULL;
}

static bool push_list(struct pq_stack *stack, const struct pq_value *list)
{
	bool fits = true;
	for (size_t i = 0; list != NULL && list->kind == PQ_ARRAY && fits && i < list->length; i++)
		fits = push(stack, &list->items[i]);
	return fits;
}

static bool push_map(struct pq_stack *stack, const struct pq_value *map)
{
	bool fits = true;
	for (size_t i = 0; map != NULL && map->kind == PQ_OBJECT && fits && i < map->object->count;
	     i++)
		fits = push(stack, &map->object->members[i].value);
	return fits;
}

/* Pushes the schemas directly below one. */
static bool push_children(struct pq_stack *stack, const struct pq_value *schema)
{
	static const char *const lists[] = { "allOf", "oneOf", "anyOf", "items" };
	static const char *const maps[] = { "properties", "patternProperties", "definitions",
					    "dependencies" };
	static const char *const singles[] = { "items", "not", "additionalProperties",
					       "additionalItems" };
	bool fits = true;
	for (size_t i = 0; fits && i < sizeof lists / sizeof lists[0]; i++)
		fits = push_list(stack, pq_value_find(schema, pq_string_from(lists[i])));
	for (size_t i = 0; fits && i < sizeof maps / sizeof maps[0]; i++)
		fits = push_map(stack, pq_value_find(schema, pq_string_from(maps[i])));
	for (size_t i = 0; fits && i < sizeof singles / sizeof singles[0]; i++)
		fits = push(stack, pq_value_find(schema, pq_string_from(singles[i])));
	return fits;
}

static bool collect(struct pq_stack *stack, struct pq_findings *formats)
{
	bool fits = true;
	while (fits && stack->count > 0) {
		const struct pq_value *schema = *(const struct pq_value **)pq_stack_top(stack);
		pq_stack_cut(stack, stack->count - 1);
		struct pq_string format = pq_value_find_string(schema, PQ_S("format"));
		struct pq_string type = pq_value_find_string(schema, PQ_S("type"));
		if (format.length > 0 && !pq_format_counts(type, format))
			pq_findings_add(formats,
					(struct pq_finding){ .field = format, .message = format });
		fits = push_children(stack, schema);
	}
	return fits;
}

bool crd_find_unknown_formats(const struct pq_value *crd, struct pq_findings *formats)
{
	pq_cleanup_stack struct pq_stack stack;
	pq_stack_init(&stack, sizeof crd);
	const struct pq_value *versions = pq_value_find_path(crd, 2, "spec", "versions");
	for (size_t i = 0; versions != NULL && i < versions->length; i++) {
		if (!push(&stack, pq_value_find_path(&versions->items[i], 2, "schema",
						     "openAPIV3Schema")) ||
		    !collect(&stack, formats))
			return false;
	}
	return true;
}
