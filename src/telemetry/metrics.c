/*
 * Series are found through a table of atomic pointers per metric: reading never locks. A new series
 * is made under one mutex and published by its pointer; series are never removed.
 */
#include "telemetry/metrics.h"

#include "base/hash.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { SLOT_COUNT = 2 * PQ_METRIC_SERIES_MAX }; /* at most half full */

struct series {
	uint32_t hash;
	_Atomic uint64_t value; /* the bits of a double */
	struct pq_string labels[PQ_METRIC_LABELS_MAX];
	_Atomic uint64_t buckets[PQ_METRIC_BUCKETS_MAX + 1]; /* not cumulative; the last is +Inf */
};

struct family {
	_Atomic(struct series *) slots[SLOT_COUNT];
	size_t count; /* under the mutex */
};

static struct family families[PQ_METRIC_COUNT];
static pthread_mutex_t families_mutex = PTHREAD_MUTEX_INITIALIZER;

static struct {
	pthread_mutex_t mutex;
	void (*collect)(void *context);
	void *context;
} collector = { .mutex = PTHREAD_MUTEX_INITIALIZER };

/* Counts what could not be kept, also when the system has no memory for a series. */
static struct series lost;

static size_t count_labels(enum pq_metric metric)
{
	const struct pq_metric_facts *facts = pq_metric_facts(metric);
	size_t count = 0;
	while (count < PQ_METRIC_LABELS_MAX && facts->labels[count] != NULL)
		count++;
	return count;
}

static size_t count_buckets(enum pq_metric metric)
{
	const struct pq_metric_facts *facts = pq_metric_facts(metric);
	size_t count = 0;
	while (count < PQ_METRIC_BUCKETS_MAX && facts->buckets[count] > 0)
		count++;
	return count;
}

static uint32_t hash_labels(const struct pq_string *labels, size_t count)
{
	uint32_t hash = 0;
	for (size_t i = 0; i < count; i++)
		hash = hash * 31 + pq_hash(labels[i]);
	return hash;
}

static bool labels_equal(const struct pq_string *a, const struct pq_string *b, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (!pq_string_equal(a[i], b[i]))
			return false;
	}
	return true;
}

/* The series, or NULL and in *slot where it would go. */
static struct series *find_series(struct family *family, const struct pq_string *labels,
				  size_t count, uint32_t hash, size_t *slot)
{
	for (size_t i = hash % SLOT_COUNT;; i = (i + 1) % SLOT_COUNT) {
		struct series *series =
			atomic_load_explicit(&family->slots[i], memory_order_acquire);
		*slot = i;
		if (series == NULL ||
		    (series->hash == hash && labels_equal(series->labels, labels, count)))
			return series;
	}
}

/* One allocation holds the series and its label values. */
static struct series *make_series(const struct pq_string *labels, size_t count, uint32_t hash)
{
	size_t bytes = 0;
	for (size_t i = 0; i < count; i++)
		bytes += labels[i].length;
	struct series *series = calloc(1, sizeof *series + bytes);
	if (series == NULL)
		return NULL;
	char *text = (char *)(series + 1);
	series->hash = hash;
	for (size_t i = 0; i < count; i++) {
		if (labels[i].length > 0)
			memcpy(text, labels[i].data, labels[i].length);
		series->labels[i] = (struct pq_string){ .data = text, .length = labels[i].length };
		text += labels[i].length;
	}
	return series;
}

static struct series *add_series(struct family *family, const struct pq_string *labels,
				 size_t count, uint32_t hash)
{
	static const struct pq_string other[PQ_METRIC_LABELS_MAX] = {
		PQ_LITERAL("other"),
		PQ_LITERAL("other"),
		PQ_LITERAL("other"),
		PQ_LITERAL("other"),
	};
	pthread_mutex_lock(&families_mutex);
	if (family->count >= PQ_METRIC_SERIES_MAX - 1) {
		labels = other;
		hash = hash_labels(other, count);
	}
	size_t slot;
	struct series *series = find_series(family, labels, count, hash, &slot);
	if (series == NULL && (series = make_series(labels, count, hash)) != NULL) {
		family->count++;
		atomic_store_explicit(&family->slots[slot], series, memory_order_release);
	}
	pthread_mutex_unlock(&families_mutex);
	return series == NULL ? &lost : series;
}

static struct series *get_series(enum pq_metric metric, const struct pq_string *labels)
{
	size_t count = count_labels(metric), slot;
	uint32_t hash = hash_labels(labels, count);
	struct series *series = find_series(&families[metric], labels, count, hash, &slot);
	return series != NULL ? series : add_series(&families[metric], labels, count, hash);
}

