/* What the parts of src/yaml/block.h share: the open collections, and the making of events. */
#ifndef PQ_YAML_BLOCK_EVENT_H
#define PQ_YAML_BLOCK_EVENT_H

#include "yaml/block.h"

#define PQ_YAML_DOCUMENT_COLUMN (-1)

enum pq_yaml_flow {
	PQ_YAML_FLOW_NONE,  /* in block style */
	PQ_YAML_FLOW_EMPTY, /* behind its '[' or '{' */
	PQ_YAML_FLOW_AFTER_VALUE,
};

/* An open collection, or the document around all of them. */
struct pq_yaml_collection {
	bool is_mapping;
	bool is_indentless; /* a sequence in the column of the mapping around it */
	bool awaits;        /* its key, its '-', or the document has no value yet */
	enum pq_yaml_flow flow;
	ptrdiff_t column;  /* of its keys or '-'; in flow style, of what is around it */
	size_t awaited_at; /* behind the ':' or '-' */
};

/* A scalar's event, at an offset. */
enum pq_yaml_block_result pq_yaml_block_scalar(size_t at, bool is_plain, struct pq_string text,
					       yaml_event_t *event, uint32_t *offset);

/* Opens a collection here; its event. */
enum pq_yaml_block_result pq_yaml_block_open(struct pq_yaml_block *block,
					     const struct pq_yaml_collection *collection,
					     yaml_event_t *event, uint32_t *offset);

/* Closes the innermost collection; its event. */
enum pq_yaml_block_result pq_yaml_block_close(struct pq_yaml_block *block, yaml_event_t *event,
					      uint32_t *offset);

/* The '[' or '{' here, the value of the innermost collection. */
enum pq_yaml_block_result pq_yaml_block_open_flow(struct pq_yaml_block *block, yaml_event_t *event,
						  uint32_t *offset);

/* The next event inside a collection in flow style. */
enum pq_yaml_block_result pq_yaml_block_next_flow(struct pq_yaml_block *block, yaml_event_t *event,
						  uint32_t *offset);

#endif
