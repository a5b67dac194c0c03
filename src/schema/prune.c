/*
 * Pruning (pkg/apiserver/schema/pruning): fields that the schema does not name go.
 *
 * Where there is a schema, recursion follows it and is bounded by its depth. Under
 * additionalProperties without a schema, arrays may nest as deeply as the input does: there the
 * walk is iterative (empty_objects).
 */
#include "schema/prune.h"

#include "schema/rebuild.h"
#include "schema/resource.h"

#include <stdlib.h>

struct pruning {
	struct pq_arena *arena;
	struct pq_findings *unknown; /* or NULL */
};

static bool prune_value(struct pruning *pruning, const struct pq_node *node, unsigned treatment,
			const struct pq_value *value, const struct pq_path *path,
			struct pq_value *result);

static void report_unknown(struct pruning *pruning, const struct pq_path *path,
			   const struct pq_member *member)
{
	if (pruning->unknown == NULL)
		return;
	if (path == NULL && pq_is_type_or_object_meta(member->key))
		return;
	struct pq_path step = pq_path_property(path, member->key);
	struct pq_string field = pq_path_render(pruning->arena, &step);
	pq_findings_add_format(pruning->unknown, PQ_FINDING_UNKNOWN_FIELD, &step, member->offset,
			       "unknown field \"%.*s\"", PQ_STRING_ARGUMENT(field));
}

static bool drop_all(struct pruning *pruning, const struct pq_value *value,
		     const struct pq_path *path, struct pq_value *result)
{
	if (value->object->count == 0) {
		*result = *value;
		return true;
	}
	for (uint32_t i = 0; i < value->object->count; i++)
		report_unknown(pruning, path, &value->object->members[i]);
	struct pq_value empty;
	if (!pq_value_from_members(pruning->arena, NULL, 0, &empty))
		return false;
	empty.offset = value->offset;
	*result = empty;
	return true;
}

/* One array on the way down in empty_objects. */
struct array_frame {
	struct array_frame *above;
	struct pq_rebuild rebuild;
	struct pq_path path;
	uint32_t next;
};

static struct array_frame *push_array(struct pruning *pruning, struct array_frame *above,
				      const struct pq_value *value, const struct pq_path *path)
{
	struct array_frame *frame = pq_arena_alloc(pruning->arena, sizeof *frame);
	if (frame == NULL)
		return NULL;
	frame->above = above;
	pq_rebuild_start(&frame->rebuild, pruning->arena, value);
	frame->path = pq_path_index(path, 0);
	return frame;
}

/* A value without any schema: objects lose everything, arrays keep their length. */
static bool empty_objects(struct pruning *pruning, const struct pq_value *value,
			  const struct pq_path *path, struct pq_value *result)
{
	if (value->kind == PQ_OBJECT)
		return drop_all(pruning, value, path, result);
	if (value->kind != PQ_ARRAY) {
		*result = *value;
		return true;
	}
	struct array_frame *frame = push_array(pruning, NULL, value, path);
	for (;;) {
		if (frame == NULL)
			return false;
		const struct pq_value *array = frame->rebuild.value;
		struct pq_value done;
		if (frame->next == array->length) {
			if (!pq_rebuild_finish(&frame->rebuild, &done))
				return false;
			frame = frame->above;
			if (frame == NULL) {
				*result = done;
				return true;
			}
			if (!pq_rebuild_keep(&frame->rebuild, frame->next++, &done))
				return false;
			continue;
		}
		const struct pq_value *item = &array->items[frame->next];
		frame->path.index = frame->next;
		if (item->kind == PQ_ARRAY) {
			frame = push_array(pruning, frame, item, &frame->path);
			continue;
		}
		done = *item;
		if (item->kind == PQ_OBJECT && !drop_all(pruning, item, &frame->path, &done))
			return false;
		if (!pq_rebuild_keep(&frame->rebuild, frame->next++, &done))
			return false;
	}
}

static bool prune_below(struct pruning *pruning, const struct pq_node *node,
			const struct pq_value *value, const struct pq_path *path,
			struct pq_value *result)
{
	if (node == NULL)
		return empty_objects(pruning, value, path, result);
	return prune_value(pruning, node, 0, value, path, result);
}

