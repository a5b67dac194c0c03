/* A rule, a NUL and the object that it is about: nothing crashes or runs away, compiled twice it is
 * the same, and run twice it costs the same. */
#include "base/utf8.h"
#include "cel/cel.h"
#include "schema/cel_declaration.h"
#include "json/read.h"

#include <stdint.h>
#include <stdlib.h>

enum { VERSION = 35, COST_MAX = 100 * 1000, MEMORY_MAX = 256 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char schema_text[] =
	"{\"type\":\"object\",\"required\":[\"i\"],\"properties\":{\"i\":{\"type\":\"integer\"},"
	"\"b\":{\"type\":\"boolean\"},\"d\":{\"type\":\"number\"},\"s\":{\"type\":\"string\","
	"\"maxLength\":20},\"y\":{\"type\":\"string\",\"format\":\"byte\"},\"t\":{\"type\":"
	"\"string\",\"format\":\"date-time\"},\"u\":{\"type\":\"string\",\"format\":\"duration\"},"
	"\"x\":{\"x-kubernetes-int-or-string\":true},\"l\":{\"type\":\"array\",\"maxItems\":9,"
	"\"items\":{\"type\":\"object\",\"properties\":{\"k\":{\"type\":\"string\"},\"v\":{"
	"\"type\":\"array\",\"items\":{\"type\":\"integer\"}}}},\"x-kubernetes-list-type\":\"map\","
	"\"x-kubernetes-list-map-keys\":[\"k\"]},\"e\":{\"type\":\"array\",\"items\":{\"type\":"
	"\"string\"},\"x-kubernetes-list-type\":\"set\"},\"m\":{\"type\":\"object\","
	"\"additionalProperties\":{\"type\":\"string\"}},\"namespace\":{\"type\":\"string\"},"
	"\"o\":{\"type\":\"object\",\"properties\":{\"a-b\":{\"type\":\"integer\"}}}}}";

/* Once for all inputs. */
static const struct pq_cel_declaration *declare(void)
{
	static struct pq_arena arena;
	static const struct pq_cel_declaration *declaration;
	struct pq_error error;
	struct pq_value schema;
	struct pq_source *source;
	if (declaration != NULL)
		return declaration;
	pq_arena_init(&arena, 0);
	if (!pq_json_read(&arena, pq_string_from(schema_text), NULL, &schema, &error) ||
	    !pq_source_read(&arena, &schema, NULL, &source, &error))
		abort();
	declaration = pq_schema_declare(&arena, source, true);
	return declaration;
}

/* What the rule takes on the object; UINT64_MAX when the arena was too small for it. */
static uint64_t run(const struct pq_cel_program *program, const struct pq_value *object,
		    const struct pq_cel_declaration *declaration)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, MEMORY_MAX);
	const struct pq_cel_value self = pq_cel_from_data(&arena, object, declaration);
	const struct pq_cel_value variables[] = { self, self };
	struct pq_cel_evaluation evaluation = {
		.arena = &arena,
		.variables = variables,
		.cost_limit = COST_MAX,
	};
	struct pq_cel_value result;
	pq_cel_evaluate(program, &evaluation, &result);
	return pq_arena_is_exhausted(&arena) ? UINT64_MAX : evaluation.cost;
}

static void compile(const struct pq_cel_declaration *declaration, struct pq_string rule,
		    struct pq_arena *arena, struct pq_cel_compilation *compilation)
{
	const struct pq_cel_variable variables[] = {
		{ PQ_S("self"), declaration->type, declaration },
		{ PQ_S("oldSelf"), declaration->type, declaration },
	};
	const struct pq_cel_environment environment = { .version = VERSION,
							.variables = variables,
							.variable_count = 2 };
	if (!pq_cel_compile(&environment, rule, arena, arena, compilation))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_cel_compilation first, second;
	struct pq_value object = pq_value_null();
	struct pq_error error;
	pq_arena_init(&arena, 0);
	struct pq_string rest = { .data = (const char *)data, .length = size };
	struct pq_string rule;
	if (!pq_string_split(&rest, '\0', &rule))
		return 0;
	rule.length = pq_utf8_find_invalid(rule);
	const struct pq_cel_declaration *declaration = declare();
	compile(declaration, rule, &arena, &first);
	compile(declaration, rule, &arena, &second);
	if (!pq_string_equal(first.issues, second.issues) || first.max_cost != second.max_cost)
		abort();
	if (rest.data != NULL && !pq_json_read(&arena, rest, NULL, &object, &error))
		object = pq_value_null();
	if (first.program != NULL && object.kind == PQ_OBJECT &&
	    run(first.program, &object, declaration) != run(second.program, &object, declaration))
		abort();
	pq_cel_program_done(first.program);
	pq_cel_program_done(second.program);
	return 0;
}
