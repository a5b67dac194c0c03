/* Literal and folded scalars. */
#include "yaml/block_scalar.h"

/* The lines of a literal or folded scalar. */
struct lines {
	size_t width;  /* their indentation; 0 as long as it is not known */
	size_t column; /* where the next line that is not empty begins */
	size_t breaks; /* empty lines before it */
};

/* Goes over indentation and empty lines; false for a tab in the place of indentation. */
static bool skip_empty_lines(struct pq_yaml_block *block, struct lines *lines, size_t *widest)
{
	*widest = 0;
	lines->breaks = 0;
	for (;;) {
		size_t at = block->place.line_start;
		size_t column = pq_yaml_block_skip_spaces(block, at) - at;
		if (lines->width > 0 && column > lines->width)
			column = lines->width;
		lines->column = column;
		if (column > *widest)
			*widest = column;
		at += column;
		char byte = pq_yaml_block_byte(block, at);
		if (byte == '\t' && (lines->width == 0 || column < lines->width))
			return false;
		if (at >= block->text.length || byte != '\n')
			return true;
		lines->breaks++;
		pq_yaml_block_next_line(block, at);
	}
}

static bool scan_header(struct pq_yaml_block *block, char *chomping)
{
	size_t at = block->place.at + 1;
	char byte = pq_yaml_block_byte(block, at);
	*chomping = byte == '-' || byte == '+' ? byte : '\0';
	at = pq_yaml_block_skip_spaces(block, at + (*chomping != '\0'));
	if (pq_yaml_block_byte(block, at) != '\n')
		return false;
	pq_yaml_block_next_line(block, at);
	return true;
}

/* A line behind what stands between it and the one before. Folding makes a space of one line's end,
 * unless one of the lines begins with a blank. */
static void append_line(struct pq_buffer *joined, size_t breaks, bool is_folding,
			struct pq_string line)
{
	size_t gap = is_folding && breaks == 1 ? 1 : breaks - is_folding;
	char *room = pq_buffer_reserve(joined, gap + line.length);
	if (room == NULL)
		return;
	for (size_t i = 0; i < gap; i++)
		*room++ = is_folding && breaks == 1 ? ' ' : '\n';
	memcpy(room, line.data, line.length);
	joined->length += gap + line.length;
}

static bool append_lines(struct pq_yaml_block *block, struct lines *lines, bool is_folded,
			 bool *ends_in_break)
{
	struct pq_buffer *joined = &block->joined;
	bool was_blank = false;
	for (bool is_first = true; lines->column == lines->width; is_first = false) {
		size_t at = block->place.line_start + lines->column;
		if (at >= block->text.length)
			break;
		bool starts_blank = pq_yaml_is_blank(block->text.data[at]);
		size_t line_end = pq_yaml_block_line_end(block, at);
		append_line(joined, lines->breaks + !is_first,
			    is_folded && !is_first && !was_blank && !starts_blank,
			    pq_string_slice(block->text, at, line_end - at));
		was_blank = starts_blank;
		*ends_in_break = line_end < block->text.length;
		pq_yaml_block_next_line(block, line_end);
		size_t widest;
		if (!skip_empty_lines(block, lines, &widest))
			return false;
	}
	return true;
}

bool pq_yaml_block_read_lines(struct pq_yaml_block *block, size_t indent, struct pq_string *text)
{
	bool is_folded = pq_yaml_block_byte(block, block->place.at) == '>';
	bool ends_in_break = false;
	char chomping;
	struct lines lines = { 0 };
	size_t widest;
	pq_buffer_clear(&block->joined);
	if (!scan_header(block, &chomping) || !skip_empty_lines(block, &lines, &widest))
		return false;
	lines.width = widest > indent ? widest : indent + 1;
	if (!append_lines(block, &lines, is_folded, &ends_in_break))
		return false;
	if (ends_in_break && chomping != '-')
		pq_buffer_append_byte(&block->joined, '\n');
	if (chomping == '+')
		pq_buffer_append_times(&block->joined, '\n', lines.breaks);
	return pq_yaml_block_take_joined(block, text);
}
