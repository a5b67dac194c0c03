/* `pratique check`: manifests against schemas, without a cluster. */
#include "base/map.h"
#include "cli/builtin_kinds.h"
#include "cli/check_report.h"
#include "cli/command.h"
#include "cli/schemas.h"
#include "formats/names.h"

#include <stdio.h>

enum { DOCUMENT_MEMORY_MAX = 1 << 30 }; /* bytes that judging one document may take */

struct check_settings {
	struct pq_option_list schemas;
	const char *openapi;
	int output;
};

#define FIELD(name) offsetof(struct check_settings, name)

static const char *const outputs[] = { "text", "json", NULL };

static const struct pq_option table[] = {
	{ .name = "schemas",
	  .letter = 's',
	  .type = PQ_OPTION_LIST,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(schemas),
	  .value_name = "DIR_OR_FILE",
	  .help = "CRDs and AdmissionSchemas to check against; may be repeated" },
	{ .name = "openapi",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(openapi),
	  .value_name = "FILE",
	  .help = "Built-in kinds of another API server, by tools/openapi_compact.py" },
	{ .name = "output",
	  .letter = 'o',
	  .type = PQ_OPTION_CHOICE,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(output),
	  .default_value = "text",
	  .choices = outputs,
	  .help = "How to print what is wrong" },
	{ 0 },
};

/* One run. */
struct check {
	struct check_report *report;
	struct check_documents documents;
	struct pq_map namespaces; /* name -> Namespace among the documents */
	const struct pq_policy *policy;
	struct builtin_kinds builtin;
};

static bool is_kind(const struct pq_value *value, const char *api_version, const char *kind)
{
	return pq_string_is(pq_value_find_string(value, PQ_S("apiVersion")), api_version) &&
	       pq_string_is(pq_value_find_string(value, PQ_S("kind")), kind);
}

static bool is_schema(const struct pq_value *value)
{
	return is_kind(value, "apiextensions.k8s.io/v1", "CustomResourceDefinition") ||
	       is_kind(value, "admission.pratique.dev/v1", "AdmissionSchema");
}

static void report_status(struct check *check, const struct check_document *document,
			  const struct pq_resource_outcome *outcome)
{
	struct check_report *report = check->report;
	check_report_findings(report, document, CHECK_ERROR, &outcome->strict);
	if (outcome->status.code == 0)
		return;
	if (pq_findings_is_empty(&outcome->findings))
		check_report_message(report, document, CHECK_ERROR, 0, 0, outcome->status.message);
	else
		check_report_findings(report, document, CHECK_ERROR, &outcome->findings);
}

static void report_warnings(struct check *check, const struct check_document *document,
			    const struct pq_resource_outcome *outcome)
{
	for (size_t i = 0; i < outcome->warning_count; i++)
		check_report_remark(check->report, document, CHECK_WARNING, outcome->warnings[i]);
}

/* Judges as a create of a custom resource, of a built-in kind or, without either, of a CRD; returns
 * whether it is fine. */
static bool judge(struct check *check, const struct check_document *document,
		  const struct pq_openapi_kind *builtin, struct pq_resource_request *request,
		  struct pq_arena *arena)
{
	struct pq_resource_outcome outcome;
	request->document = &document->value;
	request->reading = &document->reading;
	request->field_validation = PQ_FIELDS_IGNORE;
	if (builtin != NULL)
		pq_builtin_judge(arena, check->builtin.openapi, builtin, request, &outcome);
	else if (request->crd != NULL)
		pq_custom_resource_judge(arena, request, &outcome);
	else
		pq_crd_judge(arena, request, &outcome);
	report_status(check, document, &outcome);
	report_warnings(check, document, &outcome);
	return outcome.status.code == 0 && pq_findings_is_empty(&outcome.strict);
}

/* An API server would know the kind, but not this version of it. */
static const struct pq_crd *find_other_version(const struct check *check,
					       const struct pq_policy_subject *subject)
{
	for (size_t i = 0; i < pq_policy_crd_count(check->policy); i++) {
		const struct pq_crd *crd = pq_policy_crd_at(check->policy, i);
		if (pq_string_equal(crd->group, subject->group) &&
		    pq_string_equal(crd->kind, subject->kind))
			return crd;
	}
	return NULL;
}

