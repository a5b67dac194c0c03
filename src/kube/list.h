/*
 * What LIST and WATCH answer (https://kubernetes.io/docs/reference/using-api/api-concepts/).
 */
#ifndef PQ_KUBE_LIST_H
#define PQ_KUBE_LIST_H

#include "kube/client.h"

struct pq_kube_list {
	const struct pq_value *items; /* an array, or NULL */
	struct pq_string resource_version;
	struct pq_string continue_token; /* empty on the last page */
};

/* Reads one page. The values live in the arena and may point into body. */
PQ_CHECKED bool pq_kube_list_read(struct pq_arena *arena, struct pq_string body,
				  struct pq_kube_list *list, struct pq_error *error);

enum pq_kube_event_type { PQ_KUBE_ADDED, PQ_KUBE_MODIFIED, PQ_KUBE_DELETED, PQ_KUBE_BOOKMARK };

struct pq_kube_event {
	enum pq_kube_event_type type;
	const struct pq_value *object;
};

/* Reads one line of a watch. An event of type ERROR is a failure with the code of its Status:
 * PQ_ERROR_EXPIRED means list again. */
PQ_CHECKED bool pq_kube_event_read(struct pq_arena *arena, struct pq_string line,
				   struct pq_kube_event *event, struct pq_error *error);

/* metadata.<key> of an object, or an empty view. */
struct pq_string pq_kube_metadata(const struct pq_value *object, struct pq_string key);

#endif
