/* Values that become JSON in a message. */
#include "cel/cel.h"
#include "cel/native.h"
#include "evaluate_text.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

/* v is so many lists in each other. */
static struct pq_cel_value evaluate(struct pq_arena *arena, const char *text, size_t depth)
{
	const struct pq_cel_variable variable = { PQ_S("v"), &pq_cel_dyn, NULL };
	const struct pq_cel_environment environment = {
		.version = 36,
		.variables = &variable,
		.variable_count = 1,
	};
	struct pq_value data;
	struct pq_error error;
	struct pq_buffer json;
	pq_buffer_init_in(&json, arena, 0);
	for (size_t i = 0; i < depth; i++)
		pq_buffer_append_byte(&json, '[');
	for (size_t i = 0; i < depth; i++)
		pq_buffer_append_byte(&json, ']');
	assert_true(pq_json_read(arena, pq_buffer_view(&json), NULL, &data, &error));
	const struct pq_cel_value value = pq_cel_from_data(arena, &data, &pq_cel_declaration_any);
	struct pq_cel_evaluation evaluation = {
		.arena = arena,
		.variables = &value,
		.cost_limit = UINT64_MAX,
	};
	return evaluate_text(&environment, text, &evaluation);
}

/* Data nests no deeper than is walked without harm. */
static void test_depth(void **state)
{
	static const char text[] = "google.protobuf.ListValue{values: [v]}.size() == 1";
	pq_cleanup_arena struct pq_arena arena;
	(void)state;
	pq_arena_init(&arena, 0);
	struct pq_cel_value within = evaluate(&arena, text, PQ_CEL_NATIVE_DEPTH_MAX);
	assert_true(within.kind == PQ_CEL_BOOL && within.boolean);
	struct pq_cel_value beyond = evaluate(&arena, text, PQ_CEL_NATIVE_DEPTH_MAX + 1);
	assert_int_equal(beyond.kind, PQ_CEL_ERROR);
	assert_true(pq_string_is(pq_cel_value_string(&beyond), "values nest too deeply for JSON"));
}

/* However many optionals there are around a value, it is what they hold. */
static void test_optionals(void **state)
{
	static const struct {
		const char *text, *error;
	} cases[] = {
		{ "google.protobuf.ListValue{values: [optional.of(7)]}[0] == 7", NULL },
		{ "google.protobuf.ListValue{values: [optional.of(optional.of(7))]}[0] == 7",
		  NULL },
		{ "google.protobuf.BytesValue{value: dyn([optional.of(1)])} == b''",
		  "field type conversion error for google.protobuf.BytesValue.value value type: "
		  "unsupported type conversion from 'int' to uint8" },
		{ "google.protobuf.BytesValue{value: dyn([optional.none()])} == b''",
		  "field type conversion error for google.protobuf.BytesValue.value value type: "
		  "optional.none() dereference" },
		{ "google.protobuf.Struct{fields: dyn({optional.of('a'): 1})} == {'a': 1.0}",
		  NULL },
		{ "google.protobuf.ListValue{values: [optional.of(optional.none())]} == []",
		  "field type conversion error for google.protobuf.ListValue.values value type: "
		  "optional.none() dereference" },
	};
	pq_cleanup_arena struct pq_arena arena;
	(void)state;
	pq_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_cel_value value = evaluate(&arena, cases[i].text, 1);
		if (cases[i].error == NULL)
			assert_true(value.kind == PQ_CEL_BOOL && value.boolean);
		else
			assert_true(pq_string_is(pq_cel_value_string(&value), cases[i].error));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_optionals),
	};
	return cmocka_run_group_tests_name("native", tests, NULL, NULL);
}
