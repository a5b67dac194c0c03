/* What the files of this folder share; not for others. All of it belongs to the main thread. */
#ifndef PQ_SERVING_INTERNAL_H
#define PQ_SERVING_INTERNAL_H

#include "certs/certs.h"
#include "config/settings.h"
#include "export/otlp.h"
#include "operator/core.h"
#include "policy/policy.h"
#include "server/server.h"
#include "serving/notify.h"
#include "serving/watch.h"

/* What has not been started is NULL. */
struct serving {
	int argc;
	char *const *argv;
	struct pq_arena start_arena;
	struct pq_settings start_settings; /* what cannot change later is as it is here */
	struct pq_arena arena;
	struct pq_settings settings; /* of the last good reload, in the arena above */
	struct pq_policy_publisher *publisher;
	const struct pq_policy *policy; /* what was published last */
	/* Of the load at the start, until there is a server to be told. */
	char schemas_note[PQ_ERROR_TEXT_MAX + 64];
	bool schemas_are_bad;         /* some of them */
	int64_t exemptions_looked_at; /* wall time */
	const struct pq_certificate *certificate;
	int64_t certificate_end; /* monotonic: when it expires; once that is told, INT64_MAX */
	struct pq_listener webhook_listener; /* until the server has them */
	struct pq_listener health_listener;
	struct pq_server *server;
	struct pq_core *core;
	struct pq_recorder *recorder;
	struct pq_otlp *otlp; /* NULL: nothing is exported */
	int64_t end;          /* monotonic: when a stop must be over; 0: at once */
	struct pq_watch schemas_watch;
	struct pq_watch certs_watch;
	struct pq_watch clients_watch;
	struct pq_notifier notifier;
	int signals; /* signalfd(2) of SIGTERM, SIGINT and SIGHUP */
};

/* configuration.c */
PQ_CHECKED bool serving_load_settings(struct serving *serving, struct pq_error *error);
void serving_fill_server_settings(const struct pq_settings *settings,
				  struct pq_server_settings *wanted);
void serving_reload_settings(struct serving *serving);

/* schemas.c. The first load fails only when a path cannot be read; a reload that fails leaves the
 * snapshot that serves. */
PQ_CHECKED bool serving_load_schemas(struct serving *serving, struct pq_error *error);
void serving_reload_schemas(struct serving *serving);
/* Tells the server, which is there now, how the first load went. */
void serving_tell_of_schemas(struct serving *serving);

/* exemptions.c. Tells of the exemptions that are new or changed in the policy that serves, and of
 * those that have expired since the last look, which is to be taken now and then. */
void serving_tell_of_exemptions(struct serving *serving, const struct pq_policy *before);
void serving_look_at_exemptions(struct serving *serving);

/* certificate.c */
PQ_CHECKED bool serving_load_certificate(struct serving *serving, struct pq_error *error);
void serving_reload_certificate(struct serving *serving);
/* Whether the one that serves has expired and nobody has been told. A reload tells, unless there is
 * a better one by now. */
bool serving_certificate_is_over(const struct serving *serving);

/* clients.c. Whether callers must show a certificate, and who may call: what the file of CAs has
 * goes into text, which clients refer to and the caller frees. */
bool serving_asks_clients(const struct serving *serving);
PQ_CHECKED bool serving_read_clients(const struct serving *serving, struct pq_buffer *text,
				     struct pq_trusted_clients *clients, struct pq_error *error);
void serving_reload_clients(struct serving *serving);

/* telemetry.c. Before the threads that record. */
void serving_start_telemetry(struct serving *serving);

/* report.c. Lets the series of every part appear before there is a reload. */
void serving_touch_metrics(void);

/* Says how a reload went: metrics, the note of the readiness check, a log line when it
 * failed. trouble is NULL when all is well. */
void serving_report_reload(struct serving *serving, enum pq_server_part part, const char *trouble);

/* loop.c. Returns the signal that ended the loop. */
int serving_loop(struct serving *serving);
/* Whether nothing was cut off. */
bool serving_drain(struct serving *serving);

#endif
