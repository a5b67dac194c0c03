#include "yaml/block_scalar.h"

/* libyaml takes keys of up to 1024 characters. */
enum { KEY_BYTES_MAX = 1000 };

static size_t find(const struct pq_yaml_block *block, char byte, size_t from, size_t to)
{
	const char *found = memchr(block->text.data + from, byte, to - from);
	return found == NULL ? to : (size_t)(found - block->text.data);
}

size_t pq_yaml_block_line_end(const struct pq_yaml_block *block, size_t at)
{
	return at >= block->text.length ? block->text.length
					: find(block, '\n', at, block->text.length);
}

void pq_yaml_block_next_line(struct pq_yaml_block *block, size_t line_end)
{
	size_t start = line_end < block->text.length ? line_end + 1 : block->text.length;
	block->place.at = start;
	block->place.line_start = start;
}

/* By eight, for what stands deep. */
size_t pq_yaml_block_skip_spaces(const struct pq_yaml_block *block, size_t at)
{
	static const char spaces[] = "        ";
	enum { STEP = sizeof spaces - 1 };
	while (at + STEP <= block->text.length && memcmp(block->text.data + at, spaces, STEP) == 0)
		at += STEP;
	while (at < block->text.length && block->text.data[at] == ' ')
		at++;
	return at;
}

bool pq_yaml_block_end_line(struct pq_yaml_block *block, size_t at)
{
	at = pq_yaml_block_skip_spaces(block, at);
	char byte = pq_yaml_block_byte(block, at);
	bool is_comment = byte == '#' && block->text.data[at - 1] == ' ';
	if (byte != '\n' && !is_comment)
		return false;
	pq_yaml_block_next_line(block, pq_yaml_block_line_end(block, at));
	return true;
}

/* Where a plain scalar's part on a line ends; at a ':' it is a key. */
static bool scan_plain(const struct pq_yaml_block *block, size_t start,
		       struct pq_yaml_block_word *word)
{
	size_t line_end = pq_yaml_block_line_end(block, start);
	size_t colon = find(block, ':', start, line_end);
	while (colon < line_end && !pq_yaml_block_is_gap(block, colon + 1))
		colon = find(block, ':', colon + 1, line_end);
	size_t comment = find(block, '#', start, colon);
	while (comment < colon && block->text.data[comment - 1] != ' ')
		comment = find(block, '#', comment + 1, colon);
	if (block->has_tabs && find(block, '\t', start, comment) < comment)
		return false;
	size_t end = comment;
	while (end > start && block->text.data[end - 1] == ' ')
		end--;
	*word = (struct pq_yaml_block_word){
		.is_key = comment == colon && colon < line_end,
		.goes_on = comment == line_end,
		.start = start,
		.end = end,
		.behind = comment,
	};
	return true;
}

/* What a line holds of a quoted scalar. */
struct quoted_part {
	size_t start;
	size_t end; /* the quote that closes it, the '\\' that escapes the line's end, or that end
		     */
	size_t line_end;
	bool closes;
	bool has_escapes;
	bool escapes_break;
};

static void end_part(const struct pq_yaml_block *block, char quote, struct quoted_part *part)
{
	const char *text = block->text.data;
	for (size_t at = part->start;; at += 2) {
		if (quote == '\'')
			at = find(block, quote, at, part->line_end);
		else
			while (at < part->line_end && text[at] != quote && text[at] != '\\')
				at++;
		part->end = at;
		if (at >= part->line_end)
			return;
		char next = pq_yaml_block_byte(block, at + 1);
		part->closes = text[at] == quote && (quote == '"' || next != quote);
		part->escapes_break = !part->closes && next == '\n';
		if (part->closes || part->escapes_break)
			return;
		part->has_escapes = true;
	}
}

static struct quoted_part scan_part(const struct pq_yaml_block *block, char quote, size_t start)
{
	struct quoted_part part = { .start = start,
				    .line_end = pq_yaml_block_line_end(block, start) };
	end_part(block, quote, &part);
	return part;
}

