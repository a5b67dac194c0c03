/* The documents of one text. Private to this folder. */
#ifndef PQ_CHECK_READ_H
#define PQ_CHECK_READ_H

#include "json/value.h"

/* Strings and values live in the arena it was read into, or are views of the text. */
struct check_document {
	struct pq_value value;
	struct pq_findings reading; /* duplicate keys, replaced bytes */
	struct pq_error error;      /* code NONE, or why there is no value */
	size_t index;               /* in the text, from 0 */
	size_t item;                /* of the list that the document is, or PQ_CHECK_NO_ITEM */
};

/* False ends the reading. */
typedef bool check_visit_document(const struct check_document *document, void *context);

/* Visits what a file holds, JSON or YAML with many documents; items of a list become documents of
 * their own, and empty documents are passed over. What cannot be parsed is a document with an
 * error, the last one. False when a visit was, or without memory (the error is set then). */
PQ_CHECKED bool check_read_documents(struct pq_arena *arena, struct pq_string file,
				     struct pq_string text, check_visit_document *visit,
				     void *context, struct pq_error *error);

#endif
