/* `pratique dry-run`: what the API server would answer, without one. */
#include "check/unknown.h"
#include "cli/builtin_kinds.h"
#include "cli/command.h"
#include "cli/dry_run_answer.h"
#include "cli/input.h"
#include "cli/schemas.h"
#include "formats/names.h"
#include "registry/old_object.h"
#include "yaml/read.h"
#include "json/detect.h"
#include "json/read.h"
#include "json/write.h"

#include <stdio.h>

enum { REQUEST_MEMORY_MAX = 1 << 30 }; /* bytes that judging one request may take */

struct dry_run_settings {
	struct pq_option_list named;
	struct pq_option_list schemas;
	const char *openapi;
	const char *version;
	const char *namespace;
	const char *name;
	const char *old;
	const char *subresource; /* "", "status" or "scale" */
	int field_validation;
	int output;
};

#define FIELD(name) offsetof(struct dry_run_settings, name)

/* In the order of enum dry_run_output. */
static const char *const outputs[] = { "json", "yaml", NULL };

static const char *const field_validations[] = { "Warn", "Strict", "Ignore", NULL };

static const struct pq_option table[] = {
	PQ_FILENAME_OPTION(FIELD(named)),
	PQ_SCHEMAS_OPTION(FIELD(schemas)),
	PQ_OPENAPI_OPTION(FIELD(openapi)),
	{ .name = "version",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(version),
	  .value_name = "VERSION",
	  .help = "Version in the URL; else that of the object's apiVersion" },
	{ .name = "namespace",
	  .letter = 'n',
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(namespace),
	  .value_name = "NAMESPACE",
	  .help = "Namespace in the URL; else the object's, else default" },
	{ .name = "name",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(name),
	  .value_name = "NAME",
	  .help = "Name in the URL of an update; else that of the old object" },
	{ .name = "old",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(old),
	  .value_name = "FILE",
	  .help = "The stored object: the request is an update of it" },
	{ .name = "subresource",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(subresource),
	  .value_name = "status|scale",
	  .help = "The subresource that is updated" },
	{ .name = "field-validation",
	  .type = PQ_OPTION_CHOICE,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(field_validation),
	  .default_value = "Warn",
	  .choices = field_validations,
	  .help = "What to do with unknown and duplicate fields" },
	PQ_OUTPUT_OPTION(FIELD(output), outputs, "json"),
	{ 0 },
};

/* One run. */
struct dry_run {
	const struct dry_run_settings *settings;
	struct pq_arena *arena;
	const struct pq_policy *policy;
	struct builtin_kinds builtin;
	struct pq_openapi_kind kind; /* of an object of a built-in kind */
	bool is_builtin;
	const char *path;         /* FILE */
	struct pq_value document; /* what it holds, if it could be read */
	struct pq_error reading;  /* code NONE, or why it could not */
	struct pq_value old;
	struct pq_resource_request request;
};

/* YAML becomes the JSON that kubectl would send: of a duplicate key only the last is in it. */
static bool convert_yaml(struct pq_arena *arena, const char *path, struct pq_string yaml,
			 struct pq_string *json, struct pq_error *error)
{
	struct pq_findings duplicates;
	pq_findings_init(&duplicates, arena, 1);
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON,
						 .findings = &duplicates };
	struct pq_value value;
	if (!pq_yaml_read(arena, yaml, &options, &value, error)) {
		pq_error_add_path(error, pq_string_from(path));
		return false;
	}
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	pq_json_write(&text, &value, PQ_JSON_SORT_KEYS);
	if (pq_buffer_failed(&text))
		return pq_error_set_at(error, PQ_ERROR_TOO_LARGE, path, "is too large");
	*json = pq_buffer_view(&text);
	return true;
}

/* A number that no double holds is for the API server's answer, too. */
static bool read_json(struct pq_arena *arena, struct pq_string text, struct pq_value *value,
		      struct pq_error *error)
{
	struct pq_json_replaced replaced;
	const struct pq_json_options options = { .replaced = &replaced };
	return pq_json_read(arena, text, &options, value, error);
}

/* The body of a request: JSON as it stands, YAML converted. What is neither, but was meant to be
 * JSON, stands there too, for the API server's answer. */
