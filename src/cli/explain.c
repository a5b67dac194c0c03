/* `pratique explain`: the fields of a kind and what is demanded of them. */
#include "explain/explain.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/schemas.h"
#include "cli/terminal.h"
#include "json/read.h"
#include "json/write.h"

enum { OUTPUT_TEXT, OUTPUT_JSON };

struct explain_settings {
	struct pq_option_list schemas;
	const char *openapi;
	const char *api_version;
	bool recursive;
	int output;
};

#define FIELD(name) offsetof(struct explain_settings, name)

static const char *const outputs[] = { "text", "json", NULL };

static const struct pq_option table[] = {
	PQ_SCHEMAS_OPTION(FIELD(schemas)),
	PQ_OPENAPI_OPTION(FIELD(openapi)),
	{ .name = "api-version",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(api_version),
	  .value_name = "GROUP/VERSION",
	  .help = "Of this group and version; without, of the one that is preferred" },
	{ .name = "recursive",
	  .letter = 'R',
	  .type = PQ_OPTION_SWITCH,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(recursive),
	  .help = "Show the fields of fields, all of them, without descriptions" },
	PQ_OUTPUT_OPTION(FIELD(output), outputs, "text"),
	{ 0 },
};

static bool add_openapi(struct pq_explain *explain, const char *path, struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_string text;
	pq_arena_init(&arena, 0);
	if (path == NULL)
		return pq_explain_add_embedded(explain, error);
	if (!pq_input_read(&arena, path, PQ_INPUT_BYTES_MAX, &text, error))
		return false;
	if (pq_explain_add_openapi(explain, text, error))
		return true;
	pq_error_add_path(error, pq_string_from(path));
	return false;
}

struct adding {
	struct pq_explain *explain;
	struct pq_error error; /* of the first document that could not be added, or code NONE */
};

static void add_document(const struct pq_policy_document *document, void *context)
{
	struct adding *adding = context;
	struct pq_error error;
	if (!pq_explain_add_crd(adding->explain, document->value, &error) &&
	    adding->error.code == PQ_ERROR_NONE)
		adding->error = error;
}

static void refuse_document(const struct pq_error *error, void *context)
{
	struct adding *adding = context;
	if (adding->error.code == PQ_ERROR_NONE)
		adding->error = *error;
}

/* Whether an API server would take the CRDs: of a broken one nothing is shown as if it were true.
 */
static bool check_schemas(const struct pq_option_list *schemas, struct pq_error *error)
{
	struct pq_policy_builder *builder = pq_policy_builder_new();
	if (builder == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for schemas");
	bool fine = pq_command_add_schemas(builder, "explain", schemas, error);
	pq_policy_builder_free(builder);
	return fine;
}

static bool add_crds(struct pq_explain *explain, const struct pq_option_list *schemas,
		     struct pq_error *error)
{
	struct adding adding = { .explain = explain };
	const struct pq_policy_document_visitor visitor = {
		.visit = add_document,
		.refuse = refuse_document,
		.context = &adding,
	};
	if (!pq_policy_each_document(schemas->items, schemas->count, &visitor, error))
		return false;
	if (adding.error.code == PQ_ERROR_NONE)
		return true;
	*error = adding.error;
	return false;
}

static bool write_json(const struct pq_explain_target *target, bool is_recursive,
		       struct pq_buffer *text, struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer compact;
	struct pq_value value;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&compact, 0);
	if (!pq_explain_write_json(target, is_recursive, &compact, error) ||
	    !pq_json_read(&arena, pq_buffer_view(&compact), NULL, &value, error))
		return false;
	pq_json_write(text, &value, PQ_JSON_INDENT);
	pq_buffer_append_byte(text, '\n');
	return true;
}

static bool explain(struct pq_explain *known, const struct explain_settings *settings,
		    const struct pq_option_list *words, struct pq_buffer *text,
		    struct pq_error *error)
{
	struct pq_explain_target target;
	if (words->count != 1)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "say what to explain, one kind or field; see `pratique explain "
				    "--help`");
	return add_openapi(known, settings->openapi, error) &&
	       check_schemas(&settings->schemas, error) &&
	       add_crds(known, &settings->schemas, error) &&
	       pq_explain_find(known, pq_string_from(words->items[0]),
			       pq_string_from(settings->api_version), &target, error) &&
	       (settings->output == OUTPUT_JSON
			? write_json(&target, settings->recursive, text, error)
			: pq_explain_write_text(&target, settings->recursive, pq_terminal_columns(),
						text, error));
}

static int run_explain(int argc, char **argv)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer text;
	struct explain_settings settings = { 0 };
	struct pq_option_list words;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&text, 0);
	if (!pq_options_set_defaults(table, &settings, &arena, &error) ||
	    !pq_options_parse(table, argc, argv, &settings, &arena, &words, &error))
		return pq_command_fail("explain", &error);
	struct pq_explain *known = pq_explain_new();
	pq_error_set(&error, PQ_ERROR_MEMORY, "no memory for schemas");
	int code = known != NULL && explain(known, &settings, &words, &text, &error)
			   ? pq_command_print(&text)
			   : pq_command_fail("explain", &error);
	pq_explain_free(known);
	return code;
}

const struct pq_command pq_command_explain = {
	.name = "explain",
	.summary = "Show the fields of a kind and what is demanded of them",
	.usage = (const char *const[]){ "pratique explain [OPTION]... KIND[.GROUP][.FIELD]...",
					NULL },
	.description =
		"As kubectl explain, but without a cluster. KIND may be plural, singular or a\n"
		"short name; custom kinds are those of the CRDs in --schemas. Besides types,\n"
		"enums and descriptions, all that the schema demands is shown: defaults, formats,\n"
		"patterns, bounds, how lists are merged, rules. A path as `pratique check` prints\n"
		"it, with indices and the keys of maps, is fine. The OpenAPI document in the\n"
		"program has no descriptions; ask a cluster for one that has:\n"
		"kubectl get --raw /openapi/v3/apis/apps/v1 >apps.json\n\n"
		"Exit codes: 0 shown, 2 there is no such kind or field, or not usable.\n",
	.options = table,
	.examples =
		(const char *const[]){
			"pratique explain deployment.spec.strategy",
			"pratique explain --schemas schemas myapp.spec.ports[0].protocol",
			"pratique explain --recursive netpol.spec",
			"pratique explain --api-version autoscaling/v1 hpa",
			"pratique explain --openapi apps.json deploy.spec.selector",
			"pratique explain -o json ingresses.networking.k8s.io.spec", NULL },
	.run = run_explain,
};
