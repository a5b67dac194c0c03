#include "telemetry/log.h"

#include "base/clock.h"
#include "telemetry/metrics.h"
#include "telemetry/resource.h"
#include "json/write.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum {
	/* poll(2) calls a pipe writable when this much fits: such a line is written whole and
	 * without waiting. */
	LINE_MAX_BYTES = PIPE_BUF,
	TEXT_MAX_BYTES = 1024,    /* of one field */
	IDENTITY_MAX_BYTES = 253, /* of one part of the identity, as names of Kubernetes are */
	PATH_MAX_BYTES = 128,     /* of a finding's path */
	TRUNCATED_BYTES = 32,     /* kept for the note that fields were left out */
};

static atomic_int log_least = PQ_LOG_INFO;
static atomic_int log_format = PQ_LOG_TEXT;
static atomic_int log_descriptor = STDERR_FILENO;
static pthread_mutex_t write_mutex = PTHREAD_MUTEX_INITIALIZER;

static const char *const level_names[] = {
	[PQ_LOG_DEBUG] = "debug",
	[PQ_LOG_INFO] = "info",
	[PQ_LOG_WARNING] = "warning",
	[PQ_LOG_ERROR] = "error",
};

void pq_log_configure(enum pq_log_level least, enum pq_log_format format, int descriptor)
{
	atomic_store(&log_least, least);
	atomic_store(&log_format, format);
	atomic_store(&log_descriptor, descriptor);
}

static bool is_plain(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		if (byte <= ' ' || byte == '"' || byte == '=' || byte == '\\' || byte > '~')
			return false;
	}
	return text.length > 0;
}

static void write_text(struct pq_buffer *line, enum pq_log_format format, struct pq_string text)
{
	text = pq_string_slice(text, 0, TEXT_MAX_BYTES);
	if (format == PQ_LOG_TEXT && is_plain(text))
		pq_buffer_append_string(line, text);
	else
		pq_json_write_string(line, text, PQ_JSON_COMPACT);
}

static void write_key(struct pq_buffer *line, enum pq_log_format format, const char *key)
{
	if (format == PQ_LOG_JSON)
		pq_buffer_append_format(line, ",\"%s\":", key);
	else
		pq_buffer_append_format(line, " %s=", key);
}

static void write_start(struct pq_buffer *line, enum pq_log_format format, enum pq_log_level level,
			const char *message)
{
	int64_t now = pq_clock_wall(&pq_clock_system);
	time_t seconds = (time_t)(now / PQ_SECOND);
	struct tm parts;
	char text[32];
	gmtime_r(&seconds, &parts);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
	pq_buffer_append_format(line,
				format == PQ_LOG_JSON ? "{\"time\":\"%s.%03dZ\"" : "time=%s.%03dZ",
				text, (int)(now % PQ_SECOND / PQ_MILLISECOND));
	write_key(line, format, "level");
	write_text(line, format, pq_string_from(level_names[level]));
	write_key(line, format, "msg");
	write_text(line, format, pq_string_from(message));
}

/* Text lines are for people in front of a terminal, who know what they look at. */
static void write_identity(struct pq_buffer *line)
{
	size_t count;
	const struct pq_pair *attributes = pq_resource_attributes(&count);
	for (size_t i = 0; i < pq_resource_identity_count(); i++) {
		pq_buffer_append_format(line, ",\"%.*s\":", PQ_STRING_ARGUMENT(attributes[i].name));
		pq_json_write_string(line,
				     pq_string_slice(attributes[i].value, 0, IDENTITY_MAX_BYTES),
				     PQ_JSON_COMPACT);
	}
}

static void write_finding(struct pq_buffer *line, enum pq_log_format format,
			  const struct pq_finding *finding)
{
	struct pq_string path = pq_string_slice(finding->field, 0, PATH_MAX_BYTES);
	const char *reason = pq_finding_type_reason(finding->type);
	if (format == PQ_LOG_TEXT) {
		pq_buffer_append_format(line, "%.*s: %s", PQ_STRING_ARGUMENT(path), reason);
		return;
	}
	pq_buffer_append_text(line, "{\"path\":");
	pq_json_write_string(line, path, PQ_JSON_COMPACT);
	pq_buffer_append_format(line, ",\"reason\":\"%s\"}", reason);
}

