#include "operators/shipped.h"

const struct pq_controller_registration *const pq_controllers_shipped[] = {
	&pq_controller_myapp,
	NULL,
};
