#include "yaml/block_collection.h"

#include "yaml/read.h"

enum pq_yaml_block_result pq_yaml_block_make_scalar(size_t at, bool is_plain, struct pq_string text,
						    yaml_event_t *event, uint32_t *offset)
{
	*event = (yaml_event_t){ .type = YAML_SCALAR_EVENT };
	event->data.scalar.value = (yaml_char_t *)(text.length == 0 ? "" : text.data);
	event->data.scalar.length = text.length;
	event->data.scalar.plain_implicit = is_plain;
	*offset = (uint32_t)at;
	return PQ_YAML_BLOCK_FOUND;
}

enum pq_yaml_block_result pq_yaml_block_open(struct pq_yaml_block *block,
					     const struct pq_yaml_collection *collection,
					     yaml_event_t *event, uint32_t *offset)
{
	if (block->collections.count > PQ_YAML_DEPTH_MAX)
		return PQ_YAML_BLOCK_DECLINED;
	struct pq_yaml_collection *opened = pq_stack_push(&block->collections);
	if (opened == NULL)
		return PQ_YAML_BLOCK_DECLINED;
	*opened = *collection;
	bool is_flow = collection->flow != PQ_YAML_FLOW_NONE;
	*event = (yaml_event_t){ .type = collection->is_mapping ? YAML_MAPPING_START_EVENT
								: YAML_SEQUENCE_START_EVENT };
	if (collection->is_mapping)
		event->data.mapping_start.style =
			is_flow ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE;
	else
		event->data.sequence_start.style =
			is_flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE;
	*offset = (uint32_t)block->at;
	return PQ_YAML_BLOCK_FOUND;
}

enum pq_yaml_block_result pq_yaml_block_close(struct pq_yaml_block *block, yaml_event_t *event,
					      uint32_t *offset)
{
	bool is_mapping = pq_yaml_block_top(block)->is_mapping;
	pq_stack_cut(&block->collections, block->collections.count - 1);
	*event = (yaml_event_t){ .type = is_mapping ? YAML_MAPPING_END_EVENT
						    : YAML_SEQUENCE_END_EVENT };
	*offset = (uint32_t)block->at;
	return PQ_YAML_BLOCK_FOUND;
}
