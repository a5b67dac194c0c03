#include "conversion/difference.h"

#include "conversion/digest.h"
#include "schema/cursor.h"
#include "schema/rebuild.h"
#include "schema/resource.h"

/* A step down to what is being compared. An item's is made when it is told of. */
struct frame {
	struct pq_value step;
	bool is_made;
	const struct pq_value *seen; /* the item */
	const struct pq_node *list;  /* its list's schema, or NULL */
	size_t index;
};

struct comparison {
	struct pq_arena *arena;
	struct pq_conversion_work *work;
	struct frame frames[PQ_CONVERSION_DEPTH_MAX];
	size_t depth;
	struct pq_value *found;
	size_t count;
	size_t capacity;
};

static bool make_object(struct pq_arena *arena, size_t count, const char *const *keys,
			const struct pq_value *values, struct pq_value *object)
{
	struct pq_object *made = pq_object_new(arena, count);
	for (size_t i = 0; made != NULL && i < count; i++) {
		const struct pq_value *value = &values[i];
		*object = pq_value_from_object(made);
		if (!pq_value_with_member(arena, object, pq_string_from(keys[i]), value, object))
			return false;
		made = (struct pq_object *)(uintptr_t)object->object;
	}
	if (made != NULL)
		*object = pq_value_from_object(made);
	return made != NULL;
}

static bool make_digest(struct comparison *comparison, const struct pq_value *value,
			struct pq_value *result)
{
	char text[DIGEST_TEXT_MAX];
	uint64_t digest;
	if (!digest_make(value, comparison->work, &digest))
		return false;
	digest_write(digest, text);
	struct pq_string copy = pq_arena_copy(comparison->arena, pq_string_from(text));
	*result = pq_value_from_string(copy);
	return copy.data != NULL;
}

/* The keys that an item of a list has; *keys stays null when there are none. */
static bool find_keys(struct pq_arena *arena, const struct frame *frame, struct pq_value *keys)
{
	struct pq_string name;
	for (size_t i = 0; (name = pq_schema_list_key(frame->list, i)).data != NULL; i++) {
		const struct pq_value *value = pq_value_find(frame->seen, name);
		if (value != NULL && !pq_value_with_member(arena, keys, name, value, keys))
			return false;
	}
	return true;
}

static bool make_step(struct comparison *comparison, struct frame *frame)
{
	struct pq_arena *arena = comparison->arena;
	struct pq_value keys = pq_value_null();
	if (frame->is_made)
		return true;
	frame->is_made = true;
	if (!find_keys(arena, frame, &keys))
		return false;
	struct pq_value values[] = { pq_value_from_integer((int64_t)frame->index), keys };
	bool has_keys = keys.kind == PQ_OBJECT;
	return (has_keys || make_digest(comparison, frame->seen, &values[1])) &&
	       make_object(arena, 2, (const char *const[]){ "index", has_keys ? "keys" : "was" },
			   values, &frame->step);
}

static bool make_steps(struct comparison *comparison, struct pq_value *steps)
{
	struct pq_value *items =
		pq_arena_alloc_array(comparison->arena, comparison->depth, sizeof *items);
	for (size_t i = 0; items != NULL && i < comparison->depth; i++) {
		if (!make_step(comparison, &comparison->frames[i]))
			return false;
		items[i] = comparison->frames[i].step;
	}
	*steps = pq_value_from_items(items, comparison->depth);
	return items != NULL;
}

/* There was value, or nothing, and there is seen now, or nothing. */
static bool add(struct comparison *comparison, const struct pq_value *value,
		const struct pq_value *seen)
{
	const char *keys[3] = { "at" };
	struct pq_value values[3];
	size_t count = 1;
	size_t cost = COST_OF_DIFFERENCE + comparison->depth * COST_OF_STEP;
	if (!work_spend(comparison->work, cost) || !make_steps(comparison, &values[0]))
		return false;
	if (value != NULL) {
		keys[count] = "value";
		values[count++] = *value;
	}
	if (seen != NULL) {
		keys[count] = "was";
		if (!make_digest(comparison, seen, &values[count++]))
			return false;
	}
	if (comparison->count == comparison->capacity) {
		size_t size = comparison->capacity * sizeof *comparison->found;
		size_t wanted = size == 0 ? 8 * sizeof *comparison->found : size * 2;
		struct pq_value *grown =
			pq_arena_grow(comparison->arena, comparison->found, size, wanted);
		if (grown == NULL)
			return false;
		comparison->found = grown;
		comparison->capacity = wanted / sizeof *grown;
	}
	return make_object(comparison->arena, count, keys, values,
			   &comparison->found[comparison->count++]);
}

