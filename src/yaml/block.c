#include "yaml/block.h"

#include "base/utf8.h"
#include "yaml/block_event.h"
#include "yaml/block_scalar.h"
#include "yaml/read.h"

enum { MARKER_LENGTH = 3 };

static bool is_printable(uint32_t character)
{
	bool is_control = character < 0xa0; /* of those that are not ASCII */
	bool is_line_end = character == 0x2028 || character == 0x2029;
	bool is_mark = character == 0xfeff;
	return !is_control && !is_line_end && !is_mark && character < 0xfffe;
}

static bool is_printable_beyond_ascii(struct pq_string text)
{
	for (size_t at = 0; at < text.length;) {
		size_t width = 1;
		if ((unsigned char)text.data[at] >= 0x80) {
			uint32_t character = pq_utf8_decode(
				pq_string_slice(text, at, PQ_UTF8_BYTES_MAX), &width);
			bool is_other_plane = character > 0xffff;
			if (width == 1 || (!is_other_plane && !is_printable(character)))
				return false;
		}
		at += width;
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
	return controls == 0 && (all < 0x80 || is_printable_beyond_ascii(text));
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

static bool is_marker(const struct pq_yaml_block *block)
{
	size_t at = block->place.at;
	return at == block->place.line_start && at < block->text.length &&
	       pq_string_starts_with(pq_string_slice(block->text, at, MARKER_LENGTH), PQ_S("---"));
}

/* Goes to the first token from here on, on this line or a later one. */
static bool find_token(struct pq_yaml_block *block)
{
	for (;;) {
		size_t at = pq_yaml_block_skip_spaces(block, block->place.at);
		block->place.at = at;
		if (at >= block->text.length)
			return true;
		char byte = block->text.data[at];
		if (byte != '\n' && byte != '#')
			break;
		pq_yaml_block_next_line(block, pq_yaml_block_line_end(block, at));
	}
	if (is_marker(block))
		return pq_yaml_block_is_gap(block, block->place.at + MARKER_LENGTH);
	bool may_be_end = block->place.at == block->place.line_start;
	char byte = block->text.data[block->place.at];
	return byte != '\t' && !(may_be_end && byte == '.');
}

static ptrdiff_t column_of_token(const struct pq_yaml_block *block)
{
	if (block->place.at >= block->text.length || is_marker(block))
		return PQ_YAML_DOCUMENT_COLUMN;
	return (ptrdiff_t)(block->place.at - block->place.line_start);
}

/* A '-' that begins an item. */
static bool is_item(const struct pq_yaml_block *block)
{
	return pq_yaml_block_byte(block, block->place.at) == '-' &&
	       pq_yaml_block_is_gap(block, block->place.at + 1);
}

enum pq_yaml_block_result pq_yaml_block_start(struct pq_yaml_block *block, uint32_t *offset)
{
	if (!find_token(block))
		return PQ_YAML_BLOCK_DECLINED;
	if (block->place.at >= block->text.length)
		return PQ_YAML_BLOCK_OVER;
	*offset = (uint32_t)block->place.at;
	if (is_marker(block) && !pq_yaml_block_end_line(block, block->place.at + MARKER_LENGTH))
		return PQ_YAML_BLOCK_DECLINED;
	block->is_inline = false;
	pq_stack_cut(&block->collections, 0);
	struct pq_yaml_collection *document = pq_stack_push(&block->collections);
	if (document == NULL)
		return PQ_YAML_BLOCK_DECLINED;
	*document =
		(struct pq_yaml_collection){ .awaits = true, .column = PQ_YAML_DOCUMENT_COLUMN };
	return PQ_YAML_BLOCK_FOUND;
}

enum pq_yaml_block_result pq_yaml_block_scalar(size_t at, bool is_plain, struct pq_string text,
					       yaml_event_t *event, uint32_t *offset)
{
	*event = (yaml_event_t){ .type = YAML_SCALAR_EVENT };
	event->data.scalar.value = (yaml_char_t *)(text.length == 0 ? "" : text.data);
	event->data.scalar.length = text.length;
	event->data.scalar.plain_implicit = is_plain;
	event->data.scalar.quoted_implicit = !is_plain;
	event->data.scalar.style =
		is_plain ? YAML_PLAIN_SCALAR_STYLE : YAML_SINGLE_QUOTED_SCALAR_STYLE;
	*offset = (uint32_t)at;
	return PQ_YAML_BLOCK_FOUND;
}

enum pq_yaml_block_result pq_yaml_block_open(struct pq_yaml_block *block,
					     const struct pq_yaml_collection *collection,
					     yaml_event_t *event, uint32_t *offset)
{
	struct pq_yaml_collection *parent = pq_stack_top(&block->collections);
	parent->awaits = false;
	struct pq_yaml_collection *opened = block->collections.count > PQ_YAML_DEPTH_MAX
						    ? NULL
						    : pq_stack_push(&block->collections);
	if (opened == NULL)
		return PQ_YAML_BLOCK_DECLINED;
	*opened = *collection;
	bool is_flow = collection->flow != PQ_YAML_FLOW_NONE;
	*event = (yaml_event_t){ .type = collection->is_mapping ? YAML_MAPPING_START_EVENT
								: YAML_SEQUENCE_START_EVENT };
	*offset = (uint32_t)block->place.at;
	if (collection->is_mapping)
		event->data.mapping_start.style =
			is_flow ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE;
	else
		event->data.sequence_start.style =
			is_flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE;
	return PQ_YAML_BLOCK_FOUND;
}

enum pq_yaml_block_result pq_yaml_block_close(struct pq_yaml_block *block, yaml_event_t *event,
					      uint32_t *offset)
{
	const struct pq_yaml_collection *closed = pq_stack_top(&block->collections);
	*event = (yaml_event_t){ .type = closed->is_mapping ? YAML_MAPPING_END_EVENT
							    : YAML_SEQUENCE_END_EVENT };
	*offset = (uint32_t)block->place.at;
	pq_stack_cut(&block->collections, block->collections.count - 1);
	return PQ_YAML_BLOCK_FOUND;
}

/* The collection whose first key or '-' is here. */
static enum pq_yaml_block_result open_block(struct pq_yaml_block *block, bool is_mapping,
					    bool is_indentless, yaml_event_t *event,
					    uint32_t *offset)
{
	const struct pq_yaml_collection opened = {
		.is_mapping = is_mapping,
		.is_indentless = is_indentless,
		.column = (ptrdiff_t)(block->place.at - block->place.line_start),
	};
	return pq_yaml_block_open(block, &opened, event, offset);
}

static enum pq_yaml_block_result read_scalar(struct pq_yaml_block *block,
					     const struct pq_yaml_block_word *word,
					     yaml_event_t *event, uint32_t *offset)
{
	const struct pq_yaml_collection *parent = pq_stack_top(&block->collections);
	if (parent->column == PQ_YAML_DOCUMENT_COLUMN)
		return PQ_YAML_BLOCK_DECLINED;
	const size_t start = block->place.at;
	struct pq_string text;
	bool is_read =
		word == NULL ? pq_yaml_block_read_lines(block, (size_t)parent->column, &text)
			     : pq_yaml_block_read_word(block, word, (size_t)parent->column, &text);
	if (!is_read)
		return PQ_YAML_BLOCK_DECLINED;
	bool is_plain = word != NULL && word->quote == '\0';
	return pq_yaml_block_scalar(start, is_plain, text, event, offset);
}

/* The value that the innermost collection awaits. */
static enum pq_yaml_block_result read_value(struct pq_yaml_block *block, bool may_open,
					    yaml_event_t *event, uint32_t *offset)
{
	struct pq_yaml_collection *parent = pq_stack_top(&block->collections);
	char first = pq_yaml_block_byte(block, block->place.at);
	struct pq_yaml_block_word word;
	if (is_item(block))
		return may_open ? open_block(block, false, false, event, offset)
				: PQ_YAML_BLOCK_DECLINED;
	parent->awaits = false;
	if (first == '{' || first == '[')
		return pq_yaml_block_open_flow(block, event, offset);
	if (first == '|' || first == '>')
		return read_scalar(block, NULL, event, offset);
	if (!pq_yaml_block_scan_word(block, &word) || (word.is_key && !may_open))
		return PQ_YAML_BLOCK_DECLINED;
	return word.is_key ? open_block(block, true, false, event, offset)
			   : read_scalar(block, &word, event, offset);
}

/* Behind a ':' or '-', whose value is here, or on a later line, or empty. */
static bool await_value(struct pq_yaml_block *block, size_t at, bool *is_here)
{
	struct pq_yaml_collection *parent = pq_stack_top(&block->collections);
	block->place.at = at;
	parent->awaits = true;
	parent->awaited_at = at;
	at = pq_yaml_block_skip_spaces(block, at);
	char byte = pq_yaml_block_byte(block, at);
	*is_here = byte != '\n' && byte != '#';
	block->place.at = at;
	return *is_here || pq_yaml_block_end_line(block, at);
}

static enum pq_yaml_block_result read_key(struct pq_yaml_block *block, yaml_event_t *event,
					  uint32_t *offset)
{
	const size_t start = block->place.at;
	struct pq_yaml_block_word word;
	struct pq_string text;
	if (!pq_yaml_block_scan_word(block, &word) || !word.is_key ||
	    !pq_yaml_block_read_key(block, &word, &text) ||
	    !await_value(block, word.behind + 1, &block->is_inline))
		return PQ_YAML_BLOCK_DECLINED;
	return pq_yaml_block_scalar(start, word.quote == '\0', text, event, offset);
}

static enum pq_yaml_block_result set_empty(struct pq_yaml_block *block,
					   struct pq_yaml_collection *parent, yaml_event_t *event,
					   uint32_t *offset)
{
	bool is_document = parent->column == PQ_YAML_DOCUMENT_COLUMN;
	parent->awaits = false;
	return pq_yaml_block_scalar(is_document ? block->place.at : parent->awaited_at, true,
				    PQ_S(""), event, offset);
}

static enum pq_yaml_block_result read_token(struct pq_yaml_block *block, yaml_event_t *event,
					    uint32_t *offset)
{
	for (;;) {
		if (!find_token(block))
			return PQ_YAML_BLOCK_DECLINED;
		struct pq_yaml_collection *parent = pq_stack_top(&block->collections);
		ptrdiff_t column = column_of_token(block);
		if (parent->awaits && column > parent->column)
			return read_value(block, true, event, offset);
		if (parent->awaits && parent->is_mapping && column == parent->column &&
		    is_item(block))
			return open_block(block, false, true, event, offset);
		if (parent->awaits)
			return set_empty(block, parent, event, offset);
		if (parent->column == PQ_YAML_DOCUMENT_COLUMN)
			return column == PQ_YAML_DOCUMENT_COLUMN ? PQ_YAML_BLOCK_OVER
								 : PQ_YAML_BLOCK_DECLINED;
		if (column < parent->column || (parent->is_indentless && !is_item(block)))
			return pq_yaml_block_close(block, event, offset);
		if (column > parent->column || parent->is_mapping == is_item(block))
			return PQ_YAML_BLOCK_DECLINED;
		if (parent->is_mapping)
			return read_key(block, event, offset);
		bool is_here;
		if (!await_value(block, block->place.at + 1, &is_here))
			return PQ_YAML_BLOCK_DECLINED;
	}
}

enum pq_yaml_block_result pq_yaml_block_next(struct pq_yaml_block *block, yaml_event_t *event,
					     uint32_t *offset)
{
	const struct pq_yaml_collection *innermost = pq_stack_top(&block->collections);
	if (innermost->flow != PQ_YAML_FLOW_NONE)
		return pq_yaml_block_next_flow(block, event, offset);
	if (block->is_inline) {
		block->is_inline = false;
		return read_value(block, false, event, offset);
	}
	return read_token(block, event, offset);
}
