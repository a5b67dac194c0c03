#include "cel/list_types.h"

#include "cel/signature.h"

const struct pq_cel_type pq_cel_list_of_int = LIST_TYPE(&pq_cel_int);
const struct pq_cel_type pq_cel_list_of_uint = LIST_TYPE(&pq_cel_uint);
const struct pq_cel_type pq_cel_list_of_double = LIST_TYPE(&pq_cel_double);
const struct pq_cel_type pq_cel_list_of_bool = LIST_TYPE(&pq_cel_bool);
const struct pq_cel_type pq_cel_list_of_duration = LIST_TYPE(&pq_cel_duration);
const struct pq_cel_type pq_cel_list_of_timestamp = LIST_TYPE(&pq_cel_timestamp);
const struct pq_cel_type pq_cel_list_of_bytes = LIST_TYPE(&pq_cel_bytes);
