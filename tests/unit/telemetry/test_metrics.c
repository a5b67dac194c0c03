#include "telemetry/metrics.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void labels_keep_series_apart(void **state)
{
	(void)state;
	const struct pq_string get[] = { PQ_S("GET"), PQ_S("200") };
	const struct pq_string put[] = { PQ_S("PUT"), PQ_S("200") };
	pq_metric_add(PQ_METRIC_API_REQUESTS, get, 1);
	pq_metric_add(PQ_METRIC_API_REQUESTS, get, 2);
	pq_metric_add(PQ_METRIC_API_REQUESTS, put, 1);
	assert_true(pq_metric_read(PQ_METRIC_API_REQUESTS, get) == 3);
	assert_true(pq_metric_read(PQ_METRIC_API_REQUESTS, put) == 1);
}

static void a_gauge_has_its_last_value(void **state)
{
	(void)state;
	pq_metric_set(PQ_METRIC_CORE_UP, NULL, 1);
	pq_metric_set(PQ_METRIC_CORE_UP, NULL, 0);
	assert_true(pq_metric_read(PQ_METRIC_CORE_UP, NULL) == 0);
}

static void label_values_are_copied(void **state)
{
	(void)state;
	char name[] = "first";
	const struct pq_string before[] = { pq_string_from(name) };
	const struct pq_string first[] = { PQ_S("first") };
	pq_metric_add(PQ_METRIC_WORKQUEUE_ADDS, before, 1);
	name[0] = 'F';
	assert_true(pq_metric_read(PQ_METRIC_WORKQUEUE_ADDS, first) == 1);
}

/* What strangers choose as label values cannot fill the memory. */
static void too_many_series_become_other(void **state)
{
	(void)state;
	const struct pq_string other[] = { PQ_S("other"), PQ_S("other"), PQ_S("other") };
	for (int i = 0; i < 1000; i++) {
		char kind[16];
		snprintf(kind, sizeof kind, "Kind%d", i);
		const struct pq_string labels[] = { PQ_S("g"), PQ_S("v1"), pq_string_from(kind) };
		pq_metric_add(PQ_METRIC_UNMATCHED, labels, 1);
	}
	assert_true(pq_metric_read(PQ_METRIC_UNMATCHED, other) ==
		    1000 - (PQ_METRIC_SERIES_MAX - 1));
}

struct seen {
	double sum;
	uint64_t counts[PQ_METRIC_BUCKETS_MAX + 1];
	size_t count;
};

static void look(const struct pq_metric_series *series, void *context)
{
	struct seen *seen = context;
	if (series->metric != PQ_METRIC_REQUEST_BODY_BYTES)
		return;
	seen->sum = series->value;
	seen->count = series->bucket_count;
	memcpy(seen->counts, series->bucket_counts, series->bucket_count * sizeof seen->counts[0]);
}

static void a_bucket_counts_what_is_at_most_its_bound(void **state)
{
	(void)state;
	struct seen seen = { 0 };
	pq_metric_observe(PQ_METRIC_REQUEST_BODY_BYTES, NULL, 1024);
	pq_metric_observe(PQ_METRIC_REQUEST_BODY_BYTES, NULL, 1025);
	pq_metric_observe(PQ_METRIC_REQUEST_BODY_BYTES, NULL, 1e12);
	pq_metrics_visit(look, &seen);
	assert_true(seen.count > 3);
	assert_int_equal(seen.counts[0], 1);
	assert_int_equal(seen.counts[1], 2);
	assert_int_equal(seen.counts[seen.count - 2], 2);
	assert_int_equal(seen.counts[seen.count - 1], 3);
	assert_true(seen.sum == 1024 + 1025 + 1e12);
}

enum { THREADS = 4, ADDITIONS = 20000 };

static void *add_many(void *context)
{
	(void)context;
	for (int i = 0; i < ADDITIONS; i++) {
		char result[16];
		snprintf(result, sizeof result, "r%d", i % 8);
		const struct pq_string labels[] = { PQ_S("c"), pq_string_from(result) };
		pq_metric_add(PQ_METRIC_RECONCILE_TOTAL, labels, 1);
	}
	return NULL;
}

static void nothing_is_lost_between_threads(void **state)
{
	(void)state;
	pthread_t threads[THREADS];
	const struct pq_string labels[] = { PQ_S("c"), PQ_S("r3") };
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, add_many, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	assert_true(pq_metric_read(PQ_METRIC_RECONCILE_TOTAL, labels) == THREADS * ADDITIONS / 8);
}

static void every_metric_has_facts(void **state)
{
	(void)state;
	for (int metric = 0; metric < PQ_METRIC_COUNT; metric++) {
		const struct pq_metric_facts *facts = pq_metric_facts((enum pq_metric)metric);
		assert_non_null(facts->name);
		assert_non_null(facts->help);
		assert_int_equal(facts->type == PQ_METRIC_HISTOGRAM, facts->buckets[0] > 0);
		assert_int_equal(facts->type == PQ_METRIC_COUNTER,
				 pq_string_ends_with(pq_string_from(facts->name), PQ_S("_total")));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_keep_series_apart),
		cmocka_unit_test(a_gauge_has_its_last_value),
		cmocka_unit_test(label_values_are_copied),
		cmocka_unit_test(too_many_series_become_other),
		cmocka_unit_test(a_bucket_counts_what_is_at_most_its_bound),
		cmocka_unit_test(nothing_is_lost_between_threads),
		cmocka_unit_test(every_metric_has_facts),
	};
	return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}
