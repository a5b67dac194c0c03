/*
 * The standard OTEL_… variables that say what is exported, and where to (OpenTelemetry
 * specification, "Environment Variable Specification" and "OTLP Exporter Configuration").
 */
#ifndef PQ_EXPORT_OTLP_SETTINGS_H
#define PQ_EXPORT_OTLP_SETTINGS_H

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "telemetry/span.h"

enum {
	PQ_OTLP_HEADERS_MAX = 32,
	PQ_OTLP_VARIABLE_MAX = 8192,      /* bytes of a variable that is a URL or a list */
	PQ_OTLP_QUEUE_MAX = 65536,        /* spans that may be asked to wait */
	PQ_OTLP_FILE_BYTES_MAX = 1 << 20, /* of a certificate or a key */
};

/* Spans, or metrics. */
struct pq_otlp_signal {
	const char *url;            /* NULL: not exported */
	const char *const *headers; /* "Name: value", ended by NULL; may be secrets */
	int64_t timeout;            /* nanoseconds for one call */
	struct pq_string ca;        /* PEM texts; empty: the system's, none, none */
	struct pq_string certificate;
	struct pq_string key;
};

struct pq_otlp_settings {
	struct pq_otlp_signal traces;
	struct pq_otlp_signal metrics;
	struct pq_sampler sampler;
	int64_t queue_max;       /* spans */
	int64_t batch_max;       /* spans in one call */
	int64_t schedule_delay;  /* nanoseconds from batch to batch */
	int64_t export_timeout;  /* for a batch, repetitions included */
	int64_t metric_interval; /* nanoseconds from one export of metrics to the next */
};

struct pq_otlp_reading {
	char *(*find)(const char *variable); /* as getenv(3) */
	struct pq_arena *arena;              /* for every text of the settings */
	/* Told of each variable that cannot be used. The specification wants such a one to be left
	 * out, not to stop the program. The text names the variable, and no value of a header. */
	void (*report)(void *context, const struct pq_error *error);
	void *context;
};

/* Nothing is exported unless an endpoint is given, or an exporter is named "otlp". */
void pq_otlp_settings_read(const struct pq_otlp_reading *reading,
			   struct pq_otlp_settings *settings);

/* A row for each variable that is read, for docs/telemetry.md. */
void pq_otlp_settings_write_markdown(struct pq_buffer *text);

#endif
