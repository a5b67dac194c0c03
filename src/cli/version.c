#include "cli/command.h"

#include <stdio.h>

static int run(int argc, char **argv)
{
	struct pq_error error;
	if (argc > 1) {
		pq_error_set(&error, PQ_ERROR_USAGE, "unexpected argument \"%s\"", argv[1]);
		return pq_command_fail("version", &error);
	}
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
