#include "cli/completion.h"

/* Between single quotes fish reads \\' as a quote. */
static void write_quoted(const char *line, struct pq_buffer *text)
{
	pq_buffer_append_byte(text, '\'');
	for (; *line != '\0'; line++) {
		if (*line == '\'' || *line == '\\')
			pq_buffer_append_byte(text, '\\');
		pq_buffer_append_byte(text, *line);
	}
	pq_buffer_append_byte(text, '\'');
}

static void write_option(const struct pq_command *command, const struct pq_option *option,
			 struct pq_buffer *text)
{
	pq_buffer_append_format(text,
				"complete -c pratique -n '__fish_seen_subcommand_from %s' -l %s",
				command->name, option->name);
	if (option->letter != 0)
		pq_buffer_append_format(text, " -s %c", option->letter);
	if (option->type != PQ_OPTION_SWITCH)
		pq_buffer_append_text(text, " -r");
	if (option->type != PQ_OPTION_SWITCH && !completion_takes_path(option))
		pq_buffer_append_text(text, " -f");
	if (option->choices != NULL) {
		pq_buffer_append_text(text, " -a '");
		completion_write_choices(option, text);
		pq_buffer_append_byte(text, '\'');
	}
	pq_buffer_append_text(text, " -d ");
	write_quoted(option->help, text);
	pq_buffer_append_byte(text, '\n');
}

static void write_command(const struct pq_command *command, struct pq_buffer *text)
{
	const char *word;
	pq_buffer_append_format(text, "complete -c pratique -n __fish_use_subcommand -f -a %s -d ",
				command->name);
	write_quoted(command->summary, text);
	pq_buffer_append_byte(text, '\n');
	for (size_t i = 0; (word = completion_word(command, i)) != NULL; i++)
		pq_buffer_append_format(text,
					"complete -c pratique -n '__fish_seen_subcommand_from %s' "
					"-f -a %s\n",
					command->name, word);
	for (const struct pq_option *option = command->options;
	     option != NULL && option->name != NULL; option++)
		write_option(command, option, text);
}

void completion_write_fish(struct pq_buffer *text)
{
	pq_buffer_append_text(text, "# fish completion for pratique\n");
	for (const struct pq_command *const *command = pq_commands; *command != NULL; command++)
		write_command(*command, text);
}
