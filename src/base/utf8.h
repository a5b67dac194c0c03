/* UTF-8 with the rules of Go's unicode/utf8: the shortest form only, no surrogates, nothing above
 * U+10FFFF; every byte that is not part of a valid sequence is a character of its own. */
#ifndef PQ_BASE_UTF8_H
#define PQ_BASE_UTF8_H

#include "base/string_view.h"

#define PQ_UTF8_REPLACEMENT UINT32_C(0xFFFD)

enum { PQ_UTF8_BYTES_MAX = 4 };

/* The character at the start of text, which must not be empty, and its width in bytes. An invalid
 * byte gives PQ_UTF8_REPLACEMENT and a width of 1. */
uint32_t pq_utf8_decode(struct pq_string text, size_t *width);

/* Writes a character, PQ_UTF8_REPLACEMENT for what is none; returns its width. */
size_t pq_utf8_encode(uint32_t character, char bytes[PQ_UTF8_BYTES_MAX]);

/* Index of the first invalid byte, or the text's length. */
size_t pq_utf8_find_invalid(struct pq_string text);

/* Number of characters (Go: utf8.RuneCountInString). */
size_t pq_utf8_count(struct pq_string text);

/* The start of text that has at most limit characters; *count is how many it has. */
struct pq_string pq_utf8_cut(struct pq_string text, size_t limit, size_t *count);

/* Without white space at either end, of all of Unicode's kinds (Go: strings.TrimSpace). */
struct pq_string pq_utf8_trim(struct pq_string text);

/* A text behind the byte order mark that it may begin with. */
struct pq_string pq_utf8_skip_mark(struct pq_string text);

#endif
