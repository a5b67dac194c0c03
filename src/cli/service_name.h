/* The Service that a command's --service names. */
#ifndef PQ_CLI_SERVICE_NAME_H
#define PQ_CLI_SERVICE_NAME_H

#include "base/error.h"

struct pq_service_name {
	struct pq_string name;
	struct pq_string namespace;
};

/* NAME.NAMESPACE into views of its two parts. */
PQ_CHECKED bool pq_service_name_parse(const char *text, struct pq_service_name *service,
				      struct pq_error *error);

#endif
