#include "base/buffer.h"
#include "cli/help_text.h"

static int run(int argc, char **argv)
{
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	if (argc < 2 || argv[1][0] == '-') {
		pq_help_write_overview(&text);
	} else if (strcmp(argv[1], "man") == 0) {
		pq_help_write_man(&text);
	} else {
		const struct pq_command *command = pq_command_find(argv[1]);
		if (command == NULL)
			return pq_command_fail_unknown(argv[1]);
		pq_help_write(command, &text);
	}
	return pq_command_print(&text);
}

const struct pq_command pq_command_help = {
	.name = "help",
	.summary = "Explain a command",
	.usage = (const char *const[]){ "pratique help [COMMAND]", "pratique help man", NULL },
	.description = "`help man` writes the manual page, pratique(1).\n",
	.examples = (const char *const[]){ "pratique help check", "pratique help man >pratique.1",
					   NULL },
	.run = run,
};
