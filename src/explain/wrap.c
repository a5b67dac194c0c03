#include "explain/wrap.h"

#include "base/columns.h"
#include "json/shown.h"

/* One line while it is filled. */
struct line {
	struct pq_buffer *out;
	size_t indent;
	size_t columns; /* at most */
	size_t filled;  /* so far; indent: no word yet */
};

static void append_spaces(struct pq_buffer *out, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pq_buffer_append_byte(out, ' ');
}

static bool is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r';
}

/* Splits off the spaces in front and the word behind them. */
static bool take_word(struct pq_string *rest, size_t *spaces, struct pq_string *word)
{
	size_t start = 0;
	while (start < rest->length && is_space(rest->data[start]))
		start++;
	size_t end = start;
	while (end < rest->length && !is_space(rest->data[end]))
		end++;
	*spaces = start;
	*word = pq_string_slice(*rest, start, end - start);
	*rest = pq_string_slice(*rest, end, rest->length);
	return word->length > 0;
}

static void add_word(struct line *line, size_t spaces, struct pq_string word)
{
	pq_cleanup_buffer struct pq_buffer shown;
	pq_buffer_init(&shown, 0);
	pq_shown_append(&shown, word);
	size_t columns = pq_columns_of_text(pq_buffer_view(&shown));
	bool is_first = line->filled <= line->indent;
	if (!is_first && line->filled + spaces + columns > line->columns) {
		pq_buffer_append_byte(line->out, '\n');
		append_spaces(line->out, line->indent);
		line->filled = line->indent;
		spaces = 0;
	}
	append_spaces(line->out, spaces);
	pq_buffer_append_string(line->out, pq_buffer_view(&shown));
	line->filled += spaces + columns;
	line->out->failed |= pq_buffer_failed(&shown);
}

static void wrap_line(struct line *line, struct pq_string text)
{
	struct pq_string word;
	size_t spaces;
	line->filled = line->indent;
	for (bool is_first = true; take_word(&text, &spaces, &word); is_first = false) {
		if (is_first)
			append_spaces(line->out, line->indent);
		add_word(line, spaces, word);
	}
	pq_buffer_append_byte(line->out, '\n');
}

void pq_explain_wrap(struct pq_buffer *out, struct pq_string text, size_t indent, size_t columns)
{
	struct line line = { .out = out, .indent = indent, .columns = columns };
	struct pq_string part;
	while (pq_string_split(&text, '\n', &part))
		wrap_line(&line, part);
}
