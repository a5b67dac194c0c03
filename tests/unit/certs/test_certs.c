#include "base/file.h"
#include "certs/certs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static int64_t now;

static int64_t read_now(const struct pq_clock *clock)
{
	(void)clock;
	return now;
}

static const struct pq_clock fake_clock = { .monotonic = read_now, .wall = read_now };

struct folder {
	char path[64];
};

static int make_folder(void **state)
{
	static struct folder folder;
	snprintf(folder.path, sizeof folder.path, "/tmp/pratique-certs-XXXXXX");
	*state = &folder;
	now = pq_clock_wall(&pq_clock_system);
	return mkdtemp(folder.path) == NULL;
}

static int remove_folder(void **state)
{
	const struct folder *folder = *state;
	static const char *const names[] = { "ca.crt", "ca.key", "tls.crt", "tls.key" };
	char path[128];
	for (size_t i = 0; i < 4; i++) {
		snprintf(path, sizeof path, "%s/%s", folder->path, names[i]);
		unlink(path);
	}
	return rmdir(folder->path);
}

static struct pq_certs_request request_for(const struct folder *folder)
{
	return (struct pq_certs_request){
		.folder = folder->path,
		.ca_lifetime = PQ_CERTS_CA_LIFETIME,
		.serving_lifetime = PQ_CERTS_SERVING_LIFETIME,
	};
}

static void init(const struct pq_certs_request *request)
{
	struct pq_error error;
	if (!pq_certs_init(request, &fake_clock, &error))
		fail_msg("%s: %s", error.path, error.message);
}

static const char *in(const struct folder *folder, const char *name)
{
	static char path[128];
	snprintf(path, sizeof path, "%s/%s", folder->path, name);
	return path;
}

/* Runs a shell command in which $D is the folder. */
static int run(const struct folder *folder, const char *command)
{
	setenv("D", folder->path, 1);
	return system(command);
}

static void a_pair_verifies_against_its_ca(void **state)
{
	const struct folder *folder = *state;
	struct pq_certs_request request = request_for(folder);
	init(&request);
	assert_int_equal(run(folder, "openssl verify -purpose sslserver -verify_hostname localhost "
				     "-CAfile $D/ca.crt $D/tls.crt >/dev/null"),
			 0);
	assert_int_equal(run(folder, "openssl verify -purpose sslserver -verify_ip 127.0.0.1 "
				     "-CAfile $D/ca.crt $D/tls.crt >/dev/null"),
			 0);
	assert_int_not_equal(run(folder, "openssl verify -verify_hostname example.com "
					 "-CAfile $D/ca.crt $D/tls.crt >/dev/null 2>&1"),
			     0);
}

static void keys_are_private(void **state)
{
	struct pq_certs_request request = request_for(*state);
	init(&request);
	static const char *const names[] = { "ca.key", "tls.key" };
	for (size_t i = 0; i < 2; i++) {
		struct stat facts;
		assert_int_equal(stat(in(*state, names[i]), &facts), 0);
		assert_int_equal(facts.st_mode & 0777, 0600);
	}
}

static void names_of_the_request_are_used(void **state)
{
	static const char *const dns_names[] = { "webhook.shop.svc", "*.example.com" };
	static const char *const addresses[] = { "10.0.0.7", "fd00::7" };
	struct pq_certs_request request = request_for(*state);
	request.dns_names = dns_names;
	request.dns_name_count = 2;
	request.ip_addresses = addresses;
	request.ip_address_count = 2;
	init(&request);
	static const char *const checks[] = {
		"openssl x509 -in $D/tls.crt -noout -checkhost webhook.shop.svc | grep -q 'does "
		"match'",
		"openssl x509 -in $D/tls.crt -noout -checkhost a.example.com | grep -q 'does "
		"match'",
		"openssl x509 -in $D/tls.crt -noout -checkip fd00::7 | grep -q 'does match'",
		"openssl x509 -in $D/tls.crt -noout -checkip 10.0.0.7 | grep -q 'does match'",
		"openssl x509 -in $D/tls.crt -noout -checkhost localhost | grep -q 'does NOT "
		"match'",
	};
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++)
		assert_int_equal(run(*state, checks[i]), 0);
}

