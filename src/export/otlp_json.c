#include "export/otlp_json.h"

#include "telemetry/metrics.h"
#include "telemetry/resource.h"
#include "json/write.h"

static void write_string(struct pq_buffer *text, struct pq_string string)
{
	pq_json_write_string(text, string, PQ_JSON_COMPACT);
}

static void write_text_attribute(struct pq_buffer *text, struct pq_string key,
				 struct pq_string value)
{
	pq_buffer_append_text(text, "{\"key\":");
	write_string(text, key);
	pq_buffer_append_text(text, ",\"value\":{\"stringValue\":");
	write_string(text, value);
	pq_buffer_append_text(text, "}}");
}

/* The start of a message, up to the list of what is in it. signal is "Spans" or "Metrics". */
static void open_message(struct pq_buffer *text, const char *signal, const char *list)
{
	size_t count;
	const struct pq_pair *attributes = pq_resource_attributes(&count);
	pq_buffer_append_format(text, "{\"resource%s\":[{\"resource\":{\"attributes\":[", signal);
	for (size_t i = 0; i < count; i++) {
		pq_buffer_append_text(text, i == 0 ? "" : ",");
		write_text_attribute(text, attributes[i].name, attributes[i].value);
	}
	pq_buffer_append_format(text,
				"]},\"scope%s\":[{\"scope\":{\"name\":\"pratique\",\"version\":"
				"\"" PQ_VERSION "\"},\"%s\":[",
				signal, list);
}

static void close_message(struct pq_buffer *text)
{
	pq_buffer_append_text(text, "]}]}]}");
}

static bool has_parent(const struct pq_span *span)
{
	static const uint8_t none[PQ_SPAN_ID_BYTES];
	return memcmp(span->parent_id, none, sizeof none) != 0;
}

static void write_ids(struct pq_buffer *text, const struct pq_span *span)
{
	char trace_id[PQ_TRACE_ID_TEXT], span_id[PQ_SPAN_ID_TEXT], parent_id[PQ_SPAN_ID_TEXT];
	pq_trace_id_write(&span->context, trace_id);
	pq_span_id_write(span->context.span_id, span_id);
	pq_buffer_append_format(text, "\"traceId\":\"%s\",\"spanId\":\"%s\"", trace_id, span_id);
	if (!has_parent(span))
		return;
	pq_span_id_write(span->parent_id, parent_id);
	pq_buffer_append_format(text, ",\"parentSpanId\":\"%s\"", parent_id);
}

static void write_attributes(struct pq_buffer *text, const struct pq_span *span)
{
	for (size_t i = 0; i < span->attribute_count; i++) {
		const struct pq_span_attribute *attribute = &span->attributes[i];
		pq_buffer_append_text(text, i == 0 ? "" : ",");
		if (attribute->text.data != NULL)
			write_text_attribute(text, pq_string_from(attribute->key), attribute->text);
		else
			pq_buffer_append_format(
				text, "{\"key\":\"%s\",\"value\":{\"intValue\":\"%lld\"}}",
				attribute->key, (long long)attribute->integer);
	}
}

static void write_span(struct pq_buffer *text, const struct pq_span *span)
{
	pq_buffer_append_byte(text, '{');
	write_ids(text, span);
	pq_buffer_append_format(text,
				",\"name\":\"%s\",\"kind\":%d,\"startTimeUnixNano\":\"%lld\","
				"\"endTimeUnixNano\":\"%lld\",\"attributes\":[",
				span->name, (int)span->kind, (long long)span->start,
				(long long)span->end);
	write_attributes(text, span);
	pq_buffer_append_byte(text, ']');
	if (span->attributes_dropped > 0)
		pq_buffer_append_format(text, ",\"droppedAttributesCount\":%zu",
					span->attributes_dropped);
	/* STATUS_CODE_ERROR */
	pq_buffer_append_text(text,
			      span->has_failed ? ",\"status\":{\"code\":2}}" : ",\"status\":{}}");
}