static bool refuse_version(struct check *check, const struct check_document *document,
			   const struct pq_crd *crd, struct pq_string version,
			   struct pq_arena *arena)
{
	check_report_remark(check->report, document, CHECK_ERROR,
			    pq_arena_format(arena, "%.*s does not serve version %.*s",
					    PQ_STRING_ARGUMENT(crd->name),
					    PQ_STRING_ARGUMENT(version)));
	return false;
}

static bool judge_by_crd(struct check *check, const struct check_document *document,
			 const struct pq_policy_subject *subject, struct pq_arena *arena,
			 bool *found)
{
	const struct pq_crd_version *version;
	const struct pq_crd *crd = pq_policy_find_kind(check->policy, subject->group,
						       subject->version, subject->kind, &version);
	const struct pq_crd *known = crd != NULL ? crd : find_other_version(check, subject);
	*found = known != NULL;
	if (known == NULL)
		return true;
	if (crd == NULL || !version->served)
		return refuse_version(check, document, known, subject->version, arena);
	struct pq_resource_request request = {
		.crd = crd,
		.version = version,
		.namespace = subject->namespace.length > 0 ? subject->namespace : PQ_S("default"),
	};
	return judge(check, document, NULL, &request, arena);
}

static bool judge_as_builtin(struct check *check, const struct check_document *document,
			     const struct pq_policy_subject *subject, struct pq_arena *arena,
			     bool *found)
{
	struct pq_openapi_kind kind;
	struct pq_error error;
	*found = false;
	if (!builtin_kinds_find(&check->builtin, &document->value, &kind, found, &error)) {
		check_report_remark(check->report, document, CHECK_ERROR,
				    pq_string_from(error.message));
		return false;
	}
	struct pq_resource_request request = {
		.namespace = subject->namespace.length > 0 ? subject->namespace : PQ_S("default"),
	};
	return !*found || judge(check, document, &kind, &request, arena);
}

static bool report_too_large(struct check *check, const struct check_document *document)
{
	check_report_message(check->report, document, CHECK_ERROR, 0, 0,
			     PQ_S("too large to be checked"));
	return false;
}

/* Fills the defaults of a schema in; false when the arena is exhausted. */
static bool default_by(const struct pq_schema *schema, struct pq_arena *arena,
		       struct pq_value *value)
{
	struct pq_patch patch;
	struct pq_error error;
	pq_patch_init(&patch, arena);
	return pq_schema_default(schema, arena, value, &patch) && !patch.failed &&
	       (patch.count == 0 || pq_patch_apply(arena, value, &patch, value, &error));
}

static bool judge_by_overlay(struct check *check, const struct check_document *document,
			     const struct pq_overlay *overlay, const struct pq_value *value,
			     struct pq_arena *arena)
{
	const struct pq_schema_validation validation = { .value = value };
	struct pq_findings findings;
	pq_findings_init(&findings, arena, 0);
	if (!pq_schema_validate(overlay->schema, arena, &validation, &findings) ||
	    !pq_schema_validate_list_types(overlay->schema, arena, value, NULL, &findings))
		return report_too_large(check, document);
	bool denies = (overlay->actions & PQ_ACTION_DENY) != 0;
	check_report_findings(check->report, document, denies ? CHECK_ERROR : CHECK_WARNING,
			      &findings);
	return !denies || pq_findings_is_empty(&findings);
}

/* The labels of a namespace are known when it stands among the documents. */
static bool note_namespaces(struct check *check)
{
	for (size_t i = 0; i < check->documents.count; i++) {
		const struct pq_value *value = &check->documents.items[i].value;
		const struct pq_value *metadata = pq_value_find(value, PQ_S("metadata"));
		struct pq_string name = pq_value_find_string(metadata, PQ_S("name"));
		if (is_kind(value, "v1", "Namespace") &&
		    pq_map_find(&check->namespaces, name) == NULL &&
		    !pq_map_put(&check->namespaces, name, (void *)(uintptr_t)metadata, NULL))
			return false;
	}
	return true;
}

static const struct pq_value *find_namespace_labels(const struct check *check,
						    struct pq_string name)
{
	return pq_value_find(pq_map_find(&check->namespaces, name), PQ_S("labels"));
}

