/* A text that documents are read from, and one of them. Private to this folder. */
#ifndef PQ_CHECK_SOURCE_H
#define PQ_CHECK_SOURCE_H

#include "json/value.h"

/* A place in a text, by its offset and by line and column. */
struct check_place {
	uint32_t offset;
	uint32_t line;
	uint32_t column;
};

struct check_source {
	size_t input; /* which of the inputs */
	struct pq_string file;
	struct pq_string text;    /* of one document, or of all of a file */
	struct check_place start; /* of the text in the file; offset 0 */
	struct check_place place; /* of the document that was finished last, or start */
};

struct check_document {
	struct pq_value value;
	struct pq_findings reading; /* duplicate keys, replaced bytes */
	struct pq_error error;      /* code NONE, or why there is no value */
	size_t index;               /* in the file, from 0 */
	size_t item;                /* of the list that the document is, or PQ_CHECK_NO_ITEM */
	struct pq_string head;      /* what stands before the value: comments and markers */
};

#endif