/* Inside [] and {} nothing needs to stand between a key's ':' and what follows. */
static void scan_quoted(const struct pq_yaml_block *block, bool is_flow,
			struct pq_yaml_block_word *word)
{
	size_t start = block->place.at + 1;
	char quote = block->text.data[start - 1];
	struct quoted_part part = scan_part(block, quote, start);
	*word = (struct pq_yaml_block_word){
		.quote = quote,
		.has_escapes = part.has_escapes,
		.goes_on = !part.closes,
		.start = start,
		.end = part.end,
		.behind = part.end + part.closes,
	};
	if (word->goes_on)
		return;
	size_t colon = pq_yaml_block_skip_spaces(block, word->behind);
	word->is_key = pq_yaml_block_byte(block, colon) == ':' &&
		       (is_flow || pq_yaml_block_is_gap(block, colon + 1));
	if (word->is_key)
		word->behind = colon;
}

static bool is_quote(char byte)
{
	return byte == '\'' || byte == '"';
}

static bool starts_plain(const struct pq_yaml_block *block, size_t at)
{
	static const char others[] = "-?:,[]{}#&*!|>'\"%@`\n\t";
	char first = pq_yaml_block_byte(block, at);
	return memchr(others, first, sizeof others - 1) == NULL ||
	       (first == '-' && !pq_yaml_block_is_gap(block, at + 1));
}

static bool has_fair_length(const struct pq_yaml_block *block,
			    const struct pq_yaml_block_word *word)
{
	return !word->is_key || word->behind - block->place.at <= KEY_BYTES_MAX;
}

bool pq_yaml_block_scan_word(const struct pq_yaml_block *block, struct pq_yaml_block_word *word)
{
	size_t at = block->place.at;
	if (is_quote(pq_yaml_block_byte(block, at)))
		scan_quoted(block, false, word);
	else if (!starts_plain(block, at) || !scan_plain(block, at, word))
		return false;
	return has_fair_length(block, word);
}

/* A plain scalar inside [] and {}, of those that no two readers take differently. */
static bool scan_flow_plain(const struct pq_yaml_block *block, struct pq_yaml_block_word *word)
{
	static const char indicators[] = ",[]{}";
	size_t start = block->place.at;
	size_t at = start;
	bool is_key = false;
	for (;; at++) {
		char byte = pq_yaml_block_byte(block, at);
		char next = pq_yaml_block_byte(block, at + 1);
		if (byte == '\n' || byte == '\t' || byte == '?' || (byte == ' ' && next == '#'))
			return false;
		bool is_end = memchr(indicators, byte, sizeof indicators - 1) != NULL;
		bool before_end = memchr(indicators, next, sizeof indicators - 1) != NULL;
		if ((byte == ':' || byte == '-') && before_end)
			return false;
		is_key = byte == ':' && pq_yaml_block_is_gap(block, at + 1);
		if (is_key || is_end)
			break;
	}
	size_t end = at;
	while (end > start && block->text.data[end - 1] == ' ')
		end--;
	*word = (struct pq_yaml_block_word){
		.is_key = is_key, .start = start, .end = end, .behind = at
	};
	return true;
}

bool pq_yaml_block_scan_flow_word(const struct pq_yaml_block *block,
				  struct pq_yaml_block_word *word)
{
	size_t at = block->place.at;
	if (is_quote(pq_yaml_block_byte(block, at)))
		scan_quoted(block, true, word);
	else if (!starts_plain(block, at) || !scan_flow_plain(block, word))
		return false;
	return !word->goes_on && has_fair_length(block, word);
}

/* The character that an escape in double quotes stands for, of those that are taken; else NUL. */
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

static bool append_unescaped(struct pq_yaml_block *block, char quote, size_t from, size_t to)
{
	const char *text = block->text.data;
	char escape = quote == '"' ? '\\' : quote;
	while (from < to) {
		size_t at = find(block, escape, from, to);
		pq_buffer_append(&block->joined, text + from, at - from);
		if (at == to)
			break;
		if (at + 1 == to)
			return false;
		char meant = quote == '"' ? unescape(text[at + 1]) : quote;
		if (meant == '\0')
			return false;
		pq_buffer_append_byte(&block->joined, meant);
		from = at + 2;
	}
	return true;
}

/* A line's end between two parts is a space, and each one more is itself. */
static void append_breaks(struct pq_buffer *joined, size_t breaks)
{
	if (breaks == 1)
		pq_buffer_append_byte(joined, ' ');
	else
		pq_buffer_append_times(joined, '\n', breaks - 1);
}

