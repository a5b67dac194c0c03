/*
 * The webhook's listeners: HTTPS for /mutate, /validate and /convert, plain HTTP for health
 * and metrics.
 * libmicrohttpd is seen only in this folder.
 */
#ifndef PQ_SERVER_SERVER_H
#define PQ_SERVER_SERVER_H

#include "admission/review.h"
#include "base/clock.h"
#include "base/error.h"
#include "server/listener.h"

struct pq_certificate_pem {
	struct pq_string chain; /* NUL-terminated PEM */
	struct pq_string key;
};

/* What may be changed while the server runs. */
struct pq_server_settings {
	struct pq_admission_options admission;
	size_t body_limit;
	size_t arena_limit;
	size_t request_limit;             /* in flight at once */
	size_t queue_limit;               /* large reviews that wait for a thread */
	size_t log_allowed;               /* one in so many is logged; 0: none */
	size_t bodies_limit;              /* bytes of large bodies and answers that are held */
	size_t connection_requests_limit; /* answers on one connection before it is ended */
	/* Nanoseconds, on the clock and not from byte to byte. */
	int64_t handshake_timeout;
	int64_t header_timeout; /* from the first byte of a request */
	int64_t body_timeout;   /* from its last header */
	int64_t answer_timeout; /* to take an answer */
	int64_t idle_timeout;   /* between requests */
};

/* Who may call: whoever shows a certificate of one of these CAs, and for one of these names. */
struct pq_trusted_clients {
	const char *path;             /* of the CAs, for errors */
	struct pq_string authorities; /* PEM */
	/* Common names, case-sensitive as names of Kubernetes' users are, or DNS names; none: any
	 */
	const char *const *names;
	size_t name_count;
};

struct pq_recorder;

struct pq_server_options {
	/* Taken: PQ_LISTENER_NONE once the server starts or fails to. health NULL: none. */
	struct pq_listener *webhook;
	struct pq_listener *health;
	struct pq_certificate_pem certificate; /* copied */
	/* NULL: callers are not asked for a certificate, nor may be later. Copied. */
	const struct pq_trusted_clients *clients;
	struct pq_policy_publisher *publisher; /* outlives the server */
	struct pq_recorder *recorder;          /* outlives the server; or NULL */
	size_t threads;                        /* 0: one per processor */
	size_t review_threads;                 /* for large reviews; 0: one per processor */
	size_t connection_limit;
	struct pq_server_settings settings;
};

struct pq_server;

/* Serves on its own threads, those who have connected before first. NULL on failure;
 * *clients_are_to_blame says whether that is for options->clients, and the error's path is theirs.
 * Not ready (readyz 503) until pq_server_set_ready. */
struct pq_server *pq_server_start(const struct pq_server_options *options,
				  bool *clients_are_to_blame, struct pq_error *error);

/* The bound addresses, "127.0.0.1:9443"; health is "" without such a listener. */
const char *pq_server_address(const struct pq_server *server);
const char *pq_server_health_address(const struct pq_server *server);

/* New TLS handshakes use this pair from now on. Thread-safe. */
PQ_CHECKED bool pq_server_set_certificate(struct pq_server *server,
					  const struct pq_certificate_pem *certificate,
					  struct pq_error *error);

/* Requests whose headers arrive from now on must come from these, also on connections that are
 * open. For a server that was started with clients. What is wrong with the CAs leaves those before,
 * and the error has path and line. Thread-safe. */
PQ_CHECKED bool pq_server_set_clients(struct pq_server *server,
				      const struct pq_trusted_clients *clients,
				      struct pq_error *error);

/* Requests whose headers arrive from now on go by these. Thread-safe. */
void pq_server_configure(struct pq_server *server, const struct pq_server_settings *settings);

/* What /readyz answers. Thread-safe. */
void pq_server_set_ready(struct pq_server *server, bool ready);

/* Parts that can be reloaded. Each is a check of /readyz that what was loaded before keeps good. */
enum pq_server_part {
	PQ_SERVER_SCHEMAS,
	PQ_SERVER_CERTIFICATE,
	PQ_SERVER_CLIENTS,
	PQ_SERVER_CONFIGURATION,
	PQ_SERVER_PART_COUNT
};

enum { PQ_SERVER_NOTE_MAX = 512 };

/* What `/readyz?verbose` says of a part beside "ok": why an earlier one is still in use. "" for
 * nothing. Copied, and cut to what fits. Thread-safe. */
void pq_server_set_note(struct pq_server *server, enum pq_server_part part, const char *note);

/* Whether the webhook's own port shakes hands with a TLS client; asked at most once a second, which
 * takes as long at most. Thread-safe. */
PQ_CHECKED bool pq_server_answers(struct pq_server *server, struct pq_error *error);

/* Not ready any more; every answer from now on ends its connection. Thread-safe. */
void pq_server_drain(struct pq_server *server);

/* Ends idle connections, oldest first, and finishes what is in flight, at most until the monotonic
 * deadline; then closes the listener and frees everything. True when nothing was cut off. */
bool pq_server_stop(struct pq_server *server, int64_t deadline);

#endif
