/* Evaluates the expressions of tests/data/cel/evaluate.jsonl and bad_input.jsonl, and compares
 * value, error and cost with what cel-go v0.26.0 with the libraries of k8s.io/apiserver v0.36.3
 * answered. A line without an expression says what those after it are asked about; an expression
 * may be a list of texts and how often they are repeated, [["(", 1000], ["1", 1]]. */
#include "cel/cel.h"
#include "cel/show.h"
#include "harness/corpora.h"
#include "schema/cel_declaration.h"
#include "json/read.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

enum { CASES_LEAST = 2800, BAD_CASES_LEAST = 100, CALL_COST_LIMIT = 1000000, SHOWN_MAX = 200 };

struct question {
	struct pq_cel_variable variables[2];
	struct pq_cel_value values[2];
	size_t count;
};

struct answer {
	struct pq_string issues;
	struct pq_string value;
	struct pq_string error;
	uint64_t cost;
};

static bool is_set(const struct pq_value *line, struct pq_string name)
{
	const struct pq_value *flag = pq_value_find(line, name);
	return flag != NULL && flag->boolean;
}

/* self and oldSelf, when the case has a schema; oldSelf is unset when there is none. */
static void read_variables(struct pq_arena *arena, const struct pq_value *world,
			   struct question *question)
{
	static const struct pq_value null;
	const struct pq_value *schema = pq_value_find(world, PQ_S("schema"));
	if (schema == NULL)
		return;
	struct pq_error error;
	struct pq_source *source;
	assert_true(pq_source_read(arena, schema, NULL, &source, &error));
	const struct pq_cel_declaration *declaration =
		pq_schema_declare(arena, source, is_set(world, PQ_S("root")));
	assert_non_null(declaration);
	bool is_optional = is_set(world, PQ_S("optional"));
	const struct pq_value *self = pq_value_find(world, PQ_S("self"));
	const struct pq_value *old = pq_value_find(world, PQ_S("oldSelf"));
	question->count = 2;
	question->variables[0] =
		(struct pq_cel_variable){ PQ_S("self"), declaration->type, declaration };
	question->variables[1] = (struct pq_cel_variable){
		PQ_S("oldSelf"),
		is_optional ? pq_cel_type_optional(arena, declaration->type) : declaration->type,
		declaration
	};
	question->values[0] = pq_cel_from_data(arena, self != NULL ? self : &null, declaration);
	struct pq_cel_value *value = &question->values[1];
	*value = is_optional ? pq_cel_from_optional(NULL)
			     : pq_cel_from_error("no such attribute(s): oldSelf");
	if (old == NULL)
		return;
	*value = pq_cel_from_data(arena, old, declaration);
	if (is_optional)
		*value = pq_cel_optional_of(arena, value);
}

static void ask(struct pq_arena *arena, const struct pq_value *world, const struct pq_value *line,
		struct pq_string expression, struct answer *answer)
{
	struct question question = { .count = 0 };
	read_variables(arena, world, &question);
	struct pq_cel_environment environment = { .version = 36,
						  .variables = question.variables,
						  .variable_count = question.count };
	struct pq_cel_compilation compilation;
	assert_true(pq_cel_compile(&environment, expression, arena, arena, &compilation));
	answer->issues =
		compilation.issues.length > 0 ? compilation.issues : compilation.plan_error;
	if (compilation.program == NULL)
		return;
	const struct pq_value *limit = pq_value_find(line, PQ_S("limit"));
	struct pq_cel_evaluation evaluation = {
		.arena = arena,
		.variables = question.values,
		.cost_limit = limit != NULL ? (uint64_t)limit->integer : CALL_COST_LIMIT,
	};
	struct pq_cel_value result;
	pq_cel_evaluate(compilation.program, &evaluation, &result);
	answer->cost = evaluation.cost;
	if (pq_cel_is_error(&result)) {
		answer->error = pq_cel_value_string(&result);
	} else {
		struct pq_buffer shown;
		pq_buffer_init_in(&shown, arena, 0);
		pq_cel_show_value(&shown, arena, &result);
		answer->value = pq_buffer_view(&shown);
	}
	pq_cel_program_done(compilation.program);
}

