#include "export/prometheus.h"

#include "telemetry/metrics.h"
#include "telemetry/resource.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void assert_has(const struct pq_buffer *text, const char *lines)
{
	if (memmem(text->data, text->length, lines, strlen(lines)) == NULL)
		fail_msg("not there: %s\nin: %.*s", lines,
			 PQ_STRING_ARGUMENT(pq_buffer_view(text)));
}

static void counters_and_gauges(void **state)
{
	(void)state;
	pq_cleanup_buffer struct pq_buffer text;
	const struct pq_string labels[] = { PQ_S("/mutate"), PQ_S("200") };
	pq_metric_add(PQ_METRIC_WEBHOOK_REQUESTS, labels, 3);
	pq_metric_set(PQ_METRIC_POLICY_SCHEMAS, NULL, 1e10);
	pq_buffer_init(&text, 0);
	pq_prometheus_write(&text);
	assert_has(
		&text,
		"# TYPE controller_runtime_webhook_requests_total counter\n"
		"controller_runtime_webhook_requests_total{webhook=\"/mutate\",code=\"200\"} 3\n");
	assert_has(&text, "# TYPE pratique_policy_schemas gauge\n"
			  "pratique_policy_schemas 10000000000\n");
}

static void label_values_are_escaped(void **state)
{
	(void)state;
	pq_cleanup_buffer struct pq_buffer text;
	const struct pq_string labels[] = { PQ_S("a\"b\\c\nd") };
	pq_metric_add(PQ_METRIC_WORKQUEUE_ADDS, labels, 1);
	pq_buffer_init(&text, 0);
	pq_prometheus_write(&text);
	assert_has(&text, "workqueue_adds_total{name=\"a\\\"b\\\\c\\nd\"} 1\n");
}

static void histograms_are_cumulative(void **state)
{
	(void)state;
	pq_cleanup_buffer struct pq_buffer text;
	const struct pq_string labels[] = { PQ_S("/mutate") };
	pq_metric_observe(PQ_METRIC_WEBHOOK_SECONDS, labels, 0.00002);
	pq_metric_observe(PQ_METRIC_WEBHOOK_SECONDS, labels, 19);
	pq_buffer_init(&text, 0);
	pq_prometheus_write(&text);
	assert_has(&text, "controller_runtime_webhook_latency_seconds_bucket{webhook=\"/"
			  "mutate\",le=\"1e-05\"} 0\n"
			  "controller_runtime_webhook_latency_seconds_bucket{webhook=\"/"
			  "mutate\",le=\"2.5e-05\"} 1\n");
	assert_has(&text,
		   "controller_runtime_webhook_latency_seconds_bucket{webhook=\"/"
		   "mutate\",le=\"10\"} 1\n"
		   "controller_runtime_webhook_latency_seconds_bucket{webhook=\"/"
		   "mutate\",le=\"+Inf\"} 2\n"
		   "controller_runtime_webhook_latency_seconds_sum{webhook=\"/mutate\"} 19.00002\n"
		   "controller_runtime_webhook_latency_seconds_count{webhook=\"/mutate\"} 2\n");
}

static void each_name_has_one_head(void **state)
{
	(void)state;
	pq_cleanup_buffer struct pq_buffer text;
	const struct pq_string a[] = { PQ_S("GET"), PQ_S("200") };
	const struct pq_string b[] = { PQ_S("GET"), PQ_S("404") };
	const char *head = "# TYPE rest_client_requests_total";
	pq_metric_add(PQ_METRIC_API_REQUESTS, a, 1);
	pq_metric_add(PQ_METRIC_API_REQUESTS, b, 1);
	pq_buffer_init(&text, 0);
	pq_prometheus_write(&text);
	pq_buffer_append_byte(&text, '\0');
	const char *first = strstr(text.data, head);
	assert_non_null(first);
	assert_null(strstr(first + 1, head));
}

static void the_process_is_there(void **state)
{
	(void)state;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	pq_prometheus_write(&text);
	assert_has(&text, "\npratique_build_info{version=\"");
	assert_has(&text, "\nprocess_resident_memory_bytes ");
	assert_has(&text, "\nprocess_start_time_seconds 1");
	assert_has(&text, "\nprocess_open_fds ");
}

static char twins[] = "deployment.environment=a%22b,deployment_environment=c,9lives=yes";

static char *find_twins(const char *variable)
{
	return strcmp(variable, "OTEL_RESOURCE_ATTRIBUTES") == 0 ? twins : NULL;
}

static void target_info_has_each_label_once(void **state)
{
	(void)state;
	struct pq_error error;
	pq_cleanup_buffer struct pq_buffer text;
	assert_true(pq_resource_read(find_twins, &error));
	pq_buffer_init(&text, 0);
	pq_prometheus_write(&text);
	assert_has(&text, "\n# TYPE target_info gauge\ntarget_info{service_name=\"pratique\",");
	assert_has(&text, ",deployment_environment=\"a\\\"b\",_lives=\"yes\"} 1\n");
}

/* Whoever is asked for figures sets those that nobody keeps current. */
static void collect(void *context)
{
	pq_metric_set(PQ_METRIC_CONNECTIONS, NULL, *(double *)context);
}

static void collectors_are_asked_first(void **state)
{
	(void)state;
	double connections = 17;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	pq_metrics_set_collector(collect, &connections);
	pq_prometheus_write(&text);
	pq_metrics_set_collector(NULL, NULL);
	assert_has(&text, "\npratique_connections 17\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_and_gauges),
		cmocka_unit_test(label_values_are_escaped),
		cmocka_unit_test(histograms_are_cumulative),
		cmocka_unit_test(each_name_has_one_head),
		cmocka_unit_test(the_process_is_there),
		cmocka_unit_test(target_info_has_each_label_once),
		cmocka_unit_test(collectors_are_asked_first),
	};
	return cmocka_run_group_tests_name("prometheus", tests, NULL, NULL);
}
