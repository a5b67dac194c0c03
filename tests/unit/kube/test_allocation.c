/* Reading a kubeconfig while memory runs out at any point: an error, and nothing lost. */
#include "base/file.h"
#include "harness/allocation.h"
#include "kube/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static const char text[] = "current-context: x\n"
			   "contexts: [{name: x, context: {cluster: c, user: u}}]\n"
			   "users: [{name: u, user: {token: secret}}]\n"
			   "clusters: [{name: c, cluster: {server: 'https://10.0.0.1',\n"
			   "  certificate-authority-data: QUJD, tls-server-name: api}}]\n";

static void a_kubeconfig_survives(void **state)
{
	(void)state;
	char path[] = "/tmp/pratique-config-XXXXXX";
	struct pq_error error;
	struct pq_kube_config config;
	int file = mkstemp(path);
	assert_true(file >= 0);
	close(file);
	assert_true(pq_file_replace(path, pq_string_from(text), 0600, &error));
	size_t failures = 0;
	for (;; failures++) {
		test_allocation_fail_from(failures);
		if (pq_kube_config_load(&config, path, &error))
			break;
		assert_true(error.code != PQ_ERROR_NONE);
	}
	test_allocation_never_fail();
	unlink(path);
	assert_true(failures > 0);
	assert_string_equal(config.server, "https://api:443");
	assert_string_equal(config.authorization.data, "Authorization: Bearer secret");
	pq_kube_config_done(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kubeconfig_survives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
