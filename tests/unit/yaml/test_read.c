#include "yaml/read.h"

#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

struct reading {
	const char *name;
	const char *in;
	const char *want;  /* compact JSON with sorted keys, one document a line, or NULL */
	const char *error; /* with its line and column */
};

static struct pq_string to_json(struct pq_arena *arena, const struct pq_value *value)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	pq_json_write(&text, value, PQ_JSON_SORT_KEYS);
	assert_false(pq_buffer_failed(&text));
	pq_buffer_append_byte(&text, '\0');
	return pq_buffer_view(&text);
}

static void check_documents(const struct reading *reading)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_buffer text;
	pq_buffer_init_in(&text, &arena, 0);
	struct pq_error error = { 0 };
	struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON };
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream =
		pq_yaml_stream_new(pq_string_from(reading->in), &options);
	assert_non_null(stream);
	struct pq_value value;
	enum pq_yaml_result result;
	while ((result = pq_yaml_stream_next(stream, &arena, &value, NULL, &error)) ==
	       PQ_YAML_DOCUMENT) {
		if (text.length > 0)
			pq_buffer_append_byte(&text, '\n');
		pq_buffer_append_text(&text, to_json(&arena, &value).data);
	}
	pq_buffer_append_byte(&text, '\0');
	char message[PQ_ERROR_TEXT_MAX] = "";
	if (result == PQ_YAML_FAILED)
		pq_error_format(&error, message, sizeof message);
	const char *want_error = reading->error == NULL ? "" : reading->error;
	if (strcmp(message, want_error) != 0)
		fail_msg("%s: error is\n  %s, not\n  %s", reading->name, message, want_error);
	if (reading->want != NULL && strcmp(text.data, reading->want) != 0)
		fail_msg("%s: got\n%s, not\n%s", reading->name, text.data, reading->want);
}

static void check_all(const struct reading *readings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_documents(&readings[i]);
}

static const struct reading documents[] = {
	{ "empty", "", "", NULL },
	{ "only a comment", "# nothing\n", "", NULL },
	{ "one", "a: 1\n", "{\"a\":1}", NULL },
	{ "two", "a: 1\n---\nb: 2\n", "{\"a\":1}\n{\"b\":2}", NULL },
	{ "empty between", "---\na: 1\n---\n# nothing\n---\nb: 2\n", "{\"a\":1}\nnull\n{\"b\":2}",
	  NULL },
	{ "end marker", "a: 1\n...\n---\nb: 2\n...\n", "{\"a\":1}\n{\"b\":2}", NULL },
	{ "byte order mark",
	  "\xef\xbb\xbf"
	  "a: 1\n",
	  "{\"a\":1}", NULL },
	{ "carriage returns", "a: 1\r\nb:\r\n- x\r\n", "{\"a\":1,\"b\":[\"x\"]}", NULL },
	{ "good, then bad", "a: 1\n---\nb: c: d\n", "{\"a\":1}",
	  "3:5: mapping values are not allowed in this context" },
};

static void test_documents(void **state)
{
	(void)state;
	check_all(documents, sizeof documents / sizeof documents[0]);
}

static const struct reading merges[] = {
	{ "mapping", "a: &a {x: 1}\nb:\n  <<: *a\n  q: 2\n",
	  "{\"a\":{\"x\":1},\"b\":{\"q\":2,\"x\":1}}", NULL },
	{ "inline mapping", "<<: {x: 1}\nq: 2\n", "{\"q\":2,\"x\":1}", NULL },
	{ "list, the first wins", "- &a {x: 1}\n- &b {q: 2}\n- <<: [*a, *b]\n",
	  "[{\"x\":1},{\"q\":2},{\"q\":2,\"x\":1}]", NULL },
	{ "quoted is a key", "\"<<\": 1\n", "{\"<<\":1}", NULL },
	{ "scalar", "<<: 1\n", NULL,
	  "1:5: map merge requires map or sequence of maps as the value" },
	{ "alias of a sequence", "a: &a [1]\nb:\n  <<: *a\n", NULL,
	  "3:7: map merge requires map or sequence of maps as the value" },
};

static void test_merges(void **state)
{
	(void)state;
	check_all(merges, sizeof merges / sizeof merges[0]);
}

