#include "export/prometheus.h"

#include "export/process.h"
#include "telemetry/metrics.h"
#include "telemetry/resource.h"
#include "json/write.h"

#include <stdio.h>

struct exposition {
	struct pq_buffer *text;
	int last; /* the metric whose head has been written, or -1 */
};

static const char *const type_names[] = {
	[PQ_METRIC_COUNTER] = "counter",
	[PQ_METRIC_GAUGE] = "gauge",
	[PQ_METRIC_HISTOGRAM] = "histogram",
};

static void write_head(struct pq_buffer *text, const struct pq_metric_facts *facts)
{
	pq_buffer_append_format(text, "# HELP %s %s\n# TYPE %s %s\n", facts->name, facts->help,
				facts->name, type_names[facts->type]);
}

static void write_label_value(struct pq_buffer *text, struct pq_string value)
{
	for (size_t i = 0; i < value.length; i++) {
		char byte = value.data[i];
		if (byte == '\n') {
			pq_buffer_append_text(text, "\\n");
			continue;
		}
		if (byte == '"' || byte == '\\')
			pq_buffer_append_byte(text, '\\');
		pq_buffer_append_byte(text, byte);
	}
}

/* bound, if given, is the upper bound of a histogram's bucket. */
static void write_labels(struct pq_buffer *text, const struct pq_metric_series *series,
			 const char *bound)
{
	const struct pq_metric_facts *facts = pq_metric_facts(series->metric);
	const char *separator = "{";
	for (size_t i = 0; i < PQ_METRIC_LABELS_MAX && facts->labels[i] != NULL; i++) {
		pq_buffer_append_format(text, "%s%s=\"", separator, facts->labels[i]);
		write_label_value(text, series->labels[i]);
		pq_buffer_append_byte(text, '"');
		separator = ",";
	}
	if (bound != NULL) {
		pq_buffer_append_format(text, "%sle=\"%s\"", separator, bound);
		separator = ",";
	}
	if (*separator == ',')
		pq_buffer_append_byte(text, '}');
}

static void write_sample(struct pq_buffer *text, const struct pq_metric_series *series,
			 const char *suffix, const char *bound, double value)
{
	pq_buffer_append_format(text, "%s%s", pq_metric_facts(series->metric)->name, suffix);
	write_labels(text, series, bound);
	pq_buffer_append_byte(text, ' ');
	pq_json_write_double(text, value);
	pq_buffer_append_byte(text, '\n');
}

static void write_histogram(struct pq_buffer *text, const struct pq_metric_series *series)
{
	const double *bounds = pq_metric_facts(series->metric)->buckets;
	for (size_t i = 0; i < series->bucket_count; i++) {
		char bound[32] = "+Inf";
		if (i + 1 < series->bucket_count)
			snprintf(bound, sizeof bound, "%.10g", bounds[i]);
		write_sample(text, series, "_bucket", bound, (double)series->bucket_counts[i]);
	}
	write_sample(text, series, "_sum", NULL, series->value);
	write_sample(text, series, "_count", NULL,
		     (double)series->bucket_counts[series->bucket_count - 1]);
}

static void write_series(const struct pq_metric_series *series, void *context)
{
	struct exposition *exposition = context;
	const struct pq_metric_facts *facts = pq_metric_facts(series->metric);
	if (exposition->last != (int)series->metric)
		write_head(exposition->text, facts);
	exposition->last = (int)series->metric;
	if (facts->type == PQ_METRIC_HISTOGRAM)
		write_histogram(exposition->text, series);
	else
		write_sample(exposition->text, series, "", NULL, series->value);
}

/* What stands for a name's byte: label names may have letters, digits and underscores only. */
static char label_byte(struct pq_string name, size_t i)
{
	char byte = name.data[i], letter = (char)(byte | 0x20);
	bool is_plain = (letter >= 'a' && letter <= 'z') || (i > 0 && byte >= '0' && byte <= '9');
	return is_plain ? byte : '_';
}

static bool is_same_label(struct pq_string one, struct pq_string other)
{
	if (one.length != other.length)
		return false;
	for (size_t i = 0; i < one.length; i++) {
		if (label_byte(one, i) != label_byte(other, i))
			return false;
	}
	return true;
}

/* Prometheus refuses a whole scrape for a label that is there twice. */
static bool is_written_before(const struct pq_pair *attributes, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (is_same_label(attributes[i].name, attributes[index].name))
			return true;
	}
	return false;
}

static void write_attribute(struct pq_buffer *text, const struct pq_pair *attribute)
{
	for (size_t i = 0; i < attribute->name.length; i++)
		pq_buffer_append_byte(text, label_byte(attribute->name, i));
	pq_buffer_append_text(text, "=\"");
	write_label_value(text, attribute->value);
	pq_buffer_append_byte(text, '"');
}

/* As OpenTelemetry's "Prometheus and OpenMetrics Compatibility" has it. */
static void write_target_info(struct pq_buffer *text)
{
	size_t count;
	const struct pq_pair *attributes = pq_resource_attributes(&count);
	if (count == 0)
		return;
	pq_buffer_append_text(text, "# HELP target_info Whose metrics these are.\n"
				    "# TYPE target_info gauge\ntarget_info{");
	for (size_t i = 0; i < count; i++) {
		if (is_written_before(attributes, i))
			continue;
		pq_buffer_append_text(text, i == 0 ? "" : ",");
		write_attribute(text, &attributes[i]);
	}
	pq_buffer_append_text(text, "} 1\n");
}

void pq_prometheus_write(struct pq_buffer *text)
{
	struct exposition exposition = { .text = text, .last = -1 };
	pq_metrics_collect();
	pq_process_collect();
	pq_metrics_visit(write_series, &exposition);
	write_target_info(text);
}
