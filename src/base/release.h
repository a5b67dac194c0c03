/*
 * Releases: what changed in the API server's verdicts and words between versions of Kubernetes.
 *
 * One release is judged by, the one whose answers have been recorded. Code that knows both sides of
 * a change asks pq_release_has, so that another release can be judged by once its answers are
 * recorded, too. Formats and functions of CEL have their first release in their own tables.
 *
 * Sources: the tags v0.25 to v0.36 of k8s.io/apimachinery, apiserver and apiextensions-apiserver.
 */
#ifndef PQ_BASE_RELEASE_H
#define PQ_BASE_RELEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The minor version of Kubernetes 1.x that objects are judged as by. */
enum { PQ_RELEASE_MINOR = 36 };

enum pq_change {
	PQ_CHANGE_LENGTHS_IN_BYTES,
	PQ_CHANGE_UNITS_IN_SINGULAR,
	PQ_CHANGE_BARE_NULL,
	PQ_CHANGE_FORMAT_WARNINGS,
	PQ_CHANGE_LABELS_IN_BYTES,
	PQ_CHANGE_NUMBER_RANGES,
	PQ_CHANGE_COUNT
};

struct pq_change_facts {
	uint8_t since;    /* the first minor that does so */
	const char *what; /* for people; docs/semantics.md has the same lines */
};

extern const struct pq_change_facts pq_changes[PQ_CHANGE_COUNT];

static inline bool pq_release_has(enum pq_change change)
{
	return pq_changes[change].since <= PQ_RELEASE_MINOR;
}

/* "s" when count of something is told of in the plural, else "". */
const char *pq_release_plural(int64_t count);

#endif
