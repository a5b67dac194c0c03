/* `pratique check`: manifests against schemas, without a cluster. */
#include "check/check.h"
#include "base/clock.h"
#include "cli/builtin_kinds.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/kubeconform.h"
#include "cli/schemas.h"
#include "cli/terminal.h"
#include "report/report.h"
#include "json/shown.h"

#include <sched.h>
#include <stdio.h>

enum { BASELINE_BYTES_MAX = 512 * 1024 * 1024 };

struct check_settings {
	struct pq_option_list named;
	struct pq_option_list schemas;
	struct pq_option_list only;
	struct pq_option_list skip;
	struct pq_option_list old;
	const char *revision;
	const char *openapi;
	const char *baseline;
	int64_t workers;
	int unknown;
	int output;
};

#define FIELD(name) offsetof(struct check_settings, name)

/* In the order of enum pq_report_format. */
static const char *const outputs[] = { "text", "json", "junit", "sarif", "github", "tap", NULL };

/* In the order of enum pq_check_unknown. */
static const char *const unknowns[] = { "error", "warn", "ignore", NULL };

static const struct pq_option table[] = {
	PQ_FILENAME_OPTION(FIELD(named)),
	PQ_SCHEMAS_OPTION(FIELD(schemas)),
	PQ_OPENAPI_OPTION(FIELD(openapi)),
	{ .name = "unknown",
	  .type = PQ_OPTION_CHOICE,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(unknown),
	  .default_value = "error",
	  .choices = unknowns,
	  .help = "What a kind without a schema is" },
	{ .name = "only",
	  .type = PQ_OPTION_LIST,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(only),
	  .value_name = "OBJECTS",
	  .help = "Judge only these: Kind, group/version/Kind, namespace/name, or /name of what "
		  "has no namespace. * stands for any text in each part; several have commas "
		  "between, or the flag is repeated" },
	{ .name = "skip",
	  .type = PQ_OPTION_LIST,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(skip),
	  .value_name = "OBJECTS",
	  .help = "Do not judge these, written in the same way" },
	{ .name = "old",
	  .type = PQ_OPTION_LIST,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(old),
	  .value_name = "DIR_OR_FILE",
	  .help = "The objects as they were, or a quoted pattern of such files: what stands there "
		  "is judged as an update; may be repeated" },
	{ .name = "git",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(revision),
	  .value_name = "REVISION",
	  .help = "The same with the manifests of a git revision" },
	{ .name = "workers",
	  .type = PQ_OPTION_INTEGER,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(workers),
	  .minimum = 0,
	  .maximum = PQ_CHECK_WORKERS_MAX,
	  .help = "Threads that judge; 0 is one for each CPU" },
	PQ_OUTPUT_OPTION(FIELD(output), outputs, "text"),
	{ .name = "baseline",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(baseline),
	  .value_name = "FILE",
	  .help = "Report only findings that are new since the run that printed FILE with -o "
		  "json" },
	{ 0 },
};

/* The CPUs that the process may use. */
static unsigned workers_of(const struct check_settings *settings)
{
	cpu_set_t cpus;
	if (settings->workers > 0)
		return (unsigned)settings->workers;
	return sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? (unsigned)CPU_COUNT(&cpus) : 1;
}

/* A line that what is printed next goes over, ten times a second. */
static void show_progress(size_t done, size_t total, void *context)
{
	int64_t *last = context, now = pq_clock_monotonic(&pq_clock_system);
	if (done == total) {
		fputs("\033[K", stderr);
	} else if (now - *last >= 100 * PQ_MILLISECOND) {
		*last = now;
		fprintf(stderr, "%zu of %zu files\033[K\r", done, total);
	}
}

/* Most likely a misspelt or outdated filter. */
static void note_unused(const char *flag, struct pq_string text, void *context)
{
	struct pq_buffer *notes = context;
	pq_buffer_append_format(notes, "pratique check: --%s ", flag);
	pq_shown_append(notes, text);
	pq_buffer_append_text(notes, ": matched nothing\n");
}

