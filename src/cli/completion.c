/* `pratique completion`: what a shell completes. */
#include "cli/completion.h"

const char *completion_word(const struct pq_command *command, size_t index)
{
	if (command == &pq_command_help)
		return pq_commands[index] == NULL ? NULL : pq_commands[index]->name;
	return command->verbs == NULL ? NULL : command->verbs[index];
}

void completion_write_choices(const struct pq_option *option, struct pq_buffer *text)
{
	for (int i = 0; option->choices != NULL && option->choices[i] != NULL; i++)
		pq_buffer_append_format(text, "%s%s", i == 0 ? "" : " ", option->choices[i]);
}

bool completion_takes_path(const struct pq_option *option)
{
	return option->value_name != NULL && (strstr(option->value_name, "FILE") != NULL ||
					      strstr(option->value_name, "DIR") != NULL);
}

static const char *const shells[] = { "bash", "zsh", "fish", NULL };

static int run(int argc, char **argv)
{
	static void (*const writers[])(struct pq_buffer * text) = { completion_write_bash,
								    completion_write_zsh,
								    completion_write_fish };
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
	.description =
		"Put the line of your shell into its startup file: ~/.bashrc, ~/.zshrc (below\n"
		"compinit) or ~/.config/fish/config.fish.\n",
	.verbs = shells,
	.examples = (const char *const[]){ "source <(pratique completion bash)",
					   "source <(pratique completion zsh)",
					   "pratique completion fish | source", NULL },
	.run = run,
};
