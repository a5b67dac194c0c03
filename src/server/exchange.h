/*
 * Exchange: one request and its answer on a connection.
 *
 * Each thread of the listener's pool has a worker: its reader of the policy and a stack of
 * exchanges that are used again, so that in the steady state a request allocates nothing. An
 * exchange stays on the thread it was taken on until its answer has been sent; a judge may have it
 * meanwhile, while its connection is suspended.
 */
#ifndef PQ_SERVER_EXCHANGE_H
#define PQ_SERVER_EXCHANGE_H

#include "server/judges.h"
#include "server/server.h"
#include "telemetry/span.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
	PQ_EXCHANGES_SPARE_MAX = 8,         /* per worker */
	PQ_EXCHANGE_ARENA_KEEP = 64 * 1024, /* bytes a spare exchange holds */
	PQ_EXCHANGE_HELD_FREE = 32 * 1024,  /* bytes of a body or an answer that do not count */
};

struct pq_worker {
	struct pq_worker *next;
	struct pq_policy_reader reader;
	struct pq_server_settings settings; /* a copy, of this generation */
	uint64_t settings_generation;
	struct pq_exchange *spare;
	size_t spare_count;
	char *spare_ahead; /* a buffer of server/transport.c, or NULL */
	struct pq_workers *all;
};

struct MHD_Connection;

struct pq_refusal {
	int http_status; /* 0: none */
	const char *reason;
	char message[160];
};

struct pq_exchange {
	struct pq_exchange *next; /* while spare */
	struct pq_worker *worker;
	struct pq_connection *connection;
	struct pq_arena arena;
	size_t arena_limit;
	size_t body_limit;
	struct pq_admission_options admission;
	int64_t arrived;               /* monotonic: when the headers were there */
	int64_t deadline;              /* when the answer must be sent */
	bool is_review;                /* for /mutate, /validate or /convert */
	bool is_known;                 /* the client is one of those asked for, or none is */
	struct pq_trace_context trace; /* of the caller, if it told */
	struct pq_span *span;          /* NULL: this request is not traced */
	size_t log_allowed;
	enum pq_admission_door door;
	struct pq_refusal refusal; /* decided from the headers or while the body arrives */
	char *body;                /* in the arena */
	size_t body_length;
	size_t body_capacity;
	size_t held;      /* bytes that count for all, see pq_exchange_hold */
	size_t discarded; /* bytes of a body that is refused */
	struct pq_job job;
	struct MHD_Connection *suspended; /* while a judge has the exchange */
	int answer_status;                /* 0: not judged yet */
	struct pq_string answer;          /* in the arena */
};

/* All workers of a server; zero-initialised with a mutex is empty. */
struct pq_workers {
	pthread_mutex_t mutex;
	struct pq_worker *list;
	atomic_size_t in_flight;
	atomic_size_t held; /* by all exchanges */
};

/* The calling thread's worker; NULL when there is no memory for a new one. */
struct pq_worker *pq_workers_get(struct pq_workers *workers);

/* Exchanges in flight on all threads. Thread-safe. */
static inline size_t pq_workers_in_flight(struct pq_workers *workers)
{
	return atomic_load_explicit(&workers->in_flight, memory_order_acquire);
}

/* Frees everything; the threads have ended. */
void pq_workers_done(struct pq_workers *workers);

/* An exchange with an empty arena, by the worker's settings; NULL when there is no memory. */
struct pq_exchange *pq_exchange_take(struct pq_worker *worker);

/* The answer has been sent or the connection is gone. */
void pq_exchange_release(struct pq_exchange *exchange);

/* Makes room for a body of at most size bytes. False when that exceeds the arena's cap. */
PQ_CHECKED bool pq_exchange_reserve(struct pq_exchange *exchange, size_t size);

/* Says that the exchange now holds so many bytes of a body or an answer, in the place of what it
 * held before. False, and nothing has changed, when all exchanges together would hold more than the
 * limit. */
PQ_CHECKED bool pq_exchange_hold(struct pq_exchange *exchange, size_t size);

/* Gives back what the exchange has of a body. */
void pq_exchange_drop_body(struct pq_exchange *exchange);

/* Decides for a refusal; the first one stands. */
void pq_exchange_refuse(struct pq_exchange *exchange, int http_status, const char *reason,
			const char *format, ...) PQ_PRINTF(4, 5);

#endif
