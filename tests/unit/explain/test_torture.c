/* Explaining while memory runs out, ever later: an error that says so, or the explanation. */
#include "explain/explain.h"
#include "harness/allocation.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char openapi[] =
	"{\"kinds\":{\"/v1/Service\":\"namespaced T\"},\"types\":{\"T\":{\"a\":\"[x]{}T!\","
	"\"b\":\"string=x|y\",\"c\":\"quantity\"},\"meta.v1.ObjectMeta\":{\"name\":\"string\"}}}";

static const char crd[] =
	"{\"kind\":\"CustomResourceDefinition\",\"spec\":{\"names\":{\"kind\":\"Thing\","
	"\"plural\":\"things\",\"shortNames\":[\"th\"]},\"versions\":[{\"name\":\"v1\",\"served\":"
	"true,\"schema\":{\"openAPIV3Schema\":{\"properties\":{\"spec\":{\"properties\":{\"size\":"
	"{\"type\":\"integer\",\"maximum\":5,\"enum\":[1],\"description\":\"How much.\","
	"\"x-kubernetes-validations\":[{\"rule\":\"self > 0\"}]}}}}}}}]}}";

static bool explain(struct pq_explain *known, const struct pq_value *document, bool is_json,
		    struct pq_buffer *text, struct pq_error *error)
{
	struct pq_explain_target target;
	return pq_explain_add_openapi(known, pq_string_from(openapi), error) &&
	       pq_explain_add_crd(known, document, error) &&
	       pq_explain_find(known, PQ_S("th.spec"), PQ_S(""), &target, error) &&
	       (is_json ? pq_explain_write_json(&target, true, text, error)
			: pq_explain_write_text(&target, false, 80, text, error));
}

static bool explain_with(size_t failures, const struct pq_value *document, bool is_json,
			 struct pq_buffer *text)
{
	struct pq_error error = { .code = PQ_ERROR_MEMORY };
	pq_buffer_init(text, 0);
	test_allocation_fail_from(failures);
	struct pq_explain *known = pq_explain_new();
	bool fine = known != NULL && explain(known, document, is_json, text, &error);
	pq_explain_free(known);
	test_allocation_never_fail();
	if (!fine)
		assert_true(error.code == PQ_ERROR_MEMORY || error.code == PQ_ERROR_TOO_LARGE);
	return fine && !pq_buffer_failed(text);
}

static void test_memory(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value document;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	assert_true(pq_json_read(&arena, pq_string_from(crd), NULL, &document, &error));
	for (int is_json = 0; is_json < 2; is_json++) {
		pq_cleanup_buffer struct pq_buffer want;
		struct pq_buffer got;
		size_t failures = 0;
		assert_true(explain_with(SIZE_MAX, &document, is_json, &want));
		while (!explain_with(failures, &document, is_json, &got)) {
			pq_buffer_done(&got);
			failures++;
		}
		assert_true(failures > 5);
		assert_int_equal(got.length, want.length);
		assert_memory_equal(got.data, want.data, want.length);
		pq_buffer_done(&got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_memory) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
