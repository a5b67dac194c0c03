/* The grammar within JSON's tokens: escapes and numbers (RFC 8259, sections 6 and 7). */
#ifndef PQ_JSON_TOKEN_H
#define PQ_JSON_TOKEN_H

#include "base/string_view.h"

/* What a backslash and one letter stand for; 0 where they stand for nothing alone. */
extern const char pq_json_short_escapes[256];

/* Reads the escape at the start of rest; its length there, or 0 when it is none. Halves of a
 * surrogate pair that stand alone become U+FFFD each, and *replaced is set. */
size_t pq_json_token_escape(struct pq_string rest, uint32_t *character, bool *replaced);

/* Whether a token, which is not empty, is a number; *integer says that it has neither fraction nor
 * exponent. */
bool pq_json_token_is_number(struct pq_string token, bool *integer);

/* The value of an integer; false when it does not fit. */
bool pq_json_token_integer(struct pq_string token, int64_t *integer);

#endif
