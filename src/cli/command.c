#include "cli/command.h"

#include <stdio.h>

const struct pq_command pq_commands[] = {
	{ "certs", "Make and show the webhook's certificates", pq_command_certs },
	{ "check", "Check manifests against schemas, without a cluster", pq_command_check },
	{ "dry-run", "Say what an API server would answer", pq_command_dry_run },
	{ "help", "Explain a command", pq_command_help },
	{ "review", "Answer one AdmissionReview from standard input", pq_command_review },
	{ "serve", "Serve the admission webhook over HTTPS", pq_command_serve },
	{ "version", "Print the version", pq_command_version },
	{ 0 },
};

static const struct pq_command *find(const char *name)
{
	for (const struct pq_command *command = pq_commands; command->name != NULL; command++) {
		if (strcmp(command->name, name) == 0)
			return command;
	}
	return NULL;
}

static const char *nearest(const char *name)
{
	const char *best = NULL;
	size_t least = 4;
	for (const struct pq_command *command = pq_commands; command->name != NULL; command++) {
		size_t distance = pq_string_distance(pq_string_from(name),
						     pq_string_from(command->name), least);
		if (distance < least) {
			least = distance;
			best = command->name;
		}
	}
	return best;
}

int pq_command_main(int argc, char **argv)
{
	const char *name = argc < 2 ? "help" : argv[1];
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	else if (strcmp(name, "--version") == 0)
		name = "version";
	const struct pq_command *command = find(name);
	if (command == NULL) {
		const char *guess = nearest(name);
		fprintf(stderr, "pratique: there is no command \"%s\"%s%s%s; see `pratique help`\n",
			name, guess == NULL ? "" : ", did you mean \"", guess == NULL ? "" : guess,
			guess == NULL ? "" : "\"?");
		return PQ_EXIT_UNUSABLE;
	}
	return command->run(argc < 2 ? argc : argc - 1, argc < 2 ? argv : argv + 1);
}

int pq_command_fail(const char *command, const struct pq_error *error)
{
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_format(error, text, sizeof text);
	fprintf(stderr, "pratique %s: %s\n", command, text);
	return pq_error_facts(error->code)->exit_code;
}
