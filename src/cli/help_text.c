#include "cli/help_text.h"

void pq_help_write_overview(struct pq_buffer *text)
{
	pq_buffer_append_text(text,
			      "pratique: admission control and operator runtime for Kubernetes\n\n"
			      "Usage: pratique COMMAND [OPTION...]\n\nCommands:\n");
	for (const struct pq_command *const *command = pq_commands; *command != NULL; command++)
		pq_buffer_append_format(text, "  %-11s %s\n", (*command)->name,
					(*command)->summary);
	pq_buffer_append_text(
		text, "\n`pratique COMMAND --help` explains a command and shows examples.\n");
}

static void write_lines(const char *const *lines, const char *before, struct pq_buffer *text)
{
	for (; lines != NULL && *lines != NULL; lines++)
		pq_buffer_append_format(text, "%s%s\n", before, *lines);
}

void pq_help_write(const struct pq_command *command, struct pq_buffer *text)
{
	pq_buffer_append_format(text, "%s.\n\nUsage:\n", command->summary);
	write_lines(command->usage, "  ", text);
	if (command->description != NULL)
		pq_buffer_append_format(text, "\n%s", command->description);
	if (command->options != NULL) {
		pq_buffer_append_text(text, "\nOptions:\n");
		pq_options_write_help(command->options, text);
	}
	pq_buffer_append_text(text, "\nExamples:\n");
	write_lines(command->examples, "  ", text);
}
