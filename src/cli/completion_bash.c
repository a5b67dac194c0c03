#include "cli/completion.h"

static void write_word(const char *word, bool is_first, struct pq_buffer *text)
{
	pq_buffer_append_format(text, "%s%s", is_first ? "" : " ", word);
}

/* Behind an option with a value: its choices, or files. */
static void write_values(const struct pq_command *command, struct pq_buffer *text)
{
	for (const struct pq_option *option = command->options;
	     option != NULL && option->name != NULL; option++) {
		if (option->type == PQ_OPTION_SWITCH)
			continue;
		pq_buffer_append_format(text, "\t%s:--%s:*", command->name, option->name);
		if (option->letter != 0)
			pq_buffer_append_format(text, " | %s:-%c:*", command->name, option->letter);
		pq_buffer_append_text(text, ") words='");
		completion_write_choices(option, text);
		pq_buffer_append_text(text, "' ;;\n");
	}
}

/* Behind a dash the options; else the command's own words, or files. */
static void write_words(const struct pq_command *command, struct pq_buffer *text)
{
	const char *word;
	pq_buffer_append_format(text, "\t%s:*:-*) words='", command->name);
	for (const struct pq_option *option = command->options;
	     option != NULL && option->name != NULL; option++)
		pq_buffer_append_format(text, "--%s ", option->name);
	pq_buffer_append_format(text, "--help' ;;\n\t%s:*) words='", command->name);
	for (size_t i = 0; (word = completion_word(command, i)) != NULL; i++)
		write_word(word, i == 0, text);
	pq_buffer_append_text(text, "' ;;\n");
}

void completion_write_bash(struct pq_buffer *text)
{
	/* Bash takes the equals sign of --option=value for a word of its own. */
	pq_buffer_append_text(text,
			      "# bash completion for pratique\n"
			      "_pratique() {\n"
			      "\tlocal current=${COMP_WORDS[COMP_CWORD]} words=\n"
			      "\tlocal previous=${COMP_WORDS[COMP_CWORD-1]}\n"
			      "\t[ \"$current\" != = ] || current=\n"
			      "\t[ \"$previous\" != = ] || previous=${COMP_WORDS[COMP_CWORD-2]}\n"
			      "\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\twords='");
	for (const struct pq_command *const *command = pq_commands; *command != NULL; command++)
		write_word((*command)->name, command == pq_commands, text);
	pq_buffer_append_text(text, "'\n\telse case ${COMP_WORDS[1]}:$previous:$current in\n");
	for (const struct pq_command *const *command = pq_commands; *command != NULL; command++) {
		write_values(*command, text);
		write_words(*command, text);
	}
	pq_buffer_append_text(text,
			      "\tesac\n\tfi\n"
			      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
			      "}\n"
			      "complete -o default -F _pratique pratique\n");
}
