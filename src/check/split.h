/*
 * Where documents of a file end, found without parsing them: each is then read on its own, so that
 * a mistake in one keeps nobody from reading the others, as kubectl does. Private to this folder.
 */
#ifndef PQ_CHECK_SPLIT_H
#define PQ_CHECK_SPLIT_H

#include "base/string_view.h"

/* Splits off the first YAML document of a text and moves *rest behind it: up to the line "---" of
 * the next one, or behind a line "...". Comments and directives in front of "---" belong to what
 * follows. False when nothing is left. */
bool check_split_yaml(struct pq_string *rest, struct pq_string *document);

/* The lines in front of the content of a document: comments, its marker, directives. */
struct pq_string check_find_head(struct pq_string document);

/* Splits off the first of several JSON values that stand one after the other; what does not begin
 * with a bracket is taken as a whole. False when only white space is left. */
bool check_split_json(struct pq_string *rest, struct pq_string *document);

/* Line breaks in a text. */
size_t check_count_lines(struct pq_string text);

#endif
