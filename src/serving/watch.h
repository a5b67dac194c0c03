/*
 * Watching files: whether anything below some paths is not what it was.
 *
 * What counts is a fingerprint of what stat(2) says of every file (base/walk.h). inotify(7) only
 * tells when to look: once nothing has happened for a while, so that files which are written one
 * after the other, or a folder's link that is swapped, are one change. A slow poll looks in any
 * case, for filesystems that do not tell.
 */
#ifndef PQ_SERVING_WATCH_H
#define PQ_SERVING_WATCH_H

#include "base/clock.h"
#include "base/compiler.h"

#include <stdbool.h>
#include <stddef.h>

#define PQ_WATCH_SETTLE     (200 * PQ_MILLISECOND) /* quiet before a look */
#define PQ_WATCH_SETTLE_MAX (2 * PQ_SECOND)        /* from the first event to a look */
#define PQ_WATCH_POLL       (30 * PQ_SECOND)
#define PQ_WATCH_FIRST      PQ_SECOND /* from the first look to the second */

struct pq_watch {
	const char *const *paths; /* the caller's, as long as the watch */
	size_t path_count;
	int descriptor; /* to poll(2) for reading; -1 before the second look, or when there is none
			 */
	uint64_t fingerprint;
	int64_t first_event; /* monotonic, since the last look; 0: none */
	int64_t look_at;     /* monotonic: when pq_watch_has_changed wants to be asked */
};

/* now is the monotonic time. What is there counts as known. Nothing listens before the second look,
 * which tells of what has changed until then: to listen in a folder of whose names the system
 * remembers thousands takes milliseconds, for which nobody shall wait at a start. */
void pq_watch_init(struct pq_watch *watch, const char *const *paths, size_t path_count,
		   int64_t now);
void pq_watch_done(struct pq_watch *watch);

/* Takes what the descriptor has to tell, which may change look_at. Does not block. */
void pq_watch_take_events(struct pq_watch *watch, int64_t now);

/* Looks if look_at has come: whether something is not what it was at the last look. */
PQ_CHECKED bool pq_watch_has_changed(struct pq_watch *watch, int64_t now);

#endif
