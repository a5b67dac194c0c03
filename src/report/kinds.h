/* How many documents of each kind there were, and what became of them. */
#ifndef PQ_REPORT_KINDS_H
#define PQ_REPORT_KINDS_H

#include "base/map.h"
#include "check/sink.h"

enum { PQ_REPORT_KINDS_MAX = 1000 }; /* further ones are counted as one */

struct report_kind {
	struct pq_string api_version; /* both empty: all beyond the maximum */
	struct pq_string kind;
	size_t checked; /* judged: accepted or refused */
	size_t invalid;
	size_t skipped; /* by the user's word, or encrypted */
	size_t unknown;
};

struct report_kinds {
	struct pq_arena arena;
	struct pq_map map; /* from apiVersion and kind */
	struct report_kind others;
	bool failed; /* no memory: the counts are not complete */
};

void report_kinds_init(struct report_kinds *kinds);
void report_kinds_done(struct report_kinds *kinds);

/* Counts a document; one that is of no kind is passed by. */
void report_kinds_add(struct report_kinds *kinds, const struct pq_check_outcome *outcome);

/* Those counted, ordered by apiVersion and kind, others last; *count is how many. NULL without
 * memory. Lives as long as kinds. */
const struct report_kind **report_kinds_list(struct report_kinds *kinds, size_t *count);

#endif
