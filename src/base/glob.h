/*
 * Glob: patterns of paths, as gitignore(5) has them. "*" and "?" stand for text without a slash,
 * "[a-z]" and "[!a-z]" for one character, a backslash takes the next one as it is, and a part of
 * the path that is "**" stands for any number of parts. Bytes are compared.
 */
#ifndef PQ_BASE_GLOB_H
#define PQ_BASE_GLOB_H

#include "base/string_view.h"

/* Whether a text has a character of a pattern in it. */
bool pq_glob_is_pattern(struct pq_string text);

/* Whether a whole path matches. Time is at most the product of both lengths. */
bool pq_glob_match(struct pq_string pattern, struct pq_string path);

/* Whether something below a folder may match; "" is the folder that paths are relative to. */
bool pq_glob_may_match_below(struct pq_string pattern, struct pq_string folder);

#endif
