#include "cel/library.h"

/* In the order of the environment's options: overloads of a function are tried in it. */
const struct pq_cel_library *const pq_cel_libraries[] = {
	&pq_cel_library_standard,
	&pq_cel_library_urls,
	&pq_cel_library_regex,
	&pq_cel_library_lists,
	&pq_cel_library_authz,
	&pq_cel_library_optional,
	&pq_cel_library_quantity,
	&pq_cel_library_strings,
	&pq_cel_library_formatting,
	&pq_cel_library_sets,
	&pq_cel_library_ip,
	&pq_cel_library_cidr,
	&pq_cel_library_format,
	&pq_cel_library_authz_selectors,
	&pq_cel_library_comprehensions,
	&pq_cel_library_semver,
	&pq_cel_library_extended_lists,
	&pq_cel_library_json_patch,
};

const size_t pq_cel_library_count = sizeof pq_cel_libraries / sizeof pq_cel_libraries[0];
