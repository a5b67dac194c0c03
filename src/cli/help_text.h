/* What the rows of commands say to people: the text of --help and the man page. */
#ifndef PQ_CLI_HELP_TEXT_H
#define PQ_CLI_HELP_TEXT_H

#include "base/buffer.h"
#include "cli/command.h"

void pq_help_write(const struct pq_command *command, struct pq_buffer *text);

/* All commands, as `pratique help` shows them. */
void pq_help_write_overview(struct pq_buffer *text);

/* pratique(1) in man(7) form. */
void pq_help_write_man(struct pq_buffer *text);

#endif
