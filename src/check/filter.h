/*
 * Which objects are judged: by kind ("Secret"), by group, version and kind ("apps/v1/Deployment",
 * "v1/Secret") or by namespace and name ("kube-system/coredns"). Each part may be a pattern
 * ("kube-system/a*"); what begins with a capital letter is a kind. Private to this folder.
 */
#ifndef PQ_CHECK_FILTER_H
#define PQ_CHECK_FILTER_H

#include "base/error.h"
#include "check/sink.h"

/* Views of the texts that they were made of. */
struct check_filter {
	struct pq_string group; /* data NULL: any */
	struct pq_string version;
	struct pq_string kind;
	struct pq_string namespace;
	struct pq_string name;
};

PQ_CHECKED bool check_filter_parse(struct pq_string text, struct check_filter *filter,
				   struct pq_error *error);

/* Whether an object, as the outcome names it, is one that the filter means. */
bool check_filter_matches(const struct check_filter *filter,
			  const struct pq_check_outcome *outcome);

#endif