static bool read_body(struct pq_arena *arena, const char *path, struct pq_string *body,
		      struct pq_error *error)
{
	struct pq_string text;
	struct pq_value value;
	if (!pq_input_read(arena, path, PQ_INPUT_BYTES_MAX, &text, error))
		return false;
	bool begins = pq_json_begins(text);
	if (!(begins && read_json(arena, text, &value, error))) {
		if (convert_yaml(arena, path, text, body, error))
			return true;
		if (!begins || !pq_json_is_meant(text, pq_string_from(path)))
			return false;
	}
	*body = text;
	return true;
}

static bool read_object(struct pq_arena *arena, const char *path, struct pq_value *object,
			struct pq_error *error)
{
	struct pq_string body;
	if (!read_body(arena, path, &body, error))
		return false;
	if (pq_json_read(arena, body, NULL, object, error))
		return true;
	pq_error_add_path(error, pq_string_from(path));
	return false;
}

static bool load_schemas(struct dry_run *run, struct pq_error *error)
{
	struct pq_policy_builder *builder = pq_policy_builder_new();
	if (builder == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for schemas");
	bool fine = pq_command_add_schemas(builder, "dry-run", &run->settings->schemas, error);
	if (fine) {
		run->policy = pq_policy_builder_finish(builder);
		fine = run->policy != NULL ||
		       pq_error_set(error, PQ_ERROR_MEMORY, "no memory for schemas");
	}
	pq_policy_builder_free(builder);
	return fine;
}

/* The CRD that the URL would name: that of the stored object or of the one that was sent. */
static const struct pq_crd *find_crd(const struct dry_run *run)
{
	const struct pq_value *object =
		run->request.old != NULL ? run->request.old : &run->document;
	struct pq_string group =
		pq_names_group_of(pq_value_find_string(object, PQ_S("apiVersion")));
	struct pq_string kind = pq_value_find_string(object, PQ_S("kind"));
	size_t count = pq_policy_crd_count(run->policy);
	for (size_t i = 0; i < count; i++) {
		const struct pq_crd *crd = pq_policy_crd_at(run->policy, i);
		if (pq_string_equal(crd->kind, kind) && pq_string_equal(crd->group, group))
			return crd;
	}
	return NULL;
}

/* The version of the URL: as told, else the object's, else the stored one. */
static const struct pq_crd_version *choose_version(const struct dry_run *run,
						   const struct pq_crd *crd)
{
	if (run->settings->version != NULL)
		return pq_crd_find_version(crd, pq_string_from(run->settings->version));
	const struct pq_crd_version *version = pq_crd_find_version(
		crd, pq_names_version_of(pq_value_find_string(&run->document, PQ_S("apiVersion"))));
	for (size_t i = 0; version == NULL && i < crd->version_count; i++) {
		if (crd->versions[i].storage)
			version = &crd->versions[i];
	}
	return version;
}

static bool choose_subresource(struct dry_run *run, struct pq_error *error)
{
	const char *name = run->settings->subresource;
	if (name == NULL || name[0] == '\0')
		return true;
	if (strcmp(name, "status") == 0)
		run->request.subresource = PQ_SUBRESOURCE_STATUS;
	else if (strcmp(name, "scale") == 0)
		run->request.subresource = PQ_SUBRESOURCE_SCALE;
	else
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "--subresource must be status or scale, not \"%s\"", name);
	if (run->request.old == NULL)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "--subresource needs --old: a subresource is only updated");
	return true;
}

static void choose_names(struct dry_run *run)
{
	const struct dry_run_settings *settings = run->settings;
	struct pq_resource_request *request = &run->request;
	const struct pq_value *object = request->old != NULL ? request->old : &run->document;
	const struct pq_value *metadata = pq_value_find(object, PQ_S("metadata"));
	request->namespace = settings->namespace != NULL
				     ? pq_string_from(settings->namespace)
				     : pq_value_find_string(metadata, PQ_S("namespace"));
	if (request->namespace.length == 0)
		request->namespace = PQ_S("default");
	if (settings->name != NULL)
		request->name = pq_string_from(settings->name);
	else if (request->old != NULL)
		request->name = pq_value_find_string(metadata, PQ_S("name"));
	static const enum pq_field_validation modes[] = { PQ_FIELDS_WARN, PQ_FIELDS_STRICT,
							  PQ_FIELDS_IGNORE };
	request->field_validation = modes[settings->field_validation];
}

static bool is_crd(const struct pq_value *object)
{
	return pq_string_is(pq_value_find_string(object, PQ_S("kind")), "CustomResourceDefinition");
}

