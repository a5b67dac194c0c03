/*
 * Parser: libyaml's events, without what go-yaml refuses, handed to a builder.
 *
 * Not thread-safe.
 */
#ifndef PQ_YAML_PARSER_H
#define PQ_YAML_PARSER_H

#include "yaml/build.h"

struct pq_yaml_parser {
	yaml_parser_t libyaml;
	struct pq_string text;
	bool is_initialised;
	bool is_utf16;
	bool is_ascii; /* then characters are bytes */
	/* libyaml counts characters; this is the last one whose byte offset is known. */
	size_t known_index;
	size_t known_offset;
};

/* Whether a text may have more than PQ_YAML_TAG_DIRECTIVES_MAX: libyaml is not to see it. */
bool pq_yaml_has_too_many_directives(struct pq_string text);

/* False without memory. text must outlive the parser. In any case pq_yaml_parser_done frees what
 * there is; a zeroed parser has nothing. */
PQ_CHECKED bool pq_yaml_parser_init(struct pq_yaml_parser *parser, struct pq_string text);
void pq_yaml_parser_done(struct pq_yaml_parser *parser);

/* Goes to the start of a document; *found is false at the end of the text. *offset is where it
 * starts, PQ_OFFSET_NONE in UTF-16, and undefined unless found. An error, here and below, has
 * go-yaml's text, and the line and column where it stands. */
PQ_CHECKED bool pq_yaml_parser_find_document(struct pq_yaml_parser *parser, bool *found,
					     uint32_t *offset, struct pq_error *error);

/* Hands the events of the document that was found to a builder. */
PQ_CHECKED bool pq_yaml_parser_read_document(struct pq_yaml_parser *parser,
					     struct pq_yaml_builder *builder,
					     struct pq_error *error);

/* Skips that document. */
PQ_CHECKED bool pq_yaml_parser_skip_document(struct pq_yaml_parser *parser, struct pq_error *error);

#endif
