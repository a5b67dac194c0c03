#include "json/read.h"
#include "json/write.h"

#include <stdio.h>
#include <stdlib.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct pq_arena arena;
static struct pq_findings findings;
static struct pq_error error;

/* Reads from an allocation of the exact size, so that address sanitizer sees reads beyond it. */
static bool read_text(struct pq_string text, struct pq_value *value)
{
	struct pq_json_options options = { .findings = &findings };
	pq_arena_init(&arena, 0);
	pq_findings_init(&findings, &arena, 0);
	char *exact = malloc(text.length == 0 ? 1 : text.length);
	memcpy(exact, text.data, text.length);
	bool success = pq_json_read_copy(&arena,
					 (struct pq_string){ .data = exact, .length = text.length },
					 &options, value, &error);
	free(exact);
	return success;
}

/* Texts are unescaped a word at a time: an escape, and a second one, at every place of some words.
 */
static void test_resolves_escapes_wherever_they_stand(void **state)
{
	(void)state;
	static const struct {
		const char *in, *want;
	} escapes[] = {
		{ "\\\\", "\\" },   { "\\\"", "\"" }, { "\\n", "\n" },
		{ "\\u00e9", "é" }, { "]", "]" },     { "", "" },
	};
	enum { COUNT = sizeof escapes / sizeof escapes[0], PLACES = 26 };
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz]]]]]]]]";
	for (int i = 0; i < PLACES * PLACES * COUNT * COUNT; i++) {
		int first = i % COUNT, second = i / COUNT % COUNT;
		int before = i / COUNT / COUNT % PLACES, between = i / COUNT / COUNT / PLACES;
		char text[128], want[128];
		snprintf(text, sizeof text, "\"%.*s%s%.*s%s%.*s\"", before, plain,
			 escapes[first].in, between, plain, escapes[second].in, 3, plain);
		int length = snprintf(want, sizeof want, "%.*s%s%.*s%s%.*s", before, plain,
				      escapes[first].want, between, plain, escapes[second].want, 3,
				      plain);
		struct pq_value value;
		if (!read_text(pq_string_from(text), &value))
			fail_msg("%s: %s", text, error.message);
		assert_int_equal(value.length, length);
		assert_memory_equal(value.bytes, want, (size_t)length);
		pq_arena_done(&arena);
	}
}

#define REVIEW(old)                                                                                \
	PQ_LITERAL("{\"request\":{\"object\":{\"a\":1},\"oldObject\":" old ",\"uid\":\"u\"}}")

