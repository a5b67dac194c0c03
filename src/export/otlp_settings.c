#include "export/otlp_settings.h"

#include "base/clock.h"
#include "base/file.h"
#include "telemetry/pairs.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#define PREFIX "OTEL_EXPORTER_OTLP_"

enum { NAME_MAX_LENGTH = 64 };

/* Numbers, in milliseconds where they are times. */
static const struct number {
	const char *variable;
	size_t offset; /* of an int64_t in the settings */
	int64_t unit;
	int64_t least, most, fallback;
	const char *meaning;
} numbers[] = {
	{ "OTEL_BSP_SCHEDULE_DELAY", offsetof(struct pq_otlp_settings, schedule_delay),
	  PQ_MILLISECOND, 1, 3600000, 5000, "milliseconds from one batch of spans to the next" },
	{ "OTEL_BSP_EXPORT_TIMEOUT", offsetof(struct pq_otlp_settings, export_timeout),
	  PQ_MILLISECOND, 1, 3600000, 30000, "milliseconds for a batch, repetitions included" },
	{ "OTEL_BSP_MAX_QUEUE_SIZE", offsetof(struct pq_otlp_settings, queue_max), 1, 1,
	  PQ_OTLP_QUEUE_MAX, 2048, "spans that may wait; more are dropped and counted" },
	{ "OTEL_BSP_MAX_EXPORT_BATCH_SIZE", offsetof(struct pq_otlp_settings, batch_max), 1, 1,
	  PQ_OTLP_QUEUE_MAX, 512, "spans of one call" },
	{ "OTEL_METRIC_EXPORT_INTERVAL", offsetof(struct pq_otlp_settings, metric_interval),
	  PQ_MILLISECOND, 100, 86400000, 60000,
	  "milliseconds from one push of metrics to the next" },
	{ PREFIX "TIMEOUT", offsetof(struct pq_otlp_settings, traces.timeout), PQ_MILLISECOND, 1,
	  3600000, 10000, "milliseconds for one call; also `…_TRACES_…` and `…_METRICS_…`" },
};

/* The rest, for the documentation. */
static const struct {
	const char *variable;
	const char *meaning;
} texts[] = {
	{ "OTEL_SDK_DISABLED", "`true`: nothing is exported" },
	{ "OTEL_TRACES_EXPORTER", "`otlp`, or `none`; unset: `otlp` if there is an endpoint" },
	{ "OTEL_METRICS_EXPORTER",
	  "`otlp`, or `none`; unset: `otlp` if there is an endpoint for metrics alone" },
	{ PREFIX "ENDPOINT", "the collector, `/v1/traces` and `/v1/metrics` are put behind; "
			     "`http://localhost:4318` when an exporter is named" },
	{ PREFIX "TRACES_ENDPOINT", "the whole URL for spans" },
	{ PREFIX "METRICS_ENDPOINT", "the whole URL for metrics" },
	{ PREFIX "PROTOCOL", "`http/json` is what is sent, whatever is asked for" },
	{ PREFIX "HEADERS", "`name=value,…`, percent-encoded; also `…_TRACES_…`, `…_METRICS_…`" },
	{ PREFIX "CERTIFICATE", "a file with the CAs to trust; also `…_TRACES_…`, `…_METRICS_…`" },
	{ PREFIX "CLIENT_CERTIFICATE", "a file with our own certificate; also as above" },
	{ PREFIX "CLIENT_KEY", "its key; also as above" },
	{ PREFIX "COMPRESSION", "`none` is what is done, whatever is asked for; also as above" },
	{ "OTEL_TRACES_SAMPLER",
	  "`always_on`, `always_off`, `traceidratio`, or one of them behind `parentbased_`; "
	  "`parentbased_always_on` unless set" },
	{ "OTEL_TRACES_SAMPLER_ARG", "the ratio, from 0 to 1" },
	{ "OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES", "who this is, in log and metrics, too" },
};

