/* One document against everything it is judged by. Private to this folder. */
#ifndef PQ_CHECK_JUDGE_H
#define PQ_CHECK_JUDGE_H

#include "check/draft.h"
#include "check/world.h"

/* Fills the draft of a document and finishes it. What the outcome points to lives in the arena, in
 * the document's or in the source. Thread-safe for distinct arenas and sources. */
void check_judge_document(const struct check_world *world, struct check_source *source,
			  const struct check_document *document, struct pq_arena *arena,
			  struct check_draft *draft);

#endif
