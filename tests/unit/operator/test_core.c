#include "operator/core.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/file.h"
#include "operator/controller.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static struct pq_outcome reconcile(struct pq_reconcile *reconcile)
{
	(void)reconcile;
	return pq_outcome_ok();
}

static const struct pq_kube_resource pods = { "", "v1", "pods", "Pod", true };
static const struct pq_watched_resource watched[] = {
	{ .resource = &pods, .mapping = PQ_KEY_OWN },
};
static const struct pq_controller_registration controller = {
	.name = "test",
	.watched = watched,
	.watched_count = 1,
	.reconcile = reconcile,
};
static const struct pq_controller_registration *const controllers[] = { &controller, NULL };

static struct pq_core *start(const char *kubeconfig, struct pq_error *error)
{
	struct pq_core_options options = { .kubeconfig = kubeconfig, .controllers = controllers };
	return pq_core_start(&options, error);
}

static void a_kubeconfig_that_cannot_be_used_is_told_at_once(void **state)
{
	(void)state;
	struct pq_error error;
	assert_null(start("/nonexistent/kubeconfig", &error));
	assert_int_equal(error.code, PQ_ERROR_NOT_FOUND);
	assert_string_equal(error.path, "/nonexistent/kubeconfig");
}

static void outside_of_a_pod_a_kubeconfig_is_needed(void **state)
{
	(void)state;
	struct pq_error error;
	unsetenv("KUBERNETES_SERVICE_HOST");
	assert_null(start("in-cluster", &error));
	assert_int_equal(error.code, PQ_ERROR_USAGE);
	assert_non_null(strstr(error.message, "name a kubeconfig"));
}

/* Nobody listens on port 1; stopping must not wait for the next try. */
static void a_cluster_that_is_away_is_no_error(void **state)
{
	(void)state;
	static const char text[] =
		"current-context: x\n"
		"contexts: [{name: x, context: {cluster: c}}]\n"
		"clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]\n";
	char path[] = "/tmp/pratique-core-XXXXXX";
	struct pq_error error;
	int file = mkstemp(path);
	assert_true(file >= 0);
	close(file);
	assert_true(pq_file_replace(path, pq_string_from(text), 0600, &error));
	struct pq_core *core = start(path, &error);
	unlink(path);
	assert_non_null(core);
	assert_false(pq_core_is_synced(core));
	int64_t before = pq_clock_monotonic(&pq_clock_system);
	pq_core_stop(core);
	assert_true(pq_clock_monotonic(&pq_clock_system) - before < 5 * PQ_SECOND);
	pq_core_stop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_kubeconfig_that_cannot_be_used_is_told_at_once),
		cmocka_unit_test(outside_of_a_pod_a_kubeconfig_is_needed),
		cmocka_unit_test(a_cluster_that_is_away_is_no_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
