#include "export/prometheus.h"

#include "telemetry/metrics.h"

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
	pq_metric_add(PQ_METRIC_HTTP_REQUESTS, labels, 3);
	pq_metric_set(PQ_METRIC_POLICY_SCHEMAS, NULL, 1e10);
	pq_buffer_init(&text, 0);
	pq_prometheus_write(&text);
	assert_has(&text, "# TYPE pratique_http_requests_total counter\n"
			  "pratique_http_requests_total{path=\"/mutate\",code=\"200\"} 3\n");
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
	const struct pq_string labels[] = { PQ_S("mutate") };
	pq_metric_observe(PQ_METRIC_ADMISSION_REVIEW_SECONDS, labels, 0.00002);
	pq_metric_observe(PQ_METRIC_ADMISSION_REVIEW_SECONDS, labels, 9);
	pq_buffer_init(&text, 0);
	pq_prometheus_write(&text);
	assert_has(&text,
		   "pratique_admission_review_seconds_bucket{door=\"mutate\",le=\"1e-05\"} 0\n"
		   "pratique_admission_review_seconds_bucket{door=\"mutate\",le=\"2.5e-05\"} 1\n");
	assert_has(&text,
		   "pratique_admission_review_seconds_bucket{door=\"mutate\",le=\"5\"} 1\n"
		   "pratique_admission_review_seconds_bucket{door=\"mutate\",le=\"+Inf\"} 2\n"
		   "pratique_admission_review_seconds_sum{door=\"mutate\"} 9.00002\n"
		   "pratique_admission_review_seconds_count{door=\"mutate\"} 2\n");
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
	assert_has(&text, "\nprocess_open_fds ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_and_gauges),
		cmocka_unit_test(label_values_are_escaped),
		cmocka_unit_test(histograms_are_cumulative),
		cmocka_unit_test(each_name_has_one_head),
		cmocka_unit_test(the_process_is_there),
	};
	return cmocka_run_group_tests_name("prometheus", tests, NULL, NULL);
}
