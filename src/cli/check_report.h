/* What `pratique check` prints. */
#ifndef PQ_CLI_CHECK_REPORT_H
#define PQ_CLI_CHECK_REPORT_H

#include "cli/check_input.h"

enum check_level { CHECK_ERROR, CHECK_WARNING };

/* A place in a text, by its offset and by line and column. */
struct check_place {
	const char *text; /* NULL: none yet */
	uint32_t offset;
	uint32_t line;
	uint32_t column;
};

struct check_report {
	bool is_json;
	bool is_coloured;
	struct pq_buffer out;     /* to standard output */
	struct check_place place; /* of the last document with findings */
	size_t documents;
	size_t refused; /* documents with an error */
	size_t skipped; /* documents without a schema */
	size_t printed; /* lines of findings */
};

void check_report_init(struct check_report *report, bool is_json);

/* Prints what is wrong with a document, in the order of the text. */
void check_report_findings(struct check_report *report, const struct check_document *document,
			   enum check_level level, const struct pq_findings *findings);

/* The same for a trouble that is no finding; offset may be PQ_OFFSET_NONE. */
void check_report_message(struct check_report *report, const struct check_document *document,
			  enum check_level level, uint32_t line, uint32_t column,
			  struct pq_string message);

/* The same for one that concerns the whole document. */
void check_report_remark(struct check_report *report, const struct check_document *document,
			 enum check_level level, struct pq_string message);

/* Says on standard error that a document was not judged. */
void check_report_skipped(struct check_report *report, const struct check_document *document);

/* Prints the rest and the summary; returns the exit code. */
int check_report_finish(struct check_report *report);

#endif
