#include "kube/list.h"

#include "json/read.h"

struct pq_string pq_kube_metadata(const struct pq_value *object, struct pq_string key)
{
	return pq_value_find_string(pq_value_find(object, PQ_S("metadata")), key);
}

/* pq_json_read into a place of the arena, so that others may point at parts of it. */
static const struct pq_value *read_in(struct pq_arena *arena, struct pq_string text,
				      struct pq_error *error)
{
	struct pq_value *value = pq_arena_alloc(arena, sizeof *value);
	if (value == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for an answer");
		return NULL;
	}
	return pq_json_read(arena, text, NULL, value, error) ? value : NULL;
}

bool pq_kube_list_read(struct pq_arena *arena, struct pq_string body, struct pq_kube_list *list,
		       struct pq_error *error)
{
	const struct pq_value *page = read_in(arena, body, error);
	if (page == NULL)
		return false;
	struct pq_kube_list read = {
		.items = pq_value_find(page, PQ_S("items")),
		.resource_version = pq_kube_metadata(page, PQ_S("resourceVersion")),
		.continue_token = pq_kube_metadata(page, PQ_S("continue")),
	};
	if (read.items != NULL && read.items->kind != PQ_ARRAY)
		read.items = NULL;
	if (read.resource_version.length == 0)
		return pq_error_set(error, PQ_ERROR_UNAVAILABLE,
				    "the answer to a list has no metadata.resourceVersion");
	*list = read;
	return true;
}

bool pq_kube_event_read(struct pq_arena *arena, struct pq_string line, struct pq_kube_event *event,
			struct pq_error *error)
{
	static const char *const names[] = {
		[PQ_KUBE_ADDED] = "ADDED",
		[PQ_KUBE_MODIFIED] = "MODIFIED",
		[PQ_KUBE_DELETED] = "DELETED",
		[PQ_KUBE_BOOKMARK] = "BOOKMARK",
	};
	const struct pq_value *read = read_in(arena, line, error);
	if (read == NULL)
		return false;
	struct pq_string type = pq_value_find_string(read, PQ_S("type"));
	const struct pq_value *object = pq_value_find(read, PQ_S("object"));
	if (object == NULL || object->kind != PQ_OBJECT)
		return pq_error_set(error, PQ_ERROR_UNAVAILABLE, "a watch event has no object");
	if (pq_string_is(type, "ERROR")) {
		pq_kube_error_from_status(object, 500, error);
		return false;
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (pq_string_is(type, names[i])) {
			*event = (struct pq_kube_event){ .type = (enum pq_kube_event_type)i,
							 .object = object };
			return true;
		}
	}
	return pq_error_set(error, PQ_ERROR_UNAVAILABLE, "a watch event has the unknown type %.*s",
			    PQ_STRING_ARGUMENT(type));
}