/* Recursion is bounded by PQ_CONVERSION_DEPTH_MAX. */
static bool compare(struct comparison *comparison, const struct pq_node *node,
		    const struct pq_value *source, const struct pq_value *plain,
		    const struct pq_value *seen);

static struct frame *enter(struct comparison *comparison)
{
	struct frame *frame = &comparison->frames[comparison->depth++];
	*frame = (struct frame){ 0 };
	return frame;
}

static void enter_member(struct comparison *comparison, struct pq_string name)
{
	struct frame *frame = enter(comparison);
	frame->step = pq_value_from_string(name);
	frame->is_made = true;
}

/* Of an object as a whole these are not compared: nobody converts them. */
static bool is_skipped(const struct comparison *comparison, struct pq_string name)
{
	return comparison->depth == 0 && pq_is_type_or_object_meta(name);
}

static bool compare_objects(struct comparison *comparison, const struct pq_node *node,
			    const struct pq_value *source, const struct pq_value *plain,
			    const struct pq_value *seen)
{
	bool fine = true;
	for (size_t i = 0; fine && i < source->object->count; i++) {
		const struct pq_member *member = &source->object->members[i];
		const struct pq_value *other = pq_value_find(plain, member->key);
		const struct pq_value *there = pq_value_find(seen, member->key);
		if (is_skipped(comparison, member->key))
			continue;
		enter_member(comparison, member->key);
		fine = other == NULL ? add(comparison, &member->value, there)
				     : compare(comparison, pq_schema_member(node, member->key),
					       &member->value, other, there);
		comparison->depth--;
	}
	for (size_t i = 0; fine && i < plain->object->count; i++) {
		const struct pq_member *member = &plain->object->members[i];
		if (is_skipped(comparison, member->key) ||
		    pq_value_find(source, member->key) != NULL)
			continue;
		enter_member(comparison, member->key);
		fine = add(comparison, NULL, pq_value_find(seen, member->key));
		comparison->depth--;
	}
	return fine;
}

static bool compare_items(struct comparison *comparison, const struct pq_node *node,
			  const struct pq_value *source, const struct pq_value *plain,
			  const struct pq_value *seen)
{
	bool fine = true;
	for (uint32_t i = 0; fine && i < source->length; i++) {
		struct frame *frame = enter(comparison);
		frame->seen = &seen->items[i];
		frame->list = node;
		frame->index = i;
		fine = compare(comparison, pq_schema_item(node), &source->items[i],
			       &plain->items[i], &seen->items[i]);
		comparison->depth--;
	}
	return fine;
}

static bool compare(struct comparison *comparison, const struct pq_node *node,
		    const struct pq_value *source, const struct pq_value *plain,
		    const struct pq_value *seen)
{
	bool is_alike = source->kind == plain->kind && seen != NULL && seen->kind == plain->kind &&
			comparison->depth < PQ_CONVERSION_DEPTH_MAX;
	if (pq_value_is_container(source) && pq_rebuild_is_same(source, plain))
		return true;
	if (is_alike && source->kind == PQ_OBJECT)
		return compare_objects(comparison, node, source, plain, seen);
	if (is_alike && source->kind == PQ_ARRAY && source->length == plain->length &&
	    source->length == seen->length)
		return compare_items(comparison, node, source, plain, seen);
	return pq_value_equal(source, plain) || add(comparison, source, seen);
}

bool difference_find(struct pq_arena *arena, const struct pq_schema *schema,
		     const struct pq_value *source, const struct pq_value *plain,
		     const struct pq_value *seen, struct pq_conversion_work *work,
		     struct pq_value *list)
{
	struct comparison comparison = { .arena = arena, .work = work };
	if (!compare(&comparison, pq_schema_root(schema), source, plain, seen))
		return false;
	*list = pq_value_from_items(comparison.found, comparison.count);
	return true;
}
