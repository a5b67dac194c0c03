/* Judging while memory runs out, ever later: a 413 or the right answer, never a crash. */
#include "harness/allocation.h"
#include "registry/custom_resource.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char crd_text[] =
	"{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"CustomResourceDefinition\","
	"\"metadata\":{\"name\":\"things.example.com\"},\"spec\":{\"group\":\"example.com\","
	"\"scope\":\"Namespaced\",\"names\":{\"kind\":\"Thing\",\"plural\":\"things\"},"
	"\"versions\":[{\"name\":\"v1\",\"served\":true,\"storage\":true,\"subresources\":{"
	"\"status\":{},\"scale\":{\"specReplicasPath\":\".spec.replicas\",\"statusReplicasPath\":"
	"\".status.replicas\"}},\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\","
	"\"properties\":{"
	"\"spec\":{\"type\":\"object\",\"properties\":{\"replicas\":{\"type\":\"integer\","
	"\"default\":1},\"size\":{\"type\":\"string\",\"enum\":[\"s\",\"l\"]},\"template\":{"
	"\"type\":\"object\",\"x-kubernetes-embedded-resource\":true,"
	"\"x-kubernetes-preserve-unknown-fields\":true}}},\"status\":{\"type\":\"object\","
	"\"properties\":{\"replicas\":{\"type\":\"integer\"}}}}}}},{\"name\":\"v1beta1\","
	"\"served\":true,\"storage\":false,\"deprecated\":true,\"schema\":{\"openAPIV3Schema\":{"
	"\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true}}},{\"name\":"
	"\"v1alpha1\","
	"\"served\":false,\"storage\":false,\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\"}}}"
	"]}}";

#define OBJECT(rest)                                                                               \
	"{\"apiVersion\":\"example.com/v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"a\","      \
	"\"labels\":{\"a\":\"b\"},\"finalizers\":[\"x\"]" rest "}"

static struct pq_value read(struct pq_arena *arena, const char *text)
{
	struct pq_value value;
	struct pq_error error;
	if (!pq_json_read_copy(arena, pq_string_from(text), NULL, &value, &error))
		fail_msg("%s: %s", text, error.message);
	return value;
}

/* Answers with later and later failures until one has the code that it has with enough memory. */
static void judge_until(const struct pq_resource_request *request, int code)
{
	bool done = false;
	for (size_t failures = 0; !done; failures++) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_resource_outcome outcome;
		pq_arena_init(&arena, 0);
		test_allocation_fail_from(failures);
		if (request->crd == NULL)
			pq_crd_judge(&arena, request, &outcome);
		else
			pq_custom_resource_judge(&arena, request, &outcome);
		test_allocation_never_fail();
		done = outcome.status.code == code;
		if (!done)
			assert_true(outcome.status.code == 413 || outcome.status.code == 500);
	}
}

static void test_requests(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	struct pq_value document = read(&arena, crd_text);
	struct pq_value good = read(
		&arena, OBJECT(",\"resourceVersion\":\"7\"},\"spec\":{\"replicas\":2,\"foo\":1}"));
	struct pq_value bad = read(&arena, OBJECT("},\"spec\":{\"size\":\"x\"}"));
	struct pq_value stored =
		read(&arena, OBJECT(",\"namespace\":\"default\",\"resourceVersion\":\"7\"},"
				    "\"spec\":{\"replicas\":1}"));
	const struct pq_crd *crd = pq_crd_compile(&document, &error);
	assert_non_null(crd);
	struct pq_resource_request request = {
		.crd = crd,
		.version = &crd->versions[0],
		.namespace = PQ_S("default"),
		.document = &good,
	};
	judge_until(&request, 0);
	request.document = &bad;
	judge_until(&request, 422);
	request.document = &good;
	request.old = &stored;
	request.name = PQ_S("a");
	judge_until(&request, 0);
	request = (struct pq_resource_request){ .document = &document };
	judge_until(&request, 0);
	pq_crd_unref(crd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
