/* Completion, written from the tables of commands and options: one file a shell. Private to this
 * folder. */
#ifndef PQ_CLI_COMPLETION_H
#define PQ_CLI_COMPLETION_H

#include "base/buffer.h"
#include "cli/command.h"

void completion_write_bash(struct pq_buffer *text);
void completion_write_zsh(struct pq_buffer *text);
void completion_write_fish(struct pq_buffer *text);

/* A word of the command line that comes behind the command's name, by its place in the list; NULL
 * behind the last. Those of `help` are the commands. */
const char *completion_word(const struct pq_command *command, size_t index);

/* An option's choices, with spaces between them; nothing where there are none. */
void completion_write_choices(const struct pq_option *option, struct pq_buffer *text);

/* Whether an option's value is the name of a file or folder. */
bool completion_takes_path(const struct pq_option *option);

#endif
