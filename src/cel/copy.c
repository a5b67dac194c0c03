#include "cel/copy.h"

static struct pq_cel_expression **copy_all(struct pq_cel_builder *builder,
					   struct pq_cel_expression *const *nodes, uint32_t *count,
					   uint32_t offset)
{
	struct pq_cel_expression **copies =
		pq_arena_alloc_raw(builder->arena, *count * sizeof *copies);
	if (copies == NULL)
		*count = 0;
	for (uint32_t i = 0; i < *count; i++)
		copies[i] = pq_cel_copy(builder, nodes[i], offset);
	return copies;
}

static struct pq_cel_entry *copy_entries(struct pq_cel_builder *builder,
					 const struct pq_cel_entry *entries, uint32_t *count,
					 uint32_t offset)
{
	struct pq_cel_entry *copies = pq_arena_alloc_raw(builder->arena, *count * sizeof *copies);
	if (copies == NULL)
		*count = 0;
	for (uint32_t i = 0; i < *count; i++) {
		copies[i] = entries[i];
		copies[i].id = pq_cel_build_id(builder);
		copies[i].offset = offset;
		if (entries[i].key != NULL)
			copies[i].key = pq_cel_copy(builder, entries[i].key, offset);
		copies[i].value = pq_cel_copy(builder, entries[i].value, offset);
	}
	return copies;
}

static void copy_comprehension(struct pq_cel_builder *builder, struct pq_cel_expression *copy,
			       uint32_t offset)
{
	struct pq_cel_expression **parts[] = {
		&copy->comprehension.range,     &copy->comprehension.initial,
		&copy->comprehension.condition, &copy->comprehension.step,
		&copy->comprehension.result,
	};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		*parts[i] = pq_cel_copy(builder, *parts[i], offset);
}

static void copy_parts(struct pq_cel_builder *builder, struct pq_cel_expression *copy,
		       uint32_t offset)
{
	switch ((enum pq_cel_expression_kind)copy->kind) {
	case PQ_CEL_UNSPECIFIED:
	case PQ_CEL_LITERAL:
	case PQ_CEL_IDENTIFIER:
		break;
	case PQ_CEL_SELECT:
		copy->select.operand = pq_cel_copy(builder, copy->select.operand, offset);
		break;
	case PQ_CEL_CALL:
		copy->function.arguments =
			copy_all(builder, copy->function.arguments, &copy->function.count, offset);
		if (copy->function.target != NULL)
			copy->function.target = pq_cel_copy(builder, copy->function.target, offset);
		break;
	case PQ_CEL_LIST:
		copy->list.items = copy_all(builder, copy->list.items, &copy->list.count, offset);
		break;
	case PQ_CEL_MAP:
	case PQ_CEL_STRUCT:
		copy->entries.entries =
			copy_entries(builder, copy->entries.entries, &copy->entries.count, offset);
		break;
	case PQ_CEL_COMPREHENSION:
		copy_comprehension(builder, copy, offset);
		break;
	}
}

struct pq_cel_expression *pq_cel_copy(struct pq_cel_builder *builder,
				      const struct pq_cel_expression *node, uint32_t offset)
{
	struct pq_cel_expression *copy =
		pq_cel_build(builder, (enum pq_cel_expression_kind)node->kind,
			     pq_cel_build_id(builder), node->offset);
	/* The spare node has no parts of its own: going on might never end. */
	if (pq_cel_builder_failed(builder))
		return copy;
	uint32_t id = copy->id;
	*copy = *node;
	copy->id = id;
	copy_parts(builder, copy, offset);
	return copy;
}
