#include "report/quote.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef void quote(struct pq_buffer *out, struct pq_string text);

struct quote_case {
	quote *quote;
	struct pq_string text;
	const char *want;
};

static const struct quote_case cases[] = {
	{ report_quote_json, PQ_LITERAL("a\"b\\c\n<é>"), "\"a\\\"b\\\\c\\n<é>\"" },
	{ report_quote_json, PQ_LITERAL("\x01\x7f\xc2\x9b\xff"),
	  "\"\\u0001\\u007f\\u009b\\ufffd\"" },
	{ report_quote_json, PQ_LITERAL("\u202e\U000e0001"), "\"\\u202e\\udb40\\udc01\"" },
	{ report_quote_xml, PQ_LITERAL("<a b=\"c\">&'é"), "&lt;a b=&quot;c&quot;&gt;&amp;'é" },
	{ report_quote_xml, PQ_LITERAL("\x01\n\t\xff\xef\xbf\xbe"), "\\x01\\n\\t\\xff\\ufffe" },
	{ report_quote_xml, PQ_LITERAL("]]>"), "]]&gt;" },
	{ report_quote_yaml, PQ_LITERAL("a: \"b\" # c\n\x1b\xc2\x85"),
	  "\"a: \\\"b\\\" # c\\\\n\\\\x1b\\\\u0085\"" },
	{ report_quote_uri, PQ_LITERAL("./a b/é#?%.yaml"), "a%20b/%C3%A9%23%3F%25.yaml" },
	{ report_quote_uri, PQ_LITERAL("/srv/a:b.yaml"), "file:///srv/a%3Ab.yaml" },
	{ report_quote_uri, PQ_LITERAL("\xff\n\0"), "%FF%0A%00" },
	{ report_quote_uri, PQ_LITERAL("-"), "-" },
};

static void test_quotes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_cleanup_buffer struct pq_buffer out;
		pq_buffer_init(&out, 0);
		cases[i].quote(&out, cases[i].text);
		pq_buffer_append_byte(&out, '\0');
		assert_string_equal(out.data, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_quotes) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
