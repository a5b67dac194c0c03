/* What a snapshot and its builder hold. Private to this folder. */
#ifndef PQ_POLICY_SNAPSHOT_H
#define PQ_POLICY_SNAPSHOT_H

#include "base/map.h"
#include "policy/exemption.h"
#include "policy/overlay.h"

#include <stdatomic.h>

struct policy_crd {
	const struct pq_crd *crd;
	struct pq_string origin; /* in the snapshot's arena */
};

struct policy_conversion {
	const struct pq_conversion *conversion;
	struct pq_string origin; /* in the snapshot's arena */
};

struct pq_policy {
	atomic_size_t references;
	struct pq_map kinds; /* "Kind.group" -> struct pq_crd; the tables below own them */
	struct pq_arena texts;
	struct policy_crd *crds;
	size_t crd_count;
	struct overlay **overlays; /* by name */
	size_t overlay_count;
	struct pq_map converted_kinds; /* "Kind.group" -> struct pq_conversion, as kinds */
	struct policy_conversion *conversions;
	size_t conversion_count;
	struct exemption **exemptions; /* by name */
	size_t exemption_count;
};

/* What a table by kinds, "Kind.group", has; NULL when it has nothing. */
void *policy_find_by_kind(const struct pq_map *kinds, struct pq_string group,
			  struct pq_string kind);

#endif
