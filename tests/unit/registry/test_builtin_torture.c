/* Judging built-in kinds while memory runs out, ever later: a 413 or the right answer, never a
 * crash; and reading an OpenAPI document: an error or the document. */
#include "harness/allocation.h"
#include "registry/builtin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct pq_openapi *read_document(void)
{
	struct pq_openapi *openapi = NULL;
	for (size_t failures = 0; openapi == NULL; failures++) {
		struct pq_error error = { 0 };
		test_allocation_fail_from(failures);
		openapi = pq_openapi_new_embedded(&error);
		test_allocation_never_fail();
		if (openapi == NULL)
			assert_true(error.code == PQ_ERROR_MEMORY ||
				    error.code == PQ_ERROR_TOO_LARGE);
	}
	return openapi;
}

/* Answers with later and later failures until one has the code that it has with enough memory. */
static void judge_until(const struct pq_openapi *openapi, const char *body, int code)
{
	struct pq_openapi_kind kind;
	const struct pq_resource_request request = {
		.namespace = PQ_S("default"),
		.body = pq_string_from(body),
	};
	bool done = false;
	assert_true(
		pq_openapi_find_kind(openapi, PQ_S("apps"), PQ_S("v1"), PQ_S("Deployment"), &kind));
	for (size_t failures = 0; !done; failures++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_resource_outcome outcome;
		pq_arena_init(&arena, 0);
		test_allocation_fail_from(failures);
		pq_builtin_judge(&arena, openapi, &kind, &request, &outcome);
		test_allocation_never_fail();
		done = outcome.status.code == code;
		if (!done)
			if (outcome.status.code != 413 && outcome.status.code != 500)
				fail_msg("%d %.*s", outcome.status.code,
					 PQ_STRING_ARGUMENT(outcome.status.message));
	}
}

#define DEPLOYMENT(container)                                                                      \
	"{\"metadata\":{\"name\":\"a\"},\"unknown\":1,\"spec\":{\"selector\":{\"matchLabels\":{"   \
	"\"a\":\"b\"}},\"template\":{\"metadata\":{\"labels\":{\"a\":\"b\"}},\"spec\":{"           \
	"\"containers\":[{\"name\":\"c\",\"image\":\"i\"" container "}]}}}}"

static void test_memory(void **state)
{
	(void)state;
	struct pq_openapi *openapi = read_document();
	judge_until(openapi, DEPLOYMENT(""), 0);
	judge_until(openapi, DEPLOYMENT(",\"imagePullPolicy\":\"x\"},{\"name\":\"c\""), 422);
	judge_until(openapi, DEPLOYMENT(",\"stdin\":1"), 400);
	pq_openapi_free(openapi);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_memory) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
