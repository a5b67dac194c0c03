/* `pratique cel`: an expression tried out, with its type and what it costs. */
#include "cli/cel_trial.h"
#include "cli/command.h"

#define FIELD(name) offsetof(struct cel_settings, name)

static const char *const outputs[] = { "text", "json", NULL };

static const struct pq_option table[] = {
	{ .name = "data",
	  .letter = 'd',
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(data),
	  .value_name = "FILE",
	  .help = "The object, YAML or JSON, that self is, or is a part of by --at; - is standard "
		  "input" },
	{ .name = "old",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(old),
	  .value_name = "FILE",
	  .help = "The same for oldSelf" },
	{ .name = "crd",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(crd),
	  .value_name = "DIR_OR_FILE",
	  .help = "The CustomResourceDefinition or AdmissionSchema whose schema says what self "
		  "is" },
	{ .name = "kind",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(kind),
	  .value_name = "KIND",
	  .help = "Kind or name of the CRD, or name of the AdmissionSchema, to take; else that of "
		  "the data" },
	{ .name = "version",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(version),
	  .value_name = "VERSION",
	  .help = "Version of the CRD; else that of the data, or the one that is stored" },
	{ .name = "at",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(at),
	  .value_name = "PATH",
	  .help = "Where the rule would stand: spec.ports[0], spec.selector['a.b/c']" },
	{ .name = "optional-old-self",
	  .type = PQ_OPTION_SWITCH,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(optional_old_self),
	  .help = "oldSelf is an optional, as for rules with optionalOldSelf" },
	PQ_OUTPUT_OPTION(FIELD(output), outputs, "text"),
	{ 0 },
};

static int run_cel(int argc, char **argv)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer text;
	struct cel_settings settings = { 0 };
	struct pq_option_list words;
	struct pq_error error;
	struct cel_trial trial = { .arena = &arena };
	pq_arena_init(&arena, CEL_MEMORY_MAX);
	pq_buffer_init(&text, 0);
	if (!pq_options_set_defaults(table, &settings, &arena, &error) ||
	    !pq_options_parse(table, argc, argv, &settings, &arena, &words, &error) ||
	    !cel_trial_run(&trial, &settings, &words, &error)) {
		cel_trial_done(&trial);
		return pq_command_fail("cel", &error);
	}
	cel_report_write(&trial, &settings, &text);
	int code = cel_report_has_findings(&trial, &settings) ? PQ_EXIT_FINDINGS : PQ_EXIT_OK;
	cel_trial_done(&trial);
	int printed = pq_command_print(&text);
	return printed != PQ_EXIT_OK ? printed : code;
}

const struct pq_command pq_command_cel = {
	.name = "cel",
	.summary = "Try a CEL expression, and see what it costs",
	.usage = (const char *const[]){ "pratique cel [OPTION]... EXPRESSION", NULL },
	.description =
		"Checks an expression as the API server does a rule of a CRD, and evaluates it.\n"
		"With --crd, self has the type that the schema gives at --at, and the estimate of\n"
		"what the expression costs at most knows its limits; with --data it is the value\n"
		"there, pruned and with defaults. Without --crd, self is whatever the data holds.\n"
		"Of a rule that is not evaluated, for want of data, type and estimate are told\n"
		"all the same.\n\n"
		"With --crd it is also told whether a CRD with such a rule there, a bool, or\n"
		"such a messageExpression, a string, would be refused: for what it costs as\n"
		"often as its place can exist, or for an oldSelf that cannot be found there.\n\n"
		"Exit codes: 0 fine, 1 the expression is wrong, refused, or cannot be evaluated\n"
		"with the data, 2 not usable.\n",
	.options = table,
	.examples =
		(const char *const[]){
			"pratique cel '[1, 2, 3].map(x, x * 2).sum()'",
			"pratique cel --data manifests/samples/myapp.yaml 'self.spec.replicas < "
			"10'",
			"pratique cel --crd schemas --kind MyApp --at spec 'self.replicas < 10'",
			NULL },
	.run = run_cel,
};