static const struct reading failures[] = {
	{ "duplicate key", "a: 1\nb: 2\na: 3\n", NULL, "3:1: key \"a\" already set in map" },
	{ "unknown anchor", "a: *nobody\n", NULL, "1:4: unknown anchor 'nobody' referenced" },
	{ "cycle", "a: &x [*x]\n", NULL, "1:8: anchor 'x' value contains itself" },
	{ "cycle through a merge", "a: &x\n  <<: *x\n", NULL,
	  "2:7: anchor 'x' value contains itself" },
	{ "mapping as key", "? {a: 1}\n: 2\n", NULL, "1:3: invalid map key: a mapping" },
	{ "null as key", "~: 2\n", NULL,
	  "1:1: unsupported map key of type: null; put it in quotes" },
	{ "not a number", "a: .nan\n", NULL, "1:4: json: unsupported value: NaN" },
	{ "infinity", "a: -.inf\n", NULL, "1:4: json: unsupported value: -Inf" },
	{ "tab", "a:\n\tb: 1\n", NULL, "2:1: found character that cannot start any token" },
	{ "control character", "a: b\nc: \x01\n", NULL, "2:4: control characters are not allowed" },
	{ "broken UTF-8", "a: \xff\n", NULL, "1:4: invalid leading UTF-8 octet" },
	{ "wrong tag", "a: !!int x\n", NULL, "1:4: cannot decode !!str `x` as a !!int" },
	{ "wrong base64", "a: !!binary x\n", NULL,
	  "1:4: !!binary value contains invalid base64 data" },
};

static void test_failures(void **state)
{
	(void)state;
	check_all(failures, sizeof failures / sizeof failures[0]);
}

static void test_offsets(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_string text = PQ_S("\xef\xbb\xbf# \xe2\x82\xac\nk\xc3\xa4se: \xf0\x9f\xa7\x80\n"
				     "list: [a, {b: c}]\n");
	struct pq_value value;
	struct pq_error error;
	assert_true(pq_yaml_read(&arena, text, NULL, &value, &error));
	const struct pq_member *members = value.object->members;
	assert_memory_equal(text.data + value.offset, "k\xc3\xa4se", 5);
	assert_memory_equal(text.data + members[0].offset, "k\xc3\xa4se", 5);
	assert_memory_equal(text.data + members[0].value.offset, "\xf0\x9f\xa7\x80", 4);
	assert_memory_equal(text.data + members[1].value.offset, "[a, ", 4);
	const struct pq_value *inner = &members[1].value.items[1];
	assert_memory_equal(text.data + inner->offset, "{b", 2);
	assert_memory_equal(text.data + inner->object->members[0].value.offset, "c}", 2);
}

static void test_utf16(void **state)
{
	(void)state;
	static const struct pq_string texts[] = {
		PQ_LITERAL("\xff\xfe"
			   "a\0:\0 \0\xe9\0\n\0"),
		PQ_LITERAL("\xfe\xff"
			   "\0a\0:\0 \0\xe9\0\n"),
	};
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_value value;
		struct pq_error error;
		assert_true(pq_yaml_read(&arena, texts[i], NULL, &value, &error));
		assert_string_equal(to_json(&arena, &value).data, "{\"a\":\"\xc3\xa9\"}");
		assert_int_equal(value.offset, PQ_OFFSET_NONE);
	}
}

static void test_duplicates_as_findings(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_findings findings;
	pq_findings_init(&findings, &arena, 0);
	struct pq_yaml_options options = { .findings = &findings };
	struct pq_string text = PQ_S("spec:\n  list:\n  - [0]\n  - x: 1\n    p: 2\n    x: 3\n");
	struct pq_value value;
	struct pq_error error;
	assert_true(pq_yaml_read(&arena, text, &options, &value, &error));
	assert_string_equal(to_json(&arena, &value).data,
			    "{\"spec\":{\"list\":[[0],{\"p\":2,\"x\":3}]}}");
	assert_int_equal(findings.count, 1);
	const struct pq_finding *finding = &findings.items[0];
	assert_int_equal(finding->type, PQ_FINDING_DUPLICATE_FIELD);
	assert_true(pq_string_is(finding->field, "spec.list[1].x"));
	assert_true(pq_string_is(finding->message, "duplicate field \"spec.list[1].x\""));
	assert_memory_equal(text.data + finding->offset, "x: 3", 4);
}