/* Those that match whatever labels the namespace has but its name; of the rest a warning tells. */
static bool match_overlays(struct check *check, const struct check_document *document,
			   const struct pq_policy_subject *subject, struct pq_arena *arena,
			   const struct pq_overlay *overlays[PQ_OVERLAYS_MATCHED_MAX],
			   size_t *count)
{
	struct pq_policy_subject named = *subject;
	struct pq_value labels;
	struct pq_error error;
	if (pq_policy_match(check->policy, subject, overlays, count, &error))
		return true;
	if (error.code == PQ_ERROR_UNAVAILABLE) {
		const struct pq_member name = {
			.key = PQ_S("kubernetes.io/metadata.name"),
			.value = pq_value_from_string(subject->namespace),
		};
		check_report_remark(check->report, document, CHECK_WARNING,
				    pq_string_from(error.message));
		named.namespace_labels = &labels;
		if (pq_value_from_members(arena, &name, 1, &labels) &&
		    pq_policy_match(check->policy, &named, overlays, count, &error))
			return true;
	}
	check_report_remark(check->report, document, CHECK_ERROR, pq_string_from(error.message));
	return false;
}

/* What a webhook does in two calls: all defaults first, the CRD's before those of AdmissionSchemas,
 * then every AdmissionSchema judges what has come of it. */
static bool judge_by_overlays(struct check *check, const struct check_document *document,
			      const struct pq_policy_subject *subject, struct pq_arena *arena,
			      bool *found)
{
	const struct pq_overlay *overlays[PQ_OVERLAYS_MATCHED_MAX];
	const struct pq_crd_version *version;
	struct pq_value value = document->value;
	size_t count;
	bool fine = true;
	if (!match_overlays(check, document, subject, arena, overlays, &count))
		return false;
	*found |= count > 0;
	if (pq_policy_find_kind(check->policy, subject->group, subject->version, subject->kind,
				&version) != NULL &&
	    !default_by(version->schema, arena, &value))
		return report_too_large(check, document);
	for (size_t i = 0; i < count; i++) {
		if (!default_by(overlays[i]->schema, arena, &value))
			return report_too_large(check, document);
	}
	for (size_t i = 0; i < count; i++)
		fine &= judge_by_overlay(check, document, overlays[i], &value, arena);
	return fine;
}

static bool judge_object(struct check *check, const struct check_document *document,
			 struct pq_arena *arena)
{
	const struct pq_value *value = &document->value;
	const struct pq_value *metadata = pq_value_find(value, PQ_S("metadata"));
	struct pq_string api_version = pq_value_find_string(value, PQ_S("apiVersion"));
	struct pq_policy_subject subject = {
		.group = pq_names_group_of(api_version),
		.version = pq_names_version_of(api_version),
		.kind = pq_value_find_string(value, PQ_S("kind")),
		.namespace = pq_value_find_string(metadata, PQ_S("namespace")),
		.object = value,
	};
	subject.namespace_labels = find_namespace_labels(check, subject.namespace);
	if (value->kind != PQ_OBJECT || subject.kind.length == 0 || subject.version.length == 0) {
		check_report_message(
			check->report, document, CHECK_ERROR, 0, 0,
			PQ_S("not a Kubernetes object: apiVersion and kind must be set"));
		return false;
	}
	bool is_known, found;
	bool fine = judge_by_crd(check, document, &subject, arena, &is_known);
	if (!is_known)
		fine = judge_as_builtin(check, document, &subject, arena, &is_known);
	found = is_known;
	fine &= judge_by_overlays(check, document, &subject, arena, &found);
	if (!is_known) {
		check_report_findings(check->report, document, CHECK_ERROR, &document->reading);
		fine &= pq_findings_is_empty(&document->reading);
	}
	if (!found && fine)
		check_report_skipped(check->report, document);
	return fine;
}

static bool judge_schema(struct check *check, const struct check_document *document,
			 struct pq_arena *arena)
{
	if (is_kind(&document->value, "apiextensions.k8s.io/v1", "CustomResourceDefinition")) {
		struct pq_resource_request request = { 0 };
		if (!judge(check, document, NULL, &request, arena))
			return false;
	}
	if (!document->is_refused)
		return true;
	check_report_message(check->report, document, CHECK_ERROR, document->error.line,
			     document->error.column, pq_string_from(document->error.message));
	return false;
}

