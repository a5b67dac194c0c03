/* One document against everything it is judged by. Private to this folder. */
#ifndef PQ_CHECK_JUDGE_H
#define PQ_CHECK_JUDGE_H

#include "check/draft.h"
#include "check/world.h"

/* Judges a document by a draft that has been begun, and finishes it. reader finds the object as it
 * was. What the outcome points to lives in the draft's arena, in the document's, in the source or
 * in the world. Thread-safe for distinct drafts and readers. */
void check_judge_document(const struct check_world *world, const struct check_document *document,
			  struct check_old_reader *reader, struct check_draft *draft);

#endif
