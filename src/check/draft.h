/*
 * An outcome that is being put together: whoever judges adds what is wrong, in any order; finishing
 * puts it into the order of the text and finds the lines. Private to this folder.
 */
#ifndef PQ_CHECK_DRAFT_H
#define PQ_CHECK_DRAFT_H

#include "check/sink.h"
#include "check/source.h"

struct check_draft {
	struct pq_check_outcome outcome;
	struct check_source *source;
	struct pq_arena *arena; /* of all that is added */
	struct pq_check_finding *findings;
	size_t capacity;
	uint32_t offset;         /* of the document, or PQ_OFFSET_NONE */
	struct pq_string schema; /* of the AdmissionSchema that findings are added of, or empty */
	bool is_refused;         /* has a finding of severity error */
	bool has_dropped_errors;
	bool lacks_reason;                 /* that has been told */
	struct pq_check_finding last_word; /* instead of all others, when memory has run out */
};

/* Begins with what the document says of itself. */
void check_draft_init(struct check_draft *draft, struct pq_arena *arena,
		      struct check_source *source, const struct check_document *document);

void check_draft_add_finding(struct check_draft *draft, enum pq_check_severity severity,
			     const struct pq_finding *found);
void check_draft_add_findings(struct check_draft *draft, enum pq_check_severity severity,
			      const struct pq_findings *findings);

/* Adds a finding about the whole document. A message with data NULL is counted as dropped. */
void check_draft_add_message(struct check_draft *draft, enum pq_check_severity severity,
			     struct pq_string message);

/* Tells why the document is refused, at the part of it that is to blame: offset is as in
 * pq_resource_outcome.refused_offset. A message with data NULL is counted as dropped. */
void check_draft_add_refusal(struct check_draft *draft, uint32_t offset, struct pq_string message);

/* Adds an error, which may have line and column. It is copied. */
void check_draft_add_error(struct check_draft *draft, const struct pq_error *error);

/* Adds that a comment asks to ignore the document, but does not say why; once a document. */
void check_draft_add_lack_of_reason(struct check_draft *draft);

/* Puts one finding in the place of all others: the document could not be judged, for its arena is
 * exhausted. */
void check_draft_give_up(struct check_draft *draft);

/* Sets where the document and its findings are, takes out those that comments ask to ignore, and
 * makes VALID INVALID when one that is left is an error. */
void check_draft_finish(struct check_draft *draft);

#endif
