#include "cli/builtin_kinds.h"

#include "cli/input.h"
#include "formats/names.h"

bool builtin_kinds_open(struct builtin_kinds *kinds, const char *path, struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_string text;
	pq_arena_init(&arena, 0);
	if (path == NULL)
		return true;
	if (!pq_input_read(&arena, path, PQ_INPUT_BYTES_MAX, &text, error))
		return false;
	kinds->openapi = pq_openapi_new(text, error);
	if (kinds->openapi == NULL)
		pq_error_add_path(error, pq_string_from(path));
	return kinds->openapi != NULL;
}

bool builtin_kinds_read(struct builtin_kinds *kinds, struct pq_error *error)
{
	if (kinds->openapi == NULL)
		kinds->openapi = pq_openapi_new_embedded(error);
	return kinds->openapi != NULL;
}

void builtin_kinds_done(struct builtin_kinds *kinds)
{
	pq_openapi_free(kinds->openapi);
	kinds->openapi = NULL;
}

bool builtin_kinds_find(struct builtin_kinds *kinds, const struct pq_value *object,
			struct pq_openapi_kind *kind, bool *found, struct pq_error *error)
{
	struct pq_string api_version = pq_value_find_string(object, PQ_S("apiVersion"));
	if (!builtin_kinds_read(kinds, error))
		return false;
	*found = pq_openapi_find_kind(kinds->openapi, pq_names_group_of(api_version),
				      pq_names_version_of(api_version),
				      pq_value_find_string(object, PQ_S("kind")), kind);
	return true;
}
