#include "conversion/route.h"

/* Whether a pairing leads away from a version, and whereto. */
static bool leads_from(const struct pairing *pairing, struct pq_string version, struct leg *leg,
		       struct pq_string *target)
{
	leg->pairing = pairing;
	leg->backwards = pq_string_equal(pairing->second, version);
	*target = leg->backwards ? pairing->first : pairing->second;
	return leg->backwards || pq_string_equal(pairing->first, version);
}

/* A version that has been reached, and how. */
struct stop {
	struct pq_string version;
	struct leg leg;
	size_t previous;
};

static void trace(const struct stop *stops, size_t last, struct route *route)
{
	size_t count = 0;
	for (size_t i = last; i != 0; i = stops[i].previous)
		count++;
	route->count = count;
	for (size_t i = last; i != 0; i = stops[i].previous)
		route->legs[--count] = stops[i].leg;
}

/* Looks at the versions in the order of their distance. */
bool route_find(const struct pq_conversion *conversion, struct pq_string from, struct pq_string to,
		struct route *route)
{
	struct stop stops[PQ_CONVERSION_VERSIONS_MAX + 1] = { { .version = from } };
	size_t count = 1;
	for (size_t at = 0; at < count; at++) {
		if (pq_string_equal(stops[at].version, to)) {
			trace(stops, at, route);
			return true;
		}
		for (size_t i = 0; i < conversion->pairing_count; i++) {
			struct stop next = { .previous = at };
			size_t known = 0;
			if (!leads_from(&conversion->pairings[i], stops[at].version, &next.leg,
					&next.version))
				continue;
			while (known < count &&
			       !pq_string_equal(stops[known].version, next.version))
				known++;
			if (known == count)
				stops[count++] = next;
		}
	}
	return false;
}
