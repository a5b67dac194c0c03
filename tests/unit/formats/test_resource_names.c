#include "formats/resource_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_plurals(void **state)
{
	(void)state;
	static const struct {
		struct pq_string kind;
		const char *want;
	} cases[] = {
		{ PQ_LITERAL("Deployment"), "deployments" },
		{ PQ_LITERAL("NetworkPolicy"), "networkpolicies" },
		{ PQ_LITERAL("Ingress"), "ingresses" },
		{ PQ_LITERAL("Endpoints"), "endpoints" },
		{ PQ_LITERAL("CSIStorageCapacity"), "csistoragecapacities" },
	};
	char guess[32];
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
		assert_true(
			pq_string_is(pq_resource_guess_plural(cases[i].kind, guess, sizeof guess),
				     cases[i].want));
	assert_int_equal(pq_resource_guess_plural(PQ_S("Policy"), guess, 8).length, 0);
	assert_int_equal(pq_resource_guess_plural(PQ_S(""), guess, sizeof guess).length, 0);
}

/* Each is preferred to all that follow. */
static void test_order_of_versions(void **state)
{
	(void)state;
	static const struct pq_string order[] = {
		PQ_LITERAL("v10"),       PQ_LITERAL("v2"),        PQ_LITERAL("v1"),
		PQ_LITERAL("v11beta2"),  PQ_LITERAL("v10beta3"),  PQ_LITERAL("v3beta1"),
		PQ_LITERAL("v12alpha1"), PQ_LITERAL("v11alpha2"), PQ_LITERAL("foo1"),
		PQ_LITERAL("foo10"),     PQ_LITERAL("v1gamma1"),
	};
	for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
		assert_int_equal(pq_resource_compare_versions(order[i], order[i]), 0);
		for (size_t k = i + 1; k < sizeof order / sizeof order[0]; k++) {
			assert_true(pq_resource_compare_versions(order[i], order[k]) > 0);
			assert_true(pq_resource_compare_versions(order[k], order[i]) < 0);
		}
	}
	assert_int_equal(pq_resource_compare_versions(PQ_S("v02"), PQ_S("v2")), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plurals),
		cmocka_unit_test(test_order_of_versions),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
