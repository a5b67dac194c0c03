#include "base/error.h"
#include "registry/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct pq_finding make_finding(enum pq_finding_type type, const char *field,
				      const char *message)
{
	return (struct pq_finding){ .type = type,
				    .field = pq_string_from(field),
				    .message = pq_string_from(message),
				    .offset = PQ_OFFSET_NONE };
}

static void assert_written(const struct pq_status *status, bool bare, const char *want)
{
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	pq_status_write(&text, status, bare);
	pq_buffer_append_byte(&text, '\0');
	assert_false(pq_buffer_failed(&text));
	assert_string_equal(text.data, want);
}

struct invalid_case {
	const char *name;
	struct pq_finding findings[3];
	size_t count;
	size_t dropped;
	const char *message;
};

static void test_invalid_messages(void **state)
{
	(void)state;
	const struct invalid_case cases[] = {
		{ "one error has no brackets",
		  { make_finding(PQ_FINDING_REQUIRED, "spec", "Required value") },
		  1,
		  0,
		  "MyApp.apps.example.com \"a\" is invalid: spec: Required value" },
		{ "several have brackets",
		  { make_finding(PQ_FINDING_REQUIRED, "spec", "Required value"),
		    make_finding(PQ_FINDING_INVALID, "x", "Invalid value: 1: no") },
		  2,
		  0,
		  "MyApp.apps.example.com \"a\" is invalid: [spec: Required value, x: Invalid "
		  "value: 1: no]" },
		{ "equal errors are told once",
		  { make_finding(PQ_FINDING_REQUIRED, "spec", "Required value"),
		    make_finding(PQ_FINDING_REQUIRED, "spec", "Required value") },
		  2,
		  0,
		  "MyApp.apps.example.com \"a\" is invalid: spec: Required value" },
		{ "what was beyond the limit is counted",
		  { make_finding(PQ_FINDING_REQUIRED, "spec", "Required value") },
		  1,
		  7,
		  "MyApp.apps.example.com \"a\" is invalid: [spec: Required value, and at least 7 "
		  "more]" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_findings findings;
		pq_arena_init(&arena, 0);
		pq_findings_init(&findings, &arena, 0);
		for (size_t j = 0; j < cases[i].count; j++)
			pq_findings_add(&findings, cases[i].findings[j]);
		findings.dropped = cases[i].dropped;
		struct pq_status status = pq_status_invalid(&arena, PQ_S("apps.example.com"),
							    PQ_S("MyApp"), PQ_S("a"), &findings);
		print_message("%s\n", cases[i].name);
		assert_int_equal(status.code, 422);
		assert_int_equal(status.cause_count, cases[i].count);
		assert_true(pq_string_is(status.message, cases[i].message));
	}
}

static void test_writes_as_the_server(void **state)
{
	(void)state;
	const struct pq_finding causes[] = {
		make_finding(PQ_FINDING_NOT_SUPPORTED, "spec.a", "Unsupported value: \"<b>\""),
		make_finding(PQ_FINDING_INVALID, "<nil>", "Invalid value: null: no"),
	};
	const struct pq_status status = {
		.code = 422,
		.reason = PQ_LITERAL("Invalid"),
		.message = PQ_LITERAL("no"),
		.name = PQ_LITERAL("a"),
		.group = PQ_LITERAL("apps.example.com"),
		.kind = PQ_LITERAL("MyApp"),
		.causes = causes,
		.cause_count = 2,
		.retry_after_seconds = 3,
		.has_details = true,
	};
	assert_written(
		&status, false,
		"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
		"\"message\":\"no\",\"reason\":\"Invalid\",\"details\":{\"name\":\"a\",\"group\":"
		"\"apps.example.com\",\"kind\":\"MyApp\",\"causes\":[{\"reason\":"
		"\"FieldValueNotSupported\",\"message\":\"Unsupported value: "
		"\\\"\\u003cb\\u003e\\\"\",\"field\":\"spec.a\"},{\"reason\":\"FieldValueInvalid\","
		"\"message\":\"Invalid value: null: no\",\"field\":\"\\u003cnil\\u003e\"}],"
		"\"retryAfterSeconds\":3},\"code\":422}");
}

static void test_bare_leaves_out_the_type(void **state)
{
	(void)state;
	struct pq_status status = pq_status_plain(400, PQ_S("BadRequest"), PQ_S("no"));
	assert_written(&status, true,
		       "{\"metadata\":{},\"status\":\"Failure\",\"message\":\"no\",\"reason\":"
		       "\"BadRequest\",\"code\":400}");
}

static void test_errors_become_statuses(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	pq_error_set(&error, PQ_ERROR_TOO_LARGE, "the body is too large");
	struct pq_status status = pq_status_from_error(&arena, &error);
	assert_int_equal(status.code, 413);
	assert_true(pq_string_is(status.reason, "RequestEntityTooLarge"));
	assert_true(pq_string_is(status.message, "the body is too large"));
}

static void test_exhausted_arena_is_a_500(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_arena struct pq_arena roomy;
	struct pq_findings findings;
	pq_arena_init(&arena, 1);
	pq_arena_init(&roomy, 0);
	pq_findings_init(&findings, &roomy, 0);
	struct pq_status status =
		pq_status_invalid(&arena, PQ_S("g"), PQ_S("K"), PQ_S("n"), &findings);
	assert_int_equal(status.code, 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_invalid_messages),
		cmocka_unit_test(test_writes_as_the_server),
		cmocka_unit_test(test_bare_leaves_out_the_type),
		cmocka_unit_test(test_errors_become_statuses),
		cmocka_unit_test(test_exhausted_arena_is_a_500),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
