#include "telemetry/metrics.h"

#define SECONDS_BUCKETS                                                                            \
	{                                                                                          \
		0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,   \
			0.025, 0.1, 0.5, 1, 5                                                      \
	}
#define BYTES_BUCKETS                                                                              \
	{                                                                                          \
		1024, 4096, 16384, 65536, 262144, 1048576, 3145728, 7340032                        \
	}

static const struct pq_metric_facts table[PQ_METRIC_COUNT] = {
	[PQ_METRIC_ADMISSION_REVIEWS] = { .name = "pratique_admission_reviews_total",
					  .type = PQ_METRIC_COUNTER,
					  .help = "Reviews answered.",
					  .labels = { "door", "operation", "allowed", "code" } },
	[PQ_METRIC_ADMISSION_REVIEW_SECONDS] = { .name = "pratique_admission_review_seconds",
						 .type = PQ_METRIC_HISTOGRAM,
						 .help = "Time from the last byte of a review to "
							 "its answer.",
						 .labels = { "door" },
						 .buckets = SECONDS_BUCKETS },
	[PQ_METRIC_ADMISSION_INFLIGHT] = { .name = "pratique_admission_inflight",
					   .type = PQ_METRIC_GAUGE,
					   .help = "Requests whose headers have been read and "
						   "whose answers have not been sent." },
	[PQ_METRIC_QUEUED_REVIEWS] = { .name = "pratique_admission_queued",
				       .type = PQ_METRIC_GAUGE,
				       .help = "Large and costly reviews that wait for a thread." },
	[PQ_METRIC_HELD_BACK] = { .name = "pratique_admission_held_back_total",
				  .type = PQ_METRIC_COUNTER,
				  .help = "Reviews that were allowed only because enforcement is "
					  "below enforce." },
	[PQ_METRIC_UNMATCHED] = { .name = "pratique_unmatched_total",
				  .type = PQ_METRIC_COUNTER,
				  .help = "Reviews of a kind or version without schema.",
				  .labels = { "group", "version", "kind" } },
	[PQ_METRIC_HTTP_REQUESTS] = { .name = "pratique_http_requests_total",
				      .type = PQ_METRIC_COUNTER,
				      .help = "Requests of the webhook's listener.",
				      .labels = { "path", "code" } },
	[PQ_METRIC_CONNECTIONS] = { .name = "pratique_connections",
				    .type = PQ_METRIC_GAUGE,
				    .help = "Open connections of the webhook's listener." },
	[PQ_METRIC_TLS_HANDSHAKES] = { .name = "pratique_tls_handshakes_total",
				       .type = PQ_METRIC_COUNTER,
				       .help = "TLS handshakes, those that were given up included.",
				       .labels = { "result" } },
	[PQ_METRIC_LIMIT_HITS] = { .name = "pratique_limit_hits_total",
				   .type = PQ_METRIC_COUNTER,
				   .help = "Times that a limit of the webhook's listener was "
					   "exceeded.",
				   .labels = { "limit" } },
	[PQ_METRIC_REQUEST_BODY_BYTES] = { .name = "pratique_request_body_bytes",
					   .type = PQ_METRIC_HISTOGRAM,
					   .help = "Size of reviews.",
					   .buckets = BYTES_BUCKETS },
	[PQ_METRIC_CERTIFICATE_EXPIRY_SECONDS] = { .name = "pratique_certificate_expiry_seconds",
						   .type = PQ_METRIC_GAUGE,
						   .help = "When the serving certificate expires, "
							   "in seconds since 1970." },
	[PQ_METRIC_POLICY_GENERATION] = { .name = "pratique_policy_generation",
					  .type = PQ_METRIC_GAUGE,
					  .help = "Number of schema snapshots published." },
	[PQ_METRIC_POLICY_SCHEMAS] = { .name = "pratique_policy_schemas",
				       .type = PQ_METRIC_GAUGE,
				       .help = "CRDs and AdmissionSchemas in the snapshot." },
	[PQ_METRIC_POLICY_ERRORS] = { .name = "pratique_policy_errors",
				      .type = PQ_METRIC_GAUGE,
				      .help = "Documents that could not be used." },
	[PQ_METRIC_POLICY_KEPT_FILES] = { .name = "pratique_policy_kept_files",
					  .type = PQ_METRIC_GAUGE,
					  .help = "Files that have become bad, whose earlier "
						  "schemas go on serving." },
	[PQ_METRIC_POLICY_LOADED_SECONDS] = { .name = "pratique_policy_loaded_seconds",
					      .type = PQ_METRIC_GAUGE,
					      .help = "When the snapshot was loaded, in seconds "
						      "since 1970." },
	[PQ_METRIC_RELOADS] = { .name = "pratique_reloads_total",
				.type = PQ_METRIC_COUNTER,
				.help = "Reloads of schemas, certificate and configuration.",
				.labels = { "part", "result" } },
	[PQ_METRIC_RELOAD_FAILED] = { .name = "pratique_reload_failed",
				      .type = PQ_METRIC_GAUGE,
				      .help = "1 while a part's newest state cannot be used, in "
					      "whole or in part.",
				      .labels = { "part" } },
	[PQ_METRIC_WORKQUEUE_DEPTH] = { .name = "workqueue_depth",
					.type = PQ_METRIC_GAUGE,
					.help = "Keys waiting in a queue.",
					.labels = { "name" } },
	[PQ_METRIC_WORKQUEUE_ADDS] = { .name = "workqueue_adds_total",
				       .type = PQ_METRIC_COUNTER,
				       .help = "Keys added to a queue.",
				       .labels = { "name" } },
	[PQ_METRIC_WORKQUEUE_RETRIES] = { .name = "workqueue_retries_total",
					  .type = PQ_METRIC_COUNTER,
					  .help = "Keys put back after a failure.",
					  .labels = { "name" } },
	[PQ_METRIC_RECONCILE_TOTAL] = { .name = "controller_runtime_reconcile_total",
					.type = PQ_METRIC_COUNTER,
					.help = "Reconciliations by result.",
					.labels = { "controller", "result" } },
	[PQ_METRIC_RECONCILE_SECONDS] = { .name = "controller_runtime_reconcile_time_seconds",
					  .type = PQ_METRIC_HISTOGRAM,
					  .help = "Time a reconciliation took.",
					  .labels = { "controller" },
					  .buckets = SECONDS_BUCKETS },
	[PQ_METRIC_WATCH_RESTARTS] = { .name = "pratique_watch_restarts_total",
				       .type = PQ_METRIC_COUNTER,
				       .help = "Watches that ended and were opened again.",
				       .labels = { "resource" } },
	[PQ_METRIC_CACHE_OBJECTS] = { .name = "pratique_cache_objects",
				      .type = PQ_METRIC_GAUGE,
				      .help = "Objects in a cache.",
				      .labels = { "resource" } },
	[PQ_METRIC_API_REQUESTS] = { .name = "rest_client_requests_total",
				     .type = PQ_METRIC_COUNTER,
				     .help = "Requests to the API server.",
				     .labels = { "method", "code" } },
	[PQ_METRIC_CORE_UP] = { .name = "pratique_core_up",
				.type = PQ_METRIC_GAUGE,
				.help = "1 while the reconcile core runs." },
	[PQ_METRIC_CORE_RESTARTS] = { .name = "pratique_core_restarts_total",
				      .type = PQ_METRIC_COUNTER,
				      .help = "Times the reconcile core was started again." },
	[PQ_METRIC_LOG_LINES_DROPPED] = { .name = "pratique_log_lines_dropped_total",
					  .type = PQ_METRIC_COUNTER,
					  .help = "Log lines that nobody could take." },
};

const struct pq_metric_facts *pq_metric_facts(enum pq_metric metric)
{
	return &table[metric];
}
