#include "server/listener.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const struct {
	const char *name;
	const char *text;
	const char *address; /* the start of what is bound; NULL: refused */
} cases[] = {
	{ "IPv4", "127.0.0.1:0", "127.0.0.1:" },
	{ "a name", "localhost:0", "" },
	{ "every address", ":0", "" },
	{ "no port", "127.0.0.1", NULL },
	{ "an empty port", "127.0.0.1:", NULL },
	{ "a port that is no number", "127.0.0.1:http", NULL },
	{ "a port out of range", "127.0.0.1:65536", NULL },
	{ "a very long port", "127.0.0.1:000000000000080", NULL },
	{ "a sign", "127.0.0.1:+80", NULL },
	{ "IPv6 without brackets", "::1:80", NULL },
	{ "nothing", "", NULL },
	{ "an address of another machine", "192.0.2.1:0", NULL },
	{ "no address", "300.1.1.1:0", NULL },
};

static void addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_listener listener;
		struct pq_error error = { 0 };
		bool opened = pq_listener_open(&listener, cases[i].text, &error);
		if (opened != (cases[i].address != NULL))
			fail_msg("%s: %s", cases[i].name,
				 opened ? listener.address : error.message);
		if (opened) {
			assert_true(pq_string_starts_with(pq_string_from(listener.address),
							  pq_string_from(cases[i].address)));
			assert_false(
				pq_string_ends_with(pq_string_from(listener.address), PQ_S(":0")));
			pq_listener_close(&listener);
		} else {
			assert_non_null(strstr(error.path, cases[i].text));
		}
		assert_int_equal(listener.descriptor, -1);
	}
}

static void ipv6_has_brackets(void **state)
{
	(void)state;
	struct pq_listener listener;
	struct pq_error error;
	if (access("/proc/net/if_inet6", R_OK) != 0)
		skip(); /* a machine without IPv6 */
	if (!pq_listener_open(&listener, "[::1]:0", &error))
		skip(); /* switched off */
	assert_true(pq_string_starts_with(pq_string_from(listener.address), PQ_S("[::1]:")));
	pq_listener_close(&listener);
}

static void a_port_in_use_is_named(void **state)
{
	(void)state;
	struct pq_listener one, other;
	struct pq_error error;
	assert_true(pq_listener_open(&one, "127.0.0.1:0", &error));
	assert_false(pq_listener_open(&other, one.address, &error));
	assert_int_equal(error.code, PQ_ERROR_IO);
	assert_non_null(strstr(error.path, one.address));
	assert_non_null(strstr(error.message, "in use"));
	pq_listener_close(&one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(ipv6_has_brackets),
		cmocka_unit_test(a_port_in_use_is_named),
	};
	return cmocka_run_group_tests_name("listener", tests, NULL, NULL);
}