static void free_builder(struct pq_policy_builder **builder)
{
	pq_policy_builder_free(*builder);
}

/* Adds to the report, and to the notes what is told below it; false when the run could not be done.
 */
static bool check(const struct check_settings *settings, const struct pq_option_list *files,
		  struct pq_report *report, struct pq_buffer *notes, struct pq_error *error)
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
	int64_t progress = 0;
	const struct pq_check_settings run = {
		.paths = { files->items, files->count },
		.only = { settings->only.items, settings->only.count },
		.skip = { settings->skip.items, settings->skip.count },
		.old = { settings->old.items, settings->old.count },
		.revision = settings->revision,
		.unknown = (enum pq_check_unknown)settings->unknown,
		.openapi = builtin.openapi,
		.workers = workers_of(settings),
		.progress = pq_terminal_shows_progress() ? show_progress : NULL,
		.progress_context = &progress,
		.unused_filter = note_unused,
		.unused_filter_context = notes,
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
	if (!pq_input_read(&arena, path, BASELINE_BYTES_MAX, &text, error))
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

static int finish(struct pq_report *report, const struct pq_buffer *notes)
{
	struct pq_check_summary summary;
	bool is_complete = pq_report_finish(report, &summary);
	fprintf(stderr, "%.*s", PQ_STRING_ARGUMENT(pq_buffer_view(notes)));
	if (!is_complete || summary.verdicts[PQ_CHECK_UNREADABLE] > 0)
		return PQ_EXIT_UNUSABLE;
	return summary.errors > 0 ? PQ_EXIT_FINDINGS : PQ_EXIT_OK;
}

static int run_check(int argc, char **argv)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct check_settings settings = { 0 };
	struct pq_option_list files;
	struct pq_error error;
	if (!pq_kubeconform_refuse_flags(argc, argv, &error) ||
	    !pq_options_set_defaults(table, &settings, &arena, &error) ||
	    !pq_options_parse(table, argc, argv, &settings, &arena, &files, &error) ||
	    !pq_input_add_named(&arena, &settings.named, &files, &error))
		return pq_command_fail("check", &error);
	if (files.count == 0) {
		pq_error_set(&error, PQ_ERROR_USAGE,
			     "say which files to check, - for standard input; see `pratique check "
			     "--help`");
		return pq_command_fail("check", &error);
	}
	pq_cleanup_buffer struct pq_buffer notes;
	pq_buffer_init(&notes, 0);
	struct pq_report *report = open_report(&settings, &error);
	int code = report != NULL && check(&settings, &files, report, &notes, &error)
			   ? finish(report, &notes)
			   : pq_command_fail("check", &error);
	pq_report_free(report);
	return code;
}

const struct pq_command pq_command_check = {
	.name = "check",
	.summary = "Check manifests as an API server would, without one",
	.usage = (const char *const[]){ "pratique check [--schemas DIR_OR_FILE]... FILE...", NULL },
	.description =
		"FILE is a YAML or JSON file, a folder of them, a quoted pattern of files such as\n"
		"'deploy/**/*.yaml', or - for standard input. CRDs and AdmissionSchemas among the\n"
		"files are checked too, and used. Prints\n"
		"FILE:LINE:COLUMN: KIND NAME: FIELD: MESSAGE and the line for all that is wrong,\n"
		"or with --output the same for machines; standard error tells what was not judged\n"
		"and, for each kind, how many objects were checked, invalid, skipped and unknown.\n"
		"Built-in kinds are judged by the OpenAPI document of Kubernetes 1.36, and the\n"
		"common ones by the rules of the API server's own code: names, ports, probes,\n"
		"volumes, selectors, schedules, what may not change. Other kinds need a schema.\n"
		"Files of other tools are told, not judged; what .pratiqueignore names or a\n"
		"comment \"# pratique: ignore REASON\" is left out.\n\n"
		"Exit codes: 0 all is fine, 1 something is wrong, 2 something could not be read.\n",
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
