#include "operator/core.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "base/file.h"
#include "operator/controller.h"
#include "telemetry/metrics.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
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

/* An API server that answers every request with a list of one Pod, and tells of each. */
static struct {
	int listener;
	pthread_t thread;
	sem_t asked;
} server;

static void *serve(void *context)
{
	(void)context;
	static const char body[] = "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":["
				   "{\"metadata\":{\"name\":\"a\",\"uid\":\"1\"}}]}";
	char request[4096], answer[512];
	int length = snprintf(answer, sizeof answer,
			      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %zu\r\n"
			      "\r\n%s",
			      strlen(body), body);
	for (;;) {
		int peer = accept(server.listener, NULL, NULL);
		if (peer < 0)
			return NULL;
		if (recv(peer, request, sizeof request, 0) > 0 &&
		    send(peer, answer, (size_t)length, MSG_NOSIGNAL) > 0)
			sem_post(&server.asked);
		close(peer);
	}
}

/* Starts the server; its port. */
static unsigned start_server(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof address;
	server.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(server.listener, (struct sockaddr *)&address, size), 0);
	assert_int_equal(listen(server.listener, 8), 0);
	assert_int_equal(getsockname(server.listener, (struct sockaddr *)&address, &size), 0);
	assert_int_equal(sem_init(&server.asked, 0, 0), 0);
	assert_int_equal(pthread_create(&server.thread, NULL, serve, NULL), 0);
	return ntohs(address.sin_port);
}

static void stop_server(void)
{
	shutdown(server.listener, SHUT_RDWR);
	pthread_join(server.thread, NULL);
	close(server.listener);
	sem_destroy(&server.asked);
}

/* A core over a server, with a kubeconfig that is gone again afterwards. */
static struct pq_core *start_with_port(unsigned port, size_t cache_bytes_max)
{
	char text[256], path[] = "/tmp/pratique-core-XXXXXX";
	struct pq_error error;
	int file = mkstemp(path);
	assert_true(file >= 0);
	close(file);
	snprintf(text, sizeof text,
		 "current-context: x\n"
		 "contexts: [{name: x, context: {cluster: c}}]\n"
		 "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:%u'}}]\n",
		 port);
	assert_true(pq_file_replace(path, pq_string_from(text), 0600, &error));
	struct pq_core_options options = { .kubeconfig = path,
					   .controllers = controllers,
					   .cache_bytes_max = cache_bytes_max };
	struct pq_core *core = pq_core_start(&options, &error);
	unlink(path);
	assert_non_null(core);
	return core;
}

static void a_core_that_fails_is_started_again(void **state)
{
	(void)state;
	struct timespec deadline;
	clock_gettime(CLOCK_REALTIME, &deadline);
	deadline.tv_sec += 30;
	struct pq_core *core = start_with_port(start_server(), 100); /* one Pod is too much */
	assert_int_equal(sem_timedwait(&server.asked, &deadline), 0);
	assert_int_equal(sem_timedwait(&server.asked, &deadline), 0);
	assert_true(pq_metric_read(PQ_METRIC_CORE_RESTARTS, NULL) >= 1);
	assert_false(pq_core_is_synced(core));
	pq_core_stop(core);
	stop_server();
}

/* Nobody listens on port 1; stopping must not wait for the next try. */
static void a_cluster_that_is_away_is_no_error(void **state)
{
	(void)state;
	struct pq_core *core = start_with_port(1, 0);
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
		cmocka_unit_test(a_core_that_fails_is_started_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