static void report(const struct pq_otlp_reading *reading, const char *variable, const char *text)
{
	struct pq_error error;
	pq_error_set(&error, PQ_ERROR_USAGE, "%s", text);
	pq_error_add_path(&error, pq_string_from(variable));
	reading->report(reading->context, &error);
}

/* NULL for an empty one, which is as if it were not set. */
static const char *find(const struct pq_otlp_reading *reading, const char *variable)
{
	const char *text = reading->find(variable);
	if (text == NULL || text[0] == '\0')
		return NULL;
	if (strlen(text) <= PQ_OTLP_VARIABLE_MAX)
		return text;
	report(reading, variable, "is too long");
	return NULL;
}

/* What a signal has for itself, or else what counts for both; *variable is the one that was
 * found. */
static const char *find_for(const struct pq_otlp_reading *reading, const char *signal,
			    const char *what, char variable[NAME_MAX_LENGTH])
{
	snprintf(variable, NAME_MAX_LENGTH, PREFIX "%s_%s", signal, what);
	const char *text = find(reading, variable);
	if (text != NULL)
		return text;
	snprintf(variable, NAME_MAX_LENGTH, PREFIX "%s", what);
	return find(reading, variable);
}

static int64_t read_number(const struct pq_otlp_reading *reading, const struct number *number,
			   const char *variable, const char *text)
{
	char *end, message[96];
	if (text == NULL)
		return number->fallback * number->unit;
	long long value = strtoll(text, &end, 10);
	if (*end == '\0' && value >= number->least && value <= number->most)
		return value * number->unit;
	snprintf(message, sizeof message, "wants a number from %lld to %lld; %lld is taken",
		 (long long)number->least, (long long)number->most, (long long)number->fallback);
	report(reading, variable, message);
	return number->fallback * number->unit;
}

static void read_numbers(const struct pq_otlp_reading *reading, struct pq_otlp_settings *settings)
{
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		*(int64_t *)(void *)((char *)settings + numbers[i].offset) =
			read_number(reading, &numbers[i], numbers[i].variable,
				    find(reading, numbers[i].variable));
	if (settings->batch_max > settings->queue_max)
		settings->batch_max = settings->queue_max;
}

static bool is_disabled(const struct pq_otlp_reading *reading)
{
	static const char variable[] = "OTEL_SDK_DISABLED";
	const char *text = find(reading, variable);
	if (text == NULL || strcasecmp(text, "false") == 0)
		return false;
	if (strcasecmp(text, "true") == 0)
		return true;
	report(reading, variable, "wants true or false; false is taken");
	return false;
}

static void read_sampler(const struct pq_otlp_reading *reading, struct pq_sampler *sampler)
{
	static const char parent_based[] = "parentbased_";
	const char *name = find(reading, "OTEL_TRACES_SAMPLER");
	*sampler = (struct pq_sampler){ .follows_parent = true, .ratio = 1 };
	if (name == NULL)
		return;
	bool follows_parent = strncmp(name, parent_based, strlen(parent_based)) == 0;
	const char *root = follows_parent ? name + strlen(parent_based) : name;
	double ratio = 1;
	if (strcmp(root, "traceidratio") == 0) {
		const char *argument = find(reading, "OTEL_TRACES_SAMPLER_ARG");
		char *end = NULL;
		ratio = argument == NULL ? 1 : strtod(argument, &end);
		if (argument != NULL && (*end != '\0' || !(ratio >= 0 && ratio <= 1))) {
			report(reading, "OTEL_TRACES_SAMPLER_ARG",
			       "wants a number from 0 to 1; 1 is taken");
			ratio = 1;
		}
	} else if (strcmp(root, "always_off") == 0) {
		ratio = 0;
	} else if (strcmp(root, "always_on") != 0) {
		report(reading, "OTEL_TRACES_SAMPLER",
		       "wants always_on, always_off or traceidratio, perhaps behind "
		       "parentbased_; parentbased_always_on is taken");
		return;
	}
	*sampler = (struct pq_sampler){ .follows_parent = follows_parent, .ratio = ratio };
}

