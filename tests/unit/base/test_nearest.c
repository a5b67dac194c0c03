#include "base/nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_names_the_nearest(void **state)
{
	(void)state;
	static const char *const known[] = { "dns", "listen", "log-level", "replicas", "rep" };
	static const struct {
		const char *wanted, *want;
	} cases[] = {
		{ "replicas", "replicas" },
		{ "replcas", "replicas" },
		{ "repilcas", "replicas" },
		{ "repls", "rep" },
		{ "replicates", "replicas" },
		{ "dsn", "dns" },
		{ "xyz", "" },
		{ "", "" },
		{ "lisstenn", "listen" },
		{ "lgo-lvel", "log-level" },
		{ "reap", "rep" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_nearest nearest = pq_nearest_to(pq_string_from(cases[i].wanted));
		for (size_t j = 0; j < sizeof known / sizeof known[0]; j++)
			pq_nearest_consider(&nearest, pq_string_from(known[j]));
		assert_string_equal(nearest.name, cases[i].want);
	}
}

static void test_long_names_are_near_to_none(void **state)
{
	(void)state;
	char longer[PQ_NEAREST_LENGTH_MAX + 1];
	memset(longer, 'a', sizeof longer);
	const struct pq_string too_long = { .data = longer, .length = sizeof longer };
	const struct pq_string longest = { .data = longer, .length = sizeof longer - 1 };
	struct pq_nearest nearest = pq_nearest_to(too_long);
	assert_false(pq_nearest_consider(&nearest, longest));
	nearest = pq_nearest_to(longest);
	assert_false(pq_nearest_consider(&nearest, too_long));
	assert_true(pq_nearest_consider(&nearest, longest));
}

static void test_hints(void **state)
{
	(void)state;
	char hint[PQ_NEAREST_HINT_MAX];
	struct pq_nearest nearest = pq_nearest_to(PQ_S("lisetn"));
	assert_string_equal(pq_nearest_hint(&nearest, "\"", "\"", hint), "");
	assert_true(pq_nearest_consider(&nearest, PQ_S("listen")));
	assert_string_equal(pq_nearest_hint(&nearest, "--", "", hint), ", did you mean --listen?");
	assert_string_equal(pq_nearest_hint(&nearest, "\"", "\"", hint),
			    ", did you mean \"listen\"?");
	static const char *const known[] = { "replicas", "listen", NULL };
	assert_string_equal(pq_nearest_hint_among(PQ_S("lisetn"), known, hint),
			    ", did you mean \"listen\"?");
	assert_string_equal(pq_nearest_hint_among(PQ_S("xyz"), known, hint), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names_the_nearest),
		cmocka_unit_test(test_long_names_are_near_to_none),
		cmocka_unit_test(test_hints),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
