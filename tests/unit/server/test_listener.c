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
		char address[PQ_LISTENER_ADDRESS_MAX];
		struct pq_error error = { 0 };
		int descriptor = -1;
		bool opened = pq_listener_open(cases[i].text, &descriptor, address, &error);
		if (opened != (cases[i].address != NULL))
			fail_msg("%s: %s", cases[i].name, opened ? address : error.message);
		if (opened) {
			assert_true(pq_string_starts_with(pq_string_from(address),
							  pq_string_from(cases[i].address)));
			assert_false(pq_string_ends_with(pq_string_from(address), PQ_S(":0")));
			close(descriptor);
		} else {
			assert_non_null(strstr(error.path, cases[i].text));
			assert_int_equal(descriptor, -1);
		}
	}
}

static void ipv6_has_brackets(void **state)
{
	(void)state;
	char address[PQ_LISTENER_ADDRESS_MAX];
	struct pq_error error;
	int descriptor;
	if (access("/proc/net/if_inet6", R_OK) != 0)
		skip(); /* a machine without IPv6 */
	if (!pq_listener_open("[::1]:0", &descriptor, address, &error))
		skip(); /* switched off */
	assert_true(pq_string_starts_with(pq_string_from(address), PQ_S("[::1]:")));
	close(descriptor);
}

static void a_port_in_use_is_named(void **state)
{
	(void)state;
	char first[PQ_LISTENER_ADDRESS_MAX], second[PQ_LISTENER_ADDRESS_MAX];
	struct pq_error error;
	int one, other;
	assert_true(pq_listener_open("127.0.0.1:0", &one, first, &error));
	assert_false(pq_listener_open(first, &other, second, &error));
	assert_int_equal(error.code, PQ_ERROR_IO);
	assert_non_null(strstr(error.path, first));
	assert_non_null(strstr(error.message, "in use"));
	close(one);
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
