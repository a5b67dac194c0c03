#include "admission/blank.h"

#include "json/read.h"
#include "json/write.h"

#define LAST_APPLIED "kubectl.kubernetes.io/last-applied-configuration"

/* object with what change makes of its member at key, if it has one. */
static bool change_member(struct pq_arena *arena, struct pq_value *object, struct pq_string key,
			  bool (*change)(struct pq_arena *arena, struct pq_value *member))
{
	const struct pq_value *found = pq_value_find(object, key);
	if (found == NULL)
		return true;
	struct pq_value member = *found;
	return change(arena, &member) && pq_value_with_member(arena, object, key, &member, object);
}

static bool blank_values(struct pq_arena *arena, struct pq_value *data)
{
	if (data->kind != PQ_OBJECT) {
		*data = pq_value_null();
		return true;
	}
	struct pq_member *members =
		pq_arena_alloc_array(arena, data->object->count + 1, sizeof *members);
	if (members == NULL)
		return false;
	for (uint32_t i = 0; i < data->object->count; i++) {
		members[i] = data->object->members[i];
		members[i].value = pq_value_from_string(PQ_S(""));
	}
	return pq_value_from_members(arena, members, data->object->count, data);
}

static bool blank_annotations(struct pq_arena *arena, struct pq_value *annotations)
{
	return pq_value_with_member(arena, annotations, PQ_S(LAST_APPLIED), NULL, annotations);
}

static bool blank_metadata(struct pq_arena *arena, struct pq_value *metadata)
{
	return change_member(arena, metadata, PQ_S("annotations"), blank_annotations);
}

static bool blank_object(struct pq_arena *arena, struct pq_value *object)
{
	return change_member(arena, object, PQ_S("data"), blank_values) &&
	       change_member(arena, object, PQ_S("stringData"), blank_values) &&
	       change_member(arena, object, PQ_S("metadata"), blank_metadata);
}

static bool blank_request(struct pq_arena *arena, struct pq_value *request)
{
	return change_member(arena, request, PQ_S("object"), blank_object) &&
	       change_member(arena, request, PQ_S("oldObject"), blank_object);
}

bool pq_admission_blank_secret(struct pq_arena *arena, struct pq_string text,
			       struct pq_buffer *blanked, struct pq_error *error)
{
	struct pq_value review;
	if (!pq_json_read_copy(arena, text, NULL, &review, error))
		return false;
	if (!change_member(arena, &review, PQ_S("request"), blank_request))
		return pq_error_set(error, PQ_ERROR_TOO_LARGE, "the review needs too much memory");
	pq_json_write(blanked, &review, PQ_JSON_COMPACT);
	return !pq_buffer_failed(blanked) || pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
}
