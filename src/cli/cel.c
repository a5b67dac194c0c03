/* `pratique cel`: an expression tried out, with its type and what it costs. */
#include "cel/cel.h"
#include "base/release.h"
#include "base/utf8.h"
#include "cel/show.h"
#include "cli/cel_place.h"
#include "cli/cel_schema.h"
#include "cli/command.h"
#include "cli/input.h"
#include "schema/cel_declaration.h"
#include "schema/rule_programs.h"
#include "yaml/read.h"
#include "json/detect.h"
#include "json/read.h"
#include "json/write.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	MEMORY_MAX = 1 << 30, /* bytes for everything an expression and its data take */
	SELF = 0,
	OLD_SELF,
	VARIABLES,
};

enum { OUTPUT_TEXT, OUTPUT_JSON };

struct cel_settings {
	const char *data;
	const char *old;
	const char *crd;
	const char *kind;
	const char *version;
	const char *at;
	bool optional_old_self;
	int output;
};

#define FIELD(name) offsetof(struct cel_settings, name)

static const char *const outputs[] = { "text", "json", NULL };

static const struct pq_option table[] = {
	{ .name = "data",
	  .letter = 'd',
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(data),
	  .value_name = "FILE",
	  .help = "YAML or JSON that self is, or is a part of by --at; - is standard input" },
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
	  .help = "The CustomResourceDefinition whose schema says what self is" },
	{ .name = "kind",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(kind),
	  .value_name = "KIND",
	  .help = "Kind or name of the CRD to take, where there are several" },
	{ .name = "version",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(version),
	  .value_name = "VERSION",
	  .help = "Version of the CRD; else the one that is stored" },
	{ .name = "at",
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(at),
	  .value_name = "PATH",
	  .help = "Where the rule would stand: spec.ports[0], metadata.labels['a.b/c']" },
	{ .name = "optional-old-self",
	  .type = PQ_OPTION_SWITCH,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(optional_old_self),
	  .help = "oldSelf is an optional, as for rules with optionalOldSelf" },
	PQ_OUTPUT_OPTION(FIELD(output), outputs, "text"),
	{ 0 },
};

/* One expression tried out. */
struct trial {
	struct pq_arena *arena;
	const struct pq_schema *schema; /* that completed the data; or NULL */
	struct cel_place place;
	const struct pq_cel_declaration *declaration; /* NULL: there is no self */
	struct pq_cel_compilation compilation;
	struct pq_cel_evaluation evaluation;
	struct pq_cel_value value; /* when evaluated */
	bool old_is_optional;
	bool is_evaluated;
};

