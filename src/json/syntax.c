#include "json/syntax.h"

#include "base/character.h"
#include "base/stack.h"
#include "base/utf8.h"
#include "json/value.h"
#include "json/write.h"

#include <stdio.h>

/* What may come next. */
enum state {
	VALUE,
	VALUE_OR_END, /* behind "[" */
	KEY,
	KEY_OR_END, /* behind "{" */
	AFTER_KEY,
	AFTER_VALUE,
};

struct scanner {
	struct pq_string text;
	size_t at;
	size_t depth_max;
	struct pq_stack open; /* char: the bracket that opened it */
	enum state state;
	struct pq_error *error;
};

static bool refuse(struct scanner *scanner, enum pq_error_code code, const char *message)
{
	uint32_t line, column;
	pq_source_locate(scanner->text, (uint32_t)scanner->at, &line, &column);
	pq_error_set(scanner->error, code, "%s", message);
	pq_error_set_position(scanner->error, line, column);
	return false;
}

static bool refuse_end(struct scanner *scanner)
{
	return refuse(scanner, PQ_ERROR_INVALID, "unexpected end of JSON input");
}

/* A byte as Go quotes it: as the character with that number, whatever the encoding. */
static void quote_byte(struct pq_buffer *buffer, unsigned char byte)
{
	char character[PQ_UTF8_BYTES_MAX];
	if (byte == '\'') {
		pq_buffer_append_text(buffer, "'\\''");
		return;
	}
	if (byte == '"') {
		pq_buffer_append_text(buffer, "'\"'");
		return;
	}
	size_t width = pq_utf8_encode(byte, character);
	size_t start = buffer->length;
	pq_go_quote(buffer, (struct pq_string){ .data = character, .length = width });
	if (pq_buffer_failed(buffer))
		return;
	buffer->data[start] = '\'';
	buffer->data[buffer->length - 1] = '\'';
}

/* The byte here, or the space that Go's scanner sees behind the end of its input. */
static unsigned char byte_here(const struct scanner *scanner)
{
	return scanner->at < scanner->text.length ? (unsigned char)scanner->text.data[scanner->at]
						  : ' ';
}

static bool refuse_byte(struct scanner *scanner, const char *context)
{
	pq_cleanup_buffer struct pq_buffer message;
	pq_buffer_init(&message, 0);
	pq_buffer_append_text(&message, "invalid character ");
	quote_byte(&message, byte_here(scanner));
	pq_buffer_append_byte(&message, ' ');
	pq_buffer_append_text(&message, context);
	pq_buffer_append_byte(&message, '\0');
	if (pq_buffer_failed(&message))
		return pq_error_set(scanner->error, PQ_ERROR_MEMORY, "out of memory");
	return refuse(scanner, PQ_ERROR_INVALID, message.data);
}

