/*
 * Admission: any bytes that reach /mutate or /validate. The first byte chooses the door and what is
 * done with kinds that have no schema; the others are the body.
 */
#include "admission/review.h"

#include "json/read.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ARENA_MAX = 4 * 1024 * 1024 };

static const char crd[] =
	"{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"CustomResourceDefinition\","
	"\"metadata\":{\"name\":\"widgets.example.com\"},\"spec\":{\"group\":\"example.com\","
	"\"names\":{\"kind\":\"Widget\",\"plural\":\"widgets\"},\"scope\":\"Namespaced\","
	"\"versions\":[{\"name\":\"v1\",\"served\":true,\"storage\":true,"
	"\"subresources\":{\"status\":{}},\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\","
	"\"required\":[\"spec\"],\"properties\":{\"spec\":{\"type\":\"object\",\"properties\":{"
	"\"size\":{\"type\":\"integer\",\"minimum\":1,\"maximum\":10,\"default\":3},"
	"\"any\":{\"type\":\"object\",\"x-kubernetes-preserve-unknown-fields\":true},"
	"\"amount\":{\"x-kubernetes-int-or-string\":true,\"pattern\":\"^[0-9]+$\"},"
	"\"map\":{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\","
	"\"nullable\":true}},\"tags\":{\"type\":\"array\",\"x-kubernetes-list-type\":\"set\","
	"\"items\":{\"type\":\"string\",\"format\":\"date-time\"}},\"ports\":{\"type\":\"array\","
	"\"x-kubernetes-list-type\":\"map\",\"x-kubernetes-list-map-keys\":[\"name\"],"
	"\"items\":{\"type\":\"object\",\"required\":[\"name\"],\"properties\":{"
	"\"name\":{\"type\":\"string\"},\"port\":{\"type\":\"number\",\"multipleOf\":0.5,"
	"\"default\":1.5}}}}}},\"status\":{\"type\":\"object\",\"properties\":{"
	"\"phase\":{\"type\":\"string\",\"maxLength\":3}}}}}}}]}}";

static const char overlay[] =
	"{\"apiVersion\":\"admission.pratique.dev/v1\",\"kind\":\"AdmissionSchema\","
	"\"metadata\":{\"name\":\"all\"},\"spec\":{\"match\":{\"groups\":[\"*\"],"
	"\"versions\":[\"v1\"],\"resources\":[\"*\"],\"objectSelector\":{\"matchExpressions\":[{"
	"\"key\":\"skip\",\"operator\":\"DoesNotExist\"}]}},"
	"\"validationActions\":[\"Deny\",\"Audit\"],\"openAPIV3Schema\":{\"type\":\"object\","
	"\"properties\":{\"spec\":{\"type\":\"object\",\"properties\":{\"note\":{"
	"\"type\":\"string\",\"minLength\":2,\"default\":\"none\"}}}}}}}";

static void add(struct pq_policy_builder *builder, const char *text)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value document;
	struct pq_error error;
	struct pq_string json = pq_string_from(text);
	pq_arena_init(&arena, 0);
	if (!pq_json_read_copy(&arena, json, NULL, &document, &error) ||
	    pq_policy_builder_add(builder, &document, PQ_S("fuzz"), json, &error) !=
		    PQ_POLICY_ADDED)
		abort();
}

/* Lives as long as the process. */
static const struct pq_policy *make_policy(void)
{
	struct pq_policy_builder *builder = pq_policy_builder_new();
	add(builder, crd);
	add(builder, overlay);
	const struct pq_policy *policy = pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	if (policy == NULL)
		abort();
	return policy;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pq_policy *policy;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_admission_answer answer;
	struct pq_value document;
	struct pq_error error;
	if (policy == NULL)
		policy = make_policy();
	pq_arena_init(&arena, ARENA_MAX);
	if (size == 0)
		return 0;
	const struct pq_admission_options options = {
		.unmatched = (enum pq_unmatched)(data[0] >> 1 & 1),
		.findings_max = 20,
	};
	struct pq_string body = { .data = (const char *)data + 1, .length = size - 1 };
	pq_admission_review(policy,
			    (data[0] & 1) != 0 ? PQ_ADMISSION_MUTATE : PQ_ADMISSION_VALIDATE, body,
			    &options, &arena, &answer);
	/* Whatever came in, what goes out is JSON. */
	pq_cleanup_arena struct pq_arena reading;
	pq_arena_init(&reading, 0);
	if (!pq_json_read_copy(&reading, answer.body, NULL, &document, &error))
		abort();
	return 0;
}