static bool read_data(struct pq_arena *arena, const char *path, const struct pq_value **data,
		      struct pq_error *error)
{
	struct pq_string text;
	struct pq_error no_json;
	if (path == NULL)
		return true;
	struct pq_value *value = pq_arena_alloc(arena, sizeof *value);
	if (value == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for data");
	if (!pq_input_read(arena, path, PQ_INPUT_BYTES_MAX, &text, error))
		return false;
	bool begins = pq_json_begins(text);
	if (begins && pq_json_read(arena, text, NULL, value, &no_json)) {
		*data = value;
		return true;
	}
	bool is_json = begins && pq_json_is_well_formed(text);
	if (is_json || !pq_yaml_read(arena, text, NULL, value, error)) {
		if (is_json || (begins && pq_json_is_meant(text, pq_string_from(path))))
			*error = no_json;
		pq_error_add_path(error, pq_string_from(path));
		return false;
	}
	*data = value;
	return true;
}

static bool read_schema(struct trial *trial, const struct cel_settings *settings,
			struct pq_error *error)
{
	const struct cel_schema_choice choice = { .path = settings->crd,
						  .kind = settings->kind,
						  .version = settings->version };
	struct pq_source *source;
	if (settings->crd == NULL)
		return true;
	if (!cel_schema_read(trial->arena, &choice, &source, error))
		return false;
	trial->place.source = source;
	trial->place.is_resource = true;
	return true;
}

static bool complete_data(struct trial *trial, const struct cel_settings *settings,
			  struct pq_error *error)
{
	struct cel_place *place = &trial->place;
	if (place->source == NULL || (place->value == NULL && place->old == NULL))
		return true;
	trial->schema = pq_schema_compile(place->source->value, PQ_SCHEMA_RESOURCE, error);
	if (trial->schema == NULL) {
		pq_error_add_path(error, pq_string_from(settings->crd));
		return false;
	}
	return (place->value == NULL ||
		cel_schema_complete(trial->schema, trial->arena, &place->value, error)) &&
	       (place->old == NULL ||
		cel_schema_complete(trial->schema, trial->arena, &place->old, error));
}

static bool declare(struct trial *trial, const struct cel_settings *settings,
		    struct pq_error *error)
{
	if (!read_data(trial->arena, settings->data, &trial->place.value, error) ||
	    !read_data(trial->arena, settings->old, &trial->place.old, error) ||
	    !read_schema(trial, settings, error) || !complete_data(trial, settings, error) ||
	    !cel_place_descend(&trial->place, pq_string_from(settings->at), error))
		return false;
	if (trial->place.source != NULL) {
		trial->declaration = pq_schema_declare(trial->arena, trial->place.source,
						       trial->place.is_resource);
		return trial->declaration != NULL ||
		       pq_error_set(error, PQ_ERROR_INVALID,
				    "CEL sees nothing of the schema there: it has no type, or "
				    "keeps unknown fields");
	}
	if (trial->place.value != NULL)
		trial->declaration = &pq_cel_declaration_any;
	return true;
}

static bool compile(struct trial *trial, struct pq_string expression, struct pq_error *error)
{
	const struct pq_cel_declaration *declaration = trial->declaration;
	struct pq_cel_variable variables[VARIABLES] = {
		[SELF] = { .name = PQ_S("self"), .declaration = declaration },
		[OLD_SELF] = { .name = PQ_S("oldSelf"), .declaration = declaration },
	};
	if (declaration != NULL)
		variables[SELF].type = variables[OLD_SELF].type = declaration->type;
	if (declaration != NULL && trial->old_is_optional)
		variables[OLD_SELF].type = pq_cel_type_optional(trial->arena, declaration->type);
	if (declaration != NULL && variables[OLD_SELF].type == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the expression");
	const struct pq_cel_environment environment = {
		.version = PQ_RELEASE_MINOR,
		.variables = variables,
		.variable_count = declaration == NULL ? 0 : VARIABLES,
	};
	pq_cleanup_arena struct pq_arena scratch;
	pq_arena_init(&scratch, MEMORY_MAX);
	return pq_cel_compile(&environment, expression, trial->arena, &scratch,
			      &trial->compilation) ||
	       pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the expression");
}

/* Whether all that the expression refers to is there. */
static bool has_data(const struct trial *trial)
{
	return (!trial->compilation.uses[SELF] || trial->place.value != NULL) &&
	       (!trial->compilation.uses[OLD_SELF] || trial->place.old != NULL ||
		trial->old_is_optional);
}

static struct pq_cel_value old_self_of(const struct trial *trial)
{
	const struct pq_value *old = trial->place.old;
	struct pq_cel_value value = { 0 };
	if (old != NULL)
		value = pq_cel_from_data(trial->arena, old, trial->declaration);
	if (!trial->old_is_optional)
		return value;
	return old != NULL ? pq_cel_optional_of(trial->arena, &value) : pq_cel_from_optional(NULL);
}

static void evaluate(struct trial *trial)
{
	struct pq_cel_value variables[VARIABLES] = { 0 };
	if (trial->place.value != NULL)
		variables[SELF] =
			pq_cel_from_data(trial->arena, trial->place.value, trial->declaration);
	variables[OLD_SELF] = old_self_of(trial);
	trial->evaluation = (struct pq_cel_evaluation){
		.arena = trial->arena,
		.variables = variables,
		.cost_limit = PQ_RULE_CALL_COST_MAX,
	};
	pq_cel_evaluate(trial->compilation.program, &trial->evaluation, &trial->value);
	trial->evaluation.variables = NULL;
	trial->is_evaluated = true;
}

/* What is wrong with the expression, or with evaluating it; data NULL when nothing is. */
static struct pq_string problem_of(const struct trial *trial)
{
	if (trial->compilation.issues.data != NULL)
		return trial->compilation.issues;
	if (trial->compilation.plan_error.data != NULL)
		return trial->compilation.plan_error;
	if (trial->is_evaluated && trial->value.kind == PQ_CEL_ERROR)
		return pq_cel_value_string(&trial->value);
	return (struct pq_string){ 0 };
}

/* How a fact is called: to people, and as a member of the JSON. */
struct fact {
	const char *label;
	const char *member;
};

static const struct fact fact_error = { "error", "error" };
static const struct fact fact_value = { "value", "value" };
static const struct fact fact_type = { "type", "type" };
static const struct fact fact_static_cost = { "static cost", "staticCost" };
static const struct fact fact_runtime_cost = { "runtime cost", "runtimeCost" };
static const struct fact fact_not_evaluated = { "not evaluated", "notEvaluated" };

static void write_fact(struct pq_buffer *text, const struct cel_settings *settings,
		       struct fact name, struct pq_string fact, bool is_text)
{
	if (settings->output == OUTPUT_TEXT) {
		pq_buffer_append_format(text, "%s: %.*s\n", name.label, PQ_STRING_ARGUMENT(fact));
		return;
	}
	pq_buffer_append_text(text, text->length <= 1 ? "" : ",");
	pq_json_write_string(text, pq_string_from(name.member), PQ_JSON_COMPACT);
	pq_buffer_append_byte(text, ':');
	if (is_text)
		pq_json_write_string(text, fact, PQ_JSON_COMPACT);
	else
		pq_buffer_append_string(text, fact);
}

/* UINT64_MAX stands for a cost that nothing bounds. */
static void write_cost(struct pq_buffer *text, const struct cel_settings *settings,
		       struct fact name, uint64_t cost)
{
	char digits[24];
	snprintf(digits, sizeof digits, "%" PRIu64, cost);
	if (cost == UINT64_MAX)
		write_fact(text, settings, name,
			   settings->output == OUTPUT_JSON ? PQ_S("null") : PQ_S("unbounded"),
			   false);
	else
		write_fact(text, settings, name, pq_string_from(digits), false);
}

/* Whether the expression is wrong for want of what would declare self and oldSelf. */
static bool lacks_self(const struct trial *trial)
{
	static const char *const texts[] = { "undeclared reference to 'self'",
					     "undeclared reference to 'oldSelf'" };
	struct pq_string issues = trial->compilation.issues;
	if (trial->declaration != NULL || issues.data == NULL)
		return false;
	return memmem(issues.data, issues.length, texts[0], strlen(texts[0])) != NULL ||
	       memmem(issues.data, issues.length, texts[1], strlen(texts[1])) != NULL;
}

/* Why an expression that could be evaluated was not, though there is data; NULL: it was, or nobody
 * expected it. */
static const char *missing_data(const struct trial *trial, const struct cel_settings *settings)
{
	if (lacks_self(trial))
		return "self is not known: give it with --data, or its type with --crd";
	if (trial->compilation.program == NULL || trial->is_evaluated ||
	    (settings->data == NULL && settings->old == NULL))
		return NULL;
	bool is_self = trial->compilation.uses[SELF] && trial->place.value == NULL;
	if ((is_self ? settings->data : settings->old) != NULL)
		return is_self ? "the data has nothing at --at"
			       : "the old data has nothing at --at";
	return is_self ? "self is not known: give it with --data"
		       : "oldSelf is not known: give it with --old";
}

static void write_trial(struct trial *trial, const struct cel_settings *settings,
			struct pq_buffer *text)
{
	const struct pq_cel_compilation *compilation = &trial->compilation;
	struct pq_string problem = problem_of(trial);
	if (settings->output == OUTPUT_JSON)
		pq_buffer_append_byte(text, '{');
	if (problem.data != NULL)
		write_fact(text, settings, fact_error, problem, true);
	if (trial->is_evaluated && problem.data == NULL) {
		pq_cleanup_buffer struct pq_buffer shown;
		pq_buffer_init(&shown, 0);
		pq_cel_show_value(&shown, trial->arena, &trial->value);
		write_fact(text, settings, fact_value, pq_buffer_view(&shown), true);
	}
	if (compilation->issues.data == NULL) {
		write_fact(text, settings, fact_type,
			   pq_cel_type_format(trial->arena, compilation->type, NULL), true);
		write_cost(text, settings, fact_static_cost, compilation->max_cost);
	}
	if (trial->is_evaluated)
		write_cost(text, settings, fact_runtime_cost, trial->evaluation.cost);
	const char *missing = missing_data(trial, settings);
	if (missing != NULL)
		write_fact(text, settings, fact_not_evaluated, pq_string_from(missing), true);
	if (settings->output == OUTPUT_JSON)
		pq_buffer_append_text(text, "}\n");
}

static bool try_out(struct trial *trial, const struct cel_settings *settings,
		    const struct pq_option_list *words, struct pq_error *error)
{
	if (words->count != 1)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "say one expression; see `pratique cel --help`");
	struct pq_string expression = pq_string_from(words->items[0]);
	if (pq_utf8_find_invalid(expression) < expression.length)
		return pq_error_set(error, PQ_ERROR_USAGE, "the expression is not valid UTF-8");
	if (settings->at != NULL && settings->crd == NULL && settings->data == NULL)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "--at is a place in --crd or --data: give one of them");
	if ((settings->kind != NULL || settings->version != NULL) && settings->crd == NULL)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "--kind and --version choose among the CRDs of --crd: give it");
	trial->old_is_optional = settings->optional_old_self;
	if (!declare(trial, settings, error) || !compile(trial, expression, error))
		return false;
	if (trial->compilation.program != NULL && has_data(trial))
		evaluate(trial);
	return true;
}

static int run_cel(int argc, char **argv)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer text;
	struct cel_settings settings = { 0 };
	struct pq_option_list words;
	struct pq_error error;
	struct trial trial = { .arena = &arena };
	pq_arena_init(&arena, MEMORY_MAX);
	pq_buffer_init(&text, 0);
	if (!pq_options_set_defaults(table, &settings, &arena, &error) ||
	    !pq_options_parse(table, argc, argv, &settings, &arena, &words, &error) ||
	    !try_out(&trial, &settings, &words, &error)) {
		pq_schema_unref(trial.schema);
		return pq_command_fail("cel", &error);
	}
	write_trial(&trial, &settings, &text);
	pq_cel_program_done(trial.compilation.program);
	pq_schema_unref(trial.schema);
	int code = pq_command_print(&text);
	return code != PQ_EXIT_OK
		       ? code
		       : (problem_of(&trial).data != NULL ? PQ_EXIT_FINDINGS : PQ_EXIT_OK);
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
		"Exit codes: 0 fine, 1 the expression is wrong or cannot be evaluated, 2 not\n"
		"usable.\n",
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
