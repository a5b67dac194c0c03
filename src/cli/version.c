#include "cli/command.h"

#include <stdio.h>

int pq_command_version(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	puts("pratique " PQ_VERSION);
	return PQ_EXIT_OK;
}
