/* A ConversionReview as it may come from anybody, or an AdmissionReview of an object that is to be
 * converted: whatever goes out is JSON, with as many objects as came in when they have been
 * converted, or nothing when that would cost more than there is time for. */
#include "admission/review.h"
#include "json/read.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	ARENA_MAX = 16 * 1024 * 1024,
	COST_MAX = 20 * 1000, /* that some inputs of usual size exceed */
};

#define VERSION(name, properties, storage)                                                         \
	"{\"name\":\"" name "\",\"served\":true,\"storage\":" storage                              \
	",\"schema\":{\"openAPIV3Schema\":{\"type\":\"object\",\"properties\":{\"spec\":"          \
	"{\"type\":\"object\",\"properties\":{" properties "}}}}}}"

static const char crd[] =
	"{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"CustomResourceDefinition\","
	"\"metadata\":{\"name\":\"widgets.example.com\"},\"spec\":{\"group\":\"example.com\","
	"\"names\":{\"kind\":\"Widget\",\"plural\":\"widgets\"},\"scope\":\"Namespaced\","
	"\"versions\":[" VERSION(
		"v1",
		"\"a\":{\"type\":\"string\"},\"text\":{\"type\":\"string\"},\"old\":{\"type\":"
		"\"integer\"},\"list\":{\"type\":\"array\",\"items\":{\"type\":\"object\","
		"\"properties\":{\"x\":{\"type\":\"integer\"},\"y\":{\"type\":\"integer\"}}}}",
		"true") "," VERSION("v2",
				    "\"b\":{\"type\":\"string\"},\"host\":{\"type\":\"string\"},"
				    "\"port\":{\"type\":"
				    "\"integer\"},\"list\":{\"type\":\"array\",\"items\":{\"type\":"
				    "\"object\","
				    "\"properties\":{\"z\":{\"type\":\"integer\",\"default\":1}}}}",
				    "false") "]}}";

static const char rules[] =
	"{\"apiVersion\":\"conversion.pratique.dev/v1\",\"kind\":\"ConversionRules\","
	"\"metadata\":{\"name\":\"w\"},\"spec\":{\"group\":\"example.com\",\"kind\":\"Widget\","
	"\"conversions\":[{\"from\":\"v1\",\"to\":\"v2\",\"rules\":["
	"{\"rename\":{\"from\":\".spec.a\",\"to\":\"b\"}},"
	"{\"rename\":{\"from\":\".spec.list[*].x\",\"to\":\"z\"}},"
	"{\"split\":{\"from\":\".spec.text\",\"separator\":\":\",\"into\":[\".spec.host\","
	"{\"path\":\".spec.port\",\"type\":\"integer\"}]}},"
	"{\"default\":{\"in\":\"v1\",\"path\":\".spec.old\",\"value\":1}}]}]}}";

static void add(struct pq_policy_builder *builder, const char *text)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value document;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	if (!pq_json_read_copy(&arena, pq_string_from(text), NULL, &document, &error) ||
	    pq_policy_builder_add(builder, &document, PQ_S("fuzz"), (struct pq_string){ 0 },
				  &error) != PQ_POLICY_ADDED)
		abort();
}

static const struct pq_policy *make_policy(void)
{
	struct pq_policy_builder *builder = pq_policy_builder_new();
	add(builder, crd);
	add(builder, rules);
	const struct pq_policy *policy = pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	if (policy == NULL)
		abort();
	return policy;
}

static void check_answer(const struct pq_admission_answer *answer, enum pq_admission_door door)
{
	pq_cleanup_arena struct pq_arena reading;
	struct pq_value document;
	struct pq_error error;
	pq_arena_init(&reading, 0);
	if (!pq_json_read_copy(&reading, answer->body, NULL, &document, &error))
		abort();
	const struct pq_value *objects =
		pq_value_find_path(&document, 2, "response", "convertedObjects");
	if (door == PQ_ADMISSION_CONVERT && answer->allowed &&
	    (objects == NULL || objects->length != answer->object_count))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pq_policy *policy;
	static const struct {
		enum pq_admission_door door;
		struct pq_admission_options options;
	} runs[] = {
		{ PQ_ADMISSION_CONVERT, { 0 } },
		{ PQ_ADMISSION_CONVERT, { .conversion_cost_max = COST_MAX } },
		{ PQ_ADMISSION_VALIDATE, { 0 } },
	};
	struct pq_string body = { .data = (const char *)data, .length = size };
	if (policy == NULL)
		policy = make_policy();
	for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
		const struct pq_admission_options *options = &runs[i].options;
		pq_cleanup_arena struct pq_arena arena;
		struct pq_admission_answer answer;
		pq_arena_init(&arena, ARENA_MAX);
		pq_admission_review(policy, runs[i].door, body, options, &arena, &answer);
		if (!answer.too_costly)
			check_answer(&answer, runs[i].door);
		else if (options->conversion_cost_max == 0 || answer.judged)
			abort();
	}
	return 0;
}
