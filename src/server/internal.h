/* What the files of this folder share; not for others. */
#ifndef PQ_SERVER_INTERNAL_H
#define PQ_SERVER_INTERNAL_H

#include "base/map.h"
#include "server/clients.h"
#include "server/connection.h"
#include "server/exchange.h"
#include "server/handshakes.h"
#include "server/limit.h"
#include "server/listener.h"
#include "server/probe.h"
#include "server/supervisor.h"
#include "telemetry/log.h"

#include <microhttpd.h>

struct pq_server {
	struct pq_server_options options; /* texts and listeners are not used after the start */
	struct MHD_Daemon *webhook;
	struct MHD_Daemon *health;
	struct pq_listener webhook_listener; /* without descriptors once libmicrohttpd has them */
	struct pq_listener health_listener;
	pthread_mutex_t identity_mutex;
	struct pq_identity *identity;
	struct pq_clients clients;
	struct pq_workers workers;
	struct pq_connections connections;
	struct pq_handshakes handshakes;
	struct pq_supervisor supervisor;
	bool is_supervised;
	struct pq_judges judges;
	struct pq_probe probe;
	pthread_mutex_t settings_mutex;
	struct pq_server_settings settings;   /* guarded by settings_mutex */
	_Atomic uint64_t settings_generation; /* written under settings_mutex */
	pthread_mutex_t notes_mutex;
	char notes[PQ_SERVER_PART_COUNT][PQ_SERVER_NOTE_MAX]; /* guarded by notes_mutex */
	atomic_bool ready;
	atomic_bool draining;
	atomic_bool refusing; /* who connects is closed at once */
	pthread_mutex_t unmatched_mutex;
	struct pq_map unmatched; /* kinds that have been logged */
	/* Whoever can send requests could fill a disk; and who is refused, or converts something,
	 * may be anybody, and must not crowd out the lines that tell of verdicts. */
	struct pq_log_rate log_rate;
	struct pq_log_rate refusal_log_rate;
	atomic_size_t allowed; /* reviews, as far as some of them are logged */
};

/* The settings that a worker's next request goes by. */
const struct pq_server_settings *pq_server_read_settings(struct pq_server *server,
							 struct pq_worker *worker);

/* daemons.c. Start libmicrohttpd on the listeners that are open; the sockets are its own then, or
 * closed when it fails. */
bool pq_server_start_webhook(struct pq_server *server, unsigned threads, struct pq_error *error);
bool pq_server_start_health(struct pq_server *server, struct pq_error *error);

/* Access handlers of the two listeners; cls is the server. */
enum MHD_Result pq_webhook_handle(void *cls, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *upload_data,
				  size_t *upload_data_size, void **exchange);
enum MHD_Result pq_health_handle(void *cls, struct MHD_Connection *connection, const char *url,
				 const char *method, const char *version, const char *upload_data,
				 size_t *upload_data_size, void **exchange);

/* Judges the review of an exchange whose connection is suspended; context is the server. */
void pq_webhook_run_job(struct pq_job *job, enum pq_job_turn turn, struct pq_policy_reader *reader,
			void *context);

/* Counts a request of the webhook's listener by path and status. */
void pq_server_count_request(const char *path, int status);

/* Lets the series of every path appear, before there are requests. */
void pq_server_touch_metrics(void);

/* Sets the gauges that are known by counting; context is the server. */
void pq_server_collect(void *context);

/* review_metrics.c. Tells what became of a review: metrics, log, span. The log is told of a kind
 * without schema once. */
void pq_server_tell_review(struct pq_server *server, struct pq_exchange *exchange,
			   const struct pq_admission_answer *answer);

/* spans.c. A span for a request that asks for a review, as the caller's traceparent or the sampler
 * wants; what became of it is put into it. */
void pq_server_start_span(struct pq_exchange *exchange);
void pq_server_trace_review(struct pq_exchange *exchange, const struct pq_admission_answer *answer);
void pq_server_end_span(struct pq_exchange *exchange);

/* review_log.c. A line for each review that is denied, would be denied or could not be judged, and
 * for every so many that are allowed; and for each request for a review that is refused. */
void pq_server_log_review(struct pq_server *server, const struct pq_exchange *exchange,
			  const struct pq_admission_answer *answer);
void pq_server_log_refusal(struct pq_server *server, const struct pq_exchange *exchange);

#endif
