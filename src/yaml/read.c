#include "yaml/read.h"

#include "yaml/block.h"
#include "yaml/build.h"
#include "yaml/parser.h"

#include <stdlib.h>

struct pq_yaml_stream {
	struct pq_yaml_options options;
	struct pq_string text;
	struct pq_yaml_builder builder;
	struct pq_yaml_block block;   /* reads until it declines */
	struct pq_yaml_parser parser; /* reads from there on */
	bool is_declined;
	size_t block_documents; /* that block has read */
	bool has_too_many_directives;
	bool is_over;
};

struct pq_yaml_stream *pq_yaml_stream_new(struct pq_string text,
					  const struct pq_yaml_options *options)
{
	struct pq_yaml_stream *stream = calloc(1, sizeof *stream);
	if (stream == NULL)
		return NULL;
	if (options != NULL)
		stream->options = *options;
	if (text.data == NULL)
		text = PQ_S("");
	stream->text = text;
	stream->has_too_many_directives = pq_yaml_has_too_many_directives(text);
	stream->is_declined =
		!pq_yaml_block_init(&stream->block, text) || stream->options.only_libyaml;
	pq_yaml_builder_init(&stream->builder, &stream->options, text);
	return stream;
}

void pq_yaml_stream_free(struct pq_yaml_stream *stream)
{
	if (stream == NULL)
		return;
	pq_yaml_builder_done(&stream->builder);
	pq_yaml_block_done(&stream->block);
	pq_yaml_parser_done(&stream->parser);
	free(stream);
}

void pq_yaml_stream_cleanup(struct pq_yaml_stream **stream)
{
	pq_yaml_stream_free(*stream);
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

static bool build_block_document(struct pq_yaml_stream *stream, struct pq_arena *arena)
{
	enum pq_yaml_block_result result;
	yaml_event_t event;
	uint32_t offset;
	struct pq_error ignored = { 0 };
	pq_yaml_builder_start(&stream->builder, arena);
	while ((result = pq_yaml_block_next(&stream->block, &event, &offset)) ==
	       PQ_YAML_BLOCK_FOUND) {
		if (!pq_yaml_builder_add(&stream->builder, &event, offset, &ignored))
			return false;
	}
	return result == PQ_YAML_BLOCK_OVER;
}

/* Takes back what it has built where block declines or the builder refuses: libyaml then reads the
 * same, and whatever is to be told is told of its events. Findings are only ever added, so that the
 * list as it was is that of before. */
static bool read_block_document(struct pq_yaml_stream *stream, struct pq_arena *arena, bool *found,
				uint32_t *offset)
{
	struct pq_findings *findings = stream->options.findings;
	const struct pq_arena_mark mark = pq_arena_mark(arena);
	const uint64_t flow_work = stream->builder.flow_work;
	struct pq_findings before = { 0 };
	if (findings != NULL)
		before = *findings;
	enum pq_yaml_block_result result = pq_yaml_block_start(&stream->block, offset);
	*found = result == PQ_YAML_BLOCK_FOUND;
	if (result == PQ_YAML_BLOCK_OVER)
		return true;
	if (*found && build_block_document(stream, arena)) {
		stream->block_documents++;
		return true;
	}
	if (findings != NULL)
		*findings = before;
	stream->builder.flow_work = flow_work;
	pq_arena_return(arena, &mark);
	return false;
}

/* Has libyaml go where block has declined. */
static bool start_parser(struct pq_yaml_stream *stream, struct pq_error *error)
{
	struct pq_yaml_parser *parser = &stream->parser;
	if (!pq_yaml_parser_init(parser, stream->text))
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	for (size_t i = 0; i < stream->block_documents; i++) {
		bool found;
		uint32_t offset;
		if (!pq_yaml_parser_find_document(parser, &found, &offset, error) ||
		    !pq_yaml_parser_skip_document(parser, error))
			return false;
	}
	return true;
}

static bool read_libyaml_document(struct pq_yaml_stream *stream, struct pq_arena *arena,
				  bool *found, uint32_t *offset, struct pq_error *error)
{
	struct pq_yaml_parser *parser = &stream->parser;
	if ((!parser->is_initialised && !start_parser(stream, error)) ||
	    !pq_yaml_parser_find_document(parser, found, offset, error))
		return false;
	pq_yaml_builder_start(&stream->builder, arena);
	return !*found || pq_yaml_parser_read_document(parser, &stream->builder, error);
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
	if (!stream->is_declined && !read_block_document(stream, arena, &found, &start)) {
		stream->is_declined = true;
		pq_yaml_block_done(&stream->block);
	}
	if (stream->is_declined && !read_libyaml_document(stream, arena, &found, &start, error))
		return fail_stream(stream, error);
	if (!found)
		return PQ_YAML_END;
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
