/*
 * Block: scans YAML as manifests are mostly written, at a fraction of libyaml's cost, and declines
 * all other, which is libyaml's.
 *
 * What it takes: documents whose root is a collection; mappings and sequences in block style, those
 * in flow style that end on the line where they begin, plain and quoted scalars, literal and folded
 * ones, comments, and "---" on a line of its own. What it declines, among more: anchors, aliases,
 * tags, directives, "?", tabs outside of quotes and literals, line ends other than a line feed, and
 * whatever is wrong. Values and offsets of what it takes are those that libyaml's events give
 * (YAML 1.1, its scanner.c and parser.c): a fuzzer, and a test over all corpora, hold the two
 * against each other.
 *
 * Not thread-safe.
 */
#ifndef PQ_YAML_BLOCK_H
#define PQ_YAML_BLOCK_H

#include "base/buffer.h"
#include "base/stack.h"

#include <yaml.h>

struct pq_yaml_block {
	struct pq_string text;
	size_t at;         /* the first byte that has not been scanned */
	size_t line_start; /* of its line */
	bool has_tabs;
	bool is_inline;              /* the value of a key stands behind it on its line */
	struct pq_stack collections; /* struct pq_yaml_collection, the document first */
	struct pq_buffer joined; /* the last scalar's text, where the source does not hold it so */
};

enum pq_yaml_block_result {
	PQ_YAML_BLOCK_FOUND,
	PQ_YAML_BLOCK_OVER,     /* no further event of the document, or no further document */
	PQ_YAML_BLOCK_DECLINED, /* only pq_yaml_block_done may follow */
};

/* False for a text with characters that it declines wherever they stand. The text has less than
 * PQ_OFFSET_NONE bytes and outlives the block. In any case pq_yaml_block_done frees what there is.
 */
PQ_CHECKED bool pq_yaml_block_init(struct pq_yaml_block *block, struct pq_string text);
void pq_yaml_block_done(struct pq_yaml_block *block);

/* Goes to the next document, at first or when the last one is over. When it is found, *offset is
 * where it starts. */
enum pq_yaml_block_result pq_yaml_block_start(struct pq_yaml_block *block, uint32_t *offset);

/* The next event of the document that was found: a scalar, or the start or end of a collection. Of
 * a scalar are set the value, its length, and whether it is plain; of a start, the style. There are
 * no marks. The value is in the text or in the block, without a NUL behind it, holds until the next
 * call, and is not to be written to; the event needs no yaml_event_delete. *event and *offset are
 * undefined when none is found. Lack of memory declines. */
enum pq_yaml_block_result pq_yaml_block_next(struct pq_yaml_block *block, yaml_event_t *event,
					     uint32_t *offset);

#endif
