#include "cli/cel_schema.h"

#include "policy/load.h"

enum { NAMES_SHOWN_MAX = 400 }; /* bytes of the names among which to choose */

/* The schema of the version that is wanted, among the documents of a file or folder. */
struct search {
	struct pq_arena *arena;
	const struct cel_schema_choice *choice;
	struct pq_value *schema; /* in the arena */
	bool is_found;
	size_t crds;            /* of the kind that is wanted */
	struct pq_buffer kinds; /* of all, for who has to choose */
	struct pq_buffer names; /* of those of the kind that is wanted */
	struct pq_error error;  /* of a document, or code NONE */
};

static bool is_wanted(const struct search *search, const struct pq_value *version)
{
	if (search->choice->version != NULL)
		return pq_string_is(pq_value_find_string(version, PQ_S("name")),
				    search->choice->version);
	const struct pq_value *storage = pq_value_find(version, PQ_S("storage"));
	return pq_value_is_true(storage);
}

/* As a whole or not at all, when no more can be shown. */
static void add_to_list(struct pq_buffer *list, struct pq_string name)
{
	pq_buffer_append_format(list, "%s%.*s", list->length > 0 ? ", " : "",
				PQ_STRING_ARGUMENT(name));
}

static void search_document(const struct pq_policy_document *document, void *context)
{
	struct search *search = context;
	const struct pq_value *crd = document->value;
	const struct pq_value *versions = pq_value_find_path(crd, 2, "spec", "versions");
	if (!pq_string_is(pq_value_find_string(crd, PQ_S("kind")), "CustomResourceDefinition") ||
	    versions == NULL || versions->kind != PQ_ARRAY)
		return;
	struct pq_string kind =
		pq_value_find_string(pq_value_find_path(crd, 2, "spec", "names"), PQ_S("kind"));
	struct pq_string name =
		pq_value_find_string(pq_value_find(crd, PQ_S("metadata")), PQ_S("name"));
	const char *wanted = search->choice->kind;
	add_to_list(&search->kinds, kind);
	if (wanted != NULL && !pq_string_is(kind, wanted) && !pq_string_is(name, wanted))
		return;
	search->crds++;
	add_to_list(&search->names, name);
	for (size_t i = 0; i < versions->length && !search->is_found; i++) {
		const struct pq_value *schema =
			pq_value_find_path(&versions->items[i], 2, "schema", "openAPIV3Schema");
		if (schema != NULL && is_wanted(search, &versions->items[i]))
			search->is_found = pq_value_copy(search->arena, schema, search->schema);
	}
}

static void refuse_document(const struct pq_error *error, void *context)
{
	struct search *search = context;
	search->error = *error;
}

/* Groups may have kinds of the same name. */
static bool refuse_choice(const struct search *search, struct pq_error *error)
{
	const char *kind = search->choice->kind;
	const struct pq_buffer *list = kind == NULL ? &search->kinds : &search->names;
	return pq_error_set_at(error, PQ_ERROR_USAGE, search->choice->path,
			       "there is more than one CRD%s%s: choose by --kind among %.*s%s",
			       kind == NULL ? "" : " of ", kind == NULL ? "" : kind,
			       PQ_STRING_ARGUMENT(pq_buffer_view(list)),
			       pq_buffer_failed(list) ? " and more" : "");
}

/* Whether the search has come upon one schema; else why not. */
static bool check_found(const struct search *search, struct pq_error *error)
{
	const char *path = search->choice->path;
	struct pq_string kinds = pq_buffer_view(&search->kinds);
	if (search->crds > 1)
		return refuse_choice(search, error);
	if (search->is_found)
		return true;
	if (search->error.code != PQ_ERROR_NONE) {
		*error = search->error;
		return false;
	}
	if (search->crds == 0 && kinds.length > 0)
		return pq_error_set_at(error, PQ_ERROR_NOT_FOUND, path,
				       "there is no CRD of %s; there is %.*s%s",
				       search->choice->kind, PQ_STRING_ARGUMENT(kinds),
				       pq_buffer_failed(&search->kinds) ? " and more" : "");
	return pq_error_set_at(error, PQ_ERROR_NOT_FOUND, path,
			       "no CustomResourceDefinition with a schema for %s%s",
			       search->choice->version == NULL ? "a stored version" : "version ",
			       search->choice->version == NULL ? "" : search->choice->version);
}

static bool find_schema(struct search *search, struct pq_error *error)
{
	const struct pq_policy_document_visitor visitor = {
		.visit = search_document,
		.refuse = refuse_document,
		.context = search,
	};
	pq_buffer_init(&search->kinds, NAMES_SHOWN_MAX);
	pq_buffer_init(&search->names, NAMES_SHOWN_MAX);
	bool fine = pq_policy_each_document(&search->choice->path, 1, &visitor, error) &&
		    check_found(search, error);
	pq_buffer_done(&search->kinds);
	pq_buffer_done(&search->names);
	return fine;
}

bool cel_schema_read(struct pq_arena *arena, const struct cel_schema_choice *choice,
		     struct pq_source **source, struct pq_error *error)
{
	struct search search = {
		.arena = arena,
		.choice = choice,
		.schema = pq_arena_alloc(arena, sizeof *search.schema),
	};
	if (search.schema == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a schema");
	if (!find_schema(&search, error))
		return false;
	if (pq_source_read(arena, search.schema, NULL, source, error))
		return true;
	pq_error_add_path(error, pq_string_from(choice->path));
	return false;
}

bool cel_schema_complete(const struct pq_schema *schema, struct pq_arena *arena,
			 const struct pq_value **data, struct pq_error *error)
{
	struct pq_value pruned, dropped;
	struct pq_patch defaults;
	struct pq_value *complete = pq_arena_alloc(arena, sizeof *complete);
	pq_patch_init(&defaults, arena);
	if (complete == NULL || !pq_schema_prune(schema, arena, *data, NULL, &pruned) ||
	    !pq_schema_drop_nulls(schema, arena, &pruned, &dropped) ||
	    !pq_schema_default(schema, &dropped, &defaults) || defaults.failed)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for data");
	*data = complete;
	if (defaults.count > 0)
		return pq_patch_apply(arena, &dropped, &defaults, complete, error);
	*complete = dropped;
	return true;
}
