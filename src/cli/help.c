#include "cli/command.h"

#include <stdio.h>

static void print_overview(void)
{
	puts("pratique: admission control and operator runtime for Kubernetes\n\n"
	     "Usage: pratique COMMAND [OPTION...]\n\nCommands:");
	for (const struct pq_command *command = pq_commands; command->name != NULL; command++)
		printf("  %-10s %s\n", command->name, command->summary);
	puts("\n`pratique COMMAND --help` explains a command and shows examples.");
}

int pq_command_help(int argc, char **argv)
{
	if (argc < 2 || argv[1][0] == '-') {
		print_overview();
		return PQ_EXIT_OK;
	}
	char flag[] = "--help";
	char *again[] = { argv[0], argv[1], flag, NULL };
	return pq_command_main(3, again);
}