static bool prune_object(struct pruning *pruning, const struct pq_node *node, unsigned treatment,
			 const struct pq_value *value, const struct pq_path *path,
			 struct pq_value *result)
{
	struct pq_rebuild rebuild;
	pq_rebuild_start(&rebuild, pruning->arena, value);
	for (uint32_t i = 0; i < value->object->count; i++) {
		const struct pq_member *member = &value->object->members[i];
		struct pq_value kept = member->value;
		const struct pq_node *property =
			pq_node_find_property(node, member->key, member->hash);
		bool known = property != NULL || (node->flags & PQ_NODE_ADDITIONAL_GIVEN) != 0;
		if ((treatment & PQ_PRUNE_AS_RESOURCE) != 0 &&
		    pq_is_type_or_object_meta(member->key)) {
			known = false;
		} else if (!known && (treatment & PQ_PRUNE_PRESERVING) == 0) {
			report_unknown(pruning, path, member);
			if (!pq_rebuild_drop(&rebuild, i))
				return false;
			continue;
		}
		struct pq_path step = pq_path_property(path, member->key);
		if (known && !pq_value_is_plain(&member->value) &&
		    !prune_below(pruning, property != NULL ? property : node->additional,
				 &member->value, &step, &kept))
			return false;
		if (!pq_rebuild_keep(&rebuild, i, &kept))
			return false;
	}
	return pq_rebuild_finish(&rebuild, result);
}

/* Items of an array that preserves unknown fields preserve them, too, whatever their own schema
 * says, while their properties follow that schema again. */
static bool prune_array(struct pruning *pruning, const struct pq_node *node, unsigned treatment,
			const struct pq_value *value, const struct pq_path *path,
			struct pq_value *result)
{
	treatment &= PQ_PRUNE_PRESERVING;
	if (treatment != 0 && node->items == NULL) {
		*result = *value;
		return true;
	}
	struct pq_rebuild rebuild;
	pq_rebuild_start(&rebuild, pruning->arena, value);
	for (uint32_t i = 0; i < value->length; i++) {
		struct pq_path step = pq_path_index(path, i);
		const struct pq_value *item = &value->items[i];
		struct pq_value kept;
		bool done = node->items == NULL ? empty_objects(pruning, item, &step, &kept)
						: prune_value(pruning, node->items, treatment, item,
							      &step, &kept);
		if (!done || !pq_rebuild_keep(&rebuild, i, &kept))
			return false;
	}
	return pq_rebuild_finish(&rebuild, result);
}

static bool prune_value(struct pruning *pruning, const struct pq_node *node, unsigned treatment,
			const struct pq_value *value, const struct pq_path *path,
			struct pq_value *result)
{
	treatment = pq_prune_treatment(node, treatment);
	if (value->kind == PQ_OBJECT)
		return prune_object(pruning, node, treatment, value, path, result);
	if (value->kind == PQ_ARRAY)
		return prune_array(pruning, node, treatment, value, path, result);
	*result = *value;
	return true;
}

static int compare_fields(const void *a, const void *b)
{
	const struct pq_finding *left = a, *right = b;
	return pq_string_compare(left->field, right->field);
}

bool pq_node_prune(const struct pq_node *node, bool is_resource, struct pq_arena *arena,
		   const struct pq_value *value, struct pq_findings *unknown,
		   struct pq_value *result)
{
	struct pruning pruning = { .arena = arena, .unknown = unknown };
	size_t before = unknown == NULL ? 0 : unknown->count;
	if (!prune_value(&pruning, node, is_resource ? PQ_PRUNE_AS_RESOURCE : 0, value, NULL,
			 result))
		return false;
	if (unknown != NULL && unknown->count > before)
		qsort(unknown->items + before, unknown->count - before, sizeof *unknown->items,
		      compare_fields);
	return true;
}

bool pq_schema_prune(const struct pq_schema *schema, struct pq_arena *arena,
		     const struct pq_value *value, struct pq_findings *unknown,
		     struct pq_value *result)
{
	if (schema->kind == PQ_SCHEMA_OVERLAY) {
		*result = *value;
		return true;
	}
	return pq_node_prune(schema->root, true, arena, value, unknown, result);
}
