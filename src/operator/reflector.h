/*
 * Reflector: keeps a cache equal to what the API server has of one resource.
 *
 * Lists in pages, then watches with bookmarks from there on. A watch that ends is taken up where
 * it was; one whose resourceVersion is too old (410) starts with a new list; what fails is tried
 * again with backoff and jitter, or when the server said. Nothing blocks: a reflector is a state
 * machine on the loop. Belongs to one thread.
 */
#ifndef PQ_OPERATOR_REFLECTOR_H
#define PQ_OPERATOR_REFLECTOR_H

#include "kube/list.h"
#include "operator/cache.h"

enum { PQ_REFLECTOR_PAGE = 500, PQ_REFLECTOR_VERSION_MAX = 64 };
#define PQ_REFLECTOR_WATCH_MIN   (5 * PQ_MINUTE) /* a watch is asked to last 5 to 10 minutes */
#define PQ_REFLECTOR_BACKOFF_MIN (200 * PQ_MILLISECOND)
#define PQ_REFLECTOR_BACKOFF_MAX (5 * PQ_SECOND)

enum pq_reflector_state {
	PQ_REFLECTOR_LIST_DUE,
	PQ_REFLECTOR_LISTING,
	PQ_REFLECTOR_WATCH_DUE,
	PQ_REFLECTOR_WATCHING,
};

struct pq_reflector {
	struct pq_kube_client *client; /* borrowed */
	const struct pq_kube_resource *resource;
	struct pq_cache *cache;   /* borrowed */
	uint64_t (*random)(void); /* for jitter */
	enum pq_reflector_state state;
	int64_t due;               /* monotonic time, in the two DUE states */
	unsigned failures;         /* in a row */
	bool synced;               /* a list has been read to its end */
	struct pq_http_call *call; /* in the other two states */
	int64_t watch_started;
	struct pq_arena scratch;                /* one page or line */
	char version[PQ_REFLECTOR_VERSION_MAX]; /* resourceVersion to watch from */
	struct pq_buffer continue_token;
	struct pq_error error;      /* of the last failure; code NONE when all is well */
	struct pq_error line_error; /* why a stream was ended by us */
	bool failed;                /* the cache is full or memory has run out: give up */
};

void pq_reflector_init(struct pq_reflector *reflector, struct pq_kube_client *client,
		       const struct pq_kube_resource *resource, struct pq_cache *cache,
		       uint64_t (*random)(void));

/* Cancels what is under way. */
void pq_reflector_done(struct pq_reflector *reflector);

/* Starts what is due. Fails when going on is pointless: the cache's cap is reached, memory is
 * gone. */
PQ_CHECKED bool pq_reflector_advance(struct pq_reflector *reflector, struct pq_error *error);

/* When to call pq_reflector_advance next: monotonic; INT64_MAX while a call is under way. */
int64_t pq_reflector_next(const struct pq_reflector *reflector);

#endif
