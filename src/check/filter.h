/*
 * Which objects are judged: by kind ("Secret"), by group, version and kind ("apps/v1/Deployment",
 * "v1/Secret") or by namespace and name ("kube-system/coredns"). Each part may be a pattern
 * ("kube-system/a*"); what begins with a capital letter is a kind. Private to this folder.
 */
#ifndef PQ_CHECK_FILTER_H
#define PQ_CHECK_FILTER_H

#include "base/arena.h"
#include "check/check.h"

struct check_filter;

struct check_filters {
	struct check_filter *items;
	size_t count;
};

/* Adds the filters of all texts, each of which may name several with commas between; they are views
 * of the texts, in the arena. Fails with PQ_ERROR_USAGE for a text that is none, or without memory;
 * those before it are then added. */
PQ_CHECKED bool check_filters_parse(struct pq_arena *arena, const struct pq_check_texts *texts,
				    struct check_filters *filters, struct pq_error *error);

/* Notes the filters that mean an object, as the outcome names it, as used: whether there are any.
 * On any thread. */
bool check_filters_use(const struct check_filters *filters, const struct pq_check_outcome *outcome);

/* Calls visit, unless it is NULL, once for each text that meant no object so far. */
void check_filters_each_unused(const struct check_filters *filters, const char *flag,
			       pq_check_visit_filter *visit, void *context);

#endif
