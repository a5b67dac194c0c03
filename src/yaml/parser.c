#include "yaml/parser.h"

static bool starts_with(struct pq_string text, const char *bytes, size_t length)
{
	return text.length >= length && memcmp(text.data, bytes, length) == 0;
}

static bool has_only_ascii(struct pq_string text)
{
	unsigned char all = 0;
	for (size_t i = 0; i < text.length; i++)
		all |= (unsigned char)text.data[i];
	return all < 0x80;
}

/* The first byte from at on that is not NUL: UTF-16 has NULs around every ASCII character. */
static char byte_after(struct pq_string text, size_t at)
{
	while (at < text.length && text.data[at] == '\0')
		at++;
	return at < text.length ? text.data[at] : '\0';
}

/* How many lines may be %TAG directives. A "%T" in UTF-16 or behind a character that is not ASCII
 * is counted without asking whether libyaml takes what stands before it for the end of a line. */
static size_t count_directives(struct pq_string text)
{
	size_t count = 0;
	for (size_t at = 0; at < text.length; at++) {
		const char *found = memchr(text.data + at, '%', text.length - at);
		if (found == NULL)
			break;
		at = (size_t)(found - text.data);
		char last = at == 0 ? '\n' : text.data[at - 1];
		bool may_start_line = last == '\n' || last == '\r' || last == '\0' || last < 0 ||
				      (at + 1 < text.length && text.data[at + 1] == '\0');
		count += may_start_line && byte_after(text, at + 1) == 'T';
	}
	return count;
}

bool pq_yaml_has_too_many_directives(struct pq_string text)
{
	return count_directives(text) > PQ_YAML_TAG_DIRECTIVES_MAX;
}

bool pq_yaml_parser_init(struct pq_yaml_parser *parser, struct pq_string text)
{
	*parser = (struct pq_yaml_parser){ .text = text };
	if (!yaml_parser_initialize(&parser->libyaml))
		return false;
	parser->is_initialised = true;
	parser->is_utf16 = starts_with(text, "\xff\xfe", 2) || starts_with(text, "\xfe\xff", 2);
	parser->known_offset = starts_with(text, "\xef\xbb\xbf", 3) ? 3 : 0;
	parser->is_ascii = has_only_ascii(text);
	yaml_parser_set_input_string(&parser->libyaml, (const unsigned char *)text.data,
				     text.length);
	return true;
}

void pq_yaml_parser_done(struct pq_yaml_parser *parser)
{
	if (parser->is_initialised)
		yaml_parser_delete(&parser->libyaml);
	parser->is_initialised = false;
}

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Events come in the order of the text, but for empty nodes, so a walk from the last known place
 * is short. */
static uint32_t offset_of(struct pq_yaml_parser *parser, const yaml_mark_t *mark)
{
	if (parser->is_utf16)
		return PQ_OFFSET_NONE;
	struct pq_string text = parser->text;
	if (parser->is_ascii)
		return (uint32_t)(mark->index < text.length ? mark->index : text.length);
	size_t offset = parser->known_offset;
	size_t index = parser->known_index;
	for (; index < mark->index && offset < text.length; index++) {
		do
			offset++;
		while (offset < text.length && is_continuation(text.data[offset]));
	}
	for (; index > mark->index && offset > 0; index--) {
		do
			offset--;
		while (offset > 0 && is_continuation(text.data[offset]));
	}
	parser->known_offset = offset;
	parser->known_index = index;
	return (uint32_t)offset;
}

/* line 0: none is named. */
static void set_go_text(struct pq_error *error, size_t line, const char *problem)
{
	if (line != 0)
		pq_error_set(error, PQ_ERROR_INVALID, "yaml: line %zu: %s", line, problem);
	else
		pq_error_set(error, PQ_ERROR_INVALID, "yaml: %s", problem);
}

/* go-yaml names a line for the scanner's and the parser's problems, counting the first as none and
 * the parser's from 0; people know these texts. Line and column of the error are the true ones. */
static void set_parser_error(const struct pq_yaml_parser *parser, struct pq_error *error)
{
	const yaml_parser_t *libyaml = &parser->libyaml;
	const char *problem = libyaml->problem == NULL ? "unknown problem parsing YAML content"
						       : libyaml->problem;
	if (libyaml->error == YAML_MEMORY_ERROR) {
		pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
		return;
	}
	if (libyaml->error == YAML_READER_ERROR) {
		pq_error_set(error, PQ_ERROR_INVALID, "yaml: %s", problem);
		uint32_t line = 1;
		uint32_t column = 1;
		if (!parser->is_utf16)
			pq_source_locate(parser->text, (uint32_t)libyaml->problem_offset, &line,
					 &column);
		pq_error_set_position(error, line, column);
		return;
	}
	size_t line = libyaml->problem_mark.line;
	if (line != 0)
		line += libyaml->error == YAML_SCANNER_ERROR;
	else
		line = libyaml->context_mark.line;
	set_go_text(error, line, problem);
	pq_error_set_position(error, (uint32_t)libyaml->problem_mark.line + 1,
			      (uint32_t)libyaml->problem_mark.column + 1);
}