bool pq_yaml_block_read_key(struct pq_yaml_block *block, const struct pq_yaml_block_word *word,
			    struct pq_string *text)
{
	*text = pq_string_slice(block->text, word->start, word->end - word->start);
	if (!word->has_escapes)
		return true;
	pq_buffer_clear(&block->joined);
	return append_unescaped(block, word->quote, word->start, word->end) &&
	       pq_yaml_block_take_joined(block, text);
}

/* Goes over a line's end and empty lines. */
static size_t skip_breaks(struct pq_yaml_block *block, size_t line_end, bool with_tabs)
{
	size_t breaks = 0;
	for (size_t at = line_end; at < block->text.length && block->text.data[at] == '\n';
	     breaks++) {
		pq_yaml_block_next_line(block, at);
		at = block->place.at;
		while (at < block->text.length &&
		       (with_tabs ? pq_yaml_is_blank(block->text.data[at])
				  : block->text.data[at] == ' '))
			at++;
	}
	return breaks;
}

/* A plain scalar goes on with every line that is indented more than what it is in. */
static bool join_plain(struct pq_yaml_block *block, const struct pq_yaml_block_word *first,
		       size_t indent, struct pq_string *text)
{
	struct pq_yaml_block_word part = *first;
	*text = pq_string_slice(block->text, first->start, first->end - first->start);
	bool is_joined = false;
	while (part.goes_on) {
		size_t breaks = skip_breaks(block, part.behind, false);
		size_t at = pq_yaml_block_skip_spaces(block, block->place.at);
		if (breaks == 0 || at >= block->text.length ||
		    at - block->place.line_start <= indent || block->text.data[at] == '#')
			break;
		if (!scan_plain(block, at, &part) || part.is_key)
			return false;
		if (!is_joined) {
			pq_buffer_clear(&block->joined);
			pq_buffer_append_string(&block->joined, *text);
			is_joined = true;
		}
		append_breaks(&block->joined, breaks);
		pq_buffer_append(&block->joined, block->text.data + part.start,
				 part.end - part.start);
	}
	if (part.goes_on && part.behind >= block->text.length)
		pq_yaml_block_next_line(block, block->text.length);
	return (part.goes_on || pq_yaml_block_end_line(block, part.behind)) &&
	       (!is_joined || pq_yaml_block_take_joined(block, text));
}

/* "---" and "..." end the document even between quotes, which libyaml refuses. */
static bool is_document_end(const struct pq_yaml_block *block)
{
	struct pq_string start = pq_string_slice(block->text, block->place.at, 3);
	return pq_string_equal(start, PQ_S("---")) || pq_string_equal(start, PQ_S("..."));
}

/* Blanks around a line's end are not text; an escaped end is none. */
static bool append_part(struct pq_yaml_block *block, char quote, const struct quoted_part *part)
{
	size_t end = part->end;
	if (!part->closes && !part->escapes_break)
		while (end > part->start && pq_yaml_is_blank(block->text.data[end - 1]))
			end--;
	return append_unescaped(block, quote, part->start, end);
}

static bool join_quoted(struct pq_yaml_block *block, const struct pq_yaml_block_word *word,
			struct pq_string *text)
{
	struct quoted_part part = scan_part(block, word->quote, word->start);
	pq_buffer_clear(&block->joined);
	while (!part.closes) {
		if (!append_part(block, word->quote, &part))
			return false;
		size_t breaks = skip_breaks(block, part.line_end, true);
		size_t start = block->place.at;
		if (breaks == 0 || start >= block->text.length || is_document_end(block))
			return false;
		if (part.escapes_break)
			pq_buffer_append_times(&block->joined, '\n', breaks - 1);
		else
			append_breaks(&block->joined, breaks);
		while (pq_yaml_is_blank(pq_yaml_block_byte(block, start)))
			start++;
		part = scan_part(block, word->quote, start);
	}
	return append_part(block, word->quote, &part) &&
	       pq_yaml_block_end_line(block, part.end + 1) &&
	       pq_yaml_block_take_joined(block, text);
}

bool pq_yaml_block_read_word(struct pq_yaml_block *block, const struct pq_yaml_block_word *word,
			     size_t indent, struct pq_string *text)
{
	if (word->quote == '\0')
		return join_plain(block, word, indent, text);
	if (word->goes_on || word->has_escapes)
		return join_quoted(block, word, text);
	*text = pq_string_slice(block->text, word->start, word->end - word->start);
	return pq_yaml_block_end_line(block, word->behind);
}
