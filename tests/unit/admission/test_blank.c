#include "admission/blank.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
	const char *name;
	const char *review;
	const char *want;
} cases[] = {
	{ "values go, keys stay",
	  "{\"request\":{\"uid\":\"u\",\"object\":{\"kind\":\"Secret\",\"data\":{\"a\":\"x\","
	  "\"b\":\"y\"},\"stringData\":{\"c\":\"z\"},\"type\":\"Opaque\"},\"dryRun\":false}}",
	  "{\"request\":{\"uid\":\"u\",\"object\":{\"kind\":\"Secret\",\"data\":{\"a\":\"\","
	  "\"b\":\"\"},\"stringData\":{\"c\":\"\"},\"type\":\"Opaque\"},\"dryRun\":false}}" },
	{ "of the old object, too", "{\"request\":{\"oldObject\":{\"data\":{\"a\":\"x\"}}}}",
	  "{\"request\":{\"oldObject\":{\"data\":{\"a\":\"\"}}}}" },
	{ "what is no map is nothing",
	  "{\"request\":{\"object\":{\"data\":[\"x\"],\"stringData\":\"x\"},\"oldObject\":null}}",
	  "{\"request\":{\"object\":{\"data\":null,\"stringData\":null},\"oldObject\":null}}" },
	{ "the last applied configuration goes",
	  "{\"request\":{\"object\":{\"metadata\":{\"annotations\":{\"a\":\"b\","
	  "\"kubectl.kubernetes.io/last-applied-configuration\":\"x\"}}}}}",
	  "{\"request\":{\"object\":{\"metadata\":{\"annotations\":{\"a\":\"b\"}}}}}" },
};

static void reviews(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_cleanup_buffer struct pq_buffer text;
		struct pq_error error;
		pq_arena_init(&arena, 0);
		pq_buffer_init(&text, 0);
		print_message("%s\n", cases[i].name);
		assert_true(pq_admission_blank_secret(&arena, pq_string_from(cases[i].review),
						      &text, &error));
		pq_buffer_append_byte(&text, '\0');
		assert_string_equal(text.data, cases[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reviews),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
