/*
 * x-kubernetes-list-type set and map: no repetitions (pkg/apiserver/schema/listtype).
 *
 * Scalars are the same when Go's interface values are: an integer is never a double. Objects,
 * arrays and combinations of several keys are the same when their JSON is.
 */
#include "base/hash.h"
#include "schema/validation.h"
#include "json/write.h"

struct list_check {
	struct pq_arena *arena;
	struct pq_findings *findings;
};

/* Lists up to this length are looked through pair by pair, without any memory. */
enum { SHORT_LIST = 16 };

/* What an item of a list is known by. */
struct identity {
	const struct pq_value *scalar; /* NULL with text.data NULL: the key is not there */
	struct pq_string text;         /* the JSON of anything else */
	uint32_t hash;
	uint32_t times;
};

static bool identify_by_json(struct list_check *check, const struct pq_value *value,
			     struct identity *identity)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, check->arena, 0);
	pq_json_write(&text, value, PQ_JSON_GO);
	if (pq_buffer_failed(&text))
		return false;
	identity->text = pq_buffer_view(&text);
	identity->hash = pq_hash(identity->text);
	return true;
}

static bool identify(struct list_check *check, const struct pq_value *value,
		     struct identity *identity)
{
	*identity = (struct identity){ 0 };
	if (value == NULL)
		return true;
	if (pq_value_is_container(value))
		return identify_by_json(check, value, identity);
	identity->scalar = value;
	identity->hash = pq_value_hash_scalar(value);
	return true;
}

static bool is_same(const struct identity *a, const struct identity *b)
{
	if (a->hash != b->hash || (a->text.data == NULL) != (b->text.data == NULL) ||
	    (a->scalar == NULL) != (b->scalar == NULL))
		return false;
	if (a->scalar != NULL)
		return pq_value_equal(a->scalar, b->scalar);
	return pq_string_equal(a->text, b->text);
}

/* What the item at index is known by: itself in a set, its keys in a map. *object is the value that
 * a finding shows. NULL: the single key is not there. False when the arena is exhausted. */
static bool find_known_by(struct list_check *check, const struct pq_node *node,
			  const struct pq_value *item, const struct pq_value **known_by,
			  struct pq_value *object)
{
	*known_by = item;
	*object = *item;
	if (node->list_type == PQ_LIST_SET)
		return true;
	size_t count = node->extras == NULL ? 0 : node->extras->list_map_key_count;
	struct pq_member *members = pq_arena_alloc_array(check->arena, count, sizeof *members);
	if (members == NULL)
		return false;
	size_t found = 0;
	for (size_t i = 0; i < count && item->kind == PQ_OBJECT; i++) {
		const struct pq_node_name *name = &node->extras->list_map_keys[i];
		const struct pq_member *member =
			pq_object_find(item->object, name->text, name->hash);
		if (member != NULL)
			members[found++] = *member;
	}
	if (!pq_value_from_members(check->arena, members, found, object))
		return false;
	object->offset = item->offset;
	*known_by = object;
	if (count == 1)
		*known_by = found == 1 ? &object->object->members[0].value : NULL;
	return true;
}

static bool report(struct list_check *check, const struct pq_node *node, const struct pq_path *path,
		   uint32_t index, const struct pq_value *shown)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, check->arena, 0);
	pq_problem_show_value(&text, shown,
			      pq_node_is_concealed(node, check->findings->concealment));
	if (pq_buffer_failed(&text))
		return false;
	struct pq_path step = pq_path_index(path, index);
	pq_findings_add_format(check->findings, PQ_FINDING_DUPLICATE, &step, shown->offset,
			       "Duplicate value: %.*s", PQ_STRING_ARGUMENT(pq_buffer_view(&text)));
	return true;
}

/* Reports every value that stands more than once, at its second place. */
static bool report_repeated(struct list_check *check, const struct pq_node *node,
			    const struct pq_value *list, const struct pq_path *path)
{
	uint32_t slot_count = 4;
	while (slot_count / 2 < list->length)
		slot_count *= 2;
	uint32_t *slots = pq_arena_alloc_array(check->arena, slot_count, sizeof *slots);
	struct identity *identities =
		pq_arena_alloc_array(check->arena, list->length, sizeof *identities);
	if (slots == NULL || identities == NULL)
		return false;
	for (uint32_t i = 0; i < list->length; i++) {
		const struct pq_value *known_by;
		struct pq_value shown;
		if (!find_known_by(check, node, &list->items[i], &known_by, &shown) ||
		    !identify(check, known_by, &identities[i]))
			return false;
		uint32_t slot = identities[i].hash & (slot_count - 1);
		while (slots[slot] != 0 && !is_same(&identities[slots[slot] - 1], &identities[i]))
			slot = (slot + 1) & (slot_count - 1);
		if (slots[slot] == 0) {
			slots[slot] = i + 1;
			continue;
		}
		if (identities[slots[slot] - 1].times++ == 0 &&
		    !report(check, node, path, i, &shown))
			return false;
	}
	return true;
}

