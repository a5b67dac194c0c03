/*
 * CEL rules one by one, as a custom resource's are run: costs counted, fields typed by a schema.
 *
 *   cel RULES.json
 *
 * RULES.json has schema, object, and rules with name, rule, staticCost and runtimeCost
 * (../shared/peers/celgo). The object is its own old self. Prints a line "NAME RUN BYTES CHECK
 * COMPILE STATIC RUNTIME": nanoseconds of running the rule and bytes of the arena that it takes,
 * nanoseconds of parsing and checking it, and of the whole compilation, each the fastest of many
 * rounds; its costs. A cost other than the recorded one is an error.
 */
#include "cel/cel.h"
#include "base/clock.h"
#include "base/file.h"
#include "cel/check.h"
#include "cel/parse.h"
#include "schema/cel_declaration.h"
#include "json/read.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 200, CALLS_PER_ROUND = 100, COMPILATIONS = 100, CALL_COST_LIMIT = 1000000 };

struct bench {
	struct pq_arena arena;   /* of one evaluation */
	struct pq_arena program; /* of one program */
	const struct pq_value *object;
	const struct pq_cel_declaration *declaration;
	struct pq_cel_variable variables[2];
	struct pq_cel_compilation compilation;
	uint64_t cost;
};

static void must(bool done, const char *what)
{
	if (!done) {
		fprintf(stderr, "cel: %s failed\n", what);
		exit(1);
	}
}

static void evaluate(struct bench *bench)
{
	pq_arena_reset(&bench->arena, SIZE_MAX);
	struct pq_cel_value self =
		pq_cel_from_data(&bench->arena, bench->object, bench->declaration);
	const struct pq_cel_value variables[] = { self, self };
	struct pq_cel_evaluation evaluation = {
		.arena = &bench->arena,
		.variables = variables,
		.cost_limit = CALL_COST_LIMIT,
	};
	struct pq_cel_value result;
	pq_cel_evaluate(bench->compilation.program, &evaluation, &result);
	must(result.kind == PQ_CEL_BOOL && result.boolean, "a rule");
	bench->cost = evaluation.cost;
}

static void compile(struct bench *bench, struct pq_string rule)
{
	const struct pq_cel_environment environment = { .version = 36,
							.variables = bench->variables,
							.variable_count = 2 };
	pq_arena_reset(&bench->program, SIZE_MAX);
	pq_arena_reset(&bench->arena, SIZE_MAX);
	must(pq_cel_compile(&environment, rule, &bench->program, &bench->arena,
			    &bench->compilation) &&
		     bench->compilation.program != NULL,
	     "compiling");
}

static void parse_and_check(struct bench *bench, struct pq_string rule)
{
	const struct pq_cel_environment environment = { .version = 36,
							.variables = bench->variables,
							.variable_count = 2 };
	struct pq_cel_compilation ignored = { 0 };
	struct pq_cel_issues issues;
	struct pq_cel_tree tree;
	pq_arena_reset(&bench->arena, SIZE_MAX);
	pq_cel_issues_init(&issues, &bench->arena, rule);
	must(pq_cel_parse(&bench->arena, rule, environment.version, &tree, &issues) &&
		     pq_cel_check(&environment, &tree, &bench->arena, &ignored, &issues),
	     "parsing and checking");
}

static void compile_and_forget(struct bench *bench, struct pq_string rule)
{
	compile(bench, rule);
	pq_cel_program_done(bench->compilation.program);
}

static int64_t time_compiling(struct bench *bench, struct pq_string rule,
			      void (*run)(struct bench *bench, struct pq_string rule))
{
	int64_t best = INT64_MAX;
	for (int i = 0; i < COMPILATIONS; i++) {
		int64_t start = pq_clock_monotonic(&pq_clock_system);
		run(bench, rule);
		int64_t taken = pq_clock_monotonic(&pq_clock_system) - start;
		best = taken < best ? taken : best;
	}
	return best;
}

static int64_t time_evaluating(struct bench *bench)
{
	int64_t best = INT64_MAX;
	for (int round = 0; round < ROUNDS; round++) {
		int64_t start = pq_clock_monotonic(&pq_clock_system);
		for (int call = 0; call < CALLS_PER_ROUND; call++)
			evaluate(bench);
		int64_t taken = pq_clock_monotonic(&pq_clock_system) - start;
		best = taken < best ? taken : best;
	}
	return best / CALLS_PER_ROUND;
}

static size_t count_bytes(struct bench *bench)
{
	pq_arena_reset(&bench->arena, SIZE_MAX);
	size_t before = (size_t)(bench->arena.end - bench->arena.next);
	evaluate(bench);
	return before - (size_t)(bench->arena.end - bench->arena.next);
}

static void measure(struct bench *bench, const struct pq_value *test)
{
	struct pq_string name = pq_value_find_string(test, PQ_S("name"));
	struct pq_string rule = pq_value_find_string(test, PQ_S("rule"));
	const struct pq_value *cost = pq_value_find(test, PQ_S("runtimeCost"));
	const struct pq_value *static_cost = pq_value_find(test, PQ_S("staticCost"));
	int64_t checking = time_compiling(bench, rule, parse_and_check);
	int64_t compiling = time_compiling(bench, rule, compile_and_forget);
	compile(bench, rule);
	int64_t evaluating = time_evaluating(bench);
	size_t bytes = count_bytes(bench);
	pq_cel_program_done(bench->compilation.program);
	must(cost != NULL && bench->cost == (uint64_t)cost->integer && static_cost != NULL &&
		     bench->compilation.max_cost == (uint64_t)static_cost->integer,
	     "the cost of a rule");
	printf("%.*s %" PRId64 " %zu %" PRId64 " %" PRId64 " %" PRIu64 " %" PRIu64 "\n",
	       PQ_STRING_ARGUMENT(name), evaluating, bytes, checking, compiling,
	       bench->compilation.max_cost, bench->cost);
}

int main(int argc, char **argv)
{
	if (argc != 2) {
		fputs("usage: cel RULES.json\n", stderr);
		return 2;
	}
	pq_cleanup_buffer struct pq_buffer text;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_error error;
	struct pq_value file;
	struct pq_source *source;
	struct bench bench = { .cost = 0 };
	pq_buffer_init(&text, 0);
	pq_arena_init(&arena, 0);
	pq_arena_init(&bench.arena, 0);
	pq_arena_init(&bench.program, 0);
	must(pq_arena_alloc_bytes(&bench.arena, 16 << 20) != NULL, "allocation");
	must(pq_file_read(argv[1], &text, &error) &&
		     pq_json_read(&arena, pq_buffer_view(&text), NULL, &file, &error),
	     "reading the rules");
	must(pq_source_read(&arena, pq_value_find(&file, PQ_S("schema")), NULL, &source, &error),
	     "reading the schema");
	bench.object = pq_value_find(&file, PQ_S("object"));
	bench.declaration = pq_schema_declare(&arena, source, false);
	must(bench.declaration != NULL, "declaring the schema");
	bench.variables[0] = (struct pq_cel_variable){ PQ_S("self"), bench.declaration->type,
						       bench.declaration };
	bench.variables[1] = (struct pq_cel_variable){ PQ_S("oldSelf"), bench.declaration->type,
						       bench.declaration };
	const struct pq_value *rules = pq_value_find(&file, PQ_S("rules"));
	for (uint32_t i = 0; rules != NULL && i < rules->length; i++)
		measure(&bench, &rules->items[i]);
	pq_arena_done(&bench.arena);
	pq_arena_done(&bench.program);
	return 0;
}
