/* Option tables as text for people: --help and the documentation. */
#include "base/buffer.h"
#include "config/option_value.h"

#include <stdio.h>

enum {
	HELP_COLUMN = 30,
	HELP_WIDTH = 80, /* of a line, where its words allow */
};

static const char *value_name(const struct pq_option *option)
{
	if (option->value_name != NULL)
		return option->value_name;
	static const char *const names[] = {
		[PQ_OPTION_SWITCH] = "",   [PQ_OPTION_TEXT] = "TEXT",     [PQ_OPTION_LIST] = "TEXT",
		[PQ_OPTION_INTEGER] = "N", [PQ_OPTION_DURATION] = "TIME", [PQ_OPTION_SIZE] = "SIZE",
		[PQ_OPTION_CHOICE] = "",
	};
	return names[option->type];
}

void pq_option_write_value_name(const struct pq_option *option, struct pq_buffer *text)
{
	if (option->type != PQ_OPTION_CHOICE) {
		pq_buffer_append_text(text, value_name(option));
		return;
	}
	for (int i = 0; option->choices[i] != NULL; i++)
		pq_buffer_append_format(text, "%s%s", i == 0 ? "" : "|", option->choices[i]);
}

static void fill(struct pq_buffer *text, size_t column)
{
	pq_buffer_append_format(text, "%*s", (int)column, "");
}

/* Words from HELP_COLUMN on, in as many lines as they take. */
static void write_words(struct pq_buffer *text, struct pq_string words)
{
	size_t column = HELP_COLUMN;
	struct pq_string word;
	while (pq_string_split(&words, ' ', &word)) {
		if (column > HELP_COLUMN && column + 1 + word.length > HELP_WIDTH) {
			pq_buffer_append_byte(text, '\n');
			fill(text, HELP_COLUMN);
			column = HELP_COLUMN;
		} else if (column > HELP_COLUMN) {
			pq_buffer_append_byte(text, ' ');
			column++;
		}
		pq_buffer_append_string(text, word);
		column += word.length;
	}
	pq_buffer_append_byte(text, '\n');
}

static void write_flag(const struct pq_option *option, struct pq_buffer *text)
{
	size_t start = text->length;
	if (option->letter != 0)
		pq_buffer_append_format(text, "  -%c, --%s", option->letter, option->name);
	else
		pq_buffer_append_format(text, "      --%s", option->name);
	if (option->type != PQ_OPTION_SWITCH)
		pq_buffer_append_byte(text, ' ');
	pq_option_write_value_name(option, text);
	size_t taken = text->length - start;
	if (taken >= HELP_COLUMN)
		pq_buffer_append_byte(text, '\n');
	fill(text, taken >= HELP_COLUMN ? HELP_COLUMN : HELP_COLUMN - taken);
}

void pq_options_write_help(const struct pq_option *table, struct pq_buffer *text)
{
	pq_cleanup_buffer struct pq_buffer help;
	pq_buffer_init(&help, 0);
	for (const struct pq_option *option = table; option->name != NULL; option++) {
		if ((option->sources & PQ_OPTION_FLAG) == 0)
			continue;
		help.length = 0;
		pq_buffer_append_text(&help, option->help);
		if (option->default_value != NULL && option->type != PQ_OPTION_SWITCH)
			pq_buffer_append_format(&help, " (default %s)", option->default_value);
		write_flag(option, text);
		write_words(text, pq_buffer_view(&help));
	}
	text->failed |= pq_buffer_failed(&help);
}

static void write_code(struct pq_buffer *text, bool given, const char *code)
{
	if (given)
		pq_buffer_append_format(text, "`%s` | ", code);
	else
		pq_buffer_append_text(text, "| ");
}

/* The form of the value, and its range or its choices. */
static void write_accepted(const struct pq_option *option, struct pq_buffer *text)
{
	if (option->type == PQ_OPTION_CHOICE) {
		for (int i = 0; option->choices[i] != NULL; i++)
			pq_buffer_append_format(text, "%s`%s`", i == 0 ? "" : ", ",
						option->choices[i]);
	} else {
		pq_buffer_append_text(text, value_name(option));
	}
	if (pq_option_has_range(option)) {
		pq_buffer_append_text(text, ", ");
		pq_option_write_number(option, option->minimum, text);
		pq_buffer_append_text(text, " to ");
		pq_option_write_number(option, option->maximum, text);
	}
	pq_buffer_append_text(text, " | ");
}

void pq_options_write_markdown(const struct pq_option *table, struct pq_buffer *text)
{
	pq_buffer_append_text(text,
			      "| flag | key in the file | variable | value | default | meaning |\n"
			      "|---|---|---|---|---|---|\n");
	for (const struct pq_option *option = table; option->name != NULL; option++) {
		char flag[80], key[80], variable[80];
		snprintf(flag, sizeof flag, "--%s", option->name);
		pq_option_file_key(option, key, sizeof key);
		pq_option_variable(option, variable, sizeof variable);
		pq_buffer_append_text(text, "| ");
		write_code(text, (option->sources & PQ_OPTION_FLAG) != 0, flag);
		write_code(text, (option->sources & PQ_OPTION_FILE) != 0, key);
		write_code(text, (option->sources & PQ_OPTION_ENVIRONMENT) != 0, variable);
		write_accepted(option, text);
		write_code(text, option->default_value != NULL,
			   option->default_value == NULL ? "" : option->default_value);
		pq_buffer_append_format(text, "%s%s |\n", option->help,
					option->at_start ? " (*)" : "");
	}
}