static void wrong_names_are_refused(void **state)
{
	static const struct {
		const char *dns;
		const char *ip;
		const char *want;
	} cases[] = {
		{ "10.0.0.1", NULL, "\"10.0.0.1\" is an IP address: use --ip" },
		{ "a b", NULL, "\"a b\" is no DNS name" },
		{ "", NULL, "\"\" is no DNS name" },
		{ "-a.example", NULL, "\"-a.example\" is no DNS name" },
		{ "a,DNS:evil.example", NULL, "\"a,DNS:evil.example\" is no DNS name" },
		{ NULL, "localhost", "\"localhost\" is no IP address" },
		{ NULL, "1.2.3.4,DNS:evil.example",
		  "\"1.2.3.4,DNS:evil.example\" is no IP address" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_certs_request request = request_for(*state);
		struct pq_error error;
		request.dns_names = &cases[i].dns;
		request.dns_name_count = cases[i].dns != NULL;
		request.ip_addresses = &cases[i].ip;
		request.ip_address_count = cases[i].ip != NULL;
		assert_false(pq_certs_init(&request, &fake_clock, &error));
		assert_int_equal(error.code, PQ_ERROR_USAGE);
		assert_string_equal(error.message, cases[i].want);
	}
	assert_int_not_equal(access(in(*state, "ca.crt"), F_OK), 0); /* nothing was made */
}

static struct pq_string read_text(struct pq_arena *arena, const char *path)
{
	struct pq_buffer buffer;
	struct pq_error error;
	pq_buffer_init_in(&buffer, arena, 0);
	assert_true(pq_file_read(path, &buffer, &error));
	return pq_buffer_view(&buffer);
}

static void a_second_init_needs_overwrite_and_keeps_the_ca(void **state)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_certs_request request = request_for(*state);
	struct pq_error error;
	init(&request);
	struct pq_string ca = read_text(&arena, in(*state, "ca.crt"));
	struct pq_string serving = read_text(&arena, in(*state, "tls.crt"));
	assert_false(pq_certs_init(&request, &fake_clock, &error));
	assert_int_equal(error.code, PQ_ERROR_CONFLICT);
	assert_true(pq_string_equal(serving, read_text(&arena, in(*state, "tls.crt"))));
	request.overwrite = true;
	init(&request);
	assert_true(pq_string_equal(ca, read_text(&arena, in(*state, "ca.crt"))));
	assert_false(pq_string_equal(serving, read_text(&arena, in(*state, "tls.crt"))));
}

static void half_a_ca_is_not_replaced(void **state)
{
	struct pq_certs_request request = request_for(*state);
	struct pq_error error;
	init(&request);
	unlink(in(*state, "ca.key"));
	request.overwrite = true;
	assert_false(pq_certs_init(&request, &fake_clock, &error));
	assert_int_equal(error.code, PQ_ERROR_CONFLICT);
	assert_non_null(strstr(error.path, "ca.crt"));
}

static void a_pair_loads_with_its_times(void **state)
{
	const struct folder *folder = *state;
	struct pq_certs_request request = request_for(folder);
	struct pq_error error;
	init(&request);
	const struct pq_certificate *certificate =
		pq_certificate_load(folder->path, &fake_clock, &error);
	assert_non_null(certificate);
	assert_true(certificate->not_before <= now && certificate->not_after > now);
	int64_t lifetime = certificate->not_after - now;
	assert_true(lifetime <= PQ_CERTS_SERVING_LIFETIME &&
		    lifetime > PQ_CERTS_SERVING_LIFETIME - PQ_MINUTE);
	pq_certificate_ref(certificate);
	pq_certificate_unref(certificate);
	assert_true(pq_string_starts_with(certificate->key_pem, PQ_S("-----BEGIN")));
	pq_certificate_unref(certificate);
}

/* Certificates that are to last for ever end in the year 9999, which nanoseconds cannot say. */
static void a_pair_without_an_end_loads(void **state)
{
	const struct folder *folder = *state;
	struct pq_error error;
	assert_int_equal(run(folder, "openssl req -x509 -newkey ec -pkeyopt "
				     "ec_paramgen_curve:P-256 -nodes -subj /CN=x -days 2900000 "
				     "-keyout $D/tls.key -out $D/tls.crt 2>/dev/null"),
			 0);
	now += PQ_MINUTE; /* openssl looked at the system's clock */
	const struct pq_certificate *certificate =
		pq_certificate_load(folder->path, &fake_clock, &error);
	if (certificate == NULL)
		fail_msg("%s: %s", error.path, error.message);
	assert_true(certificate->not_after == INT64_MAX);
	pq_certificate_unref(certificate);
}

