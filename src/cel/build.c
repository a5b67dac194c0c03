#include "cel/build.h"

#include "cel/declaration.h"
#include "cel/macros.h"

void pq_cel_builder_init(struct pq_cel_builder *builder, struct pq_arena *arena, uint8_t version,
			 struct pq_cel_issues *issues)
{
	*builder = (struct pq_cel_builder){
		.arena = arena,
		.issues = issues,
		.version = version,
		.next_id = 1,
	};
}

void pq_cel_parts_init(struct pq_cel_parts *parts)
{
	parts->items = parts->first;
	parts->count = 0;
	parts->capacity = PQ_CEL_PARTS_ON_STACK;
}

void pq_cel_parts_add(struct pq_cel_builder *builder, struct pq_cel_parts *parts,
		      struct pq_cel_part part)
{
	if (parts->count == parts->capacity) {
		size_t size = parts->count * sizeof part;
		struct pq_cel_part *items = pq_arena_alloc_raw(builder->arena, 2 * size);
		if (items == NULL)
			return;
		memcpy(items, parts->items, size);
		parts->items = items;
		parts->capacity *= 2;
	}
	parts->items[parts->count++] = part;
}

void pq_cel_entries_add(struct pq_cel_builder *builder, struct pq_cel_entries *entries,
			struct pq_cel_entry entry)
{
	if (entries->count == entries->capacity) {
		size_t size = entries->count * sizeof entry;
		size_t added = entries->count == 0 ? 4 * sizeof entry : size;
		struct pq_cel_entry *items =
			pq_arena_grow(builder->arena, entries->items, size, size + added);
		if (items == NULL)
			return;
		entries->items = items;
		entries->capacity = (uint32_t)((size + added) / sizeof entry);
	}
	entries->items[entries->count++] = entry;
}

struct pq_cel_expression *pq_cel_build(struct pq_cel_builder *builder,
				       enum pq_cel_expression_kind kind, uint32_t id,
				       uint32_t offset)
{
	struct pq_cel_expression *node = NULL;
	if (builder->count < PQ_CEL_EXPRESSIONS_MAX)
		node = pq_arena_alloc(builder->arena, sizeof *node);
	else
		builder->too_large = true;
	if (node == NULL) {
		builder->spare = (struct pq_cel_expression){ 0 };
		node = &builder->spare;
	}
	builder->count++;
	node->kind = (uint8_t)kind;
	node->id = id;
	node->offset = offset;
	return node;
}

struct pq_cel_expression *pq_cel_build_issue(struct pq_cel_builder *builder, uint32_t offset,
					     const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	pq_cel_issues_add_list(builder->issues, offset, format, arguments);
	va_end(arguments);
	return pq_cel_build(builder, PQ_CEL_UNSPECIFIED, pq_cel_build_id(builder), offset);
}

struct pq_string pq_cel_build_function_name(struct pq_cel_builder *builder,
					    const struct pq_cel_name *name)
{
	if (pq_cel_is_reserved(name->text)) {
		pq_cel_issues_add(builder->issues, name->dot_offset, "reserved identifier: %.*s",
				  PQ_STRING_ARGUMENT(name->text));
		return (struct pq_string){ 0 };
	}
	if (!name->has_dot)
		return name->text;
	return pq_arena_format(builder->arena, ".%.*s", PQ_STRING_ARGUMENT(name->text));
}

struct pq_cel_expression *pq_cel_build_identifier(struct pq_cel_builder *builder,
						  const struct pq_cel_name *name)
{
	struct pq_string text = pq_cel_build_function_name(builder, name);
	uint32_t id = pq_cel_build_id(builder);
	if (text.data == NULL)
		return pq_cel_build(builder, PQ_CEL_UNSPECIFIED, id, name->dot_offset);
	struct pq_cel_expression *node = pq_cel_build(builder, PQ_CEL_IDENTIFIER, id, name->offset);
	node->name = text;
	return node;
}

struct pq_cel_expression *pq_cel_build_select(struct pq_cel_builder *builder,
					      struct pq_cel_expression *operand, uint32_t offset,
					      struct pq_string field)
{
	struct pq_cel_expression *node =
		pq_cel_build(builder, PQ_CEL_SELECT, pq_cel_build_id(builder), offset);
	node->select.operand = operand;
	node->select.field = field;
	return node;
}

