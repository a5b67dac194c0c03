#include "json/detect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_what_is_read_as_json(void **state)
{
	static const struct {
		const char *text, *file;
		bool begins, is_meant;
	} cases[] = {
		{ "", "a.yaml", false, false },
		{ "a: 1", "a.yaml", false, false },
		{ "a: 1", "a.json", false, true },
		{ "# a\n{}", "-", false, false },
		{ "{a: 1}", "a.yaml", true, false },
		{ "{a: 1}", "a.json", true, true },
		{ "{\"a\": 1}", "a.yaml", true, true },
		{ "\xef\xbb\xbf \n{ \n\"a\"", "-", true, true },
		{ "[1]", "-", true, false },
		{ "[ [ {\"a\"", "-", true, true },
		{ "{{ \"a\" }}", "a.yaml", true, false },
		{ "\xef\xbb\xbf", "-", false, false },
	};
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_string text = pq_string_from(cases[i].text);
		print_message("%s in %s\n", cases[i].text, cases[i].file);
		assert_int_equal(pq_json_begins(text), cases[i].begins);
		assert_int_equal(pq_json_is_meant(text, pq_string_from(cases[i].file)),
				 cases[i].is_meant);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_read_as_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
