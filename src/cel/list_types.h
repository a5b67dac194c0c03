/* Types of lists for signatures. */
#ifndef PQ_CEL_LIST_TYPES_H
#define PQ_CEL_LIST_TYPES_H

#include "cel/type.h"

extern const struct pq_cel_type pq_cel_list_of_int;
extern const struct pq_cel_type pq_cel_list_of_uint;
extern const struct pq_cel_type pq_cel_list_of_double;
extern const struct pq_cel_type pq_cel_list_of_bool;
extern const struct pq_cel_type pq_cel_list_of_duration;
extern const struct pq_cel_type pq_cel_list_of_timestamp;
extern const struct pq_cel_type pq_cel_list_of_bytes;

#endif
