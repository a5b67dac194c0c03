/* Shell completion, written from the tables of commands and options. */
#include "base/buffer.h"
#include "cli/command.h"

static void write_words(const struct pq_command *command, struct pq_buffer *text)
{
	for (const char *const *verb = command->verbs; verb != NULL && *verb != NULL; verb++)
		pq_buffer_append_format(text, "%s ", *verb);
	for (const struct pq_option *option = command->options;
	     option != NULL && option->name != NULL; option++)
		pq_buffer_append_format(text, "--%s ", option->name);
	pq_buffer_append_text(text, "--help");
}

/* One case per option whose value is chosen from a list. */
static void write_choices(const struct pq_command *command, struct pq_buffer *text)
{
	for (const struct pq_option *option = command->options;
	     option != NULL && option->name != NULL; option++) {
		if (option->choices == NULL)
			continue;
		pq_buffer_append_format(text, "\t%s:--%s", command->name, option->name);
		if (option->letter != 0)
			pq_buffer_append_format(text, " | %s:-%c", command->name, option->letter);
		pq_buffer_append_text(text, ") words='");
		for (int i = 0; option->choices[i] != NULL; i++)
			pq_buffer_append_format(text, "%s%s", i == 0 ? "" : " ",
						option->choices[i]);
		pq_buffer_append_text(text, "' ;;\n");
	}
}

static void write_bash(struct pq_buffer *text)
{
	pq_buffer_append_text(text, "# bash completion for pratique\n"
				    "_pratique() {\n"
				    "\tlocal current=${COMP_WORDS[COMP_CWORD]} words=\n"
				    "\tlocal previous=${COMP_WORDS[COMP_CWORD-1]}\n"
				    "\tif [ \"$COMP_CWORD\" = 1 ]; then\n\t\twords='");
	for (const struct pq_command *const *command = pq_commands; *command != NULL; command++)
		pq_buffer_append_format(text, "%s%s", command == pq_commands ? "" : " ",
					(*command)->name);
	pq_buffer_append_text(text, "'\n\telse case ${COMP_WORDS[1]}:$previous in\n");
	for (const struct pq_command *const *command = pq_commands; *command != NULL; command++)
		write_choices(*command, text);
	pq_buffer_append_text(text, "\t*) case ${COMP_WORDS[1]} in\n");
	for (const struct pq_command *const *command = pq_commands; *command != NULL; command++) {
		pq_buffer_append_format(text, "\t\t%s) words='", (*command)->name);
		write_words(*command, text);
		pq_buffer_append_text(text, "' ;;\n");
	}
	pq_buffer_append_text(text,
			      "\t\tesac ;;\n\tesac\n\tfi\n"
			      "\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
			      "}\n"
			      "complete -o default -F _pratique pratique\n");
}

static void write_zsh(struct pq_buffer *text)
{
	pq_buffer_append_text(text,
			      "#compdef pratique\nautoload -U +X bashcompinit && bashcompinit\n");
	write_bash(text);
}

/* Between single quotes fish reads \\' as a quote. */
static void write_fish_text(const char *line, struct pq_buffer *text)
{
	pq_buffer_append_byte(text, '\'');
	for (; *line != '\0'; line++) {
		if (*line == '\'' || *line == '\\')
			pq_buffer_append_byte(text, '\\');
		pq_buffer_append_byte(text, *line);
	}
	pq_buffer_append_byte(text, '\'');
}

static void write_fish_option(const struct pq_command *command, const struct pq_option *option,
			      struct pq_buffer *text)
{
	pq_buffer_append_format(text,
				"complete -c pratique -n '__fish_seen_subcommand_from %s' -l %s",
				command->name, option->name);
	if (option->letter != 0)
		pq_buffer_append_format(text, " -s %c", option->letter);
	if (option->type != PQ_OPTION_SWITCH)
		pq_buffer_append_text(text, " -r");
	if (option->choices != NULL) {
		pq_buffer_append_text(text, " -f -a '");
		for (int i = 0; option->choices[i] != NULL; i++)
			pq_buffer_append_format(text, "%s%s", i == 0 ? "" : " ",
						option->choices[i]);
		pq_buffer_append_byte(text, '\'');
	}
	pq_buffer_append_text(text, " -d ");
	write_fish_text(option->help, text);
	pq_buffer_append_byte(text, '\n');
}

static void write_fish(struct pq_buffer *text)
{
	pq_buffer_append_text(text, "# fish completion for pratique\n");
	for (const struct pq_command *const *row = pq_commands; *row != NULL; row++) {
		const struct pq_command *command = *row;
		pq_buffer_append_format(
			text, "complete -c pratique -n __fish_use_subcommand -f -a %s -d ",
			command->name);
		write_fish_text(command->summary, text);
		pq_buffer_append_byte(text, '\n');
		for (const char *const *verb = command->verbs; verb != NULL && *verb != NULL;
		     verb++)
			pq_buffer_append_format(text,
						"complete -c pratique -n "
						"'__fish_seen_subcommand_from %s' -f -a %s\n",
						command->name, *verb);
		for (const struct pq_option *option = command->options;
		     option != NULL && option->name != NULL; option++)
			write_fish_option(command, option, text);
	}
}

static const char *const shells[] = { "bash", "zsh", "fish", NULL };

static int run(int argc, char **argv)
{
	static void (*const writers[])(struct pq_buffer * text) = { write_bash, write_zsh,
								    write_fish };
	pq_cleanup_buffer struct pq_buffer text;
	struct pq_error error;
	pq_buffer_init(&text, 0);
	for (size_t i = 0; argc == 2 && shells[i] != NULL; i++) {
		if (strcmp(argv[1], shells[i]) == 0) {
			writers[i](&text);
			return pq_command_print(&text);
		}
	}
	pq_error_set(&error, PQ_ERROR_USAGE, "say for which shell: bash, zsh or fish");
	return pq_command_fail("completion", &error);
}

const struct pq_command pq_command_completion = {
	.name = "completion",
	.summary = "Write completion for a shell",
	.usage = (const char *const[]){ "pratique completion bash|zsh|fish", NULL },
	.verbs = shells,
	.examples = (const char *const[]){ "source <(pratique completion bash)", NULL },
	.run = run,
};
