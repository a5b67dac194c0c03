/* Indexes and parts of strings, for the library of strings. Positions count characters. */
#ifndef PQ_CEL_STRING_POSITIONS_H
#define PQ_CEL_STRING_POSITIONS_H

#include "cel/library.h"

pq_cel_function pq_cel_char_at;
pq_cel_function pq_cel_index_of;
pq_cel_function pq_cel_index_of_from; /* a third argument is where to begin */
pq_cel_function pq_cel_last_index_of;
pq_cel_function pq_cel_last_index_of_from;
pq_cel_function pq_cel_substring_from; /* to the end */
pq_cel_function pq_cel_substring;

#endif
