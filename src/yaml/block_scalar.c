/* Plain scalars, and what all scalars share. */
#include "yaml/block_scalar.h"

#include "yaml/block_line.h"

/* libyaml takes keys of up to 1024 characters, what is before the ':' included. So near to it
 * nothing is worth a difference. */
enum { KEY_BYTES_MAX = 1000 };

void pq_yaml_block_append_folded(struct pq_yaml_block *block, size_t breaks)
{
	if (breaks == 1)
		pq_buffer_append_byte(&block->joined, ' ');
	else if (breaks > 1)
		pq_buffer_append_times(&block->joined, '\n', breaks - 1);
}

bool pq_yaml_block_take_joined(const struct pq_yaml_block *block, struct pq_string *text)
{
	*text = pq_buffer_view(&block->joined);
	return !pq_buffer_failed(&block->joined);
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
	       ((first == '-' || first == ':') && !pq_yaml_block_is_gap(block, at + 1));
}

/* What a line has of a plain scalar, from start on, where no '#' is. A ':' ends a key. */
static bool scan_plain(const struct pq_yaml_block *block, size_t start,
		       struct pq_yaml_block_word *word)
{
	size_t line_end = pq_yaml_block_line_end(block, start);
	size_t colon = pq_yaml_block_find(block, ':', start, line_end);
	while (colon < line_end && !pq_yaml_block_is_gap(block, colon + 1))
		colon = pq_yaml_block_find(block, ':', colon + 1, line_end);
	size_t comment = pq_yaml_block_find(block, '#', start, colon);
	while (comment < colon && block->text.data[comment - 1] != ' ')
		comment = pq_yaml_block_find(block, '#', comment + 1, colon);
	if (block->has_tabs && pq_yaml_block_find(block, '\t', start, comment) < comment)
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

static bool is_short_enough(const struct pq_yaml_block *block,
			    const struct pq_yaml_block_word *word)
{
	return !word->is_key || word->behind - block->at <= KEY_BYTES_MAX;
}

bool pq_yaml_block_scan_word(const struct pq_yaml_block *block, struct pq_yaml_block_word *word)
{
	if (is_quote(pq_yaml_block_byte(block, block->at)))
		pq_yaml_block_scan_quoted(block, false, word);
	else if (!starts_plain(block, block->at) || !scan_plain(block, block->at, word))
		return false;
	return is_short_enough(block, word);
}

/* A plain scalar inside [] and {}, of those that no two readers take differently. */
static bool scan_flow_plain(const struct pq_yaml_block *block, struct pq_yaml_block_word *word)
{
	static const char indicators[] = ",[]{}";
	size_t at = block->at;
	bool is_key = false;
	for (;; at++) {
		char byte = pq_yaml_block_byte(block, at);
		char next = pq_yaml_block_byte(block, at + 1);
		if (byte == '\n' || byte == '\t' || byte == '?' || (byte == ' ' && next == '#'))
			return false;
		bool is_end = memchr(indicators, byte, sizeof indicators - 1) != NULL;
		bool is_before_end = memchr(indicators, next, sizeof indicators - 1) != NULL;
		if ((byte == ':' || byte == '-') && is_before_end)
			return false;
		is_key = byte == ':' && pq_yaml_block_is_gap(block, at + 1);
		if (is_key || is_end)
			break;
	}
	size_t end = at;
	while (end > block->at && block->text.data[end - 1] == ' ')
		end--;
	*word = (struct pq_yaml_block_word){
		.is_key = is_key, .start = block->at, .end = end, .behind = at
	};
	return true;
}

bool pq_yaml_block_scan_flow_word(const struct pq_yaml_block *block,
				  struct pq_yaml_block_word *word)
{
	if (is_quote(pq_yaml_block_byte(block, block->at)))
		pq_yaml_block_scan_quoted(block, true, word);
	else if (pq_yaml_block_byte(block, block->at) == ':' || !starts_plain(block, block->at) ||
		 !scan_flow_plain(block, word))
		return false;
	return !word->goes_on && is_short_enough(block, word);
}

static struct pq_string source_text(const struct pq_yaml_block *block,
				    const struct pq_yaml_block_word *word)
{
	return pq_string_slice(block->text, word->start, word->end - word->start);
}

bool pq_yaml_block_read_on_line(struct pq_yaml_block *block, const struct pq_yaml_block_word *word,
				struct pq_string *text)
{
	*text = source_text(block, word);
	if (!word->has_escapes)
		return true;
	pq_buffer_clear(&block->joined);
	return pq_yaml_block_append_unescaped(block, word->quote, word->start, word->end) &&
	       pq_yaml_block_take_joined(block, text);
}

/* Goes to the next line that is not empty, and tells whether a plain scalar goes on there: it does
 * on every one that is indented more than what it is in. */
static bool find_plain_part(struct pq_yaml_block *block, size_t line_end, size_t indent, size_t *at,
			    size_t *breaks)
{
	*breaks = pq_yaml_block_skip_breaks(block, line_end, false);
	if (*breaks == 0) /* the text ends here */
		pq_yaml_block_next_line(block, line_end);
	*at = pq_yaml_block_skip_spaces(block, block->at);
	size_t column = *at - block->line_start;
	return column > indent && pq_yaml_block_byte(block, *at) != '\n' &&
	       block->text.data[*at] != '#';
}

static bool read_plain(struct pq_yaml_block *block, const struct pq_yaml_block_word *word,
		       size_t indent, struct pq_string *text)
{
	struct pq_yaml_block_word part = *word;
	bool is_joined = false;
	size_t at, breaks;
	while (part.goes_on && find_plain_part(block, part.behind, indent, &at, &breaks)) {
		if (!is_joined) {
			pq_buffer_clear(&block->joined);
			pq_buffer_append_string(&block->joined, source_text(block, word));
			is_joined = true;
		}
		if (!scan_plain(block, at, &part) || part.is_key)
			return false;
		pq_yaml_block_append_folded(block, breaks);
		pq_buffer_append_string(&block->joined, source_text(block, &part));
	}
	if (!part.goes_on && !pq_yaml_block_end_line(block, part.behind))
		return false;
	*text = source_text(block, word);
	return !is_joined || pq_yaml_block_take_joined(block, text);
}

bool pq_yaml_block_read_word(struct pq_yaml_block *block, const struct pq_yaml_block_word *word,
			     size_t indent, struct pq_string *text)
{
	if (word->quote == '\0')
		return read_plain(block, word, indent, text);
	if (word->goes_on || word->has_escapes)
		return pq_yaml_block_read_quoted(block, word, text);
	*text = source_text(block, word);
	return pq_yaml_block_end_line(block, word->behind);
}
