/* Scalars in quotes. */
#include "yaml/block_line.h"
#include "yaml/block_scalar.h"

/* What a line has of one. */
struct quoted_part {
	size_t start;
	size_t end; /* the quote that closes it, the '\\' that escapes the line's end, or that end
		     */
	bool closes;
	bool has_escapes;
	bool escapes_break;
};

static size_t find_single_quote(const struct pq_yaml_block *block, size_t at, bool *has_escapes)
{
	const char *text = block->text.data;
	for (;; at++) {
		while (at < block->text.length && text[at] != '\'' && text[at] != '\n')
			at++;
		bool is_doubled = pq_yaml_block_byte(block, at) == '\'' &&
				  pq_yaml_block_byte(block, at + 1) == '\'';
		if (!is_doubled)
			return at;
		*has_escapes = true;
		at++;
	}
}

/* The quote, a '\\' before the line's end, or that end. */
static size_t find_double_quote(const struct pq_yaml_block *block, size_t at, bool *has_escapes)
{
	const char *text = block->text.data;
	for (;; at++) {
		while (at < block->text.length && text[at] != '"' && text[at] != '\\' &&
		       text[at] != '\n')
			at++;
		if (pq_yaml_block_byte(block, at) != '\\' ||
		    pq_yaml_block_byte(block, at + 1) == '\n')
			return at;
		*has_escapes = true;
		at++;
	}
}

static struct quoted_part scan_part(const struct pq_yaml_block *block, char quote, size_t start)
{
	struct quoted_part part = { .start = start };
	part.end = quote == '"' ? find_double_quote(block, start, &part.has_escapes)
				: find_single_quote(block, start, &part.has_escapes);
	char byte = pq_yaml_block_byte(block, part.end);
	part.closes = byte == quote;
	part.escapes_break = byte == '\\';
	return part;
}

/* Inside [] and {} nothing needs to stand between a key's ':' and what follows. */
void pq_yaml_block_scan_quoted(const struct pq_yaml_block *block, bool is_flow,
			       struct pq_yaml_block_word *word)
{
	char quote = pq_yaml_block_byte(block, block->at);
	struct quoted_part part = scan_part(block, quote, block->at + 1);
	*word = (struct pq_yaml_block_word){
		.quote = quote,
		.has_escapes = part.has_escapes,
		.goes_on = !part.closes,
		.start = part.start,
		.end = part.end,
		.behind = part.end + 1,
	};
	if (word->goes_on)
		return;
	size_t colon = pq_yaml_block_skip_spaces(block, word->behind);
	word->is_key = pq_yaml_block_byte(block, colon) == ':' &&
		       (is_flow || pq_yaml_block_is_gap(block, colon + 1));
	if (word->is_key)
		word->behind = colon;
}

/* What an escape in double quotes stands for, of those that are taken; else NUL. */
static char unescape(char escape)
{
	switch (escape) {
	case 'n':
		return '\n';
	case 't':
		return '\t';
	case 'r':
		return '\r';
	case '"':
	case '\\':
	case ' ':
		return escape;
	default:
		return '\0';
	}
}

bool pq_yaml_block_append_unescaped(struct pq_yaml_block *block, char quote, size_t from, size_t to)
{
	const char *text = block->text.data;
	char escape = quote == '"' ? '\\' : quote;
	for (;;) {
		size_t at = pq_yaml_block_find(block, escape, from, to);
		pq_buffer_append(&block->joined, text + from, at - from);
		if (at == to)
			return true;
		/* The blank of "\ " before a line's end has been taken for one around that end. */
		if (at + 1 == to)
			return false;
		char meant = quote == '"' ? unescape(text[at + 1]) : quote;
		if (meant == '\0')
			return false;
		pq_buffer_append_byte(&block->joined, meant);
		from = at + 2;
	}
}

/* Blanks around a line's end are not text; around an escaped one those before it are. */
static bool append_part(struct pq_yaml_block *block, char quote, const struct quoted_part *part)
{
	size_t end = part->end;
	if (!part->closes && !part->escapes_break)
		while (end > part->start && pq_yaml_is_blank(block->text.data[end - 1]))
			end--;
	return pq_yaml_block_append_unescaped(block, quote, part->start, end);
}

/* Goes to the next line that is not empty; false where libyaml says that the text or the document
 * has ended between quotes, and wherever a line begins like a marker. */
static bool find_part(struct pq_yaml_block *block, const struct quoted_part *last, size_t *start)
{
	size_t line_end = last->end + last->escapes_break;
	size_t breaks = pq_yaml_block_skip_breaks(block, line_end, true);
	if (breaks == 0 || pq_yaml_block_is_at_end(block) ||
	    pq_yaml_block_is_marker(block, "---") || pq_yaml_block_is_marker(block, "..."))
		return false;
	if (last->escapes_break)
		pq_buffer_append_times(&block->joined, '\n', breaks - 1);
	else
		pq_yaml_block_append_folded(block, breaks);
	*start = block->at;
	while (pq_yaml_is_blank(pq_yaml_block_byte(block, *start)))
		(*start)++;
	return true;
}

bool pq_yaml_block_read_quoted(struct pq_yaml_block *block, const struct pq_yaml_block_word *word,
			       struct pq_string *text)
{
	struct quoted_part part = scan_part(block, word->quote, word->start);
	pq_buffer_clear(&block->joined);
	while (!part.closes) {
		size_t start;
		if (!append_part(block, word->quote, &part) || !find_part(block, &part, &start))
			return false;
		part = scan_part(block, word->quote, start);
	}
	return append_part(block, word->quote, &part) &&
	       pq_yaml_block_end_line(block, part.end + 1) &&
	       pq_yaml_block_take_joined(block, text);
}
