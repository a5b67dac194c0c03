/* https://www.w3.org/TR/trace-context/#traceparent-header */
#include "telemetry/trace_context.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define SPAN  "00f067aa0ba902b7"

static const struct {
	const char *name;
	const char *header;
	const char *want; /* what is written of it; NULL: invalid */
} cases[] = {
	{ "sampled", "00-" TRACE "-" SPAN "-01", "00-" TRACE "-" SPAN "-01" },
	{ "not sampled", "00-" TRACE "-" SPAN "-00", "00-" TRACE "-" SPAN "-00" },
	{ "flags that are not known", "00-" TRACE "-" SPAN "-fe", "00-" TRACE "-" SPAN "-00" },
	{ "a version to come", "cc-" TRACE "-" SPAN "-01", "00-" TRACE "-" SPAN "-01" },
	{ "what it may have behind", "cc-" TRACE "-" SPAN "-01-x", "00-" TRACE "-" SPAN "-01" },
	{ "what it may not", "cc-" TRACE "-" SPAN "-01.x", NULL },
	{ "no version", "ff-" TRACE "-" SPAN "-01", NULL },
	{ "too long", "00-" TRACE "-" SPAN "-01-x", NULL },
	{ "too short", "00-" TRACE "-" SPAN "-0", NULL },
	{ "nothing", "", NULL },
	{ "capitals", "00-4BF92F3577B34DA6A3CE929D0E0E4736-" SPAN "-01", NULL },
	{ "no digits", "00-" TRACE "-00f067aa0ba902bx-01", NULL },
	{ "no dashes", "00-" TRACE "." SPAN "-01", NULL },
	{ "no trace", "00-00000000000000000000000000000000-" SPAN "-01", NULL },
	{ "no parent", "00-" TRACE "-0000000000000000-01", NULL },
};

static void headers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_trace_context context = { 0 };
		char text[PQ_TRACEPARENT_TEXT];
		print_message("%s\n", cases[i].name);
		bool fine = pq_trace_context_parse(pq_string_from(cases[i].header), &context);
		assert_int_equal(fine, cases[i].want != NULL);
		assert_int_equal(pq_trace_context_is_set(&context), fine);
		if (!fine)
			continue;
		pq_traceparent_write(&context, text);
		assert_string_equal(text, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
