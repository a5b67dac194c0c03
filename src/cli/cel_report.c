/* What `pratique cel` tells of a trial. */
#include "cel/show.h"
#include "cli/cel_trial.h"
#include "schema/rule_programs.h"
#include "json/write.h"

#include <inttypes.h>
#include <stdio.h>

/* What is wrong with the expression, or with evaluating it; data NULL when nothing is. */
static struct pq_string problem_of(const struct cel_trial *trial)
{
	if (trial->compilation.issues.data != NULL)
		return trial->compilation.issues;
	if (trial->compilation.plan_error.data != NULL)
		return trial->compilation.plan_error;
	if (!trial->is_evaluated || trial->value.kind != PQ_CEL_ERROR)
		return (struct pq_string){ 0 };
	struct pq_string error = pq_cel_value_string(&trial->value);
	if (!pq_string_is(error, PQ_CEL_COST_LIMIT_EXCEEDED))
		return error;
	return pq_arena_format(
		trial->arena,
		"%.*s: call cost exceeds limit for rule, which is %d, and no further "
		"validation rules would be run",
		PQ_STRING_ARGUMENT(error), PQ_RULE_CALL_COST_MAX);
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
static const struct fact fact_refused = { "refused", "refused" };
static const struct fact fact_not_evaluated = { "not evaluated", "notEvaluated" };

static void write_fact(struct pq_buffer *text, const struct cel_settings *settings,
		       struct fact name, struct pq_string fact, bool is_text)
{
	if (settings->output == CEL_OUTPUT_TEXT) {
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
			   settings->output == CEL_OUTPUT_JSON ? PQ_S("null") : PQ_S("unbounded"),
			   false);
	else
		write_fact(text, settings, name, pq_string_from(digits), false);
}

/* Whether the expression is wrong for want of what would declare self and oldSelf. */
static bool lacks_self(const struct cel_trial *trial)
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
static const char *missing_data(const struct cel_trial *trial, const struct cel_settings *settings)
{
	if (lacks_self(trial))
		return "self is not known: give it with --data, or its type with --crd";
	if (trial->compilation.program == NULL || trial->is_evaluated ||
	    (settings->data == NULL && settings->old == NULL))
		return NULL;
	bool is_self = trial->uses_self && trial->place.value == NULL;
	if ((is_self ? settings->data : settings->old) != NULL)
		return is_self ? "--data, which is the whole object, has nothing at --at"
			       : "--old, which is the whole object, has nothing at --at";
	return is_self ? "self is not known: give it with --data"
		       : "oldSelf is not known: give it with --old";
}

bool cel_report_has_findings(const struct cel_trial *trial, const struct cel_settings *settings)
{
	return problem_of(trial).data != NULL || trial->refusal.data != NULL ||
	       missing_data(trial, settings) != NULL;
}

void cel_report_write(const struct cel_trial *trial, const struct cel_settings *settings,
		      struct pq_buffer *text)
{
	const struct pq_cel_compilation *compilation = &trial->compilation;
	struct pq_string problem = problem_of(trial);
	if (settings->output == CEL_OUTPUT_JSON)
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
	if (trial->refusal.data != NULL)
		write_fact(text, settings, fact_refused, trial->refusal, true);
	const char *missing = missing_data(trial, settings);
	if (missing != NULL)
		write_fact(text, settings, fact_not_evaluated, pq_string_from(missing), true);
	if (settings->output == CEL_OUTPUT_JSON)
		pq_buffer_append_text(text, "}\n");
}
