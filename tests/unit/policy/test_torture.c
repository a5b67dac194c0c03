/* Building a policy while memory runs out, ever later: refused or done, never half. */
#include "harness/allocation.h"
#include "policy/policy.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const char crd_text[] =
	"{\"apiVersion\":\"apiextensions.k8s.io/v1\",\"kind\":\"CustomResourceDefinition\","
	"\"metadata\":{\"name\":\"things.example.com\"},\"spec\":{\"group\":\"example.com\","
	"\"scope\":\"Namespaced\",\"names\":{\"kind\":\"Thing\",\"plural\":\"things\"},"
	"\"versions\":[{\"name\":\"v1\",\"served\":true,\"storage\":true,\"schema\":{"
	"\"openAPIV3Schema\":{\"type\":\"object\",\"properties\":{\"spec\":{\"type\":\"object\","
	"\"properties\":{\"a\":{\"type\":\"string\",\"pattern\":\"^a+$\",\"default\":\"a\"}}}}}}}]}"
	"}";
static const char overlay_text[] =
	"{\"apiVersion\":\"admission.pratique.dev/v1\",\"kind\":\"AdmissionSchema\",\"metadata\":{"
	"\"name\":\"a\"},\"spec\":{\"match\":{\"groups\":[\"*\"],\"versions\":[\"*\"],"
	"\"resources\":[\"things\"],\"objectSelector\":{\"matchLabels\":{\"a\":\"b\"}}},"
	"\"openAPIV3Schema\":{\"required\":[\"spec\"]}}}";

static const char rules_text[] =
	"{\"apiVersion\":\"conversion.pratique.dev/v1\",\"kind\":\"ConversionRules\",\"metadata\":{"
	"\"name\":\"a\"},\"spec\":{\"group\":\"example.com\",\"kind\":\"Thing\",\"conversions\":[{"
	"\"from\":\"v1\",\"to\":\"v2\",\"rules\":[{\"move\":{\"from\":\".a\",\"to\":\".b\"}}]}]}}";

static const char exemption_text[] =
	"{\"apiVersion\":\"admission.pratique.dev/v1\",\"kind\":\"AdmissionExemption\","
	"\"metadata\":{\"name\":\"a\"},\"spec\":{\"reason\":\"r\",\"expires\":\"2027-01-31T18:00:"
	"00Z\","
	"\"match\":{\"users\":[\"u\"],\"objectSelector\":{\"matchLabels\":{\"a\":\"b\"}}}}}";

static struct pq_value read(struct pq_arena *arena, const char *text)
{
	struct pq_value value;
	struct pq_error error;
	if (!pq_json_read_copy(arena, pq_string_from(text), NULL, &value, &error))
		fail_msg("%s", error.message);
	return value;
}

static bool add(struct pq_policy_builder *builder, const struct pq_value *document)
{
	struct pq_error error;
	return pq_policy_builder_add(builder, document, PQ_S("test"), PQ_S(""), &error) ==
	       PQ_POLICY_ADDED;
}

/* Whether all went well; what was made is gone afterwards either way. */
static bool build(const struct pq_value *crd, const struct pq_value *overlay,
		  const struct pq_value *rules, const struct pq_value *exemption)
{
	struct pq_policy_builder *builder = pq_policy_builder_new();
	if (builder == NULL)
		return false;
	const struct pq_policy *policy = NULL;
	if (add(builder, crd) && add(builder, overlay) && add(builder, rules) &&
	    add(builder, exemption))
		policy = pq_policy_builder_finish(builder);
	bool done = policy != NULL;
	if (done) {
		assert_int_equal(pq_policy_crd_count(policy), 1);
		assert_int_equal(pq_policy_overlay_count(policy), 1);
		assert_int_equal(pq_policy_exemption_count(policy), 1);
		assert_int_equal(pq_policy_conversion_count(policy), 1);
	}
	pq_policy_unref(policy);
	pq_policy_builder_free(builder);
	return done;
}

static void test_building(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_value crd = read(&arena, crd_text), overlay = read(&arena, overlay_text),
			rules = read(&arena, rules_text), exemption = read(&arena, exemption_text);
	bool done = false;
	size_t failures = 0;
	for (; !done; failures++) {
		test_allocation_fail_from(failures);
		done = build(&crd, &overlay, &rules, &exemption);
		test_allocation_never_fail();
	}
	assert_true(failures > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_building),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
