#include "yaml/block.h"

#include "base/utf8.h"
#include "yaml/block_collection.h"
#include "yaml/block_line.h"
#include "yaml/block_scalar.h"

/* Of the characters that are not ASCII: no controls, none that end a line to libyaml, no byte order
 * mark, and none that are no characters. */
static bool is_taken(uint32_t character)
{
	return character > 0xffff ||
	       (character >= 0xa0 && character != 0x2028 && character != 0x2029 &&
		character != 0xfeff && character < 0xfffe);
}

static bool is_taken_beyond_ascii(struct pq_string text)
{
	for (size_t at = 0, width = 1; at < text.length; at += width, width = 1) {
		if ((unsigned char)text.data[at] < 0x80)
			continue;
		struct pq_string rest = pq_string_slice(text, at, PQ_UTF8_BYTES_MAX);
		if (!is_taken(pq_utf8_decode(rest, &width)) || width == 1)
			return false;
	}
	return true;
}

/* Without branches, so that it takes many bytes at once. */
static bool check_characters(struct pq_yaml_block *block)
{
	struct pq_string text = block->text;
	unsigned char controls = 0, tabs = 0, all = 0;
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		controls |= (byte < ' ' && byte != '\n' && byte != '\t') || byte == 0x7f;
		tabs |= byte == '\t';
		all |= byte;
	}
	block->has_tabs = tabs != 0;
	return controls == 0 && (all < 0x80 || is_taken_beyond_ascii(text));
}

bool pq_yaml_block_init(struct pq_yaml_block *block, struct pq_string text)
{
	*block = (struct pq_yaml_block){ .text = text };
	pq_stack_init(&block->collections, sizeof(struct pq_yaml_collection));
	pq_buffer_init(&block->joined, 0);
	return check_characters(block);
}

void pq_yaml_block_done(struct pq_yaml_block *block)
{
	pq_stack_done(&block->collections);
	pq_buffer_done(&block->joined);
}

/* Goes to the first token from here on, on this line or a later one, or to the text's end. False
 * for what begins no token here: a tab, or a '.' where a line begins, as an end marker does. */
static bool find_token(struct pq_yaml_block *block)
{
	for (;;) {
		block->at = pq_yaml_block_skip_spaces(block, block->at);
		if (pq_yaml_block_is_at_end(block))
			return true;
		char byte = block->text.data[block->at];
		if (byte == '\t' || (byte == '.' && block->at == block->line_start))
			return false;
		if (byte != '\n' && byte != '#')
			break;
		pq_yaml_block_next_line(block, pq_yaml_block_line_end(block, block->at));
	}
	return !pq_yaml_block_is_marker(block, "---") ||
	       pq_yaml_block_is_gap(block, block->at + PQ_YAML_MARKER_LENGTH);
}

static ptrdiff_t column_of_token(const struct pq_yaml_block *block)
{
	if (pq_yaml_block_is_at_end(block) || pq_yaml_block_is_marker(block, "---"))
		return PQ_YAML_DOCUMENT_COLUMN;
	return (ptrdiff_t)(block->at - block->line_start);
}

enum pq_yaml_block_result pq_yaml_block_start(struct pq_yaml_block *block, uint32_t *offset)
{
	if (!find_token(block))
		return PQ_YAML_BLOCK_DECLINED;
	if (pq_yaml_block_is_at_end(block))
		return PQ_YAML_BLOCK_OVER;
	size_t start = block->at;
	if (pq_yaml_block_is_marker(block, "---") &&
	    !pq_yaml_block_end_line(block, block->at + PQ_YAML_MARKER_LENGTH))
		return PQ_YAML_BLOCK_DECLINED;
	pq_stack_cut(&block->collections, 0);
	struct pq_yaml_collection *document = pq_stack_push(&block->collections);
	if (document == NULL)
		return PQ_YAML_BLOCK_DECLINED;
	*document =
		(struct pq_yaml_collection){ .awaits = true, .column = PQ_YAML_DOCUMENT_COLUMN };
	*offset = (uint32_t)start;
	return PQ_YAML_BLOCK_FOUND;
}

/* Whether a '-' that begins an item is here. */
static bool is_item(const struct pq_yaml_block *block)
{
	return pq_yaml_block_byte(block, block->at) == '-' &&
	       pq_yaml_block_is_gap(block, block->at + 1);
}

/* Opens the collection in block style whose first key or '-' is here. */
static enum pq_yaml_block_result open_block(struct pq_yaml_block *block, bool is_mapping,
					    bool is_indentless, yaml_event_t *event,
					    uint32_t *offset)
{
	const struct pq_yaml_collection opened = {
		.is_mapping = is_mapping,
		.is_indentless = is_indentless,
		.column = (ptrdiff_t)(block->at - block->line_start),
	};
	return pq_yaml_block_open(block, &opened, event, offset);
}

/* A document that is a scalar is left to libyaml. */
static bool find_indent(const struct pq_yaml_block *block, size_t *indent)
{
	ptrdiff_t column = pq_yaml_block_top(block)->column;
	*indent = (size_t)column;
	return column != PQ_YAML_DOCUMENT_COLUMN;
}

static enum pq_yaml_block_result read_literal(struct pq_yaml_block *block, yaml_event_t *event,
					      uint32_t *offset)
{
	const size_t start = block->at;
	size_t indent;
	struct pq_string text;
	if (!find_indent(block, &indent) || !pq_yaml_block_read_literal(block, indent, &text))
		return PQ_YAML_BLOCK_DECLINED;
	return pq_yaml_block_make_scalar(start, false, text, event, offset);
}

