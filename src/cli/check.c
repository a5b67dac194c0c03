/* `pratique check`: manifests against schemas, without a cluster. */
#include "check/check.h"
#include "cli/builtin_kinds.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/schemas.h"
#include "cli/terminal.h"
#include "report/report.h"

struct check_settings {
	struct pq_option_list schemas;
	const char *openapi;
	const char *baseline;
	int output;
};

#define FIELD(name) offsetof(struct check_settings, name)

/* In the order of enum pq_report_format. */
static const char *const outputs[] = { "text", "json", "junit", "sarif", "github", "tap", NULL };

static const struct pq_option table[] = {
	PQ_SCHEMAS_OPTION(FIELD(schemas)),
	PQ_OPENAPI_OPTION(FIELD(openapi)),
	{ .name = "output",
	  .letter = 'o',
	  .type = PQ_OPTION_CHOICE,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(output),
	  .default_value = "text",
	  .choices = outputs,
	  .help = "How to print what is wrong" },
	{ .name = "baseline",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(baseline),
	  .value_name = "FILE",
	  .help = "Report only findings that are new since the run that printed FILE with -o "
		  "json" },
	{ 0 },
};

static void free_builder(struct pq_policy_builder **builder)
{
	pq_policy_builder_free(*builder);
}

/* Adds to the report; false when the run could not be done. */
static bool check(const struct check_settings *settings, const struct pq_option_list *files,
		  struct pq_report *report, struct pq_error *error)
{
	PQ_CLEANUP(builtin_kinds_done)
	struct builtin_kinds builtin = { 0 };
	PQ_CLEANUP(free_builder)
	struct pq_policy_builder *builder = pq_policy_builder_new();
	if (builder == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for schemas");
	if (!builtin_kinds_open(&builtin, settings->openapi, error) ||
	    !builtin_kinds_read(&builtin, error) ||
	    !pq_command_add_schemas(builder, "check", &settings->schemas, error))
		return false;
	const struct pq_check_settings run = {
		.paths = files->items,
		.path_count = files->count,
		.openapi = builtin.openapi,
	};
	return pq_check_run(&run, builder, pq_report_sink(report), error);
}

static bool open_baseline(const char *path, struct pq_report_baseline **baseline,
			  struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_string text;
	pq_arena_init(&arena, 0);
	*baseline = NULL;
	if (path == NULL)
		return true;
	if (!pq_input_read(&arena, path, PQ_INPUT_BYTES_MAX, &text, error))
		return false;
	*baseline = pq_report_baseline_new(text, error);
	if (*baseline == NULL)
		pq_error_add_path(error, pq_string_from(path));
	return *baseline != NULL;
}

static struct pq_report *open_report(const struct check_settings *settings, struct pq_error *error)
{
	struct pq_report_options options = {
		.format = (enum pq_report_format)settings->output,
		.out = stdout,
		.messages = stderr,
		.columns = pq_terminal_columns(),
		.is_coloured = pq_terminal_is_coloured(),
	};
	if (!open_baseline(settings->baseline, &options.baseline, error))
		return NULL;
	struct pq_report *report = pq_report_new(&options);
	if (report == NULL)
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the report");
	return report;
}

static int finish(struct pq_report *report)
{
	struct pq_check_summary summary;
	if (!pq_report_finish(report, &summary) || summary.verdicts[PQ_CHECK_UNREADABLE] > 0)
		return PQ_EXIT_UNUSABLE;
	return summary.verdicts[PQ_CHECK_INVALID] > 0 ? PQ_EXIT_FINDINGS : PQ_EXIT_OK;
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
	if (files.count == 0) {
		pq_error_set(&error, PQ_ERROR_USAGE,
			     "say which files to check; see `pratique check --help`");
		return pq_command_fail("check", &error);
	}
	struct pq_report *report = open_report(&settings, &error);
	int code = report != NULL && check(&settings, &files, report, &error)
			   ? finish(report)
			   : pq_command_fail("check", &error);
	pq_report_free(report);
	return code;
}

const struct pq_command pq_command_check = {
	.name = "check",
	.summary = "Check manifests as an API server would, without one",
	.usage = (const char *const[]){ "pratique check [--schemas DIR_OR_FILE]... FILE...", NULL },
	.description =
		"FILE is a YAML or JSON file, a folder of them, or - for standard input. CRDs and\n"
		"AdmissionSchemas among the files are checked too, and used. Prints\n"
		"FILE:LINE:COLUMN: KIND NAME: FIELD: MESSAGE and the line for all that is wrong,\n"
		"or with --output the same for machines.\n"
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
			"pratique check -s crds -o sarif deploy/ >pratique.sarif",
			"pratique check -s crds -o json deploy/ >known.json",
			"pratique check -s crds --baseline known.json -o github deploy/", NULL },
	.run = run_check,
};
