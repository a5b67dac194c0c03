/* One option's value, from the text a user wrote: what flags, variables and files share. */
#ifndef PQ_CONFIG_OPTION_VALUE_H
#define PQ_CONFIG_OPTION_VALUE_H

#include "config/option.h"

enum { PQ_OPTION_LIST_MAX = 1000 };

/* Parses text by the row's type, checks the range, and stores it in settings. name is what the
 * user called it ("--threads", "threads", "PRATIQUE_THREADS"), for the error. A list grows by one.
 */
PQ_CHECKED bool pq_option_store(const struct pq_option *option, struct pq_string name,
				struct pq_string text, void *settings, struct pq_arena *arena,
				struct pq_error *error);

/* True when the row has a range; numbers outside it are refused. */
bool pq_option_has_range(const struct pq_option *option);

/* Appends a number as a user would write it for the row's type: "64Ki", "1h0m0s", "17". */
void pq_option_write_number(const struct pq_option *option, int64_t number, struct pq_buffer *text);

/* The row of a flag's name, or NULL. */
const struct pq_option *pq_option_find(const struct pq_option *table, struct pq_string name);

#endif
