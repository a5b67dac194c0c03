/* Where a block is in its text: bytes, spaces, lines. Of src/yaml/block.h. */
#ifndef PQ_YAML_BLOCK_LINE_H
#define PQ_YAML_BLOCK_LINE_H

#include "yaml/block.h"

/* Of a document marker, "---" or "...". */
enum { PQ_YAML_MARKER_LENGTH = 3 };

/* A byte of the text; behind its end, a line feed. */
static inline char pq_yaml_block_byte(const struct pq_yaml_block *block, size_t at)
{
	return at < block->text.length ? block->text.data[at] : '\n';
}

/* What must stand behind a key's ':' and an item's '-'; a tab would do, too, to libyaml. */
static inline bool pq_yaml_block_is_gap(const struct pq_yaml_block *block, size_t at)
{
	char byte = pq_yaml_block_byte(block, at);
	return byte == ' ' || byte == '\n';
}

static inline bool pq_yaml_is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

static inline bool pq_yaml_block_is_at_end(const struct pq_yaml_block *block)
{
	return block->at >= block->text.length;
}

/* Whether a line begins here with a marker, whatever is behind it. */
bool pq_yaml_block_is_marker(const struct pq_yaml_block *block, const char *marker);

/* The first byte from at on that is no space. */
size_t pq_yaml_block_skip_spaces(const struct pq_yaml_block *block, size_t at);

/* Where a byte first stands from from on, or to. */
size_t pq_yaml_block_find(const struct pq_yaml_block *block, char byte, size_t from, size_t to);

/* Where the line that holds at ends: its line feed, or the text's end. */
size_t pq_yaml_block_line_end(const struct pq_yaml_block *block, size_t at);

/* From a line's end to the next line, or to the text's end. */
void pq_yaml_block_next_line(struct pq_yaml_block *block, size_t line_end);

/* Goes over the end of a line and empty lines; how many. Blanks may be spaces only, or tabs, too.
 * The block is at the start of the next line then. */
size_t pq_yaml_block_skip_breaks(struct pq_yaml_block *block, size_t line_end, bool with_tabs);

/* Goes to the next line; false when something other than spaces and a comment, with a space before
 * it, stands between at, which is not 0, and the line's end. */
PQ_CHECKED bool pq_yaml_block_end_line(struct pq_yaml_block *block, size_t at);

#endif
