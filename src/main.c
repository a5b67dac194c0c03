#include "cli/command.h"

int main(int argc, char **argv)
{
	return pq_command_main(argc, argv);
}
