/* The collections that a block has open, and its events. Of src/yaml/block.h. */
#ifndef PQ_YAML_BLOCK_COLLECTION_H
#define PQ_YAML_BLOCK_COLLECTION_H

#include "yaml/block.h"

#define PQ_YAML_DOCUMENT_COLUMN (-1)

/* What a collection in flow style has last had. */
enum pq_yaml_flow {
	PQ_YAML_FLOW_NONE, /* it is in block style */
	PQ_YAML_FLOW_OPENED,
	PQ_YAML_FLOW_AFTER_KEY,
	PQ_YAML_FLOW_AFTER_VALUE,
};

/* An open collection, or the document around all of them. */
struct pq_yaml_collection {
	bool is_mapping;
	bool is_indentless; /* a sequence in the column of the mapping around it */
	bool awaits;        /* in block style: its key, its '-', or the document has no value yet */
	enum pq_yaml_flow flow;
	ptrdiff_t column;  /* of its keys or '-'; in flow style, of what is around it */
	size_t awaited_at; /* behind the ':' or '-' */
};

static inline struct pq_yaml_collection *pq_yaml_block_top(const struct pq_yaml_block *block)
{
	return pq_stack_top(&block->collections);
}

/* Fills in the event of a scalar at an offset. */
enum pq_yaml_block_result pq_yaml_block_make_scalar(size_t at, bool is_plain, struct pq_string text,
						    yaml_event_t *event, uint32_t *offset);

/* Opens a collection, which begins here: its event. */
enum pq_yaml_block_result pq_yaml_block_open(struct pq_yaml_block *block,
					     const struct pq_yaml_collection *collection,
					     yaml_event_t *event, uint32_t *offset);

/* Closes the innermost collection: its event. */
enum pq_yaml_block_result pq_yaml_block_close(struct pq_yaml_block *block, yaml_event_t *event,
					      uint32_t *offset);

/* Opens the one in flow style whose '[' or '{' is here, the value that the innermost awaits. */
enum pq_yaml_block_result pq_yaml_block_open_flow(struct pq_yaml_block *block, yaml_event_t *event,
						  uint32_t *offset);

/* The next event, where the innermost is in flow style. */
enum pq_yaml_block_result pq_yaml_block_next_flow(struct pq_yaml_block *block, yaml_event_t *event,
						  uint32_t *offset);

#endif
