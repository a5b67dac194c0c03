#include "cli/cel_schema.h"

#include "formats/names.h"
#include "policy/load.h"

enum { NAMES_SHOWN_MAX = 400 }; /* bytes of the names among which to choose */

/* What of the documents of a file or folder is wanted, and what has been found. */
struct search {
	struct pq_arena *arena;
	const struct cel_schema_choice *choice;
	struct pq_string kind;    /* or name; empty: any */
	struct pq_string group;   /* data NULL: any */
	struct pq_string version; /* empty: the stored one */
	struct pq_value *schema;  /* of the CRD's version, in the arena */
	bool is_found;
	size_t crds;              /* of the kind that is wanted */
	struct pq_buffer kinds;   /* of all, for who has to choose */
	struct pq_buffer names;   /* of those of the kind that is wanted */
	struct pq_value *overlay; /* the schema of an AdmissionSchema, in the arena */
	size_t overlays;          /* of the name that is wanted */
	struct pq_buffer overlay_names;
	struct pq_error error; /* of a document, or code NONE */
};

static bool is_wanted_version(const struct search *search, const struct pq_value *version)
{
	if (search->version.length > 0)
		return pq_string_equal(pq_value_find_string(version, PQ_S("name")),
				       search->version);
	const struct pq_value *storage = pq_value_find(version, PQ_S("storage"));
	return pq_value_is_true(storage);
}

/* As a whole or not at all, when no more can be shown. */
static void add_to_list(struct pq_buffer *list, struct pq_string name)
{
	pq_buffer_append_format(list, "%s%.*s", list->length > 0 ? ", " : "",
				PQ_STRING_ARGUMENT(name));
}

static void search_crd(struct search *search, const struct pq_value *crd, struct pq_string name)
{
	const struct pq_value *spec = pq_value_find(crd, PQ_S("spec"));
	const struct pq_value *versions = pq_value_find(spec, PQ_S("versions"));
	struct pq_string kind =
		pq_value_find_string(pq_value_find(spec, PQ_S("names")), PQ_S("kind"));
	if (versions == NULL || versions->kind != PQ_ARRAY)
		return;
	add_to_list(&search->kinds, kind);
	if (search->kind.length > 0 && !pq_string_equal(kind, search->kind) &&
	    !pq_string_equal(name, search->kind))
		return;
	if (search->group.data != NULL &&
	    !pq_string_equal(pq_value_find_string(spec, PQ_S("group")), search->group))
		return;
	search->crds++;
	add_to_list(&search->names, name);
	for (size_t i = 0; i < versions->length && !search->is_found; i++) {
		const struct pq_value *schema =
			pq_value_find_path(&versions->items[i], 2, "schema", "openAPIV3Schema");
		if (schema != NULL && is_wanted_version(search, &versions->items[i]))
			search->is_found = pq_value_copy(search->arena, schema, search->schema);
	}
}

/* The kind of the data is no matter here: an AdmissionSchema is for many. */
static void search_overlay(struct search *search, const struct pq_value *overlay,
			   struct pq_string name)
{
	const struct pq_value *schema = pq_value_find_path(overlay, 2, "spec", "openAPIV3Schema");
	if (schema == NULL ||
	    (search->choice->kind != NULL && !pq_string_is(name, search->choice->kind)))
		return;
	add_to_list(&search->overlay_names, name);
	if (search->overlays++ == 0 && !pq_value_copy(search->arena, schema, search->overlay))
		search->overlays = 0;
}

static void search_document(const struct pq_policy_document *document, void *context)
{
	struct search *search = context;
	const struct pq_value *value = document->value;
	struct pq_string kind = pq_value_find_string(value, PQ_S("kind"));
	struct pq_string name =
		pq_value_find_string(pq_value_find(value, PQ_S("metadata")), PQ_S("name"));
	if (pq_string_is(kind, "CustomResourceDefinition"))
		search_crd(search, value, name);
	else if (pq_string_is(kind, "AdmissionSchema"))
		search_overlay(search, value, name);
}

static void refuse_document(const struct pq_error *error, void *context)
{
	struct search *search = context;
	search->error = *error;
}

