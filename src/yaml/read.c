#include "yaml/read.h"

#include "yaml/build.h"

#include <stdlib.h>

struct pq_yaml_stream {
	yaml_parser_t parser;
	struct pq_yaml_options options;
	struct pq_string text;
	struct pq_yaml_builder builder;
	bool is_utf16;
	bool is_ascii; /* then characters are bytes */
	bool is_over;
	bool has_too_many_directives;
	/* libyaml counts characters; this is the last one whose byte offset is known. */
	size_t known_index;
	size_t known_offset;
};

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

struct pq_yaml_stream *pq_yaml_stream_new(struct pq_string text,
					  const struct pq_yaml_options *options)
{
	struct pq_yaml_stream *stream = calloc(1, sizeof *stream);
	if (stream == NULL)
		return NULL;
	if (!yaml_parser_initialize(&stream->parser)) {
		free(stream);
		return NULL;
	}
	if (options != NULL)
		stream->options = *options;
	if (text.data == NULL)
		text = PQ_S("");
	stream->text = text;
	stream->is_utf16 = starts_with(text, "\xff\xfe", 2) || starts_with(text, "\xfe\xff", 2);
	stream->known_offset = starts_with(text, "\xef\xbb\xbf", 3) ? 3 : 0;
	stream->is_ascii = has_only_ascii(text);
	stream->has_too_many_directives = count_directives(text) > PQ_YAML_TAG_DIRECTIVES_MAX;
	yaml_parser_set_input_string(&stream->parser, (const unsigned char *)text.data,
				     text.length);
	pq_yaml_builder_init(&stream->builder, &stream->options, text);
	return stream;
}

void pq_yaml_stream_free(struct pq_yaml_stream *stream)
{
	if (stream == NULL)
		return;
	pq_yaml_builder_done(&stream->builder);
	yaml_parser_delete(&stream->parser);
	free(stream);
}

void pq_yaml_stream_cleanup(struct pq_yaml_stream **stream)
{
	pq_yaml_stream_free(*stream);
}

static bool is_continuation(char byte)
{
	return ((unsigned char)byte & 0xc0) == 0x80;
}

/* Events come in the order of the text, but for empty nodes, so a walk from the last known place
 * is short. */
