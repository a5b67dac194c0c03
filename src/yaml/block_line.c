#include "yaml/block_line.h"

bool pq_yaml_block_is_marker(const struct pq_yaml_block *block, const char *marker)
{
	struct pq_string start = pq_string_slice(block->text, block->at, PQ_YAML_MARKER_LENGTH);
	return block->at == block->line_start && pq_string_is(start, marker);
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

size_t pq_yaml_block_find(const struct pq_yaml_block *block, char byte, size_t from, size_t to)
{
	const char *found = memchr(block->text.data + from, byte, to - from);
	return found == NULL ? to : (size_t)(found - block->text.data);
}

size_t pq_yaml_block_line_end(const struct pq_yaml_block *block, size_t at)
{
	return at >= block->text.length ? block->text.length
					: pq_yaml_block_find(block, '\n', at, block->text.length);
}

void pq_yaml_block_next_line(struct pq_yaml_block *block, size_t line_end)
{
	block->at = line_end < block->text.length ? line_end + 1 : block->text.length;
	block->line_start = block->at;
}

size_t pq_yaml_block_skip_breaks(struct pq_yaml_block *block, size_t line_end, bool with_tabs)
{
	size_t breaks = 0;
	size_t at = line_end;
	while (at < block->text.length && block->text.data[at] == '\n') {
		pq_yaml_block_next_line(block, at);
		breaks++;
		at = pq_yaml_block_skip_spaces(block, block->at);
		while (with_tabs && at < block->text.length &&
		       pq_yaml_is_blank(block->text.data[at]))
			at++;
	}
	return breaks;
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