static double read_double(const _Atomic uint64_t *value)
{
	uint64_t bits = atomic_load_explicit(value, memory_order_relaxed);
	double number;
	memcpy(&number, &bits, sizeof number);
	return number;
}

static uint64_t double_bits(double number)
{
	uint64_t bits;
	memcpy(&bits, &number, sizeof bits);
	return bits;
}

static void add_double(_Atomic uint64_t *value, double amount)
{
	uint64_t old = atomic_load_explicit(value, memory_order_relaxed);
	double number;
	do
		memcpy(&number, &old, sizeof number);
	while (!atomic_compare_exchange_weak_explicit(value, &old, double_bits(number + amount),
						      memory_order_relaxed, memory_order_relaxed));
}

void pq_metric_add(enum pq_metric metric, const struct pq_string *labels, double amount)
{
	add_double(&get_series(metric, labels)->value, amount);
}

void pq_metric_set(enum pq_metric metric, const struct pq_string *labels, double value)
{
	atomic_store_explicit(&get_series(metric, labels)->value, double_bits(value),
			      memory_order_relaxed);
}

void pq_metric_raise(enum pq_metric metric, const struct pq_string *labels, double value)
{
	_Atomic uint64_t *kept = &get_series(metric, labels)->value;
	uint64_t old = atomic_load_explicit(kept, memory_order_relaxed);
	double number;
	for (;;) {
		memcpy(&number, &old, sizeof number);
		if (number >= value || atomic_compare_exchange_weak_explicit(
					       kept, &old, double_bits(value), memory_order_relaxed,
					       memory_order_relaxed))
			return;
	}
}

void pq_metric_touch(enum pq_metric metric, const struct pq_string *labels)
{
	get_series(metric, labels);
}

void pq_metrics_set_collector(void (*collect)(void *context), void *context)
{
	pthread_mutex_lock(&collector.mutex);
	collector.collect = collect;
	collector.context = context;
	pthread_mutex_unlock(&collector.mutex);
}

void pq_metrics_collect(void)
{
	pthread_mutex_lock(&collector.mutex);
	if (collector.collect != NULL)
		collector.collect(collector.context);
	pthread_mutex_unlock(&collector.mutex);
}

void pq_metric_observe(enum pq_metric metric, const struct pq_string *labels, double value)
{
	const double *bounds = pq_metric_facts(metric)->buckets;
	struct series *series = get_series(metric, labels);
	size_t count = count_buckets(metric), bucket = 0;
	while (bucket < count && value > bounds[bucket])
		bucket++;
	atomic_fetch_add_explicit(&series->buckets[bucket], 1, memory_order_relaxed);
	add_double(&series->value, value);
}

static void visit_series(enum pq_metric metric, struct series *series,
			 void (*visit)(const struct pq_metric_series *series, void *context),
			 void *context)
{
	uint64_t counts[PQ_METRIC_BUCKETS_MAX + 1], sum = 0;
	bool histogram = pq_metric_facts(metric)->type == PQ_METRIC_HISTOGRAM;
	size_t bucket_count = histogram ? count_buckets(metric) + 1 : 0;
	for (size_t i = 0; i < bucket_count; i++) {
		sum += atomic_load_explicit(&series->buckets[i], memory_order_relaxed);
		counts[i] = sum;
	}
	struct pq_metric_series seen = {
		.metric = metric,
		.labels = series->labels,
		.value = read_double(&series->value),
		.bucket_counts = histogram ? counts : NULL,
		.bucket_count = bucket_count,
	};
	visit(&seen, context);
}

void pq_metrics_visit(void (*visit)(const struct pq_metric_series *series, void *context),
		      void *context)
{
	for (int metric = 0; metric < PQ_METRIC_COUNT; metric++) {
		for (size_t i = 0; i < SLOT_COUNT; i++) {
			struct series *series = atomic_load_explicit(&families[metric].slots[i],
								     memory_order_acquire);
			if (series != NULL)
				visit_series((enum pq_metric)metric, series, visit, context);
		}
	}
}

double pq_metric_read(enum pq_metric metric, const struct pq_string *labels)
{
	size_t count = count_labels(metric), slot;
	struct series *series =
		find_series(&families[metric], labels, count, hash_labels(labels, count), &slot);
	return series == NULL ? 0 : read_double(&series->value);
}
