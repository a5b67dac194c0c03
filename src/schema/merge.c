#include "schema/merge.h"

#include "schema/merging.h"

#include <stdio.h>

bool merge_exhausted(struct merging *merging)
{
	return pq_error_set(merging->error, PQ_ERROR_TOO_LARGE,
			    "the merge needs more memory than it may use");
}

static void write_place(struct pq_buffer *text, const struct merge_place *place)
{
	if (place == NULL || place->depth > PQ_MERGE_DEPTH_MAX)
		return;
	write_place(text, place->parent);
	pq_buffer_append_string(text, place->name);
}

bool merge_refuse(struct merging *merging, const struct merge_place *place, const char *format, ...)
{
	char message[PQ_ERROR_MESSAGE_MAX];
	va_list arguments;
	struct pq_buffer path;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	pq_buffer_init_in(&path, merging->arena, 0);
	write_place(&path, place);
	if (pq_buffer_failed(&path))
		return merge_exhausted(merging);
	pq_error_set(merging->error, PQ_ERROR_INVALID, "%s", message);
	pq_error_add_path(merging->error, pq_buffer_view(&path));
	return false;
}

static bool merge_member(struct merging *merging, const struct merge_type *type,
			 const struct merge_place *place, const struct pq_member *member,
			 const struct pq_value *live, const struct pq_value *applied,
			 struct pq_object *made)
{
	const struct merge_type child = merge_type_member(type, member);
	struct pq_member merged = *member;
	struct merge_place below = { .parent = place,
				     .depth = place == NULL ? 1 : place->depth + 1 };
	below.name = pq_arena_format(merging->arena, ".%.*s", PQ_STRING_ARGUMENT(member->key));
	if (below.name.data == NULL)
		return merge_exhausted(merging);
	if (child.form == MERGE_UNDECLARED)
		return merge_refuse(merging, &below, "field not declared in schema");
	if (!merge_values(merging, &child, &below, live, applied, &merged.value))
		return false;
	pq_object_put(made, &merged);
	return true;
}

static size_t count_of(const struct pq_value *object)
{
	return object == NULL ? 0 : object->object->count;
}

/* Members in the order of live, then those that are new. */
static bool merge_maps(struct merging *merging, const struct merge_type *type,
		       const struct merge_place *place, const struct pq_value *live,
		       const struct pq_value *applied, struct pq_value *result)
{
	struct pq_object *made = pq_object_new(merging->arena, count_of(live) + count_of(applied));
	if (made == NULL)
		return merge_exhausted(merging);
	for (size_t i = 0; i < count_of(live); i++) {
		const struct pq_member *member = &live->object->members[i];
		if (!merge_member(merging, type, place, member, &member->value,
				  pq_value_find(applied, member->key), made))
			return false;
	}
	for (size_t i = 0; i < count_of(applied); i++) {
		const struct pq_member *member = &applied->object->members[i];
		if (pq_value_find(live, member->key) == NULL &&
		    !merge_member(merging, type, place, member, NULL, &member->value, made))
			return false;
	}
	*result = pq_value_from_object(made);
	return true;
}

/* A value as a container of a kind that has something in it, or NULL. */
static const struct pq_value *filled(const struct pq_value *value, enum pq_kind kind)
{
	if (value == NULL || value->kind != kind)
		return NULL;
	return (kind == PQ_ARRAY ? value->length : value->object->count) > 0 ? value : NULL;
}

bool merge_values(struct merging *merging, const struct merge_type *type,
		  const struct merge_place *place, const struct pq_value *live,
		  const struct pq_value *applied, struct pq_value *result)
{
	if (applied == NULL) {
		*result = *live;
		return true;
	}
	enum merge_atom atom = merge_type_atom(type, applied);
	enum pq_kind kind = atom == MERGE_LIST ? PQ_ARRAY : PQ_OBJECT;
	bool is_leaf = atom == MERGE_SCALAR ||
		       (atom == MERGE_MAP && merge_type_is_atomic_map(type)) ||
		       (atom == MERGE_LIST && merge_type_list(type) == PQ_LIST_ATOMIC);
	if (is_leaf || (filled(live, kind) == NULL && filled(applied, kind) == NULL)) {
		*result = *applied;
		return true;
	}
	if (place != NULL && place->depth >= PQ_MERGE_DEPTH_MAX)
		return pq_error_set(merging->error, PQ_ERROR_TOO_LARGE,
				    "more than %d containers are in each other",
				    PQ_MERGE_DEPTH_MAX);
	return atom == MERGE_LIST ? merge_lists(merging, type, place, filled(live, kind),
						filled(applied, kind), result)
				  : merge_maps(merging, type, place, filled(live, kind),
					       filled(applied, kind), result);
}

bool pq_schema_merge(const struct pq_schema *schema, struct pq_arena *arena,
		     const struct pq_value *live, const struct pq_value *applied,
		     struct pq_value *result, struct pq_error *error)
{
	struct merging merging = { .arena = arena, .error = error };
	const struct merge_type root = merge_type_root(schema);
	struct pq_value merged;
	if (!merge_values(&merging, &root, NULL, live, applied, &merged))
		return false;
	*result = merged;
	return true;
}