static uint32_t offset_of(struct pq_yaml_stream *stream, const yaml_mark_t *mark)
{
	if (stream->is_utf16)
		return PQ_OFFSET_NONE;
	struct pq_string text = stream->text;
	if (stream->is_ascii)
		return (uint32_t)(mark->index < text.length ? mark->index : text.length);
	size_t offset = stream->known_offset;
	size_t index = stream->known_index;
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
	stream->known_offset = offset;
	stream->known_index = index;
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
static void set_parser_error(const struct pq_yaml_stream *stream, struct pq_error *error)
{
	const yaml_parser_t *parser = &stream->parser;
	const char *problem =
		parser->problem == NULL ? "unknown problem parsing YAML content" : parser->problem;
	if (parser->error == YAML_MEMORY_ERROR) {
		pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
		return;
	}
	if (parser->error == YAML_READER_ERROR) {
		pq_error_set(error, PQ_ERROR_INVALID, "yaml: %s", problem);
		uint32_t line = 1;
		uint32_t column = 1;
		if (!stream->is_utf16)
			pq_source_locate(stream->text, (uint32_t)parser->problem_offset, &line,
					 &column);
		pq_error_set_position(error, line, column);
		return;
	}
	size_t line = parser->problem_mark.line;
	if (line != 0)
		line += parser->error == YAML_SCANNER_ERROR;
	else
		line = parser->context_mark.line;
	set_go_text(error, line, problem);
	pq_error_set_position(error, (uint32_t)parser->problem_mark.line + 1,
			      (uint32_t)parser->problem_mark.column + 1);
}

static bool next_event(struct pq_yaml_stream *stream, yaml_event_t *event, struct pq_error *error)
{
	if (yaml_parser_parse(&stream->parser, event))
		return true;
	set_parser_error(stream, error);
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
static struct pq_string raw_text(struct pq_yaml_stream *stream, const yaml_event_t *event,
				 uint32_t offset)
{
	uint32_t end = offset_of(stream, &event->end_mark);
	return pq_string_slice(stream->text, offset, end - offset);
}

/* Refuses what libyaml takes, at a place in the text; go-yaml counts lines from go_first. */
static bool refuse_at(const struct pq_yaml_stream *stream, const char *at, uint32_t go_first,
		      const char *problem, struct pq_error *error)
{
	uint32_t line;
	uint32_t column;
	pq_source_locate(stream->text, (uint32_t)(at - stream->text.data), &line, &column);
	set_go_text(error, line == 1 ? 0 : line - 1 + go_first, problem);
	pq_error_set_position(error, line, column);
	return false;
}

/* libyaml takes "\\/" for JSON's sake, go-yaml does not. */
static bool check_escapes(const struct pq_yaml_stream *stream, struct pq_string raw,
			  struct pq_error *error)
{
	ptrdiff_t at;
	while ((at = pq_string_find_byte(raw, '\\')) >= 0) {
		raw = pq_string_slice(raw, (size_t)at + 1, raw.length);
		if (raw.length > 0 && raw.data[0] == '/')
			return refuse_at(stream, raw.data - 1, 1, "found unknown escape character",
					 error);
		raw = pq_string_slice(raw, 1, raw.length);
	}
	return true;
}

/* To go-yaml a "?" ends a plain scalar inside [] and {}, and then nothing fits. */
static bool check_question_mark(const struct pq_yaml_stream *stream, struct pq_string raw,
				struct pq_error *error)
{
	ptrdiff_t at = pq_string_find_byte(raw, '?');
	if (at < 0)
		return true;
	const struct pq_yaml_frame *frame = pq_stack_top(&stream->builder.frames);
	return refuse_at(stream, raw.data + at, 0,
			 pq_yaml_frame_is_mapping(frame) ? "did not find expected ',' or '}'"
							 : "did not find expected ',' or ']'",
			 error);
}

static bool check_scalar(struct pq_yaml_stream *stream, const yaml_event_t *event, uint32_t offset,
			 struct pq_error *error)
{
	if (event->type != YAML_SCALAR_EVENT || stream->is_utf16)
		return true;
	if (event->data.scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		return check_escapes(stream, raw_text(stream, event, offset), error);
	if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && stream->builder.flow_depth > 0 &&
	    event->data.scalar.length > 0)
		return check_question_mark(stream, raw_text(stream, event, offset), error);
	return true;
}

/* Skips to the start of a document; *found is false at the end of the text. */
static bool find_document(struct pq_yaml_stream *stream, bool *found, uint32_t *offset,
			  struct pq_error *error)
{
	for (;;) {
		yaml_event_t event;
		if (!next_event(stream, &event, error))
			return false;
		yaml_event_type_t type = event.type;
		*offset = offset_of(stream, &event.start_mark);
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

static bool read_document(struct pq_yaml_stream *stream, struct pq_error *error)
{
	for (;;) {
		yaml_event_t event;
		if (!next_event(stream, &event, error))
			return false;
		bool is_end = event.type == YAML_DOCUMENT_END_EVENT;
		uint32_t offset = offset_of(stream, &event.start_mark);
		bool added =
			is_end || (check_scalar(stream, &event, offset, error) &&
				   pq_yaml_builder_add(&stream->builder, &event, offset, error));
		yaml_event_delete(&event);
		if (!added)
			return false;
		if (is_end)
			return true;
	}
}

/* Takes "yaml: line 3: " off a text of go-yaml's. */
static void drop_go_prefix(struct pq_error *error)
{
	const char *text = error->message;
	if (strncmp(text, "yaml: ", strlen("yaml: ")) != 0)
		return;
	text += strlen("yaml: ");
	if (strncmp(text, "line ", strlen("line ")) == 0) {
		const char *rest = text + strlen("line ");
		rest += strspn(rest, "0123456789");
		if (strncmp(rest, ": ", 2) == 0)
			text = rest + 2;
	}
	memmove(error->message, text, strlen(text) + 1);
}

static enum pq_yaml_result fail_stream(const struct pq_yaml_stream *stream, struct pq_error *error)
{
	if (!stream->options.go_texts)
		drop_go_prefix(error);
	return PQ_YAML_FAILED;
}

enum pq_yaml_result pq_yaml_stream_next(struct pq_yaml_stream *stream, struct pq_arena *arena,
					struct pq_value *value, uint32_t *offset,
					struct pq_error *error)
{
	if (stream->is_over)
		return PQ_YAML_END;
	bool found = false;
	uint32_t start = 0;
	stream->is_over = true;
	if (stream->text.length >= PQ_OFFSET_NONE) {
		pq_error_set(error, PQ_ERROR_TOO_LARGE, "text is larger than 4 GiB");
		return PQ_YAML_FAILED;
	}
	if (stream->has_too_many_directives) {
		pq_error_set(error, PQ_ERROR_TOO_LARGE, "yaml: more than %d %%TAG directives",
			     PQ_YAML_TAG_DIRECTIVES_MAX);
		return fail_stream(stream, error);
	}
	if (!find_document(stream, &found, &start, error))
		return fail_stream(stream, error);
	if (!found)
		return PQ_YAML_END;
	pq_yaml_builder_start(&stream->builder, arena);
	if (!read_document(stream, error))
		return fail_stream(stream, error);
	stream->is_over = false;
	*value = stream->builder.root;
	if (offset != NULL)
		*offset = start;
	return PQ_YAML_DOCUMENT;
}

bool pq_yaml_read(struct pq_arena *arena, struct pq_string text,
		  const struct pq_yaml_options *options, struct pq_value *value,
		  struct pq_error *error)
{
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream = pq_yaml_stream_new(text, options);
	if (stream == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	struct pq_value first;
	enum pq_yaml_result result = pq_yaml_stream_next(stream, arena, &first, NULL, error);
	if (result == PQ_YAML_END)
		return pq_error_set(error, PQ_ERROR_INVALID, "there is no YAML document");
	if (result == PQ_YAML_FAILED)
		return false;
	struct pq_value second;
	uint32_t offset;
	result = pq_yaml_stream_next(stream, arena, &second, &offset, error);
	if (result == PQ_YAML_FAILED)
		return false;
	if (result == PQ_YAML_DOCUMENT) {
		uint32_t line = 0;
		uint32_t column = 0;
		pq_error_set(error, PQ_ERROR_INVALID,
			     "there is a second YAML document where one is wanted");
		if (offset != PQ_OFFSET_NONE)
			pq_source_locate(text, offset, &line, &column);
		pq_error_set_position(error, line, column);
		return false;
	}
	*value = first;
	return true;
}