static void test_defers_objects(void **state)
{
	(void)state;
	/* want is what oldObject is when it is read at last, or the error of the whole. */
	static const struct {
		struct pq_string text;
		const char *want;
	} cases[] = {
		{ REVIEW("{}"), "{}" },
		{ REVIEW("{\"a\":[1,{\"oldObject\":{}},\"\\n\"],\"a\":{\"b\":null}}"),
		  "{\"a\":{\"b\":null}}" },
		{ REVIEW("{\"a\":\"\xFF\"}"), "{\"a\":\"\xEF\xBF\xBD\"}" },
		{ REVIEW("{\"a\":1} , \"oldObject\" : {\"a\":2} "), "{\"a\":2}" },
		{ REVIEW("{\"a\":1},\"oldObject\":null"), "null" },
		{ REVIEW("null"), "null" },
		{ REVIEW("[{\"a\":1}]"), "[{\"a\":1}]" },
		{ REVIEW("{\"a\":\"\\x\"}"), "1:49: invalid character 'x' in string escape code" },
		{ REVIEW("{\"a\":01}"), "1:48: invalid character '1' after object key:value pair" },
		{ REVIEW("{\"a\" 1}"), "1:47: invalid character '1' after object key" },
		{ REVIEW("{\"a\":[1}"), "1:49: invalid character '}' after array element" },
		{ REVIEW("{\"a\":1e400}"),
		  "1:47: json: cannot unmarshal number 1e400 into Go value of type float64" },
		{ PQ_LITERAL("{\"request\":{\"oldObject\":{\"a\":1"),
		  "1:31: unexpected end of JSON input" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct pq_json_options options = { .deferred = PQ_LITERAL("oldObject") };
		struct pq_value value;
		struct pq_buffer buffer;
		pq_arena_init(&arena, 0);
		pq_buffer_init(&buffer, 0);
		if (!pq_json_read(&arena, cases[i].text, &options, &value, &error)) {
			pq_buffer_append_format(&buffer, "%u:%u: %s", error.line, error.column,
						error.message);
		} else {
			const struct pq_value *old =
				pq_value_find_path(&value, 2, "request", "oldObject");
			struct pq_value read = *old;
			if (old->kind == PQ_OBJECT) {
				assert_int_equal(old->object->count, 0);
				assert_true(pq_json_read_deferred(&arena, cases[i].text, old, &read,
								  &error));
			}
			pq_json_write(&buffer, &read, PQ_JSON_COMPACT);
			assert_non_null(pq_value_find_path(&value, 3, "request", "object", "a"));
			assert_non_null(pq_value_find_path(&value, 2, "request", "uid"));
		}
		pq_buffer_append_byte(&buffer, '\0');
		assert_string_equal(buffer.data, cases[i].want);
		pq_buffer_done(&buffer);
		pq_arena_done(&arena);
	}
}

static void test_reads_what_go_reads(void **state)
{
	(void)state;
	/* want is what json.Marshal makes of it. */
	static const struct {
		struct pq_string text;
		const char *want;
	} cases[] = {
		{ PQ_LITERAL("null"), "null" },
		{ PQ_LITERAL(" \t\r\n true \n"), "true" },
		{ PQ_LITERAL("false"), "false" },
		{ PQ_LITERAL("\"\""), "\"\"" },
		{ PQ_LITERAL("[]"), "[]" },
		{ PQ_LITERAL("{}"), "{}" },
		{ PQ_LITERAL("[ ]"), "[]" },
		{ PQ_LITERAL("{ }"), "{}" },
		{ PQ_LITERAL("[[],{},[{}]]"), "[[],{},[{}]]" },
		{ PQ_LITERAL("{\"b\":1,\"a\":[2,{\"c\":3}]}"), "{\"a\":[2,{\"c\":3}],\"b\":1}" },
		{ PQ_LITERAL("{\"\":{\"\":\"\"}}"), "{\"\":{\"\":\"\"}}" },
		{ PQ_LITERAL("[\"a\" , \"b\"]"), "[\"a\",\"b\"]" },
		{ PQ_LITERAL("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
		{ PQ_LITERAL("\"\\u0000\\u001F\\u007f\""), "\"\\u0000\\u001f\x7F\"" },
		{ PQ_LITERAL("\"\\u00e9\\u20AC\\ud83d\\uDE00\""), "\"é€😀\"" },
		{ PQ_LITERAL("\"\\ud800\""), "\"\xEF\xBF\xBD\"" },
		{ PQ_LITERAL("\"\\udc00\\ud800x\""), "\"\xEF\xBF\xBD\xEF\xBF\xBDx\"" },
		{ PQ_LITERAL("\"\\udc00\\udc00\""), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"" },
		{ PQ_LITERAL("\"\\ud800\\u0041\""), "\"\xEF\xBF\xBD"
						    "A\"" },
		{ PQ_LITERAL("\"\\ud800\\ud83d\\ude00\""), "\"\xEF\xBF\xBD😀\"" },
		{ PQ_LITERAL("\"a\xFFz\""), "\"a\xEF\xBF\xBDz\"" },
		{ PQ_LITERAL("\"\xED\xA0\x80\\n\""),
		  "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\\n\"" },
		{ PQ_LITERAL("{\"\xC0\":\"é\"}"), "{\"\xEF\xBF\xBD\":\"é\"}" },
		{ PQ_LITERAL("\"[{,:}]\""), "\"[{,:}]\"" },
		{ PQ_LITERAL("{\"a\":1,\"A\":2}"), "{\"A\":2,\"a\":1}" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_value value;
		struct pq_buffer buffer;
		if (!read_text(cases[i].text, &value))
			fail_msg("%s: %s", cases[i].text.data, error.message);
		pq_buffer_init(&buffer, 0);
		pq_json_write(&buffer, &value, PQ_JSON_GO);
		pq_buffer_append_byte(&buffer, '\0');
		assert_string_equal(buffer.data, cases[i].want);
		pq_buffer_done(&buffer);
		pq_arena_done(&arena);
	}
}

static void test_numbers(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum pq_kind kind;
		int64_t integer;
		double number;
	} cases[] = {
		{ "0", PQ_INTEGER, 0, 0 },
		{ "-0", PQ_INTEGER, 0, 0 },
		{ "42", PQ_INTEGER, 42, 0 },
		{ "-42", PQ_INTEGER, -42, 0 },
		{ "9223372036854775807", PQ_INTEGER, INT64_MAX, 0 },
		{ "-9223372036854775808", PQ_INTEGER, INT64_MIN, 0 },
		{ "9223372036854775808", PQ_DOUBLE, 0, 9223372036854775808.0 },
		{ "-9223372036854775809", PQ_DOUBLE, 0, -9223372036854775808.0 },
		{ "123456789012345678901234567890", PQ_DOUBLE, 0,
		  123456789012345678901234567890.0 },
		{ "1.0", PQ_DOUBLE, 0, 1 },
		{ "1e3", PQ_DOUBLE, 0, 1000 },
		{ "1E+3", PQ_DOUBLE, 0, 1000 },
		{ "-1.5e-3", PQ_DOUBLE, 0, -0.0015 },
		{ "0.1", PQ_DOUBLE, 0, 0.1 },
		{ "0.30000000000000004", PQ_DOUBLE, 0, 0.30000000000000004 },
		{ "5e-324", PQ_DOUBLE, 0, 5e-324 },
		{ "1e-400", PQ_DOUBLE, 0, 0 },
		{ "1.7976931348623157e308", PQ_DOUBLE, 0, 1.7976931348623157e308 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_value value;
		assert_true(read_text(pq_string_from(cases[i].text), &value));
		assert_int_equal(value.kind, cases[i].kind);
		if (value.kind == PQ_INTEGER)
			assert_int_equal(value.integer, cases[i].integer);
		else
			assert_true(value.number == cases[i].number);
		pq_arena_done(&arena);
	}
}

static void test_errors_have_gos_words_and_a_place(void **state)
{
	(void)state;
	static const struct {
		struct pq_string text;
		const char *want;
	} cases[] = {
		{ PQ_LITERAL(""), "1:1: unexpected end of JSON input" },
		{ PQ_LITERAL(" \n "), "2:2: unexpected end of JSON input" },
		{ PQ_LITERAL("{\n  \"a\": x\n}"),
		  "2:8: invalid character 'x' looking for beginning of value" },
		{ PQ_LITERAL("{\"a\":1 \"b\":2}"),
		  "1:8: invalid character '\"' after object key:value pair" },
		{ PQ_LITERAL("{\"a\" 1}"), "1:6: invalid character '1' after object key" },
		{ PQ_LITERAL("{'a':1}"),
		  "1:2: invalid character '\\'' looking for beginning of object key string" },
		{ PQ_LITERAL("{\"a\":1,}"),
		  "1:8: invalid character '}' looking for beginning of object key string" },
		{ PQ_LITERAL("[1 2]"), "1:4: invalid character '2' after array element" },
		{ PQ_LITERAL("[1,]"), "1:4: invalid character ']' looking for beginning of value" },
		{ PQ_LITERAL("[1}"), "1:3: invalid character '}' after array element" },
		{ PQ_LITERAL("1 2"), "1:3: invalid character '2' after top-level value" },
		{ PQ_LITERAL("{}]"), "1:3: invalid character ']' after top-level value" },
		{ PQ_LITERAL("[1"), "1:3: unexpected end of JSON input" },
		{ PQ_LITERAL("{\"a\":{"), "1:7: unexpected end of JSON input" },
		{ PQ_LITERAL("\"abc"), "1:5: unexpected end of JSON input" },
		{ PQ_LITERAL("tru"), "1:4: invalid character ' ' in literal true (expecting 'e')" },
		{ PQ_LITERAL("[nul]"),
		  "1:5: invalid character ']' in literal null (expecting 'l')" },
		{ PQ_LITERAL("falsy"),
		  "1:5: invalid character 'y' in literal false (expecting 'e')" },
		{ PQ_LITERAL("truee"), "1:5: invalid character 'e' after top-level value" },
		{ PQ_LITERAL("-"), "1:2: invalid character ' ' in numeric literal" },
		{ PQ_LITERAL("+1"), "1:1: invalid character '+' looking for beginning of value" },
		{ PQ_LITERAL("01"), "1:2: invalid character '1' after top-level value" },
		{ PQ_LITERAL("[1.]"),
		  "1:4: invalid character ']' after decimal point in numeric literal" },
		{ PQ_LITERAL("1ex"), "1:3: invalid character 'x' in exponent of numeric literal" },
		{ PQ_LITERAL("\"\\x\""), "1:3: invalid character 'x' in string escape code" },
		{ PQ_LITERAL("\"\\u12g4\""),
		  "1:6: invalid character 'g' in \\u hexadecimal character escape" },
		{ PQ_LITERAL("\"a\tb\""), "1:3: invalid character '\\t' in string literal" },
		{ PQ_LITERAL("\"é\n\""), "1:3: invalid character '\\n' in string literal" },
		{ PQ_LITERAL("[\0]"),
		  "1:2: invalid character '\\x00' looking for beginning of value" },
		{ PQ_LITERAL("\xEF\xBB\xBF{}"),
		  "1:1: invalid character 'ï' looking for beginning of value" },
		{ PQ_LITERAL("[1\x0C"
			     "2]"),
		  "1:3: invalid character '\\f' after array element" },
		{ PQ_LITERAL("1e400"),
		  "1:1: json: cannot unmarshal number 1e400 into Go value of type float64" },
		{ PQ_LITERAL("[1,\n-1e999,2e999]"),
		  "2:1: json: cannot unmarshal number -1e999 into Go value of type float64" },
		{ PQ_LITERAL("[1e400,]"),
		  "1:8: invalid character ']' looking for beginning of value" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_value value = { .kind = 99 };
		char text[PQ_ERROR_TEXT_MAX];
		assert_false(read_text(cases[i].text, &value));
		pq_error_format(&error, text, sizeof text);
		assert_string_equal(text, cases[i].want);
		assert_int_equal(error.code, PQ_ERROR_INVALID);
		assert_int_equal(value.kind, 99);
		pq_arena_done(&arena);
	}
}

/* As sigs.k8s.io/json reports them: in the order of the text, each path once. */
static void test_duplicate_keys(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *want;
	} cases[] = {
		{ "{\"a\":1,\"b\":2}", "" },
		{ "{\"a\":1,\"a\":2}", "duplicate field \"a\";" },
		{ "{\"a\":1,\"a\":2,\"a\":3}", "duplicate field \"a\";" },
		{ "{\"a\":{\"b\":1,\"b\":2,\"c\":1},\"a\":{\"b\":1,\"b\":2}}",
		  "duplicate field \"a.b\";duplicate field \"a\";" },
		{ "[{\"x\":[[{\"y\":1,\"y\":1}]]}]", "duplicate field \"[0].x[0][0].y\";" },
		{ "{\"a\":1,\"b\":{\"c\":[0,{\"d\":1,\"d\":2}]},\"a\":{\"e\":1,\"e\":2}}",
		  "duplicate field \"b.c[1].d\";duplicate field \"a\";duplicate field \"a.e\";" },
		{ "{\"\\u0061\":1,\"a\\\"\":1,\"a\\\"\":2,\"a\":3}",
		  "duplicate field \"a\\\"\";duplicate field \"a\";" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_value value;
		char text[256] = "";
		assert_true(read_text(pq_string_from(cases[i].text), &value));
		for (size_t j = 0; j < findings.count; j++) {
			assert_int_equal(findings.items[j].type, PQ_FINDING_DUPLICATE_FIELD);
			strncat(text, findings.items[j].message.data,
				findings.items[j].message.length);
			strcat(text, ";");
		}
		assert_string_equal(text, cases[i].want);
		pq_arena_done(&arena);
	}
}

static void test_duplicate_keys_are_reported_up_to_a_hundred(void **state)
{
	(void)state;
	struct pq_buffer text;
	struct pq_value value;
	pq_buffer_init(&text, 0);
	pq_buffer_append_text(&text, "{\"k\":0");
	for (int i = 0; i < 300; i++)
		pq_buffer_append_format(&text, ",\"k%d\":1,\"k%d\":2", i, i);
	pq_buffer_append_byte(&text, '}');
	assert_true(read_text(pq_buffer_view(&text), &value));
	assert_int_equal(findings.count, PQ_JSON_DUPLICATES_MAX);
	assert_true(pq_string_is(findings.items[99].field, "k99"));
	assert_int_equal(value.object->count, 301);
	assert_int_equal(pq_value_find(&value, PQ_S("k299"))->integer, 2);
	pq_buffer_done(&text);
	pq_arena_done(&arena);
}

static void test_replaced_values_are_kept_up_to_a_thousand(void **state)
{
	(void)state;
	struct pq_json_replaced replaced;
	const struct pq_json_options options = { .replaced = &replaced };
	struct pq_buffer text;
	struct pq_value value;
	struct pq_error failure;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&text, 0);
	pq_buffer_append_text(&text, "{\"k\":0");
	for (int i = 0; i < 1500; i++)
		pq_buffer_append_format(&text, ",\"k%d\":1,\"k%d\":2", i, i);
	pq_buffer_append_byte(&text, '}');
	assert_true(pq_json_read(&arena, pq_buffer_view(&text), &options, &value, &failure));
	assert_int_equal(replaced.count, PQ_JSON_REPLACED_MAX);
	assert_int_equal(replaced.items[999].member.value.integer, 1);
	assert_int_equal(pq_value_find(&value, PQ_S("k1499"))->integer, 2);
	pq_buffer_done(&text);
	pq_arena_done(&arena);
}

static void test_replaced_text_is_reported_where_it_stands(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		const char *field;
		uint32_t offset;
	} cases[] = {
		{ "\"\xFF\"", "", 0 },
		{ "{\"a\":[1,\"\\udfff\"]}", "a[1]", 8 },
		{ "{\"a\":{\"b\xFF\":1}}", "a.b\xEF\xBF\xBD", 6 },
		{ "[{\"a\":[]},{\"a\":1,\"c\":\"x\xE2\x82\"}]", "[1].c", 21 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_value value;
		assert_true(read_text(pq_string_from(cases[i].text), &value));
		assert_int_equal(findings.count, 1);
		assert_int_equal(findings.items[0].type, PQ_FINDING_INVALID_UTF8);
		assert_string_equal(findings.items[0].field.data, cases[i].field);
		assert_int_equal(findings.items[0].offset, cases[i].offset);
		pq_arena_done(&arena);
	}
}

static void test_offsets_point_to_the_source(void **state)
{
	(void)state;
	struct pq_value value;
	assert_true(read_text(PQ_S(" {\"a\": [1, \"x\", {}], \"b\" :null}"), &value));
	const struct pq_member *members = value.object->members;
	assert_int_equal(value.offset, 1);
	assert_int_equal(members[0].offset, 2);
	assert_int_equal(members[0].value.offset, 7);
	assert_int_equal(members[0].value.items[0].offset, 8);
	assert_int_equal(members[0].value.items[1].offset, 11);
	assert_int_equal(members[0].value.items[2].offset, 16);
	assert_int_equal(members[1].offset, 21);
	assert_int_equal(members[1].value.offset, 26);
	pq_arena_done(&arena);
}

static void test_strings_without_escapes_are_not_copied(void **state)
{
	(void)state;
	static const char text[] = "{\"key\":\"value\"}";
	struct pq_value value;
	pq_arena_init(&arena, 0);
	assert_true(pq_json_read(&arena, pq_string_from(text), NULL, &value, &error));
	assert_ptr_equal(value.object->members[0].key.data, text + 2);
	assert_ptr_equal(value.object->members[0].value.bytes, text + 8);
	pq_arena_done(&arena);
}

/* Strings are searched for escapes a word at a time. */
static void test_finds_an_escape_wherever_it_stands(void **state)
{
	(void)state;
	enum { LENGTH_MAX = 80 };
	for (size_t length = 2; length <= LENGTH_MAX; length++) {
		for (size_t at = 0; at + 2 <= length; at++) {
			char text[LENGTH_MAX + 2], want[LENGTH_MAX];
			memset(text, '[', sizeof text);
			memset(want, '[', sizeof want);
			text[0] = text[length + 1] = '"';
			memcpy(text + 1 + at, "\\n", 2);
			want[at] = '\n';
			struct pq_value value;
			assert_true(read_text(
				(struct pq_string){ .data = text, .length = length + 2 }, &value));
			assert_int_equal(value.length, length - 1);
			assert_memory_equal(value.bytes, want, length - 1);
			pq_arena_done(&arena);
		}
	}
}

static void nest(struct pq_buffer *text, const char *open, const char *close, size_t depth)
{
	pq_buffer_init(text, 0);
	for (size_t i = 0; i < depth; i++)
		pq_buffer_append_text(text, open);
	pq_buffer_append_text(text, "1");
	for (size_t i = 0; i < depth; i++)
		pq_buffer_append_text(text, close);
}

static void test_depth_limit(void **state)
{
	(void)state;
	static const struct {
		const char *open, *close, *want;
		size_t depth_max, extra;
	} cases[] = {
		{ "[", "]", "1:10001: invalid character '[' exceeded max depth", 0,
		  PQ_JSON_DEPTH_MAX },
		{ "{\"a\":", "}", "1:50001: invalid character '{' exceeded max depth", 0,
		  PQ_JSON_DEPTH_MAX },
		{ "[", "]", "1:4: invalid character '[' exceeded max depth", 3, 3 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_json_options options = { .depth_max = cases[i].depth_max };
		struct pq_buffer text;
		struct pq_value value;
		char message[PQ_ERROR_TEXT_MAX];
		pq_arena_init(&arena, 0);
		nest(&text, cases[i].open, cases[i].close, cases[i].extra);
		assert_true(
			pq_json_read_copy(&arena, pq_buffer_view(&text), &options, &value, &error));
		pq_buffer_done(&text);
		nest(&text, cases[i].open, cases[i].close, cases[i].extra + 1);
		assert_false(
			pq_json_read_copy(&arena, pq_buffer_view(&text), &options, &value, &error));
		pq_error_format(&error, message, sizeof message);
		assert_string_equal(message, cases[i].want);
		assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
		pq_buffer_done(&text);
		pq_arena_done(&arena);
	}
}

static void test_arena_cap_is_too_large(void **state)
{
	(void)state;
	struct pq_buffer text;
	struct pq_value value;
	pq_buffer_init(&text, 0);
	pq_buffer_append_text(&text, "[0");
	for (int i = 0; i < 1000; i++)
		pq_buffer_append_text(&text, ",{}");
	pq_buffer_append_text(&text, "]");
	pq_arena_init(&arena, 20000);
	assert_false(pq_json_read(&arena, pq_buffer_view(&text), NULL, &value, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_non_null(strstr(error.message, "20000 bytes"));
	pq_arena_done(&arena);
	pq_arena_init(&arena, 1000);
	assert_false(pq_json_read_copy(&arena, pq_buffer_view(&text), NULL, &value, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	pq_arena_done(&arena);
	pq_buffer_done(&text);
}

/* Larger than what the index of tokens keeps from one text to the next. */
static void test_reads_megabytes(void **state)
{
	(void)state;
	enum { COUNT = 200000 };
	struct pq_buffer text;
	struct pq_value value;
	pq_buffer_init(&text, 0);
	for (int i = 0; i < COUNT; i++)
		pq_buffer_append_format(&text, "%c{\"name\":\"item-%d\"}", i == 0 ? '[' : ',', i);
	pq_buffer_append_byte(&text, ']');
	for (int round = 0; round < 2; round++) {
		assert_true(read_text(pq_buffer_view(&text), &value));
		assert_int_equal(value.length, COUNT);
		struct pq_string name = pq_value_find_string(&value.items[COUNT - 1], PQ_S("name"));
		assert_true(pq_string_is(name, "item-199999"));
		pq_arena_done(&arena);
		assert_true(read_text(PQ_S("[1]"), &value));
		pq_arena_done(&arena);
	}
	pq_buffer_done(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_what_go_reads),
		cmocka_unit_test(test_resolves_escapes_wherever_they_stand),
		cmocka_unit_test(test_defers_objects),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_errors_have_gos_words_and_a_place),
		cmocka_unit_test(test_duplicate_keys),
		cmocka_unit_test(test_duplicate_keys_are_reported_up_to_a_hundred),
		cmocka_unit_test(test_replaced_values_are_kept_up_to_a_thousand),
		cmocka_unit_test(test_replaced_text_is_reported_where_it_stands),
		cmocka_unit_test(test_offsets_point_to_the_source),
		cmocka_unit_test(test_strings_without_escapes_are_not_copied),
		cmocka_unit_test(test_finds_an_escape_wherever_it_stands),
		cmocka_unit_test(test_depth_limit),
		cmocka_unit_test(test_arena_cap_is_too_large),
		cmocka_unit_test(test_reads_megabytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
