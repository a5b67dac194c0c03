/* pratique(1) in man(7) form, from the rows of commands. */
#include "cli/help_text.h"

/* Text in roff: backslashes and dashes escaped, no line starting with a control character, and an
 * empty line the end of a paragraph. */
static void write_roff(const char *line, struct pq_buffer *text)
{
	for (bool starts = true; *line != '\0'; line++) {
		if (starts && (*line == '.' || *line == '\''))
			pq_buffer_append_text(text, "\\&");
		if (starts && *line == '\n')
			pq_buffer_append_text(text, ".PP");
		if (*line == '\\')
			pq_buffer_append_text(text, "\\e");
		else if (*line == '-')
			pq_buffer_append_text(text, "\\-");
		else
			pq_buffer_append_byte(text, *line);
		starts = *line == '\n';
	}
}

static void write_roff_lines(const char *const *lines, struct pq_buffer *text)
{
	pq_buffer_append_text(text, ".nf\n");
	for (; lines != NULL && *lines != NULL; lines++) {
		write_roff(*lines, text);
		pq_buffer_append_byte(text, '\n');
	}
	pq_buffer_append_text(text, ".fi\n");
}

static void write_roff_option(const struct pq_option *option, struct pq_buffer *text)
{
	pq_buffer_append_text(text, ".TP\n.B ");
	if (option->letter != 0)
		pq_buffer_append_format(text, "\\-%c, ", option->letter);
	pq_buffer_append_text(text, "\\-\\-");
	write_roff(option->name, text);
	if (option->type != PQ_OPTION_SWITCH) {
		pq_buffer_append_text(text, "\\fR ");
		pq_option_write_value_name(option, text);
	}
	pq_buffer_append_byte(text, '\n');
	write_roff(option->help, text);
	if (option->default_value != NULL && option->type != PQ_OPTION_SWITCH) {
		pq_buffer_append_text(text, " (default ");
		write_roff(option->default_value, text);
		pq_buffer_append_byte(text, ')');
	}
	pq_buffer_append_text(text, ".\n");
}

static void write_roff_command(const struct pq_command *command, struct pq_buffer *text)
{
	pq_buffer_append_text(text, ".SH PRATIQUE ");
	for (const char *at = command->name; *at != '\0'; at++)
		pq_buffer_append_byte(text, *at >= 'a' ? (char)(*at - 'a' + 'A') : *at);
	pq_buffer_append_byte(text, '\n');
	write_roff(command->summary, text);
	pq_buffer_append_text(text, ".\n.PP\n");
	write_roff_lines(command->usage, text);
	if (command->description != NULL) {
		pq_buffer_append_text(text, ".PP\n");
		write_roff(command->description, text);
	}
	for (const struct pq_option *option = command->options;
	     option != NULL && option->name != NULL; option++)
		write_roff_option(option, text);
	if (command->examples != NULL) {
		pq_buffer_append_text(text, ".PP\nExamples:\n.PP\n");
		write_roff_lines(command->examples, text);
	}
}

void pq_help_write_man(struct pq_buffer *text)
{
	pq_buffer_append_text(
		text,
		".TH PRATIQUE 1 " PQ_VERSION_DATE " \"pratique " PQ_VERSION "\"\n"
		".SH NAME\npratique \\- admission control and operator runtime for Kubernetes\n"
		".SH SYNOPSIS\n.B pratique\nCOMMAND [OPTION...]\n"
		".SH DESCRIPTION\nEach command is explained below, and by\n.B pratique\nCOMMAND\n"
		".BR \\-\\-help .\n");
	for (const struct pq_command *const *command = pq_commands; *command != NULL; command++)
		write_roff_command(*command, text);
	pq_buffer_append_text(
		text, ".SH EXIT STATUS\n.TP\n0\nDone, or all is fine.\n"
		      ".TP\n1\nThe input was judged and refused.\n"
		      ".TP\n2\nNot usable: usage, an unreadable file, a failure.\n"
		      ".SH ENVIRONMENT\nEvery option of\n.B serve\ncan stand in a variable: of\n"
		      ".B \\-\\-log\\-level\nit is\n.BR PRATIQUE_LOG_LEVEL .\n.TP\n.B NO_COLOR\n"
		      "No colours, when it is not empty.\n.TP\n.B TERM\n"
		      "Neither colours nor progress, when it is dumb.\n.TP\n.B COLUMNS\n"
		      "How wide lines may be, in the place of the terminal's width.\n.TP\n"
		      ".B TMPDIR\nWhere files are made that do not stay.\n.TP\n"
		      ".B OTEL_EXPORTER_OTLP_ENDPOINT\nWhere\n.B serve\nsends traces and metrics; "
		      "the other variables of OpenTelemetry are obeyed, too.\n");
}
