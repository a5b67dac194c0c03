/* Ways between versions. Private to this folder. */
#ifndef PQ_CONVERSION_ROUTE_H
#define PQ_CONVERSION_ROUTE_H

#include "conversion/rule.h"

/* The rules that lead from one version to another, one pairing after the other. */
struct leg {
	const struct pairing *pairing;
	bool backwards;
};

struct route {
	struct leg legs[PQ_CONVERSION_VERSIONS_MAX];
	size_t count;
};

/* The shortest way from one version to another; false when there is none. */
bool route_find(const struct pq_conversion *conversion, struct pq_string from, struct pq_string to,
		struct route *route);

#endif