static bool next_event(struct pq_yaml_parser *parser, yaml_event_t *event, struct pq_error *error)
{
	if (yaml_parser_parse(&parser->libyaml, event))
		return true;
	set_parser_error(parser, error);
	return false;
}

/* go-yaml knows YAML 1.1 only. */
static bool check_version(const yaml_event_t *event, struct pq_error *error)
{
	const yaml_version_directive_t *version = event->data.document_start.version_directive;
	if (version == NULL || (version->major == 1 && version->minor == 1))
		return true;
	size_t line = event->start_mark.line;
	set_go_text(error, line, "found incompatible YAML document");
	pq_error_set_position(error, (uint32_t)line + 1, (uint32_t)event->start_mark.column + 1);
	return false;
}

/* The event's own bytes. */
static struct pq_string raw_text(struct pq_yaml_parser *parser, const yaml_event_t *event,
				 uint32_t offset)
{
	uint32_t end = offset_of(parser, &event->end_mark);
	return pq_string_slice(parser->text, offset, end - offset);
}

/* Refuses what libyaml takes, at a place in the text; go-yaml counts lines from go_first. */
static bool refuse_at(const struct pq_yaml_parser *parser, const char *at, uint32_t go_first,
		      const char *problem, struct pq_error *error)
{
	uint32_t line;
	uint32_t column;
	pq_source_locate(parser->text, (uint32_t)(at - parser->text.data), &line, &column);
	set_go_text(error, line == 1 ? 0 : line - 1 + go_first, problem);
	pq_error_set_position(error, line, column);
	return false;
}

/* libyaml takes "\\/" for JSON's sake, go-yaml does not. */
static bool check_escapes(const struct pq_yaml_parser *parser, struct pq_string raw,
			  struct pq_error *error)
{
	ptrdiff_t at;
	while ((at = pq_string_find_byte(raw, '\\')) >= 0) {
		raw = pq_string_slice(raw, (size_t)at + 1, raw.length);
		if (raw.length > 0 && raw.data[0] == '/')
			return refuse_at(parser, raw.data - 1, 1, "found unknown escape character",
					 error);
		raw = pq_string_slice(raw, 1, raw.length);
	}
	return true;
}

/* To go-yaml a "?" ends a plain scalar inside [] and {}, and then nothing fits. */
static bool check_question_mark(const struct pq_yaml_parser *parser,
				const struct pq_yaml_builder *builder, struct pq_string raw,
				struct pq_error *error)
{
	ptrdiff_t at = pq_string_find_byte(raw, '?');
	if (at < 0)
		return true;
	const struct pq_yaml_frame *frame = pq_stack_top(&builder->frames);
	return refuse_at(parser, raw.data + at, 0,
			 pq_yaml_frame_is_mapping(frame) ? "did not find expected ',' or '}'"
							 : "did not find expected ',' or ']'",
			 error);
}

static bool check_scalar(struct pq_yaml_parser *parser, const struct pq_yaml_builder *builder,
			 const yaml_event_t *event, uint32_t offset, struct pq_error *error)
{
	if (event->type != YAML_SCALAR_EVENT || parser->is_utf16)
		return true;
	if (event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		return check_escapes(parser, raw_text(parser, event, offset), error);
	if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && builder->flow_depth > 0 &&
	    event->data.scalar.length > 0)
		return check_question_mark(parser, builder, raw_text(parser, event, offset), error);
	return true;
}

bool pq_yaml_parser_find_document(struct pq_yaml_parser *parser, bool *found, uint32_t *offset,
				  struct pq_error *error)
{
	for (;;) {
		yaml_event_t event;
		if (!next_event(parser, &event, error))
			return false;
		yaml_event_type_t type = event.type;
		*offset = offset_of(parser, &event.start_mark);
		bool known = type != YAML_DOCUMENT_START_EVENT || check_version(&event, error);
		yaml_event_delete(&event);
		if (!known)
			return false;
		if (type == YAML_STREAM_START_EVENT)
			continue;
		*found = type == YAML_DOCUMENT_START_EVENT;
		return true;
	}
}

bool pq_yaml_parser_read_document(struct pq_yaml_parser *parser, struct pq_yaml_builder *builder,
				  struct pq_error *error)
{
	for (;;) {
		yaml_event_t event;
		if (!next_event(parser, &event, error))
			return false;
		bool is_end = event.type == YAML_DOCUMENT_END_EVENT;
		uint32_t offset = offset_of(parser, &event.start_mark);
		bool added = is_end || (check_scalar(parser, builder, &event, offset, error) &&
					pq_yaml_builder_add(builder, &event, offset, error));
		yaml_event_delete(&event);
		if (!added)
			return false;
		if (is_end)
			return true;
	}
}

bool pq_yaml_parser_skip_document(struct pq_yaml_parser *parser, struct pq_error *error)
{
	for (bool is_end = false; !is_end;) {
		yaml_event_t event;
		if (!next_event(parser, &event, error))
			return false;
		is_end = event.type == YAML_DOCUMENT_END_EVENT;
		yaml_event_delete(&event);
	}
	return true;
}
