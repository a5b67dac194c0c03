#include "cel/library.h"

/* In the order of the environment's options: overloads of a function are tried in it. */
const struct pq_cel_library *const pq_cel_libraries[] = {
	&pq_cel_library_standard,
};

const size_t pq_cel_library_count = sizeof pq_cel_libraries / sizeof pq_cel_libraries[0];