/* Why there is nothing to judge the document by. */
static bool fail_unknown(const struct dry_run *run, struct pq_error *error)
{
	const struct pq_check_unknown_object unknown = { .value = &run->document };
	if (run->reading.code != PQ_ERROR_NONE) {
		*error = run->reading;
		pq_error_add_path(error, pq_string_from(run->path));
		return false;
	}
	if (pq_value_find_string(&run->document, PQ_S("apiVersion")).length == 0 ||
	    pq_value_find_string(&run->document, PQ_S("kind")).length == 0)
		return pq_error_set_at(error, PQ_ERROR_USAGE, run->path, PQ_CHECK_NO_OBJECT);
	struct pq_check_unknown_reason reason =
		pq_check_explain_unknown(run->arena, run->builtin.openapi, &unknown);
	return pq_error_set_at(error, PQ_ERROR_USAGE, run->path, "%.*s",
			       PQ_STRING_ARGUMENT(reason.text));
}

/* What no CRD describes may be of a built-in kind. Else it was sent to the only CRD there is, which
 * will say what is wrong with that. */
static bool choose_without_crd(struct dry_run *run, struct pq_error *error)
{
	if (!builtin_kinds_find(&run->builtin, &run->document, &run->kind, &run->is_builtin, error))
		return false;
	if (run->is_builtin)
		return run->request.subresource == PQ_SUBRESOURCE_NONE ||
		       pq_error_set(error, PQ_ERROR_UNSUPPORTED,
				    "subresources of built-in kinds are not judged; leave out "
				    "--subresource");
	if (pq_policy_crd_count(run->policy) != 1)
		return fail_unknown(run, error);
	run->request.crd = pq_policy_crd_at(run->policy, 0);
	return true;
}

static bool choose_kind(struct dry_run *run, struct pq_error *error)
{
	struct pq_resource_request *request = &run->request;
	if (is_crd(request->old != NULL ? request->old : &run->document))
		return true;
	request->crd = find_crd(run);
	if (request->crd == NULL && !choose_without_crd(run, error))
		return false;
	if (request->crd == NULL)
		return true;
	request->version = choose_version(run, request->crd);
	return request->version != NULL ||
	       pq_error_set(error, PQ_ERROR_USAGE, "%.*s has no version \"%s\"",
			    PQ_STRING_ARGUMENT(request->crd->name),
			    run->settings->version == NULL ? "" : run->settings->version);
}

static bool complete_old(struct dry_run *run, struct pq_error *error)
{
	const struct pq_resource_request *request = &run->request;
	return request->old == NULL || request->crd == NULL ||
	       pq_old_object_complete(run->arena, request, &run->old) ||
	       pq_error_set(error, PQ_ERROR_TOO_LARGE, "the old object is too large");
}

static bool read_old(struct dry_run *run, struct pq_error *error)
{
	const char *path = run->settings->old;
	if (!read_object(run->arena, path, &run->old, error))
		return false;
	const struct pq_value *metadata = pq_value_find(&run->old, PQ_S("metadata"));
	if (pq_value_find_string(metadata, PQ_S("name")).length == 0)
		return pq_error_set_at(error, PQ_ERROR_INVALID, path,
				       "is no stored object: metadata.name must be set");
	run->request.old = &run->old;
	return true;
}

static bool prepare(struct dry_run *run, const struct pq_option_list *files, struct pq_error *error)
{
	if (files->count != 1)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "say which file to judge, one; see `pratique dry-run --help`");
	run->path = files->items[0];
	if (!builtin_kinds_open(&run->builtin, run->settings->openapi, error) ||
	    !load_schemas(run, error) ||
	    !read_body(run->arena, run->path, &run->request.body, error))
		return false;
	/* A body that is no JSON is judged all the same: the answer is a 400. */
	if (!read_json(run->arena, run->request.body, &run->document, &run->reading))
		run->document = pq_value_null();
	if (run->settings->old != NULL && !read_old(run, error))
		return false;
	choose_names(run);
	return choose_subresource(run, error) && choose_kind(run, error) &&
	       complete_old(run, error);
}