static bool is_same(const char *what, struct pq_string got, const struct pq_value *line,
		    struct pq_string expression)
{
	struct pq_string want = pq_value_find_string(line, pq_string_from(what));
	if (pq_string_equal(got, want))
		return true;
	print_error("%.*s: %s: want \"%.*s\", got \"%.*s\"\n",
		    PQ_STRING_ARGUMENT(pq_string_slice(expression, 0, SHOWN_MAX)), what,
		    PQ_STRING_ARGUMENT(want), PQ_STRING_ARGUMENT(got));
	return false;
}

static struct pq_string read_expression(struct pq_arena *arena, const struct pq_value *line)
{
	const struct pq_value *written = pq_value_find(line, PQ_S("expr"));
	struct pq_buffer buffer;
	if (written->kind == PQ_STRING)
		return pq_value_string(written);
	pq_buffer_init_in(&buffer, arena, 0);
	for (uint32_t i = 0; i < written->length; i++) {
		const struct pq_value *piece = written->items[i].items;
		for (int64_t k = 0; k < piece[1].integer; k++)
			pq_buffer_append_string(&buffer, pq_value_string(&piece[0]));
	}
	assert_false(pq_buffer_failed(&buffer));
	return pq_buffer_view(&buffer);
}

static bool judge(struct pq_arena *arena, const struct pq_value *world, struct pq_value line)
{
	struct pq_string expression = read_expression(arena, &line);
	struct answer answer = { .cost = 0 };
	ask(arena, world, &line, expression, &answer);
	bool same = is_same("value", answer.value, &line, expression) &
		    is_same("error", answer.error, &line, expression);
	struct pq_string plan = pq_value_find_string(&line, PQ_S("plan"));
	same &= is_same(plan.length > 0 ? "plan" : "issues", answer.issues, &line, expression);
	const struct pq_value *cost = pq_value_find(&line, PQ_S("cost"));
	if (answer.cost != (uint64_t)cost->integer) {
		print_error("%.*s: cost: want %" PRId64 ", got %" PRIu64 "\n",
			    PQ_STRING_ARGUMENT(expression), cost->integer, answer.cost);
		same = false;
	}
	return same;
}

static void replay(const char *path, size_t least)
{
	pq_cleanup_arena struct pq_arena file;
	pq_arena_init(&file, 0);
	struct pq_string rest = test_read_file(&file, test_data(path));
	size_t count = 0, wrong = 0;
	struct pq_value world = { .kind = PQ_NULL };
	while (rest.length > 0) {
		const char *end = memchr(rest.data, '\n', rest.length);
		assert_non_null(end);
		struct pq_string text = { rest.data, (size_t)(end - rest.data) };
		rest.data += text.length + 1;
		rest.length -= text.length + 1;
		struct pq_value line;
		struct pq_error error;
		assert_true(pq_json_read(&file, text, NULL, &line, &error));
		if (pq_value_find(&line, PQ_S("expr")) == NULL) {
			world = line;
			continue;
		}
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		count++;
		wrong += !judge(&arena, &world, line);
	}
	printf("%zu expressions\n", count);
	assert_int_equal(wrong, 0);
	assert_true(count >= least);
}

static void test_recorded(void **state)
{
	(void)state;
	replay("data/cel/evaluate.jsonl", CASES_LEAST);
}

/* What is wrong, or too large, or was written to run away. */
static void test_bad_input(void **state)
{
	(void)state;
	replay("data/cel/bad_input.jsonl", BAD_CASES_LEAST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_recorded),
		cmocka_unit_test(test_bad_input),
	};
	return cmocka_run_group_tests_name("cel/evaluate", tests, NULL, NULL);
}
