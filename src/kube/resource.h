/* A kind of the API and where its objects are, as a constant of the code that uses it. */
#ifndef PQ_KUBE_RESOURCE_H
#define PQ_KUBE_RESOURCE_H

#include <stdbool.h>

struct pq_kube_resource {
	const char *group; /* "" is the core group */
	const char *version;
	const char *plural; /* lower case, as in URLs */
	const char *kind;
	bool namespaced;
};

#endif
