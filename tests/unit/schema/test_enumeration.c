/* A long list answers as a short one does: both are asked about the same values. */
#include "schema/enumeration.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char *const asked[] = {
	"null",
	"true",
	"false",
	"0",
	"-0.0",
	"1",
	"1.0",
	"1.5",
	"97",
	"97.5",
	"\"a\"",
	"\"b\"",
	"\"\"",
	"[]",
	"[1]",
	"[1.0]",
	"{}",
	"{\"a\":1}",
	"-1",
	"1e300",
	"55296",
	"\"\xef\xbf\xbd\"",
	"9007199254740993",
};
enum { ASKED = sizeof asked / sizeof *asked };

static const struct pq_node_enum *compile(struct pq_arena *arena, const char *entries, int fillers)
{
	struct pq_buffer text;
	struct pq_value values;
	struct pq_error error;
	pq_buffer_init_in(&text, arena, 0);
	pq_buffer_append_format(&text, "[%s", entries);
	for (int i = 0; i < fillers; i++)
		pq_buffer_append_format(&text, ",\"filler %d\"", i);
	pq_buffer_append_byte(&text, ']');
	assert_true(pq_json_read(arena, pq_buffer_view(&text), NULL, &values, &error));
	const struct pq_node_enum *made = pq_enumeration_compile(arena, &values);
	assert_non_null(made);
	return made;
}

static void test_long_as_short(void **state)
{
	static const struct {
		const char *name;
		const char *entries;
	} rows[] = {
		{ "strings", "\"a\",\"\"" },
		{ "integers", "0,1,-1,97" },
		{ "doubles", "1.5,0.5,1e300,2.0" },
		{ "null and booleans", "null,true" },
		{ "containers", "[],[1],{\"a\":1}" },
		{ "beyond 2^53", "9007199254740992.0,9007199254740993" },
		{ "no code point", "\"\xef\xbf\xbd\"" },
		{ "the same twice", "\"a\",\"a\",1,1" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		const struct pq_node_enum *brief = compile(&arena, rows[i].entries, 0);
		const struct pq_node_enum *lengthy = compile(&arena, rows[i].entries, 100);
		for (size_t j = 0; j < ASKED; j++) {
			struct pq_value value;
			struct pq_error error;
			assert_true(pq_json_read(&arena, pq_string_from(asked[j]), NULL, &value,
						 &error));
			if (pq_enumeration_holds(brief, &value) !=
			    pq_enumeration_holds(lengthy, &value))
				fail_msg("%s: %s", rows[i].name, asked[j]);
		}
	}
}

static void test_each_entry(void **state)
{
	enum { ENTRIES = 100000 };
	pq_cleanup_arena struct pq_arena arena;
	(void)state;
	pq_arena_init(&arena, 0);
	const struct pq_node_enum *made = compile(&arena, "0", ENTRIES);
	for (uint32_t i = 0; i < made->values.length; i++)
		assert_true(pq_enumeration_holds(made, &made->values.items[i]));
	const struct pq_value other = pq_value_from_string(PQ_S("filler"));
	assert_false(pq_enumeration_holds(made, &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_long_as_short),
		cmocka_unit_test(test_each_entry),
	};
	return cmocka_run_group_tests_name("schema/enumeration", tests, NULL, NULL);
}
