/*
 * Warnings as the API server sends them, in headers of the answer, which it keeps small
 * (k8s.io/apiserver/pkg/endpoints/filters/warning.go, k8s.io/apimachinery/pkg/util/net/http.go).
 */
#ifndef PQ_REGISTRY_WARNING_H
#define PQ_REGISTRY_WARNING_H

#include "base/arena.h"
#include "base/string_view.h"

enum {
	/* Characters of one, once all together would have more than the second. */
	PQ_WARNING_LENGTH_MAX = 256,
	PQ_WARNINGS_LENGTH_MAX = 4096,
};

/* Whether a header may hold it: without control characters. */
bool pq_warning_is_sendable(struct pq_string text);

/* Which of count warnings, all different, are sent, and cut to what. *sent is in the arena. False
 * when that is exhausted. */
PQ_CHECKED bool pq_warnings_send(struct pq_arena *arena, const struct pq_string *warnings,
				 size_t count, struct pq_string **sent, size_t *sent_count);

#endif
