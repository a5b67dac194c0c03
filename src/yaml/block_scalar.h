/* The scalars of src/yaml/block.h: how far one goes, and what it says. */
#ifndef PQ_YAML_BLOCK_SCALAR_H
#define PQ_YAML_BLOCK_SCALAR_H

#include "yaml/block.h"

/* A plain or quoted scalar as far as its first line tells. */
struct pq_yaml_block_word {
	char quote; /* or '\0' */
	bool is_key;
	bool has_escapes;
	bool goes_on; /* its end is not on this line, or need not be */
	size_t start; /* offsets of its text, without quotes */
	size_t end;
	size_t behind; /* what follows, but for blanks: the ':' of a key, a comment, the line's end
			*/
};

/* A byte of the text; behind its end, a line feed. */
static inline char pq_yaml_block_byte(const struct pq_yaml_block *block, size_t at)
{
	return at < block->text.length ? block->text.data[at] : '\n';
}

static inline bool pq_yaml_block_is_gap(const struct pq_yaml_block *block, size_t at)
{
	char byte = pq_yaml_block_byte(block, at);
	return byte == ' ' || byte == '\n';
}

static inline bool pq_yaml_is_blank(char byte)
{
	return byte == ' ' || byte == '\t';
}

size_t pq_yaml_block_skip_spaces(const struct pq_yaml_block *block, size_t at);

/* Where the line that holds at ends: its line feed, or the text's end. */
size_t pq_yaml_block_line_end(const struct pq_yaml_block *block, size_t at);

/* From a line's end to the next line. */
void pq_yaml_block_next_line(struct pq_yaml_block *block, size_t line_end);

/* Whether nothing but blanks and a comment stands on a line from at on; goes to the next line. at
 * is behind a blank or a token that needs none behind it. */
PQ_CHECKED bool pq_yaml_block_end_line(struct pq_yaml_block *block, size_t at);

/* What has been joined; false when memory has run out. */
static inline bool pq_yaml_block_take_joined(const struct pq_yaml_block *block,
					     struct pq_string *text)
{
	*text = pq_buffer_view(&block->joined);
	return !pq_buffer_failed(&block->joined);
}

/* Looks at the plain or quoted scalar where the block is. False declines. */
PQ_CHECKED bool pq_yaml_block_scan_word(const struct pq_yaml_block *block,
					struct pq_yaml_block_word *word);

/* The same inside [] and {}, for a scalar that ends on its line. */
PQ_CHECKED bool pq_yaml_block_scan_flow_word(const struct pq_yaml_block *block,
					     struct pq_yaml_block_word *word);

/* The text of a key, or of any scalar that is on one line. */
PQ_CHECKED bool pq_yaml_block_read_key(struct pq_yaml_block *block,
				       const struct pq_yaml_block_word *word,
				       struct pq_string *text);

/* The text of a value, all its lines; the block is at the line behind it then. indent is the column
 * of the innermost collection. */
PQ_CHECKED bool pq_yaml_block_read_word(struct pq_yaml_block *block,
					const struct pq_yaml_block_word *word, size_t indent,
					struct pq_string *text);

/* The same of a literal ('|') or folded ('>') scalar. */
PQ_CHECKED bool pq_yaml_block_read_lines(struct pq_yaml_block *block, size_t indent,
					 struct pq_string *text);

#endif
