/* Why a text is no JSON, in the words of Go's encoding/json. */
#ifndef PQ_JSON_SYNTAX_H
#define PQ_JSON_SYNTAX_H

#include "base/error.h"

/* Checks byte by byte, as the scanner of encoding/json does. Slow and exact: for texts that have
 * been refused already. The error has line and column and code PQ_ERROR_INVALID, or
 * PQ_ERROR_TOO_LARGE for more than depth_max open containers. */
PQ_CHECKED bool pq_json_check_syntax(struct pq_string text, size_t depth_max,
				     struct pq_error *error);

#endif
