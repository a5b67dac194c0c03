/*
 * What comments say to us: "# pratique: ignore REASON", or "ignore: REASON", and, in what
 * `helm template` writes, "# Source: FILE". Private to this folder.
 */
#ifndef PQ_CHECK_COMMENTS_H
#define PQ_CHECK_COMMENTS_H

#include "base/string_view.h"

/* The file behind "# Source: " in the comments in front of a document, or empty. */
struct pq_string check_find_source_comment(struct pq_string head);

/* Whether one of the lines is a comment that asks to ignore; its reason may be empty. */
bool check_find_ignore_comment(struct pq_string lines, struct pq_string *reason);

/* The same for a comment that ends the line with an offset, or is all of the line above. */
bool check_is_ignored_at(struct pq_string text, size_t offset, struct pq_string *reason);

#endif
