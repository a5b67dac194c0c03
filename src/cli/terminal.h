/* The terminal behind standard output, if there is one. */
#ifndef PQ_CLI_TERMINAL_H
#define PQ_CLI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* How many columns lines may take: COLUMNS when it is set, else the terminal's, else 80; within
 * bounds that leave room for words and can still be read. */
size_t pq_terminal_columns(void);

/* Whether it wants colours: standard output is a terminal, not a dumb one by TERM, and NO_COLOR is
 * not set (https://no-color.org). */
bool pq_terminal_is_coloured(void);

/* Whether a line may be written over on standard error: that is a terminal, and no dumb one. */
bool pq_terminal_shows_progress(void);

#endif