/* Groups may have kinds of the same name. */
static bool refuse_choice(const struct search *search, struct pq_error *error)
{
	bool has_kind = search->kind.length > 0;
	const struct pq_buffer *list = search->crds == 0 ? &search->overlay_names
				       : has_kind        ? &search->names
							 : &search->kinds;
	return pq_error_set_at(error, PQ_ERROR_USAGE, search->choice->path,
			       "there is more than one %s%s%.*s: choose by --kind among %.*s%s",
			       search->crds == 0 ? "AdmissionSchema" : "CRD",
			       has_kind ? " of " : "", PQ_STRING_ARGUMENT(search->kind),
			       PQ_STRING_ARGUMENT(pq_buffer_view(list)),
			       pq_buffer_failed(list) ? " and more" : "");
}

static bool fail_nothing_found(const struct search *search, struct pq_error *error)
{
	struct pq_string kinds = pq_buffer_view(&search->kinds);
	if (search->error.code != PQ_ERROR_NONE) {
		*error = search->error;
		return false;
	}
	if (search->crds == 0 && kinds.length > 0)
		return pq_error_set_at(error, PQ_ERROR_NOT_FOUND, search->choice->path,
				       "there is no CRD of %.*s%s%.*s; there is %.*s%s",
				       PQ_STRING_ARGUMENT(search->kind),
				       search->group.length > 0 ? " in " : "",
				       PQ_STRING_ARGUMENT(search->group), PQ_STRING_ARGUMENT(kinds),
				       pq_buffer_failed(&search->kinds) ? " and more" : "");
	return pq_error_set_at(error, PQ_ERROR_NOT_FOUND, search->choice->path,
			       "no CustomResourceDefinition with a schema for %s%.*s",
			       search->version.length == 0 ? "a stored version" : "version ",
			       PQ_STRING_ARGUMENT(search->version));
}

/* What the search has come upon; else why not. */
static bool take_found(const struct search *search, struct pq_value **found,
		       enum pq_schema_kind *kind, struct pq_error *error)
{
	if (search->crds > 1 || (search->crds == 0 && search->overlays > 1))
		return refuse_choice(search, error);
	*kind = search->is_found ? PQ_SCHEMA_RESOURCE : PQ_SCHEMA_OVERLAY;
	*found = search->is_found ? search->schema : search->overlay;
	return search->is_found || (search->crds == 0 && search->overlays == 1) ||
	       fail_nothing_found(search, error);
}

/* By what is said, else by what the data is, if it is a resource. */
static struct search search_for(struct pq_arena *arena, const struct cel_schema_choice *choice)
{
	struct pq_string of_data = pq_value_find_string(choice->data, PQ_S("apiVersion"));
	struct search search = {
		.arena = arena,
		.choice = choice,
		.kind = pq_value_find_string(choice->data, PQ_S("kind")),
		.schema = pq_arena_alloc(arena, sizeof *search.schema),
		.overlay = pq_arena_alloc(arena, sizeof *search.overlay),
	};
	bool is_resource = of_data.length > 0 && search.kind.length > 0;
	if (is_resource && choice->kind == NULL)
		search.group = pq_names_group_of(of_data);
	if (is_resource)
		search.version = pq_names_version_of(of_data);
	if (choice->kind != NULL || !is_resource)
		search.kind = pq_string_from(choice->kind);
	if (choice->version != NULL)
		search.version = pq_string_from(choice->version);
	return search;
}

static bool find_schema(struct search *search, struct pq_value **found, enum pq_schema_kind *kind,
			struct pq_error *error)
{
	const struct pq_policy_document_visitor visitor = {
		.visit = search_document,
		.refuse = refuse_document,
		.context = search,
	};
	pq_buffer_init(&search->kinds, NAMES_SHOWN_MAX);
	pq_buffer_init(&search->names, NAMES_SHOWN_MAX);
	pq_buffer_init(&search->overlay_names, NAMES_SHOWN_MAX);
	bool fine = pq_policy_each_document(&search->choice->path, 1, &visitor, error) &&
		    take_found(search, found, kind, error);
	pq_buffer_done(&search->kinds);
	pq_buffer_done(&search->names);
	pq_buffer_done(&search->overlay_names);
	return fine;
}

bool cel_schema_read(struct pq_arena *arena, const struct cel_schema_choice *choice,
		     struct cel_schema *schema, struct pq_error *error)
{
	struct search search = search_for(arena, choice);
	struct pq_value *found = NULL;
	if (search.schema == NULL || search.overlay == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a schema");
	if (!find_schema(&search, &found, &schema->kind, error))
		return false;
	if (pq_source_read(arena, found, NULL, &schema->source, error))
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
