/*
 * An outcome that is being put together: whoever judges adds what is wrong, in any order; finishing
 * puts it into the order of the text and finds the lines. Private to this folder.
 */
#ifndef PQ_CHECK_DRAFT_H
#define PQ_CHECK_DRAFT_H

#include "check/read.h"
#include "check/sink.h"

/* A place in a text, by its offset and by line and column. */
struct check_place {
	uint32_t offset;
	uint32_t line;
	uint32_t column;
};

/* A text that documents are read from. */
struct check_source {
	size_t input; /* which of the inputs */
	struct pq_string file;
	struct pq_string text;
	struct check_place start; /* of the text in the file; offset 0 */
	struct check_place place; /* of the document that was finished last, or start */
};

struct check_draft {
	struct pq_check_outcome outcome;
	struct check_source *source;
	struct pq_arena *arena; /* of all that is added */
	struct pq_check_finding *findings;
	size_t capacity;
	uint32_t offset; /* of the document, or PQ_OFFSET_NONE */
	bool is_refused; /* has a finding of severity error */
};

/* Begins with what the document says of itself. */
void check_draft_init(struct check_draft *draft, struct pq_arena *arena,
		      struct check_source *source, const struct check_document *document);

void check_draft_add_findings(struct check_draft *draft, enum pq_check_severity severity,
			      const struct pq_findings *findings);

/* The same for what concerns the whole document. message with data NULL is counted as dropped. */
void check_draft_add_message(struct check_draft *draft, enum pq_check_severity severity,
			     struct pq_string message);

/* The same for an error, which may have line and column. It is copied. */
void check_draft_add_error(struct check_draft *draft, const struct pq_error *error);

/* Sets where the document and its findings are, and the verdict to INVALID when one is an error. */
void check_draft_finish(struct check_draft *draft);

#endif
