#include "telemetry/span.h"

#include "base/clock.h"
#include "telemetry/metrics.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>

static struct {
	atomic_bool is_on;
	struct pq_tracing_options options; /* constant while it is on */
	pthread_mutex_t mutex;
	struct pq_span *first, **last; /* guarded by the mutex, as the count */
	size_t count;
} tracing = { .mutex = PTHREAD_MUTEX_INITIALIZER, .last = &tracing.first };

void pq_tracing_start(const struct pq_tracing_options *options)
{
	tracing.options = *options;
	atomic_store_explicit(&tracing.is_on, true, memory_order_release);
}

void pq_tracing_stop(void)
{
	atomic_store_explicit(&tracing.is_on, false, memory_order_release);
	pq_spans_free(pq_tracing_take(SIZE_MAX));
}

/* As OpenTelemetry's SDKs decide by a ratio, so that all take the same traces: by the low half of
 * the trace's number. */
static bool is_within_ratio(const uint8_t trace_id[PQ_TRACE_ID_BYTES], double ratio)
{
	uint64_t low = 0;
	for (size_t i = PQ_TRACE_ID_BYTES / 2; i < PQ_TRACE_ID_BYTES; i++)
		low = low << 8 | trace_id[i];
	return ratio >= 1 || low >> 1 < (uint64_t)(ratio * 0x1p63);
}

static bool is_wanted(const struct pq_trace_context *parent,
		      const uint8_t trace_id[PQ_TRACE_ID_BYTES])
{
	const struct pq_sampler *sampler = &tracing.options.sampler;
	if (parent != NULL && sampler->follows_parent)
		return parent->is_sampled;
	return is_within_ratio(trace_id, sampler->ratio);
}

struct pq_span *pq_span_start(const char *name, enum pq_span_kind kind,
			      const struct pq_trace_context *parent)
{
	if (!atomic_load_explicit(&tracing.is_on, memory_order_acquire))
		return NULL;
	struct pq_trace_context context = { .is_sampled = true };
	if (parent != NULL && !pq_trace_context_is_set(parent))
		parent = NULL;
	if (getrandom(context.trace_id, sizeof context.trace_id, 0) < 0 ||
	    getrandom(context.span_id, sizeof context.span_id, 0) < 0)
		return NULL;
	if (parent != NULL)
		memcpy(context.trace_id, parent->trace_id, sizeof context.trace_id);
	if (!is_wanted(parent, context.trace_id))
		return NULL;
	struct pq_span *span = malloc(sizeof *span);
	if (span == NULL)
		return NULL;
	memset(span, 0, offsetof(struct pq_span, attributes));
	span->text_length = 0;
	span->context = context;
	if (parent != NULL)
		memcpy(span->parent_id, parent->span_id, sizeof span->parent_id);
	span->name = name;
	span->kind = kind;
	span->start = pq_clock_wall(&pq_clock_system);
	span->monotonic_start = pq_clock_monotonic(&pq_clock_system);
	return span;
}

static struct pq_span_attribute *add_attribute(struct pq_span *span, const char *key)
{
	if (span->attribute_count == PQ_SPAN_ATTRIBUTES_MAX) {
		span->attributes_dropped++;
		return NULL;
	}
	struct pq_span_attribute *attribute = &span->attributes[span->attribute_count++];
	*attribute = (struct pq_span_attribute){ .key = key };
	return attribute;
}

void pq_span_set_text(struct pq_span *span, const char *key, struct pq_string text)
{
	if (span == NULL || text.length == 0)
		return;
	if (text.length > PQ_SPAN_TEXT_MAX - span->text_length) {
		span->attributes_dropped++;
		return;
	}
	struct pq_span_attribute *attribute = add_attribute(span, key);
	if (attribute == NULL)
		return;
	char *copy = span->text + span->text_length;
	memcpy(copy, text.data, text.length);
	span->text_length += text.length;
	attribute->text = (struct pq_string){ .data = copy, .length = text.length };
}

void pq_span_set_integer(struct pq_span *span, const char *key, int64_t integer)
{
	struct pq_span_attribute *attribute = span == NULL ? NULL : add_attribute(span, key);
	if (attribute != NULL)
		attribute->integer = integer;
}

void pq_span_fail(struct pq_span *span)
{
	if (span != NULL)
		span->has_failed = true;
}

static void count_dropped(void)
{
	static const struct pq_string label = PQ_LITERAL("dropped");
	pq_metric_add(PQ_METRIC_SPANS, &label, 1);
}

void pq_span_end(struct pq_span *span)
{
	if (span == NULL)
		return;
	const struct pq_tracing_options *options = &tracing.options;
	span->end = span->start + (pq_clock_monotonic(&pq_clock_system) - span->monotonic_start);
	span->next = NULL;
	pthread_mutex_lock(&tracing.mutex);
	bool is_taken = tracing.count < options->queue_max &&
			atomic_load_explicit(&tracing.is_on, memory_order_relaxed);
	if (is_taken) {
		*tracing.last = span;
		tracing.last = &span->next;
		tracing.count++;
	}
	bool is_due = is_taken && tracing.count == options->batch;
	pthread_mutex_unlock(&tracing.mutex);
	if (is_due)
		options->is_due(options->context);
	if (is_taken)
		return;
	count_dropped();
	free(span);
}

struct pq_span *pq_tracing_take(size_t max)
{
	pthread_mutex_lock(&tracing.mutex);
	struct pq_span *first = tracing.first, **end = &tracing.first;
	while (*end != NULL && max > 0) {
		end = &(*end)->next;
		max--;
		tracing.count--;
	}
	struct pq_span *rest = *end;
	*end = NULL;
	tracing.first = rest;
	if (rest == NULL)
		tracing.last = &tracing.first;
	pthread_mutex_unlock(&tracing.mutex);
	return end == &tracing.first ? NULL : first;
}

size_t pq_spans_free(struct pq_span *spans)
{
	size_t count = 0;
	while (spans != NULL) {
		struct pq_span *next = spans->next;
		free(spans);
		spans = next;
		count++;
	}
	return count;
}
