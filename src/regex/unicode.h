/*
 * Names of Unicode groups as Go's regexp knows them (unicode.Categories, Scripts, CategoryAliases;
 * Unicode 15.0), and the one table that RE2 does not have.
 */
#ifndef PQ_REGEX_UNICODE_H
#define PQ_REGEX_UNICODE_H

#include "base/string_view.h"

enum { PQ_UNICODE_NAME_MAX = 32 };

struct pq_unicode_group {
	const char *name; /* canonical: "Lowercaseletter" */
	const char *re2;  /* "Ll"; "Any", "Assigned", "Ascii", "C", "Cn" and "LC" are not RE2's */
};

/* Finds by a name that need not be canonical; NULL when Go does not know it. */
const struct pq_unicode_group *pq_unicode_group_find(struct pq_string name);

struct pq_unicode_range {
	uint32_t low;
	uint32_t high;
};

/* Category Cn, sorted. */
extern const struct pq_unicode_range pq_unicode_unassigned[];
extern const size_t pq_unicode_unassigned_count;

#endif
