/* Collections in flow style: "[a, b]", "{a: 1, "b": [c]}", on one line. */
#include "yaml/block_event.h"
#include "yaml/block_scalar.h"

enum pq_yaml_block_result pq_yaml_block_open_flow(struct pq_yaml_block *block, yaml_event_t *event,
						  uint32_t *offset)
{
	const struct pq_yaml_collection *parent = pq_stack_top(&block->collections);
	const struct pq_yaml_collection opened = {
		.is_mapping = pq_yaml_block_byte(block, block->place.at) == '{',
		.flow = PQ_YAML_FLOW_EMPTY,
		.column = parent->column,
	};
	enum pq_yaml_block_result result = pq_yaml_block_open(block, &opened, event, offset);
	block->place.at++;
	return result;
}

/* What follows the outermost must be the end of its line. */
static enum pq_yaml_block_result close_flow(struct pq_yaml_block *block, yaml_event_t *event,
					    uint32_t *offset)
{
	pq_yaml_block_close(block, event, offset);
	block->place.at++;
	struct pq_yaml_collection *parent = pq_stack_top(&block->collections);
	if (parent->flow != PQ_YAML_FLOW_NONE) {
		parent->flow = PQ_YAML_FLOW_AFTER_VALUE;
		return PQ_YAML_BLOCK_FOUND;
	}
	return pq_yaml_block_end_line(block, block->place.at) ? PQ_YAML_BLOCK_FOUND
							      : PQ_YAML_BLOCK_DECLINED;
}

/* A key with its ':', or a value. */
static enum pq_yaml_block_result read_word(struct pq_yaml_block *block, bool is_key,
					   yaml_event_t *event, uint32_t *offset)
{
	struct pq_yaml_collection *collection = pq_stack_top(&block->collections);
	const size_t start = block->place.at;
	struct pq_yaml_block_word word;
	struct pq_string text;
	if (!pq_yaml_block_scan_flow_word(block, &word) || word.is_key != is_key ||
	    !pq_yaml_block_read_key(block, &word, &text))
		return PQ_YAML_BLOCK_DECLINED;
	collection->awaits = is_key;
	collection->flow = PQ_YAML_FLOW_AFTER_VALUE;
	block->place.at = word.behind + is_key;
	return pq_yaml_block_scalar(start, word.quote == '\0', text, event, offset);
}

enum pq_yaml_block_result pq_yaml_block_next_flow(struct pq_yaml_block *block, yaml_event_t *event,
						  uint32_t *offset)
{
	struct pq_yaml_collection *collection = pq_stack_top(&block->collections);
	block->place.at = pq_yaml_block_skip_spaces(block, block->place.at);
	char byte = pq_yaml_block_byte(block, block->place.at);
	if (!collection->awaits && byte == (collection->is_mapping ? '}' : ']'))
		return close_flow(block, event, offset);
	if (!collection->awaits && collection->flow == PQ_YAML_FLOW_AFTER_VALUE) {
		if (byte != ',')
			return PQ_YAML_BLOCK_DECLINED;
		block->place.at++;
		block->place.at = pq_yaml_block_skip_spaces(block, block->place.at);
		byte = pq_yaml_block_byte(block, block->place.at);
	}
	bool is_key = collection->is_mapping && !collection->awaits;
	if (byte != '[' && byte != '{')
		return read_word(block, is_key, event, offset);
	return is_key ? PQ_YAML_BLOCK_DECLINED : pq_yaml_block_open_flow(block, event, offset);
}