static void an_unusable_pair_says_why(void **state)
{
	const struct folder *folder = *state;
	struct pq_certs_request request = request_for(folder);
	struct pq_error error;
	assert_null(pq_certificate_load(folder->path, &fake_clock, &error));
	assert_int_equal(error.code, PQ_ERROR_NOT_FOUND);
	init(&request);
	now += PQ_CERTS_SERVING_LIFETIME + PQ_HOUR;
	assert_null(pq_certificate_load(folder->path, &fake_clock, &error));
	assert_non_null(strstr(error.message, "has expired"));
	now -= PQ_CERTS_SERVING_LIFETIME + 3 * PQ_HOUR;
	assert_null(pq_certificate_load(folder->path, &fake_clock, &error));
	assert_non_null(strstr(error.message, "is not valid yet"));
	now += 2 * PQ_HOUR;
	assert_int_equal(run(folder, "cp $D/ca.key $D/tls.key"), 0);
	assert_null(pq_certificate_load(folder->path, &fake_clock, &error));
	assert_non_null(strstr(error.path, "tls.key"));
	assert_non_null(strstr(error.message, "is not the key of the certificate"));
	assert_int_equal(run(folder, "echo nonsense > $D/tls.crt"), 0);
	assert_null(pq_certificate_load(folder->path, &fake_clock, &error));
	assert_non_null(strstr(error.message, "holds no certificate in PEM form; make the pair"));
	assert_int_equal(run(folder, "rm $D/tls.crt && mkdir $D/tls.crt"), 0);
	assert_null(pq_certificate_load(folder->path, &fake_clock, &error));
	assert_non_null(strstr(error.message, "make it a file that this user can read"));
	assert_int_equal(run(folder, "rmdir $D/tls.crt"), 0);
}

/* Each command spoils a good folder; a new serving pair must then be refused, and why. */
static void a_spoiled_ca_signs_nothing(void **state)
{
	static const struct {
		const char *command;
		int64_t later;
		const char *file;
		const char *want;
	} cases[] = {
		{ "cp $D/tls.key $D/ca.key", 0, "ca.key", "is not the key of ca.crt" },
		{ "cp $D/tls.crt $D/ca.crt && cp $D/tls.key $D/ca.key", 0, "ca.crt",
		  "is not the certificate of a CA" },
		{ "true", PQ_CERTS_CA_LIFETIME + PQ_HOUR, "ca.crt", "the CA has expired" },
		{ "echo nonsense > $D/ca.crt", 0, "ca.crt", "holds no certificate in PEM form" },
		{ "echo nonsense > $D/ca.key", 0, "ca.key", "holds no unencrypted private key" },
		{ "openssl ec -in $D/ca.key -aes256 -passout pass:x -out $D/tls.key 2>/dev/null && "
		  "mv $D/tls.key $D/ca.key",
		  0, "ca.key", "holds no unencrypted private key" },
	};
	const struct folder *folder = *state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_certs_request request = request_for(folder);
		struct pq_error error = { 0 };
		request.overwrite = true;
		init(&request);
		assert_int_equal(run(folder, cases[i].command), 0);
		now += cases[i].later;
		bool made = pq_certs_init(&request, &fake_clock, &error);
		now -= cases[i].later;
		assert_false(made);
		if (strstr(error.path, cases[i].file) == NULL ||
		    strstr(error.message, cases[i].want) == NULL)
			fail_msg("%s: %s: %s", cases[i].command, error.path, error.message);
		assert_int_equal(run(folder, "rm -f $D/*"), 0);
	}
}

static void a_folder_that_cannot_be_is_named(void **state)
{
	(void)state;
	struct pq_certs_request request = { .folder = "/nowhere/at/all" };
	struct pq_error error;
	assert_false(pq_certs_init(&request, &fake_clock, &error));
	assert_int_equal(error.code, PQ_ERROR_IO);
	assert_string_equal(error.path, "/nowhere/at/all");
	assert_string_equal(error.message,
			    "cannot make the folder: No such file or directory; make the "
			    "one around it first");
}

static void the_bundle_is_base64_of_the_ca(void **state)
{
	const struct folder *folder = *state;
	struct pq_certs_request request = request_for(folder);
	struct pq_error error;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	init(&request);
	assert_true(pq_certs_bundle(&request, &text, &error));
	assert_true(pq_file_replace(in(folder, "ca.key"), pq_buffer_view(&text), 0600, &error));
	assert_int_equal(run(folder, "base64 -d < $D/ca.key | cmp - $D/ca.crt"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_pair_verifies_against_its_ca, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(keys_are_private, make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(names_of_the_request_are_used, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(wrong_names_are_refused, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(a_second_init_needs_overwrite_and_keeps_the_ca,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(half_a_ca_is_not_replaced, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(a_pair_loads_with_its_times, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(a_pair_without_an_end_loads, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(an_unusable_pair_says_why, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(a_spoiled_ca_signs_nothing, make_folder,
						remove_folder),
		cmocka_unit_test(a_folder_that_cannot_be_is_named),
		cmocka_unit_test_setup_teardown(the_bundle_is_base64_of_the_ca, make_folder,
						remove_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