static enum pq_yaml_block_result read_word(struct pq_yaml_block *block,
					   const struct pq_yaml_block_word *word,
					   yaml_event_t *event, uint32_t *offset)
{
	const size_t start = block->at;
	size_t indent;
	struct pq_string text;
	if (!find_indent(block, &indent) || !pq_yaml_block_read_word(block, word, indent, &text))
		return PQ_YAML_BLOCK_DECLINED;
	return pq_yaml_block_make_scalar(start, word->quote == '\0', text, event, offset);
}

/* The value that the innermost collection awaits. On the line of its key no collection in block
 * style can begin. */
static enum pq_yaml_block_result read_value(struct pq_yaml_block *block, bool is_inline,
					    yaml_event_t *event, uint32_t *offset)
{
	char first = pq_yaml_block_byte(block, block->at);
	struct pq_yaml_block_word word = { .is_key = false };
	pq_yaml_block_top(block)->awaits = false;
	if (first == '{' || first == '[')
		return pq_yaml_block_open_flow(block, event, offset);
	if (first == '|' || first == '>')
		return read_literal(block, event, offset);
	bool is_sequence = is_item(block);
	if (!is_sequence && !pq_yaml_block_scan_word(block, &word))
		return PQ_YAML_BLOCK_DECLINED;
	if (!is_sequence && !word.is_key)
		return read_word(block, &word, event, offset);
	return is_inline ? PQ_YAML_BLOCK_DECLINED
			 : open_block(block, !is_sequence, false, event, offset);
}

/* Behind a ':' or '-', at at: the value is here, or on a later line, or empty. */
static bool await_value(struct pq_yaml_block *block, size_t at, bool *is_here)
{
	struct pq_yaml_collection *parent = pq_yaml_block_top(block);
	parent->awaits = true;
	parent->awaited_at = at;
	block->at = pq_yaml_block_skip_spaces(block, at);
	char byte = pq_yaml_block_byte(block, block->at);
	*is_here = byte != '\n' && byte != '#';
	return *is_here || pq_yaml_block_end_line(block, block->at);
}

static enum pq_yaml_block_result read_key(struct pq_yaml_block *block, yaml_event_t *event,
					  uint32_t *offset)
{
	const size_t start = block->at;
	struct pq_yaml_block_word word;
	struct pq_string text;
	if (!pq_yaml_block_scan_word(block, &word) || !word.is_key ||
	    !pq_yaml_block_read_on_line(block, &word, &text) ||
	    !await_value(block, word.behind + 1, &block->is_inline))
		return PQ_YAML_BLOCK_DECLINED;
	return pq_yaml_block_make_scalar(start, word.quote == '\0', text, event, offset);
}

/* What the innermost collection awaits, at a token in a column: a value, deeper than it; a sequence
 * in the column of its mapping; or nothing, for the token belongs to what is around. libyaml has
 * the empty value of a document where the next token is. */
static enum pq_yaml_block_result read_awaited(struct pq_yaml_block *block, ptrdiff_t column,
					      yaml_event_t *event, uint32_t *offset)
{
	struct pq_yaml_collection *parent = pq_yaml_block_top(block);
	if (column > parent->column)
		return read_value(block, false, event, offset);
	parent->awaits = false;
	if (parent->is_mapping && column == parent->column && is_item(block))
		return open_block(block, false, true, event, offset);
	bool is_document = parent->column == PQ_YAML_DOCUMENT_COLUMN;
	return pq_yaml_block_make_scalar(is_document ? block->at : parent->awaited_at, true,
					 PQ_S(""), event, offset);
}

/* In block style, where no value stands behind a key on its line. */
static enum pq_yaml_block_result read_token(struct pq_yaml_block *block, yaml_event_t *event,
					    uint32_t *offset)
{
	for (;;) {
		if (!find_token(block))
			return PQ_YAML_BLOCK_DECLINED;
		const struct pq_yaml_collection *parent = pq_yaml_block_top(block);
		ptrdiff_t column = column_of_token(block);
		bool is_item_here = is_item(block);
		if (parent->awaits)
			return read_awaited(block, column, event, offset);
		if (column > parent->column)
			return PQ_YAML_BLOCK_DECLINED; /* behind a value that is complete */
		if (parent->column == PQ_YAML_DOCUMENT_COLUMN)
			return PQ_YAML_BLOCK_OVER;
		if (column < parent->column || (parent->is_indentless && !is_item_here))
			return pq_yaml_block_close(block, event, offset);
		if (parent->is_mapping)
			return read_key(block, event, offset);
		bool is_here;
		if (!is_item_here || !await_value(block, block->at + 1, &is_here))
			return PQ_YAML_BLOCK_DECLINED;
	}
}

enum pq_yaml_block_result pq_yaml_block_next(struct pq_yaml_block *block, yaml_event_t *event,
					     uint32_t *offset)
{
	if (pq_yaml_block_top(block)->flow != PQ_YAML_FLOW_NONE)
		return pq_yaml_block_next_flow(block, event, offset);
	if (!block->is_inline)
		return read_token(block, event, offset);
	block->is_inline = false;
	return read_value(block, true, event, offset);
}
