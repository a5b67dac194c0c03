/* Collections in flow style: "[a, b]", "{a: 1, "b": [c]}", on one line. */
#include "yaml/block_collection.h"
#include "yaml/block_line.h"
#include "yaml/block_scalar.h"

enum pq_yaml_block_result pq_yaml_block_open_flow(struct pq_yaml_block *block, yaml_event_t *event,
						  uint32_t *offset)
{
	const struct pq_yaml_collection opened = {
		.is_mapping = pq_yaml_block_byte(block, block->at) == '{',
		.flow = PQ_YAML_FLOW_OPENED,
		.column = pq_yaml_block_top(block)->column,
	};
	enum pq_yaml_block_result result = pq_yaml_block_open(block, &opened, event, offset);
	block->at++;
	return result;
}

/* What follows the outermost must be the end of its line. */
static enum pq_yaml_block_result close_flow(struct pq_yaml_block *block, yaml_event_t *event,
					    uint32_t *offset)
{
	enum pq_yaml_block_result result = pq_yaml_block_close(block, event, offset);
	struct pq_yaml_collection *parent = pq_yaml_block_top(block);
	block->at++;
	if (parent->flow != PQ_YAML_FLOW_NONE)
		parent->flow = PQ_YAML_FLOW_AFTER_VALUE;
	else if (!pq_yaml_block_end_line(block, block->at))
		return PQ_YAML_BLOCK_DECLINED;
	return result;
}

/* A key with its ':', or a value. */
static enum pq_yaml_block_result read_flow_scalar(struct pq_yaml_block *block, bool is_key,
						  yaml_event_t *event, uint32_t *offset)
{
	const size_t start = block->at;
	struct pq_yaml_block_word word;
	struct pq_string text;
	if (!pq_yaml_block_scan_flow_word(block, &word) || word.is_key != is_key ||
	    !pq_yaml_block_read_on_line(block, &word, &text))
		return PQ_YAML_BLOCK_DECLINED;
	pq_yaml_block_top(block)->flow = is_key ? PQ_YAML_FLOW_AFTER_KEY : PQ_YAML_FLOW_AFTER_VALUE;
	block->at = word.behind + is_key;
	return pq_yaml_block_make_scalar(start, word.quote == '\0', text, event, offset);
}

enum pq_yaml_block_result pq_yaml_block_next_flow(struct pq_yaml_block *block, yaml_event_t *event,
						  uint32_t *offset)
{
	const struct pq_yaml_collection *collection = pq_yaml_block_top(block);
	block->at = pq_yaml_block_skip_spaces(block, block->at);
	char byte = pq_yaml_block_byte(block, block->at);
	bool is_after_key = collection->flow == PQ_YAML_FLOW_AFTER_KEY;
	if (!is_after_key && byte == (collection->is_mapping ? '}' : ']'))
		return close_flow(block, event, offset);
	if (collection->flow == PQ_YAML_FLOW_AFTER_VALUE) {
		if (byte != ',')
			return PQ_YAML_BLOCK_DECLINED;
		block->at = pq_yaml_block_skip_spaces(block, block->at + 1);
		byte = pq_yaml_block_byte(block, block->at);
	}
	bool is_key = collection->is_mapping && !is_after_key;
	if (byte != '[' && byte != '{')
		return read_flow_scalar(block, is_key, event, offset);
	return is_key ? PQ_YAML_BLOCK_DECLINED : pq_yaml_block_open_flow(block, event, offset);
}