/* The field's name is a token of RFC 9110. */
static bool is_token(struct pq_string name)
{
	for (size_t i = 0; i < name.length; i++) {
		if (name.data[i] <= ' ' || strchr("()<>@,;:\\\"/[]?={}", name.data[i]) != NULL)
			return false;
	}
	return true;
}

static const char *const *read_headers(const struct pq_otlp_reading *reading, const char *signal)
{
	char variable[NAME_MAX_LENGTH];
	struct pq_error error;
	struct pq_pair pairs[PQ_OTLP_HEADERS_MAX];
	size_t count = 0;
	const char *text = find_for(reading, signal, "HEADERS", variable);
	const char **headers =
		pq_arena_alloc_array(reading->arena, PQ_OTLP_HEADERS_MAX + 2, sizeof *headers);
	if (text != NULL && !pq_pairs_parse(pq_string_from(text), reading->arena, pairs,
					    PQ_OTLP_HEADERS_MAX, &count, &error)) {
		pq_error_add_path(&error, pq_string_from(variable));
		reading->report(reading->context, &error);
		count = 0;
	}
	if (headers == NULL)
		return NULL;
	size_t kept = 0;
	headers[kept++] = "Content-Type: application/json";
	for (size_t i = 0; i < count; i++) {
		if (is_token(pairs[i].name))
			headers[kept++] = pq_arena_format(reading->arena, "%.*s: %.*s",
							  PQ_STRING_ARGUMENT(pairs[i].name),
							  PQ_STRING_ARGUMENT(pairs[i].value))
						  .data;
		else
			report(reading, variable, "has a name that no HTTP header can have");
	}
	return headers;
}

static struct pq_string read_file(const struct pq_otlp_reading *reading, const char *signal,
				  const char *what)
{
	char variable[NAME_MAX_LENGTH];
	struct pq_error error;
	struct pq_buffer text;
	const char *path = find_for(reading, signal, what, variable);
	if (path == NULL)
		return (struct pq_string){ 0 };
	pq_buffer_init_in(&text, reading->arena, PQ_OTLP_FILE_BYTES_MAX);
	if (pq_file_read(path, &text, &error)) {
		pq_buffer_append_byte(&text, '\0');
		return (struct pq_string){ .data = text.data, .length = text.length - 1 };
	}
	pq_error_add_path(&error, pq_string_from(variable));
	reading->report(reading->context, &error);
	return (struct pq_string){ 0 };
}

/* What we show of ourselves to the collector: both parts of it, or nothing. */
static void read_identity(const struct pq_otlp_reading *reading, const char *name,
			  struct pq_otlp_signal *signal)
{
	char variable[NAME_MAX_LENGTH];
	signal->certificate = read_file(reading, name, "CLIENT_CERTIFICATE");
	signal->key = read_file(reading, name, "CLIENT_KEY");
	bool has_certificate = signal->certificate.length > 0, has_key = signal->key.length > 0;
	if (has_certificate == has_key)
		return;
	find_for(reading, name, has_key ? "CLIENT_KEY" : "CLIENT_CERTIFICATE", variable);
	report(reading, variable,
	       has_key ? "is of no use without a certificate (…_CLIENT_CERTIFICATE); none is shown"
		       : "is of no use without its key (…_CLIENT_KEY); none is shown");
	signal->certificate = signal->key = (struct pq_string){ 0 };
}

/* What is asked for and cannot be had, though the export goes on. */
static void tell_of_what_is_sent(const struct pq_otlp_reading *reading, const char *name)
{
	char variable[NAME_MAX_LENGTH];
	const char *protocol = find_for(reading, name, "PROTOCOL", variable);
	if (protocol != NULL && strncmp(protocol, "http/", 5) != 0)
		report(reading, variable, "wants http/json, which is sent all the same");
	const char *compression = find_for(reading, name, "COMPRESSION", variable);
	if (compression != NULL && strcmp(compression, "none") != 0)
		report(reading, variable, "wants none: nothing is compressed");
}