/* Whether two items could be the same, as far as it can be told at once. */
static bool may_be_same(const struct pq_node *node, const struct pq_value *a,
			const struct pq_value *b)
{
	if (node->list_type == PQ_LIST_SET)
		return pq_value_is_container(a) || pq_value_is_container(b) || pq_value_equal(a, b);
	for (size_t i = 0; node->extras != NULL && i < node->extras->list_map_key_count; i++) {
		const struct pq_node_name *name = &node->extras->list_map_keys[i];
		const struct pq_member *left = NULL, *right = NULL;
		if (a->kind == PQ_OBJECT)
			left = pq_object_find(a->object, name->text, name->hash);
		if (b->kind == PQ_OBJECT)
			right = pq_object_find(b->object, name->text, name->hash);
		if ((left == NULL) != (right == NULL))
			return false;
		if (left != NULL && left->value.kind == PQ_STRING &&
		    right->value.kind == PQ_STRING && !pq_value_equal(&left->value, &right->value))
			return false;
	}
	return true;
}

static bool may_repeat(const struct pq_node *node, const struct pq_value *list)
{
	if (list->length > SHORT_LIST)
		return true;
	for (uint32_t i = 1; i < list->length; i++) {
		for (uint32_t j = 0; j < i; j++) {
			if (may_be_same(node, &list->items[i], &list->items[j]))
				return true;
		}
	}
	return false;
}

/* A map may hold objects and nulls. The first other item ends the check of this list. */
static bool find_misfit(struct list_check *check, const struct pq_node *node,
			const struct pq_value *list, const struct pq_path *path, bool *found)
{
	for (uint32_t i = 0; i < list->length; i++) {
		const struct pq_value *item = &list->items[i];
		if (item->kind == PQ_OBJECT || item->kind == PQ_NULL)
			continue;
		struct pq_buffer text;
		pq_buffer_init_in(&text, check->arena, 0);
		pq_problem_show_value(&text, item,
				      pq_node_is_concealed(node, check->findings->concealment));
		struct pq_path step = pq_path_index(path, i);
		pq_findings_add_format(check->findings, PQ_FINDING_INVALID, &step, item->offset,
				       "Invalid value: %.*s: must be an object for an array of "
				       "list-type map",
				       PQ_STRING_ARGUMENT(pq_buffer_view(&text)));
		*found = true;
		return !pq_buffer_failed(&text);
	}
	return true;
}

static bool check_value(struct list_check *check, const struct pq_node *node,
			const struct pq_value *value, const struct pq_path *path);

static bool check_list(struct list_check *check, const struct pq_node *node,
		       const struct pq_value *list, const struct pq_path *path)
{
	bool misfit = false;
	if (node->list_type == PQ_LIST_MAP && !find_misfit(check, node, list, path, &misfit))
		return false;
	if (node->list_type != PQ_LIST_ATOMIC && !misfit && may_repeat(node, list) &&
	    !report_repeated(check, node, list, path))
		return false;
	for (uint32_t i = 0; node->items != NULL && i < list->length; i++) {
		struct pq_path step = pq_path_index(path, i);
		if (!check_value(check, node->items, &list->items[i], &step))
			return false;
	}
	return true;
}

static bool check_object(struct list_check *check, const struct pq_node *node,
			 const struct pq_value *value, const struct pq_path *path)
{
	for (uint32_t i = 0; i < value->object->count; i++) {
		const struct pq_member *member = &value->object->members[i];
		if (!pq_value_is_container(&member->value))
			continue;
		const struct pq_node *property =
			pq_node_find_property(node, member->key, member->hash);
		struct pq_path key = pq_path_key(path, member->key);
		struct pq_path name = pq_path_property(path, member->key);
		if (!check_value(check, node->additional, &member->value, &key) ||
		    !check_value(check, property, &member->value, &name))
			return false;
	}
	return true;
}

static bool check_value(struct list_check *check, const struct pq_node *node,
			const struct pq_value *value, const struct pq_path *path)
{
	if (node == NULL || (node->flags & PQ_NODE_LISTS_BELOW) == 0)
		return true;
	if (value->kind == PQ_OBJECT)
		return check_object(check, node, value, path);
	return value->kind != PQ_ARRAY || check_list(check, node, value, path);
}

bool pq_list_has_repetition(struct pq_arena *arena, const struct pq_value *list)
{
	static const struct pq_node set = { .list_type = PQ_LIST_SET };
	struct pq_findings found;
	struct list_check check = { .arena = arena, .findings = &found };
	pq_findings_init(&found, arena, 1);
	return report_repeated(&check, &set, list, NULL) && !pq_findings_is_empty(&found);
}

static bool find_faults(const struct pq_schema *schema, struct pq_arena *arena,
			const struct pq_value *value, struct pq_findings *findings)
{
	struct list_check check = { .arena = arena, .findings = findings };
	return value == NULL || value->kind != PQ_OBJECT ||
	       (check_value(&check, schema->root, value, NULL) && !pq_arena_is_exhausted(arena));
}

/* The old object is looked at only when there is something to forgive. */
bool pq_schema_validate_list_types(const struct pq_schema *schema, struct pq_arena *arena,
				   const struct pq_value *value, const struct pq_value *old,
				   struct pq_findings *findings)
{
	struct pq_findings found, before;
	pq_findings_init(&found, arena, findings->limit);
	found.concealment = findings->concealment;
	pq_findings_init(&before, arena, 1);
	if (!find_faults(schema, arena, value, &found))
		return false;
	if (pq_findings_is_empty(&found))
		return true;
	if (!find_faults(schema, arena, old, &before))
		return false;
	if (pq_findings_is_empty(&before))
		pq_findings_add_all(findings, &found);
	return true;
}