static bool is_space(unsigned char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* Behind the backslash. */
static bool check_escape(struct scanner *scanner)
{
	unsigned char byte = byte_here(scanner);
	if (byte == 0 || strchr("bfnrtu\\/\"", byte) == NULL)
		return refuse_byte(scanner, "in string escape code");
	scanner->at++;
	if (byte != 'u')
		return true;
	for (int i = 0; i < 4; i++, scanner->at++) {
		if (pq_hexadecimal_value(byte_here(scanner)) < 0)
			return refuse_byte(scanner, "in \\u hexadecimal character escape");
	}
	return true;
}

static bool check_string(struct scanner *scanner)
{
	scanner->at++;
	while (scanner->at < scanner->text.length) {
		unsigned char byte = byte_here(scanner);
		if (byte < 0x20)
			return refuse_byte(scanner, "in string literal");
		scanner->at++;
		if (byte == '"')
			return true;
		if (byte == '\\' && !check_escape(scanner))
			return false;
	}
	return refuse_end(scanner);
}

static bool check_digits(struct scanner *scanner, const char *context)
{
	if (!pq_is_digit(byte_here(scanner)))
		return refuse_byte(scanner, context);
	while (pq_is_digit(byte_here(scanner)))
		scanner->at++;
	return true;
}

static bool check_number(struct scanner *scanner)
{
	if (byte_here(scanner) == '-')
		scanner->at++;
	if (byte_here(scanner) == '0')
		scanner->at++;
	else if (!check_digits(scanner, "in numeric literal"))
		return false;
	if (byte_here(scanner) == '.') {
		scanner->at++;
		if (!check_digits(scanner, "after decimal point in numeric literal"))
			return false;
	}
	if (byte_here(scanner) == 'e' || byte_here(scanner) == 'E') {
		scanner->at++;
		if (byte_here(scanner) == '+' || byte_here(scanner) == '-')
			scanner->at++;
		if (!check_digits(scanner, "in exponent of numeric literal"))
			return false;
	}
	return true;
}

static bool check_literal(struct scanner *scanner, const char *literal)
{
	char context[64];
	for (const char *want = literal; *want != '\0'; want++, scanner->at++) {
		if (byte_here(scanner) == (unsigned char)*want)
			continue;
		snprintf(context, sizeof context, "in literal %s (expecting '%c')", literal, *want);
		return refuse_byte(scanner, context);
	}
	return true;
}

static bool open_container(struct scanner *scanner, char bracket)
{
	if (scanner->open.count == scanner->depth_max) {
		refuse_byte(scanner, "exceeded max depth");
		if (scanner->error->code == PQ_ERROR_INVALID)
			scanner->error->code = PQ_ERROR_TOO_LARGE;
		return false;
	}
	char *open = pq_stack_push(&scanner->open);
	if (open == NULL)
		return pq_error_set(scanner->error, PQ_ERROR_MEMORY, "out of memory");
	*open = bracket;
	scanner->at++;
	scanner->state = bracket == '{' ? KEY_OR_END : VALUE_OR_END;
	return true;
}

static bool check_value(struct scanner *scanner)
{
	unsigned char byte = byte_here(scanner);
	if (byte == '{' || byte == '[')
		return open_container(scanner, (char)byte);
	scanner->state = AFTER_VALUE;
	if (byte == '"')
		return check_string(scanner);
	if (byte == '-' || pq_is_digit(byte))
		return check_number(scanner);
	if (byte == 't')
		return check_literal(scanner, "true");
	if (byte == 'f')
		return check_literal(scanner, "false");
	if (byte == 'n')
		return check_literal(scanner, "null");
	return refuse_byte(scanner, "looking for beginning of value");
}

static bool close_container(struct scanner *scanner)
{
	pq_stack_cut(&scanner->open, scanner->open.count - 1);
	scanner->at++;
	scanner->state = AFTER_VALUE;
	return true;
}

static bool check_after_value(struct scanner *scanner)
{
	if (scanner->open.count == 0)
		return refuse_byte(scanner, "after top-level value");
	bool object = *(char *)pq_stack_top(&scanner->open) == '{';
	unsigned char byte = byte_here(scanner);
	if (byte == (object ? '}' : ']'))
		return close_container(scanner);
	if (byte != ',')
		return refuse_byte(scanner,
				   object ? "after object key:value pair" : "after array element");
	scanner->at++;
	scanner->state = object ? KEY : VALUE;
	return true;
}

static bool check_key(struct scanner *scanner)
{
	if (byte_here(scanner) != '"')
		return refuse_byte(scanner, "looking for beginning of object key string");
	scanner->state = AFTER_KEY;
	return check_string(scanner);
}

static bool check_token(struct scanner *scanner)
{
	unsigned char byte = byte_here(scanner);
	switch (scanner->state) {
	case VALUE_OR_END:
		if (byte == ']')
			return close_container(scanner);
		return check_value(scanner);
	case VALUE:
		return check_value(scanner);
	case KEY_OR_END:
		if (byte == '}')
			return close_container(scanner);
		return check_key(scanner);
	case KEY:
		return check_key(scanner);
	case AFTER_KEY:
		if (byte != ':')
			return refuse_byte(scanner, "after object key");
		scanner->at++;
		scanner->state = VALUE;
		return true;
	case AFTER_VALUE:
		return check_after_value(scanner);
	}
	return true;
}

bool pq_json_check_syntax(struct pq_string text, size_t depth_max, struct pq_error *error)
{
	struct scanner scanner = { .text = text, .depth_max = depth_max, .error = error };
	pq_stack_init(&scanner.open, sizeof(char));
	bool valid = true;
	while (valid) {
		while (scanner.at < text.length && is_space(byte_here(&scanner)))
			scanner.at++;
		if (scanner.at == text.length)
			break;
		valid = check_token(&scanner);
	}
	if (valid && (scanner.state != AFTER_VALUE || scanner.open.count > 0))
		valid = refuse_end(&scanner);
	pq_stack_done(&scanner.open);
	return valid;
}
