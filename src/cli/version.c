#include "cli/command.h"

#include <stdio.h>

static int run(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts("pratique " PQ_VERSION);
	return PQ_EXIT_OK;
}

const struct pq_command pq_command_version = {
	.name = "version",
	.summary = "Print the version",
	.usage = (const char *const[]){ "pratique version", NULL },
	.examples = (const char *const[]){ "pratique version", NULL },
	.run = run,
};
