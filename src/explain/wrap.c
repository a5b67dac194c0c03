#include "explain/wrap.h"

#include "base/columns.h"
#include "json/shown.h"

/* One line while it is filled. */
struct line {
	struct pq_buffer *out;
	const struct pq_explain_margins *margins;
	size_t filled; /* columns, so far */
	bool is_empty; /* no word yet */
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
	if (!line->is_empty && line->filled + spaces + columns > line->margins->columns) {
		line->filled = line->margins->indent + line->margins->hang;
		pq_buffer_append_byte(line->out, '\n');
		append_spaces(line->out, line->filled);
		spaces = 0;
	}
	append_spaces(line->out, spaces);
	pq_buffer_append_string(line->out, pq_buffer_view(&shown));
	line->filled += spaces + columns;
	line->is_empty = false;
	line->out->failed |= pq_buffer_failed(&shown);
}

static void wrap_line(struct line *line, struct pq_string text)
{
	struct pq_string word;
	size_t spaces;
	line->filled = line->margins->indent;
	line->is_empty = true;
	while (take_word(&text, &spaces, &word)) {
		if (line->is_empty)
			append_spaces(line->out, line->margins->indent);
		add_word(line, spaces, word);
	}
	pq_buffer_append_byte(line->out, '\n');
}

void pq_explain_wrap(struct pq_buffer *out, struct pq_string text,
		     const struct pq_explain_margins *margins)
{
	struct line line = { .out = out, .margins = margins };
	struct pq_string part;
	while (pq_string_split(&text, '\n', &part))
		wrap_line(&line, part);
}