void pq_otlp_write_spans(struct pq_buffer *text, const struct pq_span *spans)
{
	open_message(text, "Spans", "spans");
	for (const struct pq_span *span = spans; span != NULL; span = span->next) {
		pq_buffer_append_text(text, span == spans ? "" : ",");
		write_span(text, span);
	}
	close_message(text);
}

struct metrics_message {
	struct pq_buffer *text;
	int64_t start, now;
	int last; /* the metric whose points are being written, or -1 */
};

static void open_metric(struct pq_buffer *text, const struct pq_metric_facts *facts)
{
	static const char *const shapes[] = {
		[PQ_METRIC_COUNTER] = "\"sum\":{\"aggregationTemporality\":2,\"isMonotonic\":true,",
		[PQ_METRIC_GAUGE] = "\"gauge\":{",
		[PQ_METRIC_HISTOGRAM] = "\"histogram\":{\"aggregationTemporality\":2,",
	};
	pq_buffer_append_format(text, "{\"name\":\"%s\",\"description\":", facts->name);
	write_string(text, pq_string_from(facts->help));
	pq_buffer_append_format(text, ",%s\"dataPoints\":[", shapes[facts->type]);
}

static void write_labels(struct pq_buffer *text, const struct pq_metric_series *series)
{
	const struct pq_metric_facts *facts = pq_metric_facts(series->metric);
	pq_buffer_append_text(text, ",\"attributes\":[");
	for (size_t i = 0; i < PQ_METRIC_LABELS_MAX && facts->labels[i] != NULL; i++) {
		pq_buffer_append_text(text, i == 0 ? "" : ",");
		write_text_attribute(text, pq_string_from(facts->labels[i]), series->labels[i]);
	}
	pq_buffer_append_byte(text, ']');
}

/* What the registry adds up, OTLP has one by one. */
static void write_buckets(struct pq_buffer *text, const struct pq_metric_series *series)
{
	const double *bounds = pq_metric_facts(series->metric)->buckets;
	uint64_t before = 0;
	pq_buffer_append_format(
		text, ",\"count\":\"%llu\",\"sum\":",
		(unsigned long long)series->bucket_counts[series->bucket_count - 1]);
	pq_json_write_double(text, series->value);
	pq_buffer_append_text(text, ",\"bucketCounts\":[");
	for (size_t i = 0; i < series->bucket_count; i++) {
		pq_buffer_append_format(text, "%s\"%llu\"", i == 0 ? "" : ",",
					(unsigned long long)(series->bucket_counts[i] - before));
		before = series->bucket_counts[i];
	}
	pq_buffer_append_text(text, "],\"explicitBounds\":[");
	for (size_t i = 0; i + 1 < series->bucket_count; i++) {
		pq_buffer_append_text(text, i == 0 ? "" : ",");
		pq_json_write_double(text, bounds[i]);
	}
	pq_buffer_append_byte(text, ']');
}

static void write_point(const struct pq_metric_series *series, void *context)
{
	struct metrics_message *message = context;
	struct pq_buffer *text = message->text;
	const struct pq_metric_facts *facts = pq_metric_facts(series->metric);
	bool is_next = message->last == (int)series->metric;
	if (message->last >= 0)
		pq_buffer_append_text(text, is_next ? "," : "]}},");
	if (!is_next)
		open_metric(text, facts);
	message->last = (int)series->metric;
	pq_buffer_append_format(text, "{\"startTimeUnixNano\":\"%lld\",\"timeUnixNano\":\"%lld\"",
				(long long)message->start, (long long)message->now);
	write_labels(text, series);
	if (facts->type == PQ_METRIC_HISTOGRAM) {
		write_buckets(text, series);
	} else {
		pq_buffer_append_text(text, ",\"asDouble\":");
		pq_json_write_double(text, series->value);
	}
	pq_buffer_append_byte(text, '}');
}

void pq_otlp_write_metrics(struct pq_buffer *text, int64_t start, int64_t now)
{
	struct metrics_message message = { .text = text, .start = start, .now = now, .last = -1 };
	open_message(text, "Metrics", "metrics");
	pq_metrics_visit(write_point, &message);
	if (message.last >= 0)
		pq_buffer_append_text(text, "]}}");
	close_message(text);
}
