#include "yaml/write.h"

#include "base/character.h"
#include "base/stack.h"
#include "base/utf8.h"
#include "yaml/resolve.h"
#include "json/write.h"

enum {
	INDENT = 2,
	/* libyaml and go-yaml look 1024 characters ahead for the colon behind a key. */
	SIMPLE_KEY_MAX = 1000,
};

/* A container that has been begun. */
struct open {
	const struct pq_value *value;
	size_t next;
	size_t indent;
	bool behind_dash; /* the first member stands on the line of the "- " before it */
};

struct writer {
	struct pq_buffer *buffer;
	struct pq_stack open;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* What may stand unquoted anywhere, if it is no boolean, number or null. */
static bool has_plain_form(struct pq_string text)
{
	/* y and n are booleans of YAML 1.1, though not Go's. */
	if (text.length == 0 || (text.length == 1 && memchr("yYnN", text.data[0], 4) != NULL) ||
	    memchr("-. ", text.data[0], 3) != NULL || pq_is_digit((unsigned char)text.data[0]) ||
	    text.data[text.length - 1] == ' ')
		return false;
	for (size_t i = 0; i < text.length; i++) {
		char c = text.data[i];
		if (!pq_is_alphanumeric((unsigned char)c) && memchr("-_./ ", c, 5) == NULL)
			return false;
	}
	return true;
}

static bool is_plain(struct pq_string text)
{
	if (!has_plain_form(text))
		return false;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_yaml_scalar scalar;
	struct pq_error ignored;
	pq_arena_init(&arena, 0);
	struct pq_string copy = pq_arena_copy(&arena, text);
	return copy.data != NULL && pq_yaml_resolve(&arena, NULL, true, copy, &scalar, &ignored) &&
	       scalar.type == PQ_YAML_TYPE_STRING;
}

/* c-printable of YAML 1.1 without what it takes for a line break, and without U+FEFF, which is a
 * byte order mark to some. */
static bool is_printable(uint32_t character)
{
	return character == '\t' || (character >= 0x20 && character <= 0x7e) ||
	       (character >= 0xa0 && character <= 0xd7ff && character != 0x2028 &&
		character != 0x2029) ||
	       (character >= 0xe000 && character <= 0xfffd && character != 0xfeff) ||
	       character >= 0x10000;
}

static void write_quoted(struct pq_buffer *buffer, struct pq_string text)
{
	pq_buffer_append_byte(buffer, '"');
	while (text.length > 0) {
		char bytes[PQ_UTF8_BYTES_MAX];
		size_t width;
		uint32_t character = pq_utf8_decode(text, &width);
		if (character == '"' || character == '\\')
			pq_buffer_append_format(buffer, "\\%c", (char)character);
		else if (character == '\n')
			pq_buffer_append_text(buffer, "\\n");
		else if (character == '\t')
			pq_buffer_append_text(buffer, "\\t");
		else if (!is_printable(character))
			pq_buffer_append_format(buffer, "\\u%04x", character);
		else
			pq_buffer_append(buffer, bytes, pq_utf8_encode(character, bytes));
		text = pq_string_slice(text, width, text.length);
	}
	pq_buffer_append_byte(buffer, '"');
}

void pq_yaml_write_string(struct pq_buffer *buffer, struct pq_string text)
{
	if (is_plain(text))
		pq_buffer_append_string(buffer, text);
	else
		write_quoted(buffer, text);
}

static void write_spaces(struct pq_buffer *buffer, size_t count)
{
	pq_buffer_append_format(buffer, "%*s", (int)count, "");
}

/* Whether a text of several lines can be a literal block, whose indentation its first line tells
 * and which keeps one line feed at its end or none. */
static bool is_literal(struct pq_string text)
{
	size_t last = text.length - 1;
	if (pq_string_find_byte(text, '\n') <= 0 || is_blank(text.data[0]) ||
	    (text.data[last] == '\n' && is_blank(text.data[last - 1])))
		return false;
	while (text.length > 0) {
		size_t width;
		uint32_t character = pq_utf8_decode(text, &width);
		if (character != '\n' && !is_printable(character))
			return false;
		text = pq_string_slice(text, width, text.length);
	}
	return true;
}

static void write_literal(struct pq_buffer *buffer, struct pq_string text, size_t indent)
{
	bool ends = text.data[text.length - 1] == '\n';
	struct pq_string rest = pq_string_slice(text, 0, text.length - (ends ? 1 : 0)), line;
	pq_buffer_append_text(buffer, ends ? "|" : "|-");
	while (pq_string_split(&rest, '\n', &line)) {
		pq_buffer_append_byte(buffer, '\n');
		if (line.length > 0)
			write_spaces(buffer, indent);
		pq_buffer_append_string(buffer, line);
	}
}

static bool has_members(const struct pq_value *value)
{
	return (value->kind == PQ_ARRAY && value->length > 0) ||
	       (value->kind == PQ_OBJECT && value->object->count > 0);
}

/* Writes what stands behind "key:" or "-", or begins it. indent is that of its further lines. */
static bool write_node(struct writer *writer, const struct pq_value *value, size_t indent,
		       bool behind_dash)
{
	struct pq_buffer *buffer = writer->buffer;
	if (has_members(value)) {
		struct open *open = pq_stack_push(&writer->open);
		if (open == NULL)
			return false;
		*open = (struct open){ .value = value,
				       .indent = indent,
				       .behind_dash = behind_dash };
		pq_buffer_append_byte(buffer, behind_dash ? ' ' : '\n');
		return true;
	}
	pq_buffer_append_byte(buffer, ' ');
	if (value->kind != PQ_STRING)
		pq_json_write(buffer, value, PQ_JSON_COMPACT);
	else if (is_literal(pq_value_string(value)))
		write_literal(buffer, pq_value_string(value), indent);
	else
		pq_yaml_write_string(buffer, pq_value_string(value));
	pq_buffer_append_byte(buffer, '\n');
	return true;
}

static void write_key(struct pq_buffer *buffer, struct pq_string key, size_t indent)
{
	if (key.length <= SIMPLE_KEY_MAX) {
		pq_yaml_write_string(buffer, key);
	} else {
		pq_buffer_append_text(buffer, "? ");
		pq_yaml_write_string(buffer, key);
		pq_buffer_append_byte(buffer, '\n');
		write_spaces(buffer, indent);
	}
	pq_buffer_append_byte(buffer, ':');
}

/* Writes the next item or member of the container on top, or ends that. */
static bool write_next(struct writer *writer)
{
	struct open *open = pq_stack_top(&writer->open);
	const struct pq_value *value = open->value;
	size_t count = value->kind == PQ_ARRAY ? value->length : value->object->count;
	size_t at = open->next, indent = open->indent;
	if (at == count) {
		pq_stack_cut(&writer->open, writer->open.count - 1);
		return true;
	}
	if (at > 0 || !open->behind_dash)
		write_spaces(writer->buffer, indent);
	open->next++;
	if (value->kind == PQ_ARRAY) {
		pq_buffer_append_byte(writer->buffer, '-');
		return write_node(writer, &value->items[at], indent + INDENT, true);
	}
	const struct pq_member *member = &value->object->members[at];
	write_key(writer->buffer, member->key, indent);
	/* A list stands below its key, as kubectl and kustomize write it. */
	return write_node(writer, &member->value,
			  member->value.kind == PQ_ARRAY ? indent : indent + INDENT, false);
}

void pq_yaml_write(struct pq_buffer *buffer, const struct pq_value *value)
{
	struct writer writer = { .buffer = buffer };
	pq_stack_init(&writer.open, sizeof(struct open));
	bool complete = true;
	if (has_members(value)) {
		struct open *open = pq_stack_push(&writer.open);
		complete = open != NULL;
		if (complete)
			*open = (struct open){ .value = value };
	} else if (value->kind == PQ_STRING) {
		pq_yaml_write_string(buffer, pq_value_string(value));
		pq_buffer_append_byte(buffer, '\n');
	} else {
		pq_json_write(buffer, value, PQ_JSON_COMPACT);
		pq_buffer_append_byte(buffer, '\n');
	}
	while (complete && writer.open.count > 0 && !pq_buffer_failed(buffer))
		complete = write_next(&writer);
	if (!complete)
		buffer->failed = true;
	pq_stack_done(&writer.open);
}
