/* Scalars: how far one goes, and what it says. Of src/yaml/block.h.
 *
 * Texts are undefined on failure, which declines. They are in the source, or in the block until the
 * next one is read. */
#ifndef PQ_YAML_BLOCK_SCALAR_H
#define PQ_YAML_BLOCK_SCALAR_H

#include "yaml/block.h"

/* A plain or quoted scalar as far as its first line tells. */
struct pq_yaml_block_word {
	char quote; /* or '\0' */
	bool is_key;
	bool has_escapes;
	bool goes_on; /* its end is not on this line, or need not be */
	size_t start; /* of its text on this line, without quotes */
	size_t end;
	size_t behind; /* of a key, its ':'; else where a comment or the line's end is to follow */
};

/* Looks at the one that is here. */
PQ_CHECKED bool pq_yaml_block_scan_word(const struct pq_yaml_block *block,
					struct pq_yaml_block_word *word);

/* The same inside [] and {}, for one that ends on its line. */
PQ_CHECKED bool pq_yaml_block_scan_flow_word(const struct pq_yaml_block *block,
					     struct pq_yaml_block_word *word);

/* The text of one that ends on its line; the block stays where it is. */
PQ_CHECKED bool pq_yaml_block_read_on_line(struct pq_yaml_block *block,
					   const struct pq_yaml_block_word *word,
					   struct pq_string *text);

/* The text of one that is a value, all its lines; the block is at the line behind it then. indent
 * is the column of the innermost collection in block style. */
PQ_CHECKED bool pq_yaml_block_read_word(struct pq_yaml_block *block,
					const struct pq_yaml_block_word *word, size_t indent,
					struct pq_string *text);

/* The same of a literal ('|') or folded ('>') one. */
PQ_CHECKED bool pq_yaml_block_read_literal(struct pq_yaml_block *block, size_t indent,
					   struct pq_string *text);

/* The same of a word that is quoted. For pq_yaml_block_read_word. */
PQ_CHECKED bool pq_yaml_block_read_quoted(struct pq_yaml_block *block,
					  const struct pq_yaml_block_word *word,
					  struct pq_string *text);

/* A quoted word as far as its first line tells. For the two scans. */
void pq_yaml_block_scan_quoted(const struct pq_yaml_block *block, bool is_flow,
			       struct pq_yaml_block_word *word);

/* Appends to what is joined the text between two places of a word, with escapes resolved. */
PQ_CHECKED bool pq_yaml_block_append_unescaped(struct pq_yaml_block *block, char quote, size_t from,
					       size_t to);

/* Appends what folding makes of the ends of lines: of one, a space; of more, line feeds, one less.
 */
void pq_yaml_block_append_folded(struct pq_yaml_block *block, size_t breaks);

/* What has been joined; false when memory has run out. */
PQ_CHECKED bool pq_yaml_block_take_joined(const struct pq_yaml_block *block,
					  struct pq_string *text);

#endif