static const char *read_url(const struct pq_otlp_reading *reading, const char *signal,
			    const char *path)
{
	char variable[NAME_MAX_LENGTH];
	snprintf(variable, sizeof variable, PREFIX "%s_ENDPOINT", signal);
	const char *url = find(reading, variable);
	if (url == NULL) {
		snprintf(variable, sizeof variable, PREFIX "ENDPOINT");
		const char *base = find(reading, variable);
		base = base == NULL ? "http://localhost:4318" : base;
		int length = (int)strlen(base);
		while (length > 0 && base[length - 1] == '/')
			length--;
		url = pq_arena_format(reading->arena, "%.*s%s", length, base, path).data;
	}
	if (url != NULL && (strncmp(url, "http://", 7) == 0 || strncmp(url, "https://", 8) == 0))
		return url;
	report(reading, variable, "wants a URL that begins with http:// or https://");
	return NULL;
}

/* Whether a signal is exported. Metrics are shown at /metrics in any case, so they are pushed only
 * when somebody asks for that. */
static bool is_exported(const struct pq_otlp_reading *reading, const char *signal, bool by_default)
{
	char variable[NAME_MAX_LENGTH];
	snprintf(variable, sizeof variable, "OTEL_%s_EXPORTER", signal);
	const char *exporter = find(reading, variable);
	if (exporter != NULL && strcmp(exporter, "otlp") == 0)
		return true;
	if (exporter != NULL) {
		if (strcmp(exporter, "none") != 0)
			report(reading, variable, "wants otlp or none; none is taken");
		return false;
	}
	snprintf(variable, sizeof variable, PREFIX "%s_ENDPOINT", signal);
	return find(reading, variable) != NULL ||
	       (by_default && find(reading, PREFIX "ENDPOINT") != NULL);
}

static void read_signal(const struct pq_otlp_reading *reading, const char *name, const char *path,
			bool by_default, struct pq_otlp_signal *signal)
{
	char variable[NAME_MAX_LENGTH];
	int64_t timeout = signal->timeout;
	*signal = (struct pq_otlp_signal){ .timeout = timeout };
	if (!is_exported(reading, name, by_default))
		return;
	tell_of_what_is_sent(reading, name);
	snprintf(variable, sizeof variable, PREFIX "%s_TIMEOUT", name);
	const char *own = find(reading, variable);
	const struct number *number = &numbers[sizeof numbers / sizeof numbers[0] - 1];
	if (own != NULL)
		signal->timeout = read_number(reading, number, variable, own);
	signal->headers = read_headers(reading, name);
	signal->ca = read_file(reading, name, "CERTIFICATE");
	read_identity(reading, name, signal);
	signal->url = read_url(reading, name, path);
}

void pq_otlp_settings_read(const struct pq_otlp_reading *reading, struct pq_otlp_settings *settings)
{
	*settings = (struct pq_otlp_settings){ 0 };
	if (is_disabled(reading))
		return;
	read_numbers(reading, settings);
	settings->metrics.timeout = settings->traces.timeout;
	read_sampler(reading, &settings->sampler);
	read_signal(reading, "TRACES", "/v1/traces", true, &settings->traces);
	read_signal(reading, "METRICS", "/v1/metrics", false, &settings->metrics);
}

void pq_otlp_settings_write_markdown(struct pq_buffer *text)
{
	pq_buffer_append_text(text, "| variable | meaning |\n|---|---|\n");
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		pq_buffer_append_format(text, "| `%s` | %s |\n", texts[i].variable,
					texts[i].meaning);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		pq_buffer_append_format(text, "| `%s` | %s; %lld unless set, from %lld to %lld |\n",
					numbers[i].variable, numbers[i].meaning,
					(long long)numbers[i].fallback, (long long)numbers[i].least,
					(long long)numbers[i].most);
}
