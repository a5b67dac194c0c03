#include "cli/completion.h"

/* Behind a backslash stands what _arguments and _describe read as an end; an apostrophe ends the
 * quotes and begins them anew. */
static void write_explained(const char *line, struct pq_buffer *text)
{
	for (; *line != '\0'; line++) {
		if (*line == '\'')
			pq_buffer_append_text(text, "'\\'");
		else if (strchr("[]:\\", *line) != NULL)
			pq_buffer_append_byte(text, '\\');
		pq_buffer_append_byte(text, *line);
	}
}

/* What may stand in the place of an option's value. */
static void write_value(const struct pq_option *option, struct pq_buffer *text)
{
	if (option->type == PQ_OPTION_SWITCH)
		return;
	pq_buffer_append_text(text, ":value:");
	if (option->choices == NULL) {
		pq_buffer_append_text(text, completion_takes_path(option) ? "_files" : " ");
		return;
	}
	pq_buffer_append_byte(text, '(');
	completion_write_choices(option, text);
	pq_buffer_append_byte(text, ')');
}

static void write_option(const struct pq_option *option, const char *dashes, const char *name,
			 struct pq_buffer *text)
{
	pq_buffer_append_format(text, " \\\n\t\t'%s%s%s[",
				option->type == PQ_OPTION_LIST ? "*" : "", dashes, name);
	write_explained(option->help, text);
	pq_buffer_append_byte(text, ']');
	write_value(option, text);
	pq_buffer_append_byte(text, '\'');
}

/* A line of _arguments for each option, then the words or files of the command. */
static void write_command(const struct pq_command *command, struct pq_buffer *text)
{
	const char *word;
	pq_buffer_append_format(text, "\t%s) _arguments", command->name);
	for (const struct pq_option *option = command->options;
	     option != NULL && option->name != NULL; option++) {
		write_option(option, "--", option->name, text);
		if (option->letter != 0)
			write_option(option, "-", (char[]){ option->letter, '\0' }, text);
	}
	pq_buffer_append_text(text, " \\\n\t\t'--help[Explain the command]' '*:word:");
	pq_buffer_append_text(text, completion_word(command, 0) == NULL ? "_files" : "(");
	for (size_t i = 0; (word = completion_word(command, i)) != NULL; i++)
		pq_buffer_append_format(text, "%s ", word);
	pq_buffer_append_text(text, completion_word(command, 0) == NULL ? "' ;;\n" : ")' ;;\n");
}

/* As a file of $fpath it is the body of a function that is being called; sourced, it is not. */
void completion_write_zsh(struct pq_buffer *text)
{
	pq_buffer_append_text(text, "#compdef pratique\n"
				    "_pratique() {\n"
				    "\tlocal -a commands=(");
	for (const struct pq_command *const *command = pq_commands; *command != NULL; command++) {
		pq_buffer_append_format(text, "\n\t\t'%s:", (*command)->name);
		write_explained((*command)->summary, text);
		pq_buffer_append_byte(text, '\'');
	}
	pq_buffer_append_text(text, "\n\t)\n"
				    "\tif (( CURRENT == 2 )); then\n"
				    "\t\t_describe command commands\n\t\treturn\n\tfi\n"
				    "\tshift words\n\t(( CURRENT-- ))\n"
				    "\tcase $words[1] in\n");
	for (const struct pq_command *const *command = pq_commands; *command != NULL; command++)
		write_command(*command, text);
	pq_buffer_append_text(text, "\tesac\n}\n"
				    "if [ \"$funcstack[1]\" = _pratique ]; then\n\t_pratique\n"
				    "else\n\tcompdef _pratique pratique\nfi\n");
}
