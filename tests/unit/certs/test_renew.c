/* Renewing over years, by a clock that is given: whoever has any ca.crt of the time trusts what
 * serves. */
#include "certs/certs.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define DAY     (24 * PQ_HOUR)
#define OVERLAP (7 * DAY)

static int64_t now;

static int64_t read_now(const struct pq_clock *clock)
{
	(void)clock;
	return now;
}

static const struct pq_clock fake_clock = { .monotonic = read_now, .wall = read_now };

static struct pq_certs_renewal how;
static char folder[64];

/* Runs a shell command in which $D is the folder and $T the time; its exit code. */
static int run(const char *command)
{
	char time[32];
	snprintf(time, sizeof time, "%lld", (long long)(now / PQ_SECOND));
	setenv("D", folder, 1);
	setenv("T", time, 1);
	return system(command);
}

/* The day is one of a calendar, so that the test is the same in any year. */
static int start(void **state)
{
	static const char *const names[] = { "pratique.demo.svc" };
	static const char *const addresses[] = { "192.0.2.7", "2001:db8::7" };
	struct pq_error error;
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/pratique-renew-XXXXXX");
	assert_non_null(mkdtemp(folder));
	now = INT64_C(1800000000) * PQ_SECOND;
	how = (struct pq_certs_renewal){
		.request = { .folder = folder,
			     .dns_names = names,
			     .dns_name_count = 1,
			     .ip_addresses = addresses,
			     .ip_address_count = 2,
			     .ca_lifetime = PQ_CERTS_CA_LIFETIME,
			     .serving_lifetime = PQ_CERTS_SERVING_LIFETIME },
		.overlap = OVERLAP,
	};
	assert_true(pq_certs_init(&how.request, &fake_clock, &error));
	how.request.dns_name_count = how.request.ip_address_count = 0;
	return 0;
}

static int stop(void **state)
{
	(void)state;
	return run("rm -r $D");
}

static struct pq_certs_renewed renew(void)
{
	struct pq_certs_renewed renewed;
	struct pq_error error;
	if (!pq_certs_renew(&how, &fake_clock, &renewed, &error))
		fail_msg("%s: %s", error.path, error.message);
	return renewed;
}

static bool is_nothing(struct pq_certs_renewed renewed)
{
	return !renewed.published && !renewed.taken && !renewed.issued && renewed.dropped == 0;
}

/* Whether clients with this ca.crt trust what serves now. */
static bool trusts(const char *bundle)
{
	char command[256];
	snprintf(command, sizeof command,
		 "openssl verify -attime $T -purpose sslserver -verify_hostname pratique.demo.svc "
		 "-CAfile $D/%s $D/tls.crt >/dev/null 2>&1",
		 bundle);
	return run(command) == 0;
}

static void serving_pairs_are_renewed_at_a_third(void **state)
{
	(void)state;
	now += 60 * DAY - PQ_HOUR;
	assert_true(is_nothing(renew()));
	now += PQ_HOUR;
	struct pq_certs_renewed renewed = renew();
	assert_true(renewed.issued);
	assert_false(renewed.published || renewed.taken);
	assert_true(is_nothing(renew()));
	/* The names are those it had. */
	assert_int_equal(
		run("openssl x509 -in $D/tls.crt -noout -ext subjectAltName | tr -d '\\n' | "
		    "grep -q 'DNS:pratique.demo.svc, IP Address:192.0.2.7, IP "
		    "Address:2001:DB8:0:0:0:0:0:7'"),
		0);
	assert_true(trusts("ca.crt"));
}

static void a_ca_is_replaced_in_steps(void **state)
{
	(void)state;
	now += PQ_CERTS_CA_LIFETIME / 3 * 2;
	assert_int_equal(run("cp $D/ca.crt $D/before.crt"), 0);
	struct pq_certs_renewed renewed = renew();
	assert_true(renewed.published && renewed.issued);
	assert_false(renewed.taken);
	assert_true(trusts("before.crt") && trusts("ca.crt"));
	assert_int_equal(run("cp $D/ca.crt $D/published.crt"), 0);

	now += OVERLAP - PQ_HOUR;
	assert_true(is_nothing(renew()));
	now += PQ_HOUR;
	renewed = renew();
	assert_true(renewed.taken && renewed.issued);
	assert_int_equal(renewed.dropped, 0);
	assert_true(trusts("published.crt") && trusts("ca.crt"));
	assert_false(trusts("before.crt"));
	assert_int_not_equal(run("test -e $D/ca-next.key"), 0);

	/* What the old one signed last is valid for 90 days from when it was made. */
	now += PQ_CERTS_SERVING_LIFETIME - OVERLAP - DAY;
	assert_int_equal(renew().dropped, 0);
	assert_int_equal(run("test $(grep -c BEGIN $D/ca.crt) = 2"), 0);
	now += DAY;
	assert_int_equal(renew().dropped, 1);
	assert_int_equal(run("test $(grep -c BEGIN $D/ca.crt) = 1"), 0);
	assert_true(trusts("ca.crt"));
	assert_true(is_nothing(renew()));
}

/* Every five days for three years, with a CA of one: whoever copied ca.crt within the overlap
 * trusts what serves. */
static void nobody_is_left_behind(void **state)
{
	(void)state;
	size_t published = 0;
	how.request.ca_lifetime = 365 * DAY;
	how.request.serving_lifetime = 30 * DAY;
	assert_int_equal(run("rm $D/*"), 0);
	struct pq_error error;
	assert_true(pq_certs_init(&how.request, &fake_clock, &error));
	for (int day = 0; day < 3 * 365; day += 5) {
		struct pq_certs_renewed renewed = renew();
		published += renewed.published;
		if (day % 10 == 0)
			assert_int_equal(run("cp $D/ca.crt $D/copied.crt"), 0);
		if (!is_nothing(renewed))
			assert_int_equal(
				run("openssl verify -attime $T -CAfile $D/copied.crt $D/tls.crt "
				    ">/dev/null 2>&1"),
				0);
		now += 5 * DAY;
	}
	assert_int_equal(published, 4);
}

