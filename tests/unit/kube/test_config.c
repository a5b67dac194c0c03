#include "base/file.h"
#include "kube/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/pratique-kube-XXXXXX";
static const char *const names[] = { "config", "ca.crt", "me.crt", "me.key", "token", "namespace" };

static int64_t now;

static int64_t read_now(const struct pq_clock *clock)
{
	(void)clock;
	return now;
}

static const struct pq_clock fake_clock = { .monotonic = read_now, .wall = read_now };

static const char *in_folder(const char *name)
{
	static char path[128];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void write_file(const char *name, const char *text)
{
	struct pq_error error;
	assert_true(pq_file_replace(in_folder(name), pq_string_from(text), 0600, &error));
}

static int make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	write_file("ca.crt", "CA");
	write_file("me.crt", "CERTIFICATE");
	write_file("me.key", "KEY");
	write_file("token", " first\n");
	write_file("namespace", "team\n");
	now = 100 * PQ_SECOND;
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		unlink(in_folder(names[i]));
	return rmdir(folder);
}

#define CONTEXT                                                                                    \
	"current-context: here\n"                                                                  \
	"contexts: [{name: there, context: {}}, {name: here, context: {cluster: c, user: u}}]\n"
#define CLUSTER(text) "clusters: [{name: c, cluster: {" text "}}]\n"
#define USER(text)    "users: [{name: u, user: {" text "}}]\n"
#define SERVER        "server: 'https://cluster:6443/'"

static void a_kubeconfig_is_read(void **state)
{
	(void)state;
	static const struct {
		const char *name, *text;
		const char *server, *ca, *certificate, *authorization, *connect_to;
		bool insecure;
	} cases[] = {
		{ "files beside it",
		  CONTEXT CLUSTER(SERVER ", certificate-authority: ca.crt")
			  USER("client-certificate: me.crt, client-key: ./me.key"),
		  "https://cluster:6443", "CA", "CERTIFICATE", NULL, NULL, false },
		{ "data wins",
		  CONTEXT CLUSTER(SERVER ", certificate-authority: none, "
					 "certificate-authority-data: \"SEVS\\nRQ==\"")
			  USER("client-certificate-data: QQ==, client-key-data: Qg=="),
		  "https://cluster:6443", "HERE", "A", NULL, NULL, false },
		{ "a token", CONTEXT CLUSTER(SERVER) USER("token: secret"), "https://cluster:6443",
		  "", "", "Authorization: Bearer secret", NULL, false },
		{ "a token file wins", CONTEXT CLUSTER(SERVER) USER("token: x, tokenFile: token"),
		  "https://cluster:6443", "", "", "Authorization: Bearer first", NULL, false },
		{ "not checked",
		  CONTEXT CLUSTER("server: 'https://[::1]:1', insecure-skip-tls-verify: true")
			  USER("token: x"),
		  "https://[::1]:1", "", "", "Authorization: Bearer x", NULL, true },
		{ "another name",
		  CONTEXT CLUSTER("server: 'https://10.0.0.1/k8s', tls-server-name: api.internal")
			  USER("token: x"),
		  "https://api.internal:443/k8s", "", "", "Authorization: Bearer x",
		  "api.internal:443:10.0.0.1:443", false },
		{ "another name for IPv6",
		  CONTEXT CLUSTER("server: 'https://[::1]:6443', tls-server-name: api") USER(""),
		  "https://api:6443", "", "", NULL, "api:6443:[::1]:6443", false },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_kube_config config;
		struct pq_error error;
		write_file("config", cases[i].text);
		if (!pq_kube_config_load(&config, in_folder("config"), &error))
			fail_msg("%s: %s", cases[i].name, error.message);
		assert_string_equal(config.server, cases[i].server);
		assert_true(pq_string_is(config.tls.ca, cases[i].ca));
		assert_true(pq_string_is(config.tls.certificate, cases[i].certificate));
		assert_int_equal(config.tls.insecure, cases[i].insecure);
		assert_true(pq_string_is(config.namespace, "default"));
		const char *authorization = pq_kube_config_authorization(&config, &fake_clock);
		assert_true(pq_string_equal(pq_string_from(authorization),
					    pq_string_from(cases[i].authorization)));
		assert_true(pq_string_equal(pq_string_from(config.connect_to),
					    pq_string_from(cases[i].connect_to)));
		pq_kube_config_done(&config);
	}
}

