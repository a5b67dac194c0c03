/* docs/metrics.md ends with a table of everything that /metrics shows. With PRATIQUE_UPDATE set, it
 * is written there. */
#include "export/otlp_settings.h"
#include "telemetry/metrics.h"

#include "harness/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char *const type_names[] = {
	[PQ_METRIC_COUNTER] = "counter",
	[PQ_METRIC_GAUGE] = "gauge",
	[PQ_METRIC_HISTOGRAM] = "histogram",
};

static void write_registered(const struct pq_metric_facts *facts, struct pq_buffer *page)
{
	pq_buffer_append_format(page, "| `%s` | %s |", facts->name, type_names[facts->type]);
	for (size_t i = 0; i < PQ_METRIC_LABELS_MAX && facts->labels[i] != NULL; i++)
		pq_buffer_append_format(page, "%s `%s`", i == 0 ? "" : ",", facts->labels[i]);
	pq_buffer_append_format(page, " | %s |\n", facts->help);
}

static void write_buckets(const struct pq_metric_facts *facts, struct pq_buffer *page)
{
	if (facts->type != PQ_METRIC_HISTOGRAM)
		return;
	pq_buffer_append_format(page, "\nBuckets of `%s`:", facts->name);
	for (size_t i = 0; i < PQ_METRIC_BUCKETS_MAX && facts->buckets[i] > 0; i++)
		pq_buffer_append_format(page, "%s %.15g", i == 0 ? "" : ",", facts->buckets[i]);
	pq_buffer_append_text(page, ".\n");
}

static void write_page(struct pq_buffer *page)
{
	pq_buffer_append_text(page, "| name | type | labels | meaning |\n|---|---|---|---|\n");
	for (int metric = 0; metric < PQ_METRIC_COUNT; metric++)
		write_registered(pq_metric_facts(metric), page);
	pq_buffer_append_text(page, "| `target_info` | gauge | attributes of the resource | Whose "
				    "metrics these are. |\n");
	for (int metric = 0; metric < PQ_METRIC_COUNT; metric++)
		write_buckets(pq_metric_facts(metric), page);
}

static void test_metrics_page(void **state)
{
	(void)state;
	test_page_is_current("../docs/metrics.md", "## Metrics\n\n", write_page);
}

/* Whoever reads the page or /metrics knows what each number is. */
static void test_every_row_is_complete(void **state)
{
	(void)state;
	for (int metric = 0; metric < PQ_METRIC_COUNT; metric++) {
		const struct pq_metric_facts *facts = pq_metric_facts(metric);
		assert_non_null(facts->name);
		assert_non_null(facts->help);
		assert_int_equal(facts->help[strlen(facts->help) - 1], '.');
		assert_int_equal(facts->type == PQ_METRIC_HISTOGRAM, facts->buckets[0] > 0);
	}
}

static void test_variables(void **state)
{
	(void)state;
	test_page_is_current("../docs/telemetry.md", "## Variables\n\n",
			     pq_otlp_settings_write_markdown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_metrics_page),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_every_row_is_complete),
	};
	return cmocka_run_group_tests_name("documentation", tests, NULL, NULL);
}
