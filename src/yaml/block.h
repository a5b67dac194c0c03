/*
 * Block: scans YAML as manifests are mostly written, at a fraction of libyaml's cost, and declines
 * all other, which is libyaml's.
 *
 * What it takes: mappings and sequences in block style, those in flow style that end on the line
 * where they begin, plain and quoted scalars, literal and folded ones, comments, and "---" on a
 * line of its own. What it declines, among more: anchors, aliases, tags, directives, "?", tabs
 * outside of quotes and literals, line ends other than a line feed, and whatever is wrong. Values
 * and offsets of what it takes are those that libyaml's events give (YAML 1.1, its scanner.c and
 * parser.c): a fuzzer, and a test over all corpora, hold the two against each other.
 *
 * Not thread-safe.
 */
#ifndef PQ_YAML_BLOCK_H
#define PQ_YAML_BLOCK_H

#include "base/buffer.h"
#include "base/stack.h"

#include <yaml.h>

/* The first byte of the text that has not been scanned, and where its line began. */
struct pq_yaml_block_place {
	size_t at;
	size_t line_start;
};

struct pq_yaml_block {
	struct pq_string text;
	struct pq_yaml_block_place place;
	bool has_tabs;
	bool is_inline; /* the value of a key stands behind it on its line */
	bool ends_flow; /* the next event is the end of "{}" or "[]" */
	bool flow_is_mapping;
	struct pq_stack collections; /* open ones, the document first */
	struct pq_buffer joined; /* the last scalar's text, where the source does not hold it so */
};

enum pq_yaml_block_result {
	PQ_YAML_BLOCK_FOUND,
	PQ_YAML_BLOCK_OVER, /* of the document, or of the text */
	PQ_YAML_BLOCK_DECLINED,
};

/* False for a text with characters that it declines wherever they stand. The text must outlive the
 * block; free what scanning takes with pq_yaml_block_done in any case. */
PQ_CHECKED bool pq_yaml_block_init(struct pq_yaml_block *block, struct pq_string text);
void pq_yaml_block_done(struct pq_yaml_block *block);

/* Goes to the next document and tells where it starts. */
enum pq_yaml_block_result pq_yaml_block_start(struct pq_yaml_block *block, uint32_t *offset);

/* The document's next event: a scalar, or the start or end of a collection, without marks. What it
 * refers to is the block's and holds until the next call; it needs no yaml_event_delete. Lack of
 * memory declines. Nothing may be called after a block has declined but pq_yaml_block_done. */
enum pq_yaml_block_result pq_yaml_block_next(struct pq_yaml_block *block, yaml_event_t *event,
					     uint32_t *offset);

#endif