struct pq_cel_expression *pq_cel_build_optional_select(struct pq_cel_builder *builder,
						       struct pq_cel_expression *operand,
						       uint32_t offset,
						       const struct pq_cel_name *field)
{
	struct pq_cel_expression *name =
		pq_cel_build(builder, PQ_CEL_LITERAL, pq_cel_build_id(builder), field->offset);
	name->literal.kind = PQ_CEL_LITERAL_STRING;
	name->literal.text = field->text;
	return pq_cel_build_operator(builder, pq_cel_build_id(builder), offset, PQ_S("_?._"),
				     operand, name, NULL);
}

static struct pq_cel_expression *build_call(struct pq_cel_builder *builder, uint32_t id,
					    uint32_t offset, struct pq_string function,
					    uint32_t count)
{
	struct pq_cel_expression *node = pq_cel_build(builder, PQ_CEL_CALL, id, offset);
	node->function.function = function;
	node->function.arguments =
		pq_arena_alloc_raw(builder->arena, count * sizeof *node->function.arguments);
	if (node->function.arguments != NULL)
		node->function.count = count;
	return node;
}

struct pq_cel_expression *pq_cel_build_operator(struct pq_cel_builder *builder, uint32_t id,
						uint32_t offset, struct pq_string function,
						struct pq_cel_expression *first,
						struct pq_cel_expression *second,
						struct pq_cel_expression *third)
{
	uint32_t count = third != NULL ? 3 : second != NULL ? 2 : first != NULL ? 1 : 0;
	struct pq_cel_expression *node = build_call(builder, id, offset, function, count);
	struct pq_cel_expression *arguments[] = { first, second, third };
	for (uint32_t i = 0; i < node->function.count; i++)
		node->function.arguments[i] = arguments[i];
	return node;
}

struct pq_cel_expression *pq_cel_build_call(struct pq_cel_builder *builder, uint32_t id,
					    uint32_t offset, struct pq_string function,
					    struct pq_cel_expression *target,
					    const struct pq_cel_parts *arguments)
{
	struct pq_cel_expression *node =
		build_call(builder, id, offset, function, arguments->count);
	node->function.target = target;
	for (uint32_t i = 0; i < node->function.count; i++)
		node->function.arguments[i] = arguments->items[i].expression;
	return pq_cel_macro_expand(builder, node);
}

static struct pq_cel_expression *balance(struct pq_cel_builder *builder, struct pq_string function,
					 const struct pq_cel_part *terms, uint32_t count)
{
	if (count == 1)
		return terms->expression;
	uint32_t middle = (count + 1) / 2;
	struct pq_cel_expression *left = balance(builder, function, terms, middle);
	struct pq_cel_expression *right =
		balance(builder, function, terms + middle, count - middle);
	return pq_cel_build_operator(builder, terms[middle].id, terms[middle].offset, function,
				     left, right, NULL);
}

struct pq_cel_expression *pq_cel_build_chain(struct pq_cel_builder *builder,
					     struct pq_string function,
					     const struct pq_cel_parts *terms)
{
	return balance(builder, function, terms->items, terms->count);
}

static const bool *copy_optional(struct pq_cel_builder *builder, const struct pq_cel_parts *items)
{
	bool *optional = pq_arena_alloc_raw(builder->arena, items->count);
	for (uint32_t i = 0; i < items->count && optional != NULL; i++)
		optional[i] = items->items[i].is_optional;
	return optional;
}

struct pq_cel_expression *pq_cel_build_list(struct pq_cel_builder *builder, uint32_t id,
					    uint32_t offset, const struct pq_cel_parts *items)
{
	struct pq_cel_expression *node = pq_cel_build(builder, PQ_CEL_LIST, id, offset);
	node->list.items =
		pq_arena_alloc_raw(builder->arena, items->count * sizeof *node->list.items);
	if (node->list.items != NULL)
		node->list.count = items->count;
	for (uint32_t i = 0; i < node->list.count; i++) {
		node->list.items[i] = items->items[i].expression;
		if (items->items[i].is_optional && node->list.optional == NULL)
			node->list.optional = copy_optional(builder, items);
	}
	return node;
}

struct pq_cel_expression *pq_cel_build_entries(struct pq_cel_builder *builder,
					       enum pq_cel_expression_kind kind, uint32_t id,
					       uint32_t offset, struct pq_string name,
					       const struct pq_cel_entries *entries)
{
	struct pq_cel_expression *node = pq_cel_build(builder, kind, id, offset);
	node->entries.name = name;
	node->entries.entries = entries->items;
	node->entries.count = entries->count;
	return node;
}