/* AdmissionSchemas are obeyed by webhooks, of which the API server's own verdict knows nothing. */
static void tell_what_is_not_applied(const struct dry_run *run)
{
	const struct pq_value *object = &run->document;
	struct pq_string version = pq_value_find_string(object, PQ_S("apiVersion"));
	const struct pq_policy_subject subject = {
		.group = pq_names_group_of(version),
		.version = pq_names_version_of(version),
		.kind = pq_value_find_string(object, PQ_S("kind")),
		.object = object,
	};
	if (pq_policy_covers(run->policy, &subject))
		fputs("pratique dry-run: AdmissionSchemas for this kind are not applied: the API "
		      "server knows nothing of them; `pratique check` judges by them\n",
		      stderr);
}

/* An update says which version of the object it changes; what somebody wrote by hand does not. */
static void tell_what_is_missing(const struct dry_run *run,
				 const struct pq_resource_outcome *outcome)
{
	for (size_t i = 0; run->request.old != NULL && i < outcome->findings.count; i++) {
		if (pq_string_is(outcome->findings.items[i].field, "metadata.resourceVersion"))
			fputs("pratique dry-run: an update has the resourceVersion of the stored "
			      "object: put it in, or use `pratique check --old`, which does\n",
			      stderr);
	}
}

static int fail_old(const struct dry_run *run, const struct pq_resource_outcome *outcome)
{
	struct pq_error error;
	pq_error_set_at(&error, PQ_ERROR_INVALID, run->settings->old, "is no stored object: %.*s",
			PQ_STRING_ARGUMENT(outcome->status.message));
	return pq_command_fail("dry-run", &error);
}

static int run_request(struct dry_run *run)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_resource_outcome outcome;
	pq_arena_init(&arena, REQUEST_MEMORY_MAX);
	if (run->is_builtin)
		pq_builtin_judge(&arena, run->builtin.openapi, &run->kind, &run->request, &outcome);
	else if (run->request.crd != NULL)
		pq_custom_resource_judge(&arena, &run->request, &outcome);
	else
		pq_crd_judge(&arena, &run->request, &outcome);
	if (outcome.is_old_refused)
		return fail_old(run, &outcome);
	tell_what_is_missing(run, &outcome);
	return dry_run_print(&arena, &outcome, (enum dry_run_output)run->settings->output);
}

static int run_dry_run(int argc, char **argv)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct dry_run_settings settings = { 0 };
	struct pq_option_list files;
	struct pq_error error;
	if (!pq_options_set_defaults(table, &settings, &arena, &error) ||
	    !pq_options_parse(table, argc, argv, &settings, &arena, &files, &error) ||
	    !pq_input_add_named(&arena, &settings.named, &files, &error))
		return pq_command_fail("dry-run", &error);
	struct dry_run run = { .settings = &settings, .arena = &arena };
	int code;
	if (prepare(&run, &files, &error)) {
		tell_what_is_not_applied(&run);
		code = run_request(&run);
	} else {
		code = pq_command_fail("dry-run", &error);
	}
	pq_policy_unref(run.policy);
	builtin_kinds_done(&run.builtin);
	return code;
}

const struct pq_command pq_command_dry_run = {
	.name = "dry-run",
	.summary = "Say what an API server would answer to an object or a CRD",
	.usage =
		(const char *const[]){
			"pratique dry-run [--schemas DIR_OR_FILE]... [OPTION]... FILE", NULL },
	.description =
		"FILE is one object in JSON or YAML, or - for standard input. Prints the object\n"
		"as it would be stored, or the Status of the refusal, as JSON or YAML; warnings\n"
		"go to standard error. What only the server makes up (uid, times, the random end\n"
		"of a generated name) is left out or stands as xxxxx.\n"
		"Built-in kinds are judged by their OpenAPI document, and the common ones by the\n"
		"rules of the API server's own code, created or updated; they get no defaults.\n"
		"AdmissionSchemas are a webhook's affair, not the API server's: `check` and\n"
		"`review` judge by them, too.\n"
		"\n"
		"Exit codes: 0 stored, 1 refused, 2 not usable.\n",
	.options = table,
	.examples =
		(const char *const[]){
			"pratique dry-run --schemas schemas/crds manifests/samples/myapp.yaml",
			"pratique dry-run -s crd.yaml --old stored.json changed.yaml",
			"pratique dry-run -s crd.yaml --old stored.json --subresource status -",
			"pratique dry-run --old crd-before.yaml crd-after.yaml",
			"pratique dry-run --field-validation Strict deployment.yaml", NULL },
	.run = run_dry_run,
};
