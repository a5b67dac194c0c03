/* Which characters Go's strconv.Quote shows as they are. */
#ifndef PQ_JSON_PRINTABLE_H
#define PQ_JSON_PRINTABLE_H

#include <stdbool.h>
#include <stdint.h>

/* strconv.IsPrint of Go 1.26: letters, marks, numbers, punctuation, symbols and the ASCII space. */
bool pq_go_is_printable(uint32_t code_point);

#endif
