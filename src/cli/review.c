#include "admission/review.h"

#include "base/clock.h"
#include "cli/command.h"
#include "cli/input.h"
#include "cli/schemas.h"

#include <stdio.h>

/* As the webhook's defaults. */
enum { REVIEW_BODY_MAX = 7 * 1024 * 1024, REVIEW_ARENA_MAX = 256 * 1024 * 1024 };

struct review_settings {
	struct pq_option_list named;
	struct pq_option_list schemas;
	int door;      /* enum pq_admission_door */
	int unmatched; /* enum pq_unmatched */
};

#define FIELD(name) offsetof(struct review_settings, name)

static const char *const door_choices[] = { "mutate", "validate", "convert", NULL };
static const char *const unmatched_choices[] = { "allow", "warn", "deny", NULL };

static const struct pq_option table[] = {
	PQ_FILENAME_OPTION(FIELD(named)),
	PQ_SCHEMAS_OPTION(FIELD(schemas)),
	{ .name = "door",
	  .type = PQ_OPTION_CHOICE,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(door),
	  .default_value = "validate",
	  .choices = door_choices,
	  .help = "Answer as /mutate, /validate or /convert does" },
	{ .name = "unmatched",
	  .type = PQ_OPTION_CHOICE,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(unmatched),
	  .default_value = "allow",
	  .choices = unmatched_choices,
	  .help = "What to answer for a kind or version without a schema" },
	{ 0 },
};

static void print_refused(const struct pq_error *error, void *context)
{
	(void)context;
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_format(error, text, sizeof text);
	fprintf(stderr, "pratique review: left out: %s\n", text);
}

static void print_remark(const char *text, void *context)
{
	(void)context;
	fprintf(stderr, "pratique review: warning: %s\n", text);
}

static int judge(const struct review_settings *settings, const struct pq_policy *policy,
		 struct pq_string body)
{
	const struct pq_admission_options options = {
		.now = pq_clock_wall(&pq_clock_system),
		.unmatched = (enum pq_unmatched)settings->unmatched,
	};
	pq_cleanup_arena struct pq_arena arena;
	struct pq_admission_answer answer;
	pq_arena_init(&arena, REVIEW_ARENA_MAX);
	pq_admission_review(policy, (enum pq_admission_door)settings->door, body, &options, &arena,
			    &answer);
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	pq_buffer_append_string(&text, answer.body);
	pq_buffer_append_byte(&text, '\n');
	if (pq_command_print(&text) != PQ_EXIT_OK || !answer.judged)
		return PQ_EXIT_UNUSABLE;
	return answer.allowed ? PQ_EXIT_OK : PQ_EXIT_FINDINGS;
}

static int run(const struct review_settings *settings, const char *file, struct pq_arena *arena)
{
	struct pq_error error;
	struct pq_policy_load_counts counts;
	struct pq_string body;
	if (!pq_input_read(arena, file, REVIEW_BODY_MAX, &body, &error))
		return pq_command_fail("review", &error);
	const struct pq_policy *policy =
		pq_command_load_schemas(&settings->schemas, print_refused, NULL, &counts, &error);
	if (policy == NULL)
		return pq_command_fail("review", &error);
	if (settings->door == PQ_ADMISSION_CONVERT)
		pq_policy_examine_conversions(policy, print_remark, NULL);
	int code = judge(settings, policy, body);
	pq_policy_unref(policy);
	return code;
}

/* Without schemas everything would be allowed, which tells nobody anything. */
static bool check_usage(const struct review_settings *settings, const struct pq_option_list *files,
			struct pq_error *error)
{
	if (settings->schemas.count == 0)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "name the schemas to judge by with --schemas; see `pratique "
				    "review --help`");
	return files->count <= 1 ||
	       pq_error_set(error, PQ_ERROR_USAGE, "one review is answered, and \"%s\" is a second",
			    files->items[1]);
}

static int run_review(int argc, char **argv)
{
	pq_cleanup_arena struct pq_arena arena;
	struct review_settings settings = { 0 };
	struct pq_option_list files;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	if (!pq_options_set_defaults(table, &settings, &arena, &error) ||
	    !pq_options_parse(table, argc, argv, &settings, &arena, &files, &error) ||
	    !pq_input_add_named(&arena, &settings.named, &files, &error) ||
	    !check_usage(&settings, &files, &error))
		return pq_command_fail("review", &error);
	return run(&settings, files.count == 0 ? "-" : files.items[0], &arena);
}

const struct pq_command pq_command_review = {
	.name = "review",
	.summary = "Answer one AdmissionReview or ConversionReview as the webhook would",
	.usage =
		(const char *const[]){
			"pratique review --schemas DIR_OR_FILE... [--door DOOR] [FILE]", NULL },
	.description =
		"FILE is the review in JSON; without, or with -, it is standard input. The answer\n"
		"goes to standard output.\n\n"
		"Exit codes: 0 allowed or converted, 1 denied or not converted, 2 no verdict.\n",
	.options = table,
	.examples =
		(const char *const[]){
			"pratique review --schemas schemas review.json",
			"pratique review --schemas schemas --door mutate <review.json",
			"pratique review --schemas schemas --door convert conversion-review.json",
			NULL },
	.run = run_review,
};