/* The step that changes two files, ended between them. */
static void what_was_interrupted_is_finished(void **state)
{
	(void)state;
	now += PQ_CERTS_CA_LIFETIME / 3 * 2;
	assert_true(renew().published);
	assert_int_equal(run("cp $D/ca.key $D/old.key && cp $D/ca-next.key $D/new.key"), 0);
	now += OVERLAP;
	assert_true(renew().taken);
	assert_int_equal(run("mv $D/ca.key $D/ca-next.key && mv $D/old.key $D/ca.key"), 0);
	assert_true(is_nothing(renew()));
	assert_int_equal(run("cmp -s $D/ca.key $D/new.key && test ! -e $D/ca-next.key"), 0);
	assert_true(trusts("ca.crt"));
}

static void a_key_without_a_certificate_is_made_anew(void **state)
{
	(void)state;
	now += PQ_CERTS_CA_LIFETIME / 3 * 2;
	assert_int_equal(run("cp $D/tls.key $D/ca-next.key"), 0);
	assert_true(renew().published);
	now += OVERLAP;
	assert_true(renew().taken);
	assert_true(trusts("ca.crt"));
}

static void a_spoiled_pair_is_replaced(void **state)
{
	static const char *const names[] = { "pratique.demo.svc" };
	(void)state;
	how.request.dns_names = names;
	how.request.dns_name_count = 1;
	assert_int_equal(run("echo nonsense >$D/tls.crt"), 0);
	assert_true(renew().issued);
	assert_true(trusts("ca.crt"));
}

/* As of a run that was ended between writing one and the other. */
static void a_certificate_without_its_key_is_replaced(void **state)
{
	static const char *const spoils[] = { "rm $D/tls.key", "cp $D/ca.key $D/tls.key",
					      "echo nonsense >$D/tls.key" };
	(void)state;
	for (size_t i = 0; i < sizeof spoils / sizeof spoils[0]; i++) {
		struct pq_error error;
		assert_int_equal(run(spoils[i]), 0);
		assert_true(renew().issued);
		const struct pq_certificate *pair =
			pq_certificate_load(folder, &fake_clock, &error);
		assert_non_null(pair);
		pq_certificate_unref(pair);
		assert_true(trusts("ca.crt"));
	}
}

static void show_tells_what_is_when(void **state)
{
	(void)state;
	pq_cleanup_buffer struct pq_buffer text;
	struct pq_error error;
	pq_buffer_init(&text, 0);
	now += PQ_CERTS_CA_LIFETIME / 3 * 2;
	renew();
	now += OVERLAP;
	renew();
	assert_true(pq_certs_show(folder, &fake_clock, &text, &error));
	pq_buffer_append_byte(&text, '\0');
	static const char *const lines[] = {
		"/tls.crt: serves as pratique.demo.svc 192.0.2.7 2001:db8::7, valid until "
		"2033-12-19T16:00:00Z, to be replaced from 2033-11-19T",
		"/ca.crt: signs, valid until 2043-09-11T16:00:00Z, to be replaced from 2040-05-12T",
		"/ca.crt: signed before, trusted until 2033-12-12T16:00:00Z\n",
	};
	for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
		if (strstr(text.data, lines[i]) == NULL)
			fail_msg("%s: %s", lines[i], text.data);
	}
}

#define RENEWAL(test) cmocka_unit_test_setup_teardown(test, start, stop)

/* The life of a CA without a folder: nothing is written where "/nowhere" is. */
static void memory_does_as_well_as_a_folder(void **state)
{
	(void)state;
	static const char *const names[] = { "pratique.demo.svc" };
	struct pq_certs_memory memory = { 0 };
	struct pq_error error;
	size_t published = 0, taken = 0, dropped = 0;
	how.request.folder = "/nowhere";
	how.request.memory = &memory;
	how.request.dns_names = names;
	how.request.dns_name_count = 1;
	assert_true(pq_certs_init(&how.request, &fake_clock, &error));
	for (size_t days = 0; days < 8 * 365; days += 10) {
		now += 10 * DAY;
		struct pq_certs_renewed renewed = renew();
		published += renewed.published;
		taken += renewed.taken;
		dropped += renewed.dropped;
		if (!pq_certs_check(&how.request, &fake_clock, &error))
			fail_msg("%s: %s", error.path, error.message);
	}
	assert_true(published == 1 && taken == 1 && dropped == 1);
	const struct pq_buffer *key = pq_certs_memory_find(&memory, "ca.key");
	assert_non_null(key);
	assert_null(pq_certs_memory_find(&memory, "ca-next.key"));
	pq_certs_memory_done(&memory);
	assert_null(pq_certs_memory_find(&memory, "ca.key"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		RENEWAL(serving_pairs_are_renewed_at_a_third),
		RENEWAL(a_ca_is_replaced_in_steps),
		RENEWAL(nobody_is_left_behind),
		RENEWAL(what_was_interrupted_is_finished),
		RENEWAL(a_key_without_a_certificate_is_made_anew),
		RENEWAL(a_spoiled_pair_is_replaced),
		RENEWAL(a_certificate_without_its_key_is_replaced),
		RENEWAL(show_tells_what_is_when),
		RENEWAL(memory_does_as_well_as_a_folder),
	};
	return cmocka_run_group_tests_name("renew", tests, NULL, NULL);
}
