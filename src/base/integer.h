/* Decimal integers of 64 bits as Go's strconv.ParseInt reads them. */
#ifndef PQ_BASE_INTEGER_H
#define PQ_BASE_INTEGER_H

#include "base/string_view.h"

/* What strconv.ParseInt has against a text; NULL when there is nothing. *number is set then. */
const char *pq_integer_read(struct pq_string text, int64_t *number);

#endif
