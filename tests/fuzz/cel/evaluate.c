/* Compiles and evaluates expressions: a JSON document a line in, one a line out. The oracle, made
 * of the API server's own libraries, answers the same lines (oracle/main.go).
 *
 *   {"expr", "schema", "root", "optional", "self", "oldSelf"}
 *       as in tests/data/cel/evaluate.jsonl; {"issues"}, {"plan"}, or {"type", "max", "cost"} with
 *       "value" or "error"
 *   {"tables": true}
 *       {"functions": [{"function", "id", "isMember", "arguments", "result"}]}, all that an
 *       expression can call
 */
#include "cel/cel.h"
#include "cel/library.h"
#include "cel/show.h"
#include "schema/cel_declaration.h"
#include "json/read.h"
#include "json/write.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 35, CALL_COST_LIMIT = 1000000 };

struct question {
	struct pq_cel_variable variables[2];
	struct pq_cel_value values[2];
	size_t count;
};

static void write_text(struct pq_buffer *out, const char *key, struct pq_string text)
{
	pq_buffer_append_format(out, "\"%s\":", key);
	pq_json_write_string(out, text, 0);
}

static bool is_set(const struct pq_value *line, struct pq_string name)
{
	const struct pq_value *flag = pq_value_find(line, name);
	return flag != NULL && flag->boolean;
}

static void set_old(struct pq_arena *arena, const struct pq_value *old, bool is_optional,
		    const struct pq_cel_declaration *declaration, struct pq_cel_value *value)
{
	*value = is_optional ? pq_cel_from_optional(NULL)
			     : pq_cel_from_error("no such attribute(s): oldSelf");
	if (old == NULL)
		return;
	*value = pq_cel_from_data(arena, old, declaration);
	if (is_optional)
		*value = pq_cel_optional_of(arena, value);
}

/* False when expressions cannot see data of the schema. */
static bool read_question(struct pq_arena *arena, const struct pq_value *line,
			  struct question *question)
{
	static const struct pq_value null;
	const struct pq_value *schema = pq_value_find(line, PQ_S("schema"));
	struct pq_error error;
	struct pq_source *source;
	if (schema == NULL)
		return true;
	if (!pq_source_read(arena, schema, NULL, &source, &error))
		abort();
	const struct pq_cel_declaration *declaration =
		pq_schema_declare(arena, source, is_set(line, PQ_S("root")));
	if (declaration == NULL)
		return false;
	const struct pq_cel_type *type = declaration->type;
	const struct pq_value *self = pq_value_find(line, PQ_S("self"));
	bool is_optional = is_set(line, PQ_S("optional"));
	question->count = 2;
	question->variables[0] = (struct pq_cel_variable){ PQ_S("self"), type, declaration };
	question->variables[1] = (struct pq_cel_variable){
		PQ_S("oldSelf"), is_optional ? pq_cel_type_optional(arena, type) : type, declaration
	};
	question->values[0] = pq_cel_from_data(arena, self != NULL ? self : &null, declaration);
	set_old(arena, pq_value_find(line, PQ_S("oldSelf")), is_optional, declaration,
		&question->values[1]);
	return true;
}

static void evaluate(struct pq_arena *arena, const struct question *question,
		     const struct pq_cel_compilation *compilation, struct pq_buffer *out)
{
	struct pq_cel_evaluation evaluation = {
		.arena = arena,
		.variables = question->values,
		.cost_limit = CALL_COST_LIMIT,
	};
	struct pq_cel_value result;
	pq_cel_evaluate(compilation->program, &evaluation, &result);
	write_text(out, "type", pq_cel_type_format(arena, compilation->type, NULL));
	pq_buffer_append_format(out, ",\"max\":%" PRIu64 ",\"cost\":%" PRIu64 ",",
				compilation->max_cost, evaluation.cost);
	if (pq_cel_is_error(&result)) {
		write_text(out, "error", pq_cel_value_string(&result));
		return;
	}
	struct pq_buffer shown;
	pq_buffer_init_in(&shown, arena, 0);
	pq_cel_show_value(&shown, arena, &result);
	write_text(out, "value", pq_buffer_view(&shown));
}

static void answer(struct pq_arena *arena, const struct pq_value *line, struct pq_buffer *out)
{
	struct question question = { .count = 0 };
	struct pq_cel_compilation compilation;
	if (!read_question(arena, line, &question)) {
		write_text(out, "issues", PQ_S("no declaration"));
		return;
	}
	const struct pq_cel_environment environment = {
		.version = VERSION,
		.variables = question.variables,
		.variable_count = question.count,
	};
	if (!pq_cel_compile(&environment, pq_value_find_string(line, PQ_S("expr")), arena, arena,
			    &compilation))
		abort();
	if (compilation.issues.data != NULL)
		write_text(out, "issues", compilation.issues);
	else if (compilation.plan_error.data != NULL)
		write_text(out, "plan", compilation.plan_error);
	else
		evaluate(arena, &question, &compilation, out);
	pq_cel_program_done(compilation.program);
}

static void write_function(struct pq_arena *arena, struct pq_buffer *out,
			   const struct pq_cel_overload *row)
{
	pq_buffer_append_byte(out, '{');
	write_text(out, "function", pq_string_from(row->function));
	pq_buffer_append_byte(out, ',');
	write_text(out, "id", pq_string_from(row->id));
	pq_buffer_append_format(out, ",\"isMember\":%s,\"arguments\":[",
				row->is_member ? "true" : "false");
	for (uint8_t i = 0; i < row->count; i++) {
		if (i > 0)
			pq_buffer_append_byte(out, ',');
		pq_json_write_string(out, pq_cel_type_format(arena, row->arguments[i], NULL), 0);
	}
	pq_buffer_append_text(out, "],");
	write_text(out, "result", pq_cel_type_format(arena, row->result, NULL));
	pq_buffer_append_byte(out, '}');
}

/* Functions with an @ in their names are those that macros call. */
static bool is_hidden(const struct pq_cel_overload *row)
{
	return strchr(row->function, '@') != NULL && strcmp(row->function, "@in") != 0;
}

static void write_tables(struct pq_arena *arena, struct pq_buffer *out)
{
	const char *separator = "";
	pq_buffer_append_text(out, "\"functions\":[");
	for (size_t i = 0; i < pq_cel_library_count; i++) {
		const struct pq_cel_library *library = pq_cel_libraries[i];
		for (size_t k = 0; k < library->count; k++) {
			if (library->is_for_patches || is_hidden(&library->overloads[k]))
				continue;
			pq_buffer_append_text(out, separator);
			write_function(arena, out, &library->overloads[k]);
			separator = ",";
		}
	}
	pq_buffer_append_byte(out, ']');
}

int main(void)
{
	char *text = NULL;
	size_t capacity = 0;
	for (ssize_t length; (length = getline(&text, &capacity, stdin)) > 0;) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer out;
		struct pq_value line;
		struct pq_error error;
		pq_arena_init(&arena, 0);
		pq_buffer_init(&out, 0);
		if (!pq_json_read_copy(&arena, (struct pq_string){ text, (size_t)length }, NULL,
				       &line, &error))
			abort();
		pq_buffer_append_byte(&out, '{');
		if (is_set(&line, PQ_S("tables")))
			write_tables(&arena, &out);
		else
			answer(&arena, &line, &out);
		pq_buffer_append_text(&out, "}\n");
		if (pq_buffer_failed(&out))
			abort();
		fwrite(out.data, 1, out.length, stdout);
		fflush(stdout);
	}
	free(text);
	return 0;
}
