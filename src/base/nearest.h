/* "Did you mean": among known names, the one of which another is most likely a misspelling. */
#ifndef PQ_BASE_NEAREST_H
#define PQ_BASE_NEAREST_H

#include "base/string_view.h"

enum {
	PQ_NEAREST_LENGTH_MAX = 64, /* bytes; a longer name is near to none */
	PQ_NEAREST_HINT_MAX = PQ_NEAREST_LENGTH_MAX + 24,
};

struct pq_nearest {
	struct pq_string wanted;
	size_t edits;                         /* from wanted to name */
	char name[PQ_NEAREST_LENGTH_MAX + 1]; /* of those considered; "" when none is near */
};

/* Near is what a few edits make of a name: one up to three bytes, two up to seven, else three. An
 * edit changes, adds or leaves out a byte, or swaps two neighbours. */
struct pq_nearest pq_nearest_to(struct pq_string wanted);

/* Whether the name, of which a copy is kept then, is nearer than all that were considered before.
 */
bool pq_nearest_consider(struct pq_nearest *nearest, struct pq_string name);

/* `, did you mean "NAME"?` with the quotes given, or nothing. */
const char *pq_nearest_hint(const struct pq_nearest *nearest, const char *open, const char *close,
			    char hint[PQ_NEAREST_HINT_MAX]);

/* The same, in double quotes, at the nearest of the names, which NULL ends. */
const char *pq_nearest_hint_among(struct pq_string wanted, const char *const *names,
				  char hint[PQ_NEAREST_HINT_MAX]);

#endif
