/* Literal ('|') and folded ('>') scalars. */
#include "yaml/block_line.h"
#include "yaml/block_scalar.h"

/* Where one is in its lines. */
struct lines {
	size_t width;  /* their indentation; 0 as long as it is not known */
	size_t column; /* where the next line that is not empty begins, width at most */
	size_t widest; /* the largest column of it and the empty ones before it */
	size_t breaks; /* empty lines before it */
};

/* Goes over indentation and empty lines; false for a tab in the place of indentation. */
static bool skip_empty_lines(struct pq_yaml_block *block, struct lines *lines)
{
	lines->widest = 0;
	lines->breaks = 0;
	for (;;) {
		size_t at = block->line_start;
		size_t column = pq_yaml_block_skip_spaces(block, at) - at;
		if (lines->width > 0 && column > lines->width)
			column = lines->width;
		lines->column = column;
		if (column > lines->widest)
			lines->widest = column;
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

/* The '|' or '>', and how the text's end is chomped: '-', '+' or NUL. A width that is given is
 * libyaml's. */
static bool scan_header(struct pq_yaml_block *block, char *chomping)
{
	size_t at = block->at + 1;
	char byte = pq_yaml_block_byte(block, at);
	*chomping = byte == '-' || byte == '+' ? byte : '\0';
	at = pq_yaml_block_skip_spaces(block, at + (*chomping != '\0'));
	if (pq_yaml_block_byte(block, at) != '\n')
		return false;
	pq_yaml_block_next_line(block, at);
	return true;
}

/* Folding makes a space of a line's end, unless a line beside it begins with a blank. */
static bool append_lines(struct pq_yaml_block *block, struct lines *lines, bool is_folded,
			 bool *ends_in_break)
{
	struct pq_buffer *joined = &block->joined;
	bool was_blank = true; /* there is nothing to fold with before the first */
	size_t breaks = lines->breaks;
	while (lines->column == lines->width) {
		size_t at = block->line_start + lines->column;
		if (at >= block->text.length)
			break;
		bool starts_blank = pq_yaml_is_blank(block->text.data[at]);
		if (is_folded && !was_blank && !starts_blank)
			pq_yaml_block_append_folded(block, breaks);
		else
			pq_buffer_append_times(joined, '\n', breaks);
		was_blank = starts_blank;
		size_t line_end = pq_yaml_block_line_end(block, at);
		pq_buffer_append(joined, block->text.data + at, line_end - at);
		*ends_in_break = line_end < block->text.length;
		pq_yaml_block_next_line(block, line_end);
		if (!skip_empty_lines(block, lines))
			return false;
		breaks = lines->breaks + 1;
	}
	return true;
}

bool pq_yaml_block_read_literal(struct pq_yaml_block *block, size_t indent, struct pq_string *text)
{
	bool is_folded = pq_yaml_block_byte(block, block->at) == '>';
	bool ends_in_break = false;
	char chomping;
	struct lines lines = { 0 };
	pq_buffer_clear(&block->joined);
	if (!scan_header(block, &chomping) || !skip_empty_lines(block, &lines))
		return false;
	lines.width = lines.widest > indent ? lines.widest : indent + 1;
	if (!append_lines(block, &lines, is_folded, &ends_in_break))
		return false;
	if (ends_in_break && chomping != '-')
		pq_buffer_append_byte(&block->joined, '\n');
	if (chomping == '+')
		pq_buffer_append_times(&block->joined, '\n', lines.breaks);
	return pq_yaml_block_take_joined(block, text);
}
