/* Loading schemas anew while others serve. */
#ifndef PQ_POLICY_RELOAD_H
#define PQ_POLICY_RELOAD_H

#include "policy/load.h"

struct pq_policy_reload {
	const struct pq_policy *previous;
	pq_policy_load_report *report;
	/* Told of each file that has become bad (it cannot be read, one of its documents is
	 * refused, or it has no schemas any more) and so keeps what the previous snapshot has from
	 * it. */
	void (*keep)(const char *path, void *context);
	void *context;
};

/* As pq_policy_load, but a file that has become bad keeps the schemas it had, all of them: half of
 * an older file and half of a newer one is what nobody wrote. *kept is the number of such files. */
PQ_CHECKED bool pq_policy_load_over(struct pq_policy_builder *builder, const char *const *paths,
				    size_t path_count, const struct pq_policy_reload *reload,
				    struct pq_policy_load_counts *counts, size_t *kept,
				    struct pq_error *error);

#endif
