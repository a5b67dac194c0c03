#include "cli/cel_trial.h"

#include "base/release.h"
#include "base/utf8.h"
#include "cli/cel_rule.h"
#include "cli/cel_schema.h"
#include "cli/input.h"
#include "schema/cel_declaration.h"
#include "schema/rule_programs.h"
#include "yaml/read.h"
#include "json/detect.h"
#include "json/read.h"

enum { SELF = 0, OLD_SELF, VARIABLES };

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

static bool read_schema(struct cel_trial *trial, const struct cel_settings *settings,
			struct pq_error *error)
{
	const struct cel_schema_choice choice = {
		.path = settings->crd,
		.kind = settings->kind,
		.version = settings->version,
		.data = trial->place.value != NULL ? trial->place.value : trial->place.old,
	};
	struct cel_schema schema;
	if (settings->crd == NULL)
		return true;
	if (!cel_schema_read(trial->arena, &choice, &schema, error))
		return false;
	trial->source = trial->place.source = schema.source;
	trial->kind = schema.kind;
	trial->place.is_resource = schema.kind == PQ_SCHEMA_RESOURCE;
	return true;
}

static bool complete_data(struct cel_trial *trial, const struct cel_settings *settings,
			  struct pq_error *error)
{
	struct cel_place *place = &trial->place;
	if (place->source == NULL || trial->kind != PQ_SCHEMA_RESOURCE ||
	    (place->value == NULL && place->old == NULL))
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

static bool declare(struct cel_trial *trial, const struct cel_settings *settings,
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
	if (trial->place.value != NULL || trial->place.old != NULL)
		trial->declaration = &pq_cel_declaration_any;
	return true;
}

static bool compile(struct cel_trial *trial, struct pq_error *error)
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
	pq_arena_init(&scratch, CEL_MEMORY_MAX);
	if (!pq_cel_compile(&environment, trial->expression, trial->arena, &scratch,
			    &trial->compilation))
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the expression");
	trial->uses_self = trial->compilation.uses[SELF];
	trial->uses_old_self = trial->compilation.uses[OLD_SELF];
	return true;
}

/* Whether all that the expression refers to is there. */
static bool has_data(const struct cel_trial *trial)
{
	return (!trial->uses_self || trial->place.value != NULL) &&
	       (!trial->uses_old_self || trial->place.old != NULL || trial->old_is_optional);
}

static struct pq_cel_value old_self_of(const struct cel_trial *trial)
{
	const struct pq_value *old = trial->place.old;
	struct pq_cel_value value = { 0 };
	if (old != NULL)
		value = pq_cel_from_data(trial->arena, old, trial->declaration);
	if (!trial->old_is_optional)
		return value;
	return old != NULL ? pq_cel_optional_of(trial->arena, &value) : pq_cel_from_optional(NULL);
}

static void evaluate(struct cel_trial *trial)
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

/* What is judged of a rule only where it stands: how often it runs, and whether there is an older
 * value. */
static bool judge_as_rule(struct cel_trial *trial, struct pq_error *error)
{
	const struct cel_rule rule = {
		.expression = trial->expression,
		.type = trial->compilation.type,
		.has_optional_old_self = trial->old_is_optional,
		.place = trial->place.source,
	};
	if (trial->source == NULL || trial->compilation.program == NULL)
		return true;
	return cel_rule_find_refusal(trial->arena, trial->source, trial->kind, &rule,
				     &trial->refusal) ||
	       pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the rules of the schema");
}

static bool check_settings(const struct cel_settings *settings, const struct pq_option_list *words,
			   struct pq_error *error)
{
	if (words->count != 1)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "say one expression; see `pratique cel --help`");
	struct pq_string expression = pq_string_from(words->items[0]);
	if (pq_utf8_find_invalid(expression) < expression.length)
		return pq_error_set(error, PQ_ERROR_USAGE, "the expression is not valid UTF-8");
	if (settings->at != NULL && settings->crd == NULL && settings->data == NULL &&
	    settings->old == NULL)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "--at is a place in --crd or --data: give one of them");
	if ((settings->kind != NULL || settings->version != NULL) && settings->crd == NULL)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "--kind and --version choose among the CRDs of --crd: give it");
	if (settings->data != NULL && settings->old != NULL && strcmp(settings->data, "-") == 0 &&
	    strcmp(settings->old, "-") == 0)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "standard input is either --data or --old, not both");
	return true;
}

bool cel_trial_run(struct cel_trial *trial, const struct cel_settings *settings,
		   const struct pq_option_list *words, struct pq_error *error)
{
	if (!check_settings(settings, words, error))
		return false;
	trial->expression = pq_string_from(words->items[0]);
	trial->old_is_optional = settings->optional_old_self;
	if (!declare(trial, settings, error) || !compile(trial, error) ||
	    !judge_as_rule(trial, error))
		return false;
	if (trial->compilation.program != NULL && has_data(trial))
		evaluate(trial);
	return !pq_arena_is_exhausted(trial->arena) ||
	       pq_error_set(error, PQ_ERROR_TOO_LARGE,
			    "the expression needs more than %d MiB of memory for what it makes",
			    CEL_MEMORY_MAX >> 20);
}

void cel_trial_done(struct cel_trial *trial)
{
	pq_cel_program_done(trial->compilation.program);
	pq_schema_unref(trial->schema);
}
