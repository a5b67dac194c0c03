#include "base/buffer.h"
#include "check/split.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

struct split_case {
	const char *name;
	const char *text;
	const char *want; /* each document ended by "|" */
};

static const struct split_case yaml[] = {
	{ "nothing", "", "" },
	{ "one document", "a: 1\n", "a: 1\n|" },
	{ "no line break at the end", "a: 1", "a: 1|" },
	{ "two", "a: 1\n---\nb: 2\n", "a: 1\n|---\nb: 2\n|" },
	{ "a marker in front", "---\na: 1\n---\nb: 2\n", "---\na: 1\n|---\nb: 2\n|" },
	{ "empty ones", "---\n---\na: 1\n", "---\n|---\na: 1\n|" },
	{ "comments belong to what follows", "# x\n\n---\na: 1\n", "# x\n\n---\na: 1\n|" },
	{ "comments behind content do not", "a: 1\n# x\n---\nb: 2\n", "a: 1\n# x\n|---\nb: 2\n|" },
	{ "directives too", "%YAML 1.1\n---\na: 1\n...\n%YAML 1.1\n---\nb: 2\n",
	  "%YAML 1.1\n---\na: 1\n...\n|%YAML 1.1\n---\nb: 2\n|" },
	{ "content beside the marker", "--- {a: 1}\n--- # x\nb: 2\n",
	  "--- {a: 1}\n|--- # x\nb: 2\n|" },
	{ "what only looks like a marker", "a: 1\n---b\n ---\n--\n", "a: 1\n---b\n ---\n--\n|" },
	{ "Windows' line breaks", "a: 1\r\n---\r\nb: 2\r\n", "a: 1\r\n|---\r\nb: 2\r\n|" },
	{ "a marker at the end", "a: 1\n---", "a: 1\n|---|" },
	{ "a byte order mark", "\xef\xbb\xbf# x\n---\na: 1\n", "\xef\xbb\xbf# x\n---\na: 1\n|" },
	{ "an end without a start", "...\na: 1\n", "...\na: 1\n|" },
};

static const struct split_case json[] = {
	{ "nothing", " \n", "" },
	{ "one value", "{\"a\":[1,{}]}\n", "{\"a\":[1,{}]}|" },
	{ "several", "{}\n[1] {\"a\":1}", "{}|\n[1]| {\"a\":1}|" },
	{ "brackets in strings", "{\"}\\\"{\":1}{}", "{\"}\\\"{\":1}|{}|" },
	{ "no end", "{\"a\":[1}", "{\"a\":[1}|" },
	{ "too many ends", "{}}", "{}|}|" },
	{ "no brackets", "a: 1\n---\nb", "a: 1\n---\nb|" },
	{ "a string without end", "{\"a\\", "{\"a\\|" },
};

static void check(const struct split_case *test,
		  bool (*split)(struct pq_string *rest, struct pq_string *document))
{
	struct pq_string rest = pq_string_from(test->text), document;
	pq_cleanup_buffer struct pq_buffer got;
	pq_buffer_init(&got, 0);
	while (split(&rest, &document)) {
		pq_buffer_append_string(&got, document);
		pq_buffer_append_byte(&got, '|');
	}
	pq_buffer_append_byte(&got, '\0');
	print_message("%s\n", test->name);
	assert_string_equal(got.data, test->want);
}

static void test_splits_yaml(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof yaml / sizeof yaml[0]; i++)
		check(&yaml[i], check_split_yaml);
}

static void test_splits_json(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof json / sizeof json[0]; i++)
		check(&json[i], check_split_json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_splits_yaml),
		cmocka_unit_test(test_splits_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
