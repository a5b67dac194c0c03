/*
 * Metrics registry: counters, gauges and histograms, recording only (export/ writes them out).
 *
 * Every metric is a row of the one table in metrics_table.c (name, type, help, label names), from
 * which docs/metrics.md is written too. Recording is lock-free for metrics without labels or whose
 * label values have been seen; thread-safe throughout. A metric keeps at most PQ_METRIC_SERIES_MAX
 * label combinations, the rest is counted under "other".
 */
#ifndef PQ_TELEMETRY_METRICS_H
#define PQ_TELEMETRY_METRICS_H

#include "base/buffer.h"

enum { PQ_METRIC_LABELS_MAX = 4, PQ_METRIC_SERIES_MAX = 256, PQ_METRIC_BUCKETS_MAX = 16 };

enum pq_metric_type { PQ_METRIC_COUNTER, PQ_METRIC_GAUGE, PQ_METRIC_HISTOGRAM };

enum pq_metric {
	/* These three as sigs.k8s.io/controller-runtime/pkg/webhook/internal/metrics has them. */
	PQ_METRIC_WEBHOOK_REQUESTS,  /* webhook, code */
	PQ_METRIC_WEBHOOK_SECONDS,   /* webhook; histogram */
	PQ_METRIC_WEBHOOK_IN_FLIGHT, /* webhook; gauge */
	PQ_METRIC_ADMISSION_REVIEWS, /* door, operation, allowed, code */
	PQ_METRIC_FINDINGS,          /* group, kind, reason, action */
	PQ_METRIC_QUEUED_REVIEWS,    /* gauge */
	PQ_METRIC_HELD_BACK,
	PQ_METRIC_EXEMPTIONS_APPLIED, /* exemption */
	PQ_METRIC_EXEMPTIONS,         /* state; gauge */
	PQ_METRIC_UNMATCHED,          /* pratique_unmatched_total: group, version, kind */
	PQ_METRIC_CONVERSION_REVIEWS, /* result */
	PQ_METRIC_CONVERTED_OBJECTS,
	PQ_METRIC_READY,                      /* gauge */
	PQ_METRIC_CONNECTIONS,                /* gauge */
	PQ_METRIC_BODIES_BYTES,               /* gauge */
	PQ_METRIC_TLS_HANDSHAKES,             /* result */
	PQ_METRIC_LIMIT_HITS,                 /* limit */
	PQ_METRIC_REQUEST_BODY_BYTES,         /* histogram */
	PQ_METRIC_ARENA_HIGH_WATER,           /* gauge */
	PQ_METRIC_CERTIFICATE_EXPIRY_SECONDS, /* gauge: wall time of notAfter */
	PQ_METRIC_CLIENT_CA_EXPIRY_SECONDS,   /* gauge: wall time of the last notAfter */
	PQ_METRIC_CLIENT_REFUSALS,            /* reason */
	PQ_METRIC_POLICY_GENERATION,          /* gauge */
	PQ_METRIC_POLICY_SCHEMAS,             /* gauge: kinds compiled */
	PQ_METRIC_POLICY_ERRORS,              /* gauge: documents that did not compile */
	PQ_METRIC_POLICY_KEPT_FILES,          /* gauge: files of which an earlier version serves */
	PQ_METRIC_POLICY_LOADED_SECONDS,      /* gauge: wall time of the last good load */
	PQ_METRIC_RELOADS,                    /* part, result */
	PQ_METRIC_RELOAD_FAILED,              /* part; gauge */
	PQ_METRIC_WORKQUEUE_DEPTH,            /* name; as client-go: workqueue_depth */
	PQ_METRIC_WORKQUEUE_ADDS,             /* name */
	PQ_METRIC_WORKQUEUE_RETRIES,          /* name */
	PQ_METRIC_RECONCILE_TOTAL,   /* controller, result; controller_runtime_reconcile_total */
	PQ_METRIC_RECONCILE_SECONDS, /* controller */
	PQ_METRIC_WATCH_RESTARTS,    /* resource */
	PQ_METRIC_CACHE_OBJECTS,     /* resource; gauge */
	PQ_METRIC_API_REQUESTS,      /* rest_client_requests_total: method, code */
	PQ_METRIC_CORE_UP,           /* gauge: 1 while the reconcile core runs */
	PQ_METRIC_CORE_RESTARTS,
	PQ_METRIC_LOG_LINES_DROPPED,
	PQ_METRIC_RECORDED_REVIEWS, /* result */
	PQ_METRIC_SPANS,            /* result */
	PQ_METRIC_OTLP_EXPORTS,     /* signal, result */
	/* What the system knows of the process, as Prometheus' own clients name it; gauges, set by
	 * export/process.h. */
	PQ_METRIC_BUILD_INFO, /* version */
	PQ_METRIC_PROCESS_CPU_SECONDS,
	PQ_METRIC_PROCESS_START_SECONDS,
	PQ_METRIC_PROCESS_RESIDENT_BYTES,
	PQ_METRIC_PROCESS_VIRTUAL_BYTES,
	PQ_METRIC_PROCESS_VIRTUAL_MAX_BYTES,
	PQ_METRIC_PROCESS_OPEN_FDS,
	PQ_METRIC_PROCESS_MAX_FDS,
	PQ_METRIC_COUNT
};

struct pq_metric_facts {
	const char *name;
	enum pq_metric_type type;
	const char *help;
	const char *labels[PQ_METRIC_LABELS_MAX]; /* ended by NULL when fewer */
	double buckets[PQ_METRIC_BUCKETS_MAX];    /* upper bounds, ended by 0 */
};

const struct pq_metric_facts *pq_metric_facts(enum pq_metric metric);

/* The process's registry. Label values are given in the table's order; count must match it. */
void pq_metric_add(enum pq_metric metric, const struct pq_string *labels, double amount);
void pq_metric_set(enum pq_metric metric, const struct pq_string *labels, double value);
void pq_metric_observe(enum pq_metric metric, const struct pq_string *labels, double value);

/* Sets a gauge to value when that is more than it has been. */
void pq_metric_raise(enum pq_metric metric, const struct pq_string *labels, double value);

/* Makes the series appear at 0, so that its first increase can be told. */
void pq_metric_touch(enum pq_metric metric, const struct pq_string *labels);

/* Called before metrics are written, to set the gauges that nobody keeps current. One at a time, on
 * the thread that asks; NULL takes it away, and waits for a call that is under way. */
void pq_metrics_set_collector(void (*collect)(void *context), void *context);
void pq_metrics_collect(void);

/* Visits every series that has been recorded, metric by metric. bucket_counts are cumulative and
 * end with +Inf; NULL unless a histogram. */
struct pq_metric_series {
	enum pq_metric metric;
	const struct pq_string *labels;
	double value; /* a histogram's sum */
	const uint64_t *bucket_counts;
	size_t bucket_count;
};
void pq_metrics_visit(void (*visit)(const struct pq_metric_series *series, void *context),
		      void *context);

/* For tests: the present value of one series, 0 when there is none. */
double pq_metric_read(enum pq_metric metric, const struct pq_string *labels);

#endif