/* Neither "<<" nor the place in a list of merged mappings is a step of the path. */
static void test_duplicates_in_what_is_merged(void **state)
{
	static const struct {
		const char *text, *field;
	} rows[] = {
		{ "data:\n  z: 1\n  <<: {x: 5, x: 6}\n", "data.x" },
		{ "data:\n  <<: {x: 5, x: 6}\n", "data.x" },
		{ "data:\n  z: 1\n  <<: [{p: 1}, {x: 5, x: 6}]\n", "data.x" },
		{ "data:\n  <<: {<<: {x: 5, x: 6}}\n", "data.x" },
		{ "data:\n  <<: [{p: {x: 5, x: 6}}]\n", "data.p.x" },
		{ "list:\n- 0\n- <<: [{a: 1}, {p: [{x: 5, x: 6}]}]\n", "list[1].p[0].x" },
		{ "<<: {x: 5, x: 6}\n", "x" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_findings findings;
		struct pq_value value;
		struct pq_error error;
		pq_arena_init(&arena, 0);
		pq_findings_init(&findings, &arena, 0);
		const struct pq_yaml_options options = { .findings = &findings };
		assert_true(pq_yaml_read(&arena, pq_string_from(rows[i].text), &options, &value,
					 &error));
		assert_int_equal(findings.count, 1);
		print_message("%s%.*s\n", rows[i].text,
			      PQ_STRING_ARGUMENT(findings.items[0].field));
		assert_true(pq_string_is(findings.items[0].field, rows[i].field));
	}
}

static void test_one_document(void **state)
{
	(void)state;
	static const struct {
		const char *in;
		const char *error;
	} cases[] = {
		{ "a: 1\n---\nb: 2\n", "2:1: there is a second YAML document where one is wanted" },
		{ "# nothing\n", "there is no YAML document" },
		{ "a: 1\n---\nb: [\n", "4:1: did not find expected node content" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_value value = pq_value_from_integer(7);
		struct pq_error error;
		assert_false(
			pq_yaml_read(&arena, pq_string_from(cases[i].in), NULL, &value, &error));
		char message[PQ_ERROR_TEXT_MAX];
		pq_error_format(&error, message, sizeof message);
		assert_string_equal(message, cases[i].error);
		assert_int_equal(value.integer, 7);
	}
}

static void test_plain_conversion(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_yaml_options options = { .conversion = PQ_YAML_PLAIN };
	struct pq_value value;
	struct pq_error error;
	assert_true(pq_yaml_read(&arena, PQ_S("[1.0, 1]"), &options, &value, &error));
	assert_int_equal(value.items[0].kind, PQ_DOUBLE);
	assert_int_equal(value.items[1].kind, PQ_INTEGER);
	options.conversion = PQ_YAML_TO_JSON;
	assert_true(pq_yaml_read(&arena, PQ_S("[1.0, 1.5]"), &options, &value, &error));
	assert_int_equal(value.items[0].kind, PQ_INTEGER);
	assert_int_equal(value.items[1].kind, PQ_DOUBLE);
}

/* What stands behind a merge is there to change what was merged. */
static void test_merged_keys_may_be_set_again(void **state)
{
	static const struct {
		const char *text, *want;
		size_t duplicates;
	} rows[] = {
		{ "a: &a {x: 1, q: 2}\nb:\n  <<: *a\n  x: 3\n",
		  "{\"a\":{\"q\":2,\"x\":1},\"b\":{\"q\":2,\"x\":3}}", 0 },
		{ "<<: [{x: 1}, {x: 2, q: 3}]\nq: 4\n", "{\"q\":4,\"x\":1}", 0 },
		{ "<<: {x: 1}\nx: 2\nx: 3\n", "{\"x\":3}", 1 },
		{ "x: 2\n<<: {x: 1}\n", "{\"x\":1}", 1 },
		{ "<<: {a: 1, b: 2, c: 3, d: 4, e: 5, f: 6, g: 7, h: 8, i: 9}\ni: 0\n",
		  "{\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":5,\"f\":6,\"g\":7,\"h\":8,\"i\":0}", 0 },
	};
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer written;
		struct pq_findings findings;
		struct pq_value value;
		struct pq_error error;
		pq_arena_init(&arena, 0);
		pq_findings_init(&findings, &arena, 0);
		pq_buffer_init(&written, 0);
		const struct pq_yaml_options options = { .findings = &findings };
		assert_true(pq_yaml_read(&arena, pq_string_from(rows[i].text), &options, &value,
					 &error));
		pq_json_write(&written, &value, PQ_JSON_SORT_KEYS);
		pq_buffer_append_byte(&written, '\0');
		assert_string_equal(written.data, rows[i].want);
		assert_int_equal(findings.count, rows[i].duplicates);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_merges),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_offsets),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_duplicates_as_findings),
		cmocka_unit_test(test_duplicates_in_what_is_merged),
		cmocka_unit_test(test_merged_keys_may_be_set_again),
		cmocka_unit_test(test_one_document),
		cmocka_unit_test(test_plain_conversion),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
