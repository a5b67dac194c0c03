#include "cli/command.h"

#include "json/shown.h"

#include "base/buffer.h"
#include "base/nearest.h"
#include "cli/help_text.h"

#include <errno.h>
#include <stdio.h>

const struct pq_command *const pq_commands[] = {
	&pq_command_cel,     &pq_command_certs,   &pq_command_check,   &pq_command_completion,
	&pq_command_dry_run, &pq_command_explain, &pq_command_help,    &pq_command_manifests,
	&pq_command_review,  &pq_command_serve,   &pq_command_version, NULL,
};

const struct pq_command *pq_command_find(const char *name)
{
	for (const struct pq_command *const *command = pq_commands; *command != NULL; command++) {
		if (strcmp((*command)->name, name) == 0)
			return *command;
	}
	return NULL;
}

int pq_command_fail_unknown(const char *name)
{
	if (name[0] == '-' && name[1] != '-') {
		fprintf(stderr,
			"pratique: say a command before \"%s\"; see `pratique help`, or `pratique "
			"version` for the version\n",
			name);
		return PQ_EXIT_UNUSABLE;
	}
	char hint[PQ_NEAREST_HINT_MAX];
	struct pq_nearest nearest = pq_nearest_to(pq_string_from(name));
	for (const struct pq_command *const *command = pq_commands; *command != NULL; command++)
		pq_nearest_consider(&nearest, pq_string_from((*command)->name));
	pq_nearest_consider(&nearest, PQ_S("--help"));
	pq_nearest_consider(&nearest, PQ_S("--version"));
	fprintf(stderr, "pratique: there is no command \"%s\"%s; see `pratique help`\n", name,
		pq_nearest_hint(&nearest, "\"", "\"", hint));
	return PQ_EXIT_UNUSABLE;
}

static bool asks_for_help(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return true;
	}
	return false;
}

int pq_command_print(const struct pq_buffer *text)
{
	if (pq_buffer_failed(text)) {
		fputs("pratique: no memory for the output\n", stderr);
		return PQ_EXIT_UNUSABLE;
	}
	bool written =
		text->length == 0 || fwrite(text->data, 1, text->length, stdout) == text->length;
	if (written && fflush(stdout) == 0)
		return PQ_EXIT_OK;
	fprintf(stderr, "pratique: cannot write to standard output: %s\n", strerror(errno));
	return PQ_EXIT_UNUSABLE;
}

static int print_help(const struct pq_command *command)
{
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	pq_help_write(command, &text);
	return pq_command_print(&text);
}

int pq_command_main(int argc, char **argv)
{
	const char *name = argc < 2 ? "help" : argv[1];
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	else if (strcmp(name, "--version") == 0)
		name = "version";
	const struct pq_command *command = pq_command_find(name);
	if (command == NULL)
		return pq_command_fail_unknown(name);
	if (argc < 3)
		return command->run(1, &argv[argc - 1]);
	return asks_for_help(argc - 1, argv + 1) ? print_help(command)
						 : command->run(argc - 1, argv + 1);
}

int pq_command_fail(const char *command, const struct pq_error *error)
{
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_format(error, text, sizeof text);
	pq_cleanup_buffer struct pq_buffer shown;
	pq_buffer_init(&shown, 0);
	pq_shown_append(&shown, pq_string_from(text));
	fprintf(stderr, "pratique %s: %.*s\n", command, PQ_STRING_ARGUMENT(pq_buffer_view(&shown)));
	return pq_error_facts(error->code)->exit_code;
}