static void write_findings(struct pq_buffer *line, enum pq_log_format format,
			   const struct pq_findings *findings)
{
	for (size_t i = 0; i < findings->count && i < PQ_LOG_FINDINGS_MAX; i++) {
		if (i > 0)
			pq_buffer_append_text(line, format == PQ_LOG_JSON ? "," : "; ");
		write_finding(line, format, &findings->items[i]);
	}
}

/* JSON has a list of objects, and how many there are when they are not all listed. */
static void write_findings_field(struct pq_buffer *line, enum pq_log_format format,
				 const struct pq_log_field *field)
{
	const struct pq_findings *findings = field->findings;
	size_t count = findings->count + findings->dropped;
	if (format == PQ_LOG_JSON) {
		pq_buffer_append_byte(line, '[');
		write_findings(line, format, findings);
		pq_buffer_append_byte(line, ']');
	} else {
		pq_cleanup_buffer struct pq_buffer text;
		pq_buffer_init(&text, LINE_MAX_BYTES);
		write_findings(&text, format, findings);
		write_text(line, format, pq_buffer_view(&text));
	}
	if (count <= PQ_LOG_FINDINGS_MAX)
		return;
	char key[32];
	snprintf(key, sizeof key, "%sCount", field->key);
	write_key(line, format, key);
	pq_buffer_append_format(line, "%zu", count);
}

static void write_fields(struct pq_buffer *line, enum pq_log_format format,
			 const struct pq_log_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t before = line->length;
		write_key(line, format, fields[i].key);
		if (fields[i].findings != NULL)
			write_findings_field(line, format, &fields[i]);
		else if (fields[i].is_integer)
			pq_buffer_append_format(line, "%lld", (long long)fields[i].integer);
		else
			write_text(line, format, fields[i].text);
		if (line->length <= LINE_MAX_BYTES - TRUNCATED_BYTES && !line->failed)
			continue;
		line->failed = false;
		line->length = before;
		write_key(line, format, "truncated");
		pq_buffer_append_text(line, "true");
		return;
	}
}

/* Whoever reads may have stopped: a line that would have to wait is dropped. The mutex keeps
 * another thread from taking the room that one has been told of, for a pipe that is full then would
 * hold it up. */
static bool write_line(struct pq_string line)
{
	struct pollfd ready = { .fd = atomic_load(&log_descriptor), .events = POLLOUT };
	pthread_mutex_lock(&write_mutex);
	bool written = poll(&ready, 1, 0) == 1 && (ready.revents & POLLOUT) != 0 &&
		       write(ready.fd, line.data, line.length) == (ssize_t)line.length;
	pthread_mutex_unlock(&write_mutex);
	return written;
}

bool pq_log_rate_allows(struct pq_log_rate *rate, int64_t now)
{
	int64_t second = now / PQ_SECOND;
	if (atomic_exchange(&rate->second, second) != second)
		atomic_store(&rate->count, 0);
	if (atomic_fetch_add(&rate->count, 1) < rate->most)
		return true;
	pq_metric_add(PQ_METRIC_LOG_LINES_DROPPED, NULL, 1);
	return false;
}

void pq_log_fields(enum pq_log_level level, const char *message, const struct pq_log_field *fields,
		   size_t count)
{
	if ((int)level < atomic_load_explicit(&log_least, memory_order_relaxed))
		return;
	enum pq_log_format format = (enum pq_log_format)atomic_load(&log_format);
	pq_cleanup_buffer struct pq_buffer line;
	pq_buffer_init(&line, LINE_MAX_BYTES);
	write_start(&line, format, level, message);
	if (format == PQ_LOG_JSON)
		write_identity(&line);
	write_fields(&line, format, fields, count);
	pq_buffer_append_text(&line, format == PQ_LOG_JSON ? "}\n" : "\n");
	if (pq_buffer_failed(&line) || !write_line(pq_buffer_view(&line)))
		pq_metric_add(PQ_METRIC_LOG_LINES_DROPPED, NULL, 1);
}
