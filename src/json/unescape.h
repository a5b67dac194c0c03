/*
 * The text between the quotes of a JSON string: escapes resolved (RFC 8259, section 7), and what is
 * no UTF-8 read as U+FFFD, as Go does.
 */
#ifndef PQ_JSON_UNESCAPE_H
#define PQ_JSON_UNESCAPE_H

#include "base/compiler.h"
#include "base/string_view.h"

/* Bytes that unescaping may write. */
size_t pq_json_unescape_room(struct pq_string raw, bool valid_utf8);

/* Writes the text that raw stands for to bytes, which has that room. valid_utf8 promises that raw
 * is UTF-8. Sets *replaced when a byte or half of a surrogate pair became U+FFFD. False for an
 * escape that JSON does not have; then *length is untouched. */
PQ_CHECKED bool pq_json_unescape(struct pq_string raw, bool valid_utf8, char *bytes, size_t *length,
				 bool *replaced);

#endif