static void judge_document(struct check *check, const struct check_document *document)
{
	pq_cleanup_arena struct pq_arena arena;
	bool fine = false;
	pq_arena_init(&arena, DOCUMENT_MEMORY_MAX);
	check->report->documents++;
	if (document->error.code != PQ_ERROR_NONE && !document->is_refused)
		check_report_message(check->report, document, CHECK_ERROR, document->error.line,
				     document->error.column,
				     pq_string_from(document->error.message));
	else if (is_schema(&document->value))
		fine = judge_schema(check, document, &arena);
	else
		fine = judge_object(check, document, &arena);
	check->report->refused += !fine;
}

/* Schemas among the inputs are used, unless --schemas has the same already. */
static void add_schemas(struct check_documents *documents, struct pq_policy_builder *builder)
{
	for (size_t i = 0; i < documents->count; i++) {
		struct check_document *document = &documents->items[i];
		struct pq_error error;
		if (document->error.code != PQ_ERROR_NONE || !is_schema(&document->value))
			continue;
		if (pq_policy_builder_add(builder, &document->value, document->file, document->text,
					  &error) != PQ_POLICY_REFUSED)
			continue;
		if (error.code == PQ_ERROR_CONFLICT) {
			fprintf(stderr, "%.*s: not used: %s\n", PQ_STRING_ARGUMENT(document->file),
				error.message);
			continue;
		}
		document->error = error;
		document->is_refused = true;
	}
}

static bool prepare(struct check *check, const struct check_settings *settings,
		    const struct pq_option_list *files, struct pq_error *error)
{
	if (files->count == 0)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "say which files to check; see `pratique check --help`");
	if (!builtin_kinds_open(&check->builtin, settings->openapi, error))
		return false;
	struct pq_policy_builder *builder = pq_policy_builder_new();
	if (builder == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for schemas");
	bool fine = pq_command_add_schemas(builder, "check", &settings->schemas, error) &&
		    check_documents_read(&check->documents, files->items, files->count, error);
	fine = fine && (note_namespaces(check) ||
			pq_error_set(error, PQ_ERROR_MEMORY, "no memory for namespaces"));
	if (fine) {
		add_schemas(&check->documents, builder);
		check->policy = pq_policy_builder_finish(builder);
		fine = check->policy != NULL ||
		       pq_error_set(error, PQ_ERROR_MEMORY, "no memory for schemas");
	}
	pq_policy_builder_free(builder);
	return fine;
}

static int run_check(int argc, char **argv)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct check_settings settings = { 0 };
	struct pq_option_list files;
	struct pq_error error;
	if (!pq_options_set_defaults(table, &settings, &arena, &error) ||
	    !pq_options_parse(table, argc, argv, &settings, &arena, &files, &error))
		return pq_command_fail("check", &error);
	struct check_report report;
	struct check check = { .report = &report, .documents.arena = &arena };
	pq_map_init(&check.namespaces);
	if (!prepare(&check, &settings, &files, &error)) {
		builtin_kinds_done(&check.builtin);
		pq_map_done(&check.namespaces);
		return pq_command_fail("check", &error);
	}
	check_report_init(&report, settings.output == 1);
	for (size_t i = 0; i < check.documents.count; i++)
		judge_document(&check, &check.documents.items[i]);
	pq_policy_unref(check.policy);
	builtin_kinds_done(&check.builtin);
	pq_map_done(&check.namespaces);
	return check_report_finish(&report);
}

const struct pq_command pq_command_check = {
	.name = "check",
	.summary = "Check manifests as an API server would, without one",
	.usage = (const char *const[]){ "pratique check [--schemas DIR_OR_FILE]... FILE...", NULL },
	.description =
		"FILE is a YAML or JSON file, a folder of them, or - for standard input. CRDs and\n"
		"AdmissionSchemas among the files are checked too, and used. Prints\n"
		"FILE:LINE:COLUMN: KIND NAME: FIELD: MESSAGE for all that is wrong.\n"
		"Built-in kinds are judged by the OpenAPI document of Kubernetes 1.36: types,\n"
		"required fields, enums, unique keys, metadata. Other kinds without a schema are\n"
		"skipped; CEL rules are not run yet.\n\n"
		"Exit codes: 0 all is fine, 1 something is wrong, 2 not usable.\n",
	.options = table,
	.examples =
		(const char *const[]){
			"pratique check --schemas schemas manifests/samples/myapp.yaml",
			"kustomize build . | pratique check -s crds -",
			"helm template . | pratique check -",
			"pratique check -s crds -o json deploy/ > findings.json", NULL },
	.run = run_check,
};