static void what_cannot_be_used_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *text, *message;
		enum pq_error_code code;
	} cases[] = {
		{ "clusters: []\n", "no current-context", PQ_ERROR_USAGE },
		{ "current-context: x\n", "there is no context \"x\" in contexts", PQ_ERROR_USAGE },
		{ CONTEXT, "there is no cluster \"c\" in clusters", PQ_ERROR_USAGE },
		{ CONTEXT CLUSTER("server: localhost"), "is no https:// or http:// URL",
		  PQ_ERROR_USAGE },
		{ CONTEXT CLUSTER(SERVER), "there is no user \"u\" in users", PQ_ERROR_USAGE },
		{ CONTEXT CLUSTER(SERVER) USER("exec: {command: aws}"),
		  "\"exec\" of a user is not supported", PQ_ERROR_UNSUPPORTED },
		{ CONTEXT CLUSTER(SERVER) USER("client-certificate: me.crt"),
		  "client-certificate and client-key belong together", PQ_ERROR_USAGE },
		{ CONTEXT CLUSTER(SERVER) USER("client-key-data: '*'"),
		  "client-key-data is not base64", PQ_ERROR_USAGE },
		{ CONTEXT CLUSTER(SERVER ", certificate-authority: missing") USER(""),
		  "No such file or directory", PQ_ERROR_NOT_FOUND },
		{ CONTEXT CLUSTER(SERVER ", certificate-authority: ca.crt, "
					 "insecure-skip-tls-verify: true") USER(""),
		  "exclude each other", PQ_ERROR_USAGE },
		{ "clusters: [", "did not find", PQ_ERROR_INVALID },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_kube_config config;
		struct pq_error error;
		write_file("config", cases[i].text);
		assert_false(pq_kube_config_load(&config, in_folder("config"), &error));
		if (strstr(error.message, cases[i].message) == NULL)
			fail_msg("\"%s\" lacks \"%s\"", error.message, cases[i].message);
		assert_int_equal(error.code, cases[i].code);
		assert_non_null(strstr(error.path, "/config"));
	}
}

static void a_pod_has_a_service_account(void **state)
{
	(void)state;
	struct pq_kube_config config;
	struct pq_error error;
	assert_true(pq_kube_config_load_service_account(&config, folder, "fd00::1", "443", &error));
	assert_string_equal(config.server, "https://[fd00::1]:443");
	assert_true(pq_string_is(config.namespace, "team"));
	assert_true(pq_string_is(config.tls.ca, "CA"));
	assert_string_equal(pq_kube_config_authorization(&config, &fake_clock),
			    "Authorization: Bearer first");
	write_file("token", "second");
	now += 59 * PQ_SECOND;
	assert_string_equal(pq_kube_config_authorization(&config, &fake_clock),
			    "Authorization: Bearer first");
	now += PQ_SECOND;
	assert_string_equal(pq_kube_config_authorization(&config, &fake_clock),
			    "Authorization: Bearer second");
	unlink(in_folder("token"));
	now += PQ_MINUTE;
	assert_string_equal(pq_kube_config_authorization(&config, &fake_clock),
			    "Authorization: Bearer second");
	pq_kube_config_done(&config);
	assert_false(
		pq_kube_config_load_service_account(&config, folder, "10.0.0.1", "443", &error));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kubeconfig_is_read),
		cmocka_unit_test(what_cannot_be_used_is_named),
		cmocka_unit_test(a_pod_has_a_service_account),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
