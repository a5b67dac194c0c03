#include "json/read.h"
#include "json/write.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct pq_buffer buffer;

static const char *written(void)
{
	pq_buffer_append_byte(&buffer, '\0');
	assert_false(pq_buffer_failed(&buffer));
	return buffer.data;
}

/* What Go 1.26 prints. */
static void test_doubles(void **state)
{
	(void)state;
	static const struct {
		double number;
		const char *json, *go;
	} cases[] = {
		{ 0.0, "0", "0" },
		{ -0.0, "-0", "-0" },
		{ 1, "1", "1" },
		{ -1.5, "-1.5", "-1.5" },
		{ 0.1, "0.1", "0.1" },
		{ 1.0 / 3, "0.3333333333333333", "0.3333333333333333" },
		{ 100000, "100000", "100000" },
		{ 999999.5, "999999.5", "999999.5" },
		{ 1000000, "1000000", "1e+06" },
		{ 1234567.5, "1234567.5", "1.2345675e+06" },
		{ 1e20, "100000000000000000000", "1e+20" },
		{ 1e21, "1e+21", "1e+21" },
		{ 1.5e300, "1.5e+300", "1.5e+300" },
		{ 0.0001, "0.0001", "0.0001" },
		{ 0.00001, "0.00001", "1e-05" },
		{ 0.000001, "0.000001", "1e-06" },
		{ 0.0000001, "1e-7", "1e-07" },
		{ 1.25e-10, "1.25e-10", "1.25e-10" },
		{ 9007199254740993.0, "9007199254740992", "9.007199254740992e+15" },
		{ 9223372036854775808.0, "9223372036854776000", "9.223372036854776e+18" },
		{ DBL_MAX, "1.7976931348623157e+308", "1.7976931348623157e+308" },
		{ DBL_MIN, "2.2250738585072014e-308", "2.2250738585072014e-308" },
		{ DBL_TRUE_MIN, "5e-324", "5e-324" },
		/* A power of two: its nearest 16 digits read back as its neighbour. */
		{ 0x1p-44, "5.684341886080802e-14", "5.684341886080802e-14" },
		{ 0x1p-1022, "2.2250738585072014e-308", "2.2250738585072014e-308" },
		{ 0x1p89, "6.189700196426902e+26", "6.189700196426902e+26" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_buffer_init(&buffer, 0);
		pq_json_write_double(&buffer, cases[i].number);
		pq_buffer_append_byte(&buffer, ' ');
		pq_go_write_double(&buffer, cases[i].number);
		char want[128];
		strcpy(want, cases[i].json);
		strcat(want, " ");
		strcat(want, cases[i].go);
		assert_string_equal(written(), want);
		pq_buffer_done(&buffer);
	}
}

static void test_what_is_no_number(void **state)
{
	(void)state;
	pq_buffer_init(&buffer, 0);
	pq_go_write_double(&buffer, (double)INFINITY);
	pq_go_write_double(&buffer, (double)-INFINITY);
	pq_go_write_double(&buffer, (double)NAN);
	assert_string_equal(written(), "+Inf-InfNaN");
	pq_buffer_done(&buffer);
}

static void test_shortest_digits_read_back(void **state)
{
	(void)state;
	uint64_t bits = 1;
	for (int i = 0; i < 20000; i++) {
		bits = bits * 6364136223846793005u + 1442695040888963407u;
		double number;
		memcpy(&number, &bits, sizeof number);
		if (!isfinite(number))
			continue;
		pq_buffer_init(&buffer, 0);
		pq_json_write_double(&buffer, number);
		assert_true(strtod(written(), NULL) == number);
		pq_buffer_done(&buffer);
	}
}

static void test_strings(void **state)
{
	(void)state;
	static const struct {
		struct pq_string text;
		const char *json, *html, *go;
	} cases[] = {
		{ PQ_LITERAL(""), "\"\"", "\"\"", "\"\"" },
		{ PQ_LITERAL("plain é €"), "\"plain é €\"", "\"plain é €\"", "\"plain é €\"" },
		{ PQ_LITERAL("\"\\/"), "\"\\\"\\\\/\"", "\"\\\"\\\\/\"", "\"\\\"\\\\/\"" },
		{ PQ_LITERAL("<a&b>"), "\"<a&b>\"", "\"\\u003ca\\u0026b\\u003e\"", "\"<a&b>\"" },
		{ PQ_LITERAL("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\"", "\"\\b\\f\\n\\r\\t\"",
		  "\"\\b\\f\\n\\r\\t\"" },
		{ PQ_LITERAL("\a\v\0\x1F\x7F"), "\"\\u0007\\u000b\\u0000\\u001f\x7F\"",
		  "\"\\u0007\\u000b\\u0000\\u001f\x7F\"", "\"\\a\\v\\x00\\x1f\\x7f\"" },
		{ PQ_LITERAL("\u2028\u2029"), "\"\\u2028\\u2029\"", "\"\\u2028\\u2029\"",
		  "\"\\u2028\\u2029\"" },
		{ PQ_LITERAL("\u00a0\u00ad\ufeff\u3000"), "\"\u00a0\u00ad\ufeff\u3000\"",
		  "\"\u00a0\u00ad\ufeff\u3000\"", "\"\\u00a0\\u00ad\\ufeff\\u3000\"" },
		{ PQ_LITERAL("😀\U000E0001"), "\"😀\U000E0001\"", "\"😀\U000E0001\"",
		  "\"😀\\U000e0001\"" },
		{ PQ_LITERAL("\xFF\xE2\x82"), "\"\\ufffd\\ufffd\\ufffd\"",
		  "\"\\ufffd\\ufffd\\ufffd\"", "\"\\xff\\xe2\\x82\"" },
		{ PQ_LITERAL("\xEF\xBF\xBD"), "\"\xEF\xBF\xBD\"", "\"\xEF\xBF\xBD\"",
		  "\"\xEF\xBF\xBD\"" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_buffer_init(&buffer, 0);
		pq_json_write_string(&buffer, cases[i].text, PQ_JSON_COMPACT);
		assert_string_equal(written(), cases[i].json);
		buffer.length = 0;
		pq_json_write_string(&buffer, cases[i].text, PQ_JSON_ESCAPE_HTML);
		assert_string_equal(written(), cases[i].html);
		buffer.length = 0;
		pq_go_quote(&buffer, cases[i].text);
		assert_string_equal(written(), cases[i].go);
		pq_buffer_done(&buffer);
	}
}

static struct pq_value read_text(struct pq_arena *arena, const char *text)
{
	struct pq_value value;
	struct pq_error error;
	assert_true(pq_json_read_copy(arena, pq_string_from(text), NULL, &value, &error));
	return value;
}

static void test_styles(void **state)
{
	(void)state;
	static const char text[] = "{\"b\":[1,{\"z\":null,\"y\":[]}],\"a\":{},\"<\":\"&\"}";
	static const struct {
		unsigned style;
		const char *want;
	} cases[] = {
		{ PQ_JSON_COMPACT, text },
		{ PQ_JSON_SORT_KEYS, "{\"<\":\"&\",\"a\":{},\"b\":[1,{\"y\":[],\"z\":null}]}" },
		{ PQ_JSON_GO,
		  "{\"\\u003c\":\"\\u0026\",\"a\":{},\"b\":[1,{\"y\":[],\"z\":null}]}" },
		{ PQ_JSON_INDENT, "{\n"
				  "  \"b\": [\n"
				  "    1,\n"
				  "    {\n"
				  "      \"z\": null,\n"
				  "      \"y\": []\n"
				  "    }\n"
				  "  ],\n"
				  "  \"a\": {},\n"
				  "  \"<\": \"&\"\n"
				  "}" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_value value = read_text(&arena, text);
		pq_buffer_init(&buffer, 0);
		pq_json_write(&buffer, &value, cases[i].style);
		assert_string_equal(written(), cases[i].want);
		pq_buffer_done(&buffer);
		pq_arena_done(&arena);
	}
}

static void test_values_in_field_errors(void **state)
{
	(void)state;
	static const struct {
		const char *text, *want;
	} cases[] = {
		{ "null", "null" },
		{ "true", "true" },
		{ "-7", "-7" },
		{ "1e6", "1e+06" },
		{ "1.0", "1" },
		{ "\"a\\u00a0<\"", "\"a\\u00a0<\"" },
		{ "{\"b\":1e6,\"a\":[\"<\"]}", "{\"a\":[\"\\u003c\"],\"b\":1000000}" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_value value = read_text(&arena, cases[i].text);
		pq_buffer_init(&buffer, 0);
		pq_go_write_value(&buffer, &value);
		assert_string_equal(written(), cases[i].want);
		pq_buffer_done(&buffer);
		pq_arena_done(&arena);
	}
}

static void test_stops_at_the_cap(void **state)
{
	(void)state;
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_value value = read_text(&arena, "[1,[2,[3,[4,[5,[6]]]]]]");
	pq_buffer_init(&buffer, 10);
	pq_json_write(&buffer, &value, PQ_JSON_COMPACT);
	assert_true(pq_buffer_failed(&buffer));
	pq_buffer_done(&buffer);
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_doubles),
		cmocka_unit_test(test_what_is_no_number),
		cmocka_unit_test(test_shortest_digits_read_back),
		cmocka_unit_test(test_strings),
		cmocka_unit_test(test_styles),
		cmocka_unit_test(test_values_in_field_errors),
		cmocka_unit_test(test_stops_at_the_cap),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
