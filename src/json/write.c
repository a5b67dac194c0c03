#include "json/write.h"

#include "base/stack.h"
#include "base/utf8.h"
#include "json/double.h"
#include "json/printable.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

static const char hexadecimal[] = "0123456789abcdef";

struct escape {
	char bytes[12];
	uint8_t length; /* 0: the character stands for itself */
	uint8_t width;  /* bytes of the text that it replaces */
};

static void set_short_escape(struct escape *escape, char letter)
{
	escape->bytes[0] = '\\';
	escape->bytes[1] = letter;
	escape->length = 2;
}

/* A backslash, a letter and the character in count hexadecimal digits. */
static void set_number_escape(struct escape *escape, char letter, uint32_t character,
			      unsigned count)
{
	set_short_escape(escape, letter);
	for (unsigned i = count; i-- > 0;)
		escape->bytes[escape->length++] = hexadecimal[character >> (4 * i) & 0xF];
}

/* How Go's encoding/json writes the character at the start of rest; quotes and backslashes are
 * escaped before, in both forms. */
static struct escape escape_json(struct pq_string rest, unsigned style)
{
	static const char letters[0x20] = {
		['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
	};
	struct escape escape = { .width = 1 };
	unsigned char byte = (unsigned char)rest.data[0];
	if (byte >= 0x80) {
		size_t width;
		uint32_t character = pq_utf8_decode(rest, &width);
		escape.width = (uint8_t)width;
		if ((character == PQ_UTF8_REPLACEMENT && width == 1) || character == 0x2028 ||
		    character == 0x2029)
			set_number_escape(&escape, 'u', character, 4);
	} else if (byte < 0x20 && letters[byte] != 0) {
		set_short_escape(&escape, letters[byte]);
	} else if (byte < 0x20 || ((style & PQ_JSON_ESCAPE_HTML) != 0 &&
				   (byte == '<' || byte == '>' || byte == '&'))) {
		set_number_escape(&escape, 'u', byte, 4);
	}
	return escape;
}

/* How Go's strconv.Quote writes the character at the start of rest. */
static struct escape escape_go(struct pq_string rest, unsigned style)
{
	static const char letters[0x20] = {
		['\a'] = 'a', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n',
		['\r'] = 'r', ['\t'] = 't', ['\v'] = 'v',
	};
	(void)style;
	struct escape escape = { 0 };
	size_t width;
	uint32_t character = pq_utf8_decode(rest, &width);
	escape.width = (uint8_t)width;
	if (character == PQ_UTF8_REPLACEMENT && width == 1)
		set_number_escape(&escape, 'x', (unsigned char)rest.data[0], 2);
	else if (pq_go_is_printable(character))
		return escape;
	else if (character < 0x20 && letters[character] != 0)
		set_short_escape(&escape, letters[character]);
	else if (character < 0x20 || character == 0x7F)
		set_number_escape(&escape, 'x', character, 2);
	else if (character < 0x10000)
		set_number_escape(&escape, 'u', character, 4);
	else
		set_number_escape(&escape, 'U', character, 8);
	return escape;
}

/* Characters that neither form escapes in any style. */
static const bool plain[256] = {
	[' '] = true, ['!'] = true,         ['#' ... '%'] = true, ['\'' ... ';'] = true,
	['='] = true, ['?' ... '['] = true, [']' ... '~'] = true,
};

static void write_quoted(struct pq_buffer *buffer, struct pq_string text, unsigned style,
			 struct escape (*escape_character)(struct pq_string rest, unsigned style))
{
	pq_buffer_append_byte(buffer, '"');
	size_t start = 0;
	for (size_t at = 0; at < text.length;) {
		if (plain[(unsigned char)text.data[at]]) {
			at++;
			continue;
		}
		struct escape escape = { .bytes = { '\\', text.data[at] },
					 .length = 2,
					 .width = 1 };
		if (text.data[at] != '"' && text.data[at] != '\\')
			escape = escape_character(pq_string_slice(text, at, text.length - at),
						  style);
		if (escape.length > 0) {
			pq_buffer_append(buffer, text.data + start, at - start);
			pq_buffer_append(buffer, escape.bytes, escape.length);
			start = at + escape.width;
		}
		at += escape.width;
	}
	if (start < text.length)
		pq_buffer_append(buffer, text.data + start, text.length - start);
	pq_buffer_append_byte(buffer, '"');
}

void pq_json_write_string(struct pq_buffer *buffer, struct pq_string text, unsigned style)
{
	write_quoted(buffer, text, style, escape_json);
}

void pq_go_quote(struct pq_buffer *buffer, struct pq_string text)
{
	write_quoted(buffer, text, 0, escape_go);
}

/* d.ddde±x; Go's strconv pads the exponent to two digits, encoding/json takes "e-0x" back. */
static void write_exponent_form(struct pq_buffer *buffer, const struct pq_double_digits *shortest,
				bool padded)
{
	int exponent = shortest->point - 1;
	pq_buffer_append_byte(buffer, shortest->digits[0]);
	if (shortest->count > 1) {
		pq_buffer_append_byte(buffer, '.');
		pq_buffer_append(buffer, shortest->digits + 1, shortest->count - 1u);
	}
	pq_buffer_append_format(buffer, padded ? "e%c%02d" : "e%c%d", exponent < 0 ? '-' : '+',
				abs(exponent));
}

static void write_zeros(struct pq_buffer *buffer, int count)
{
	for (int i = 0; i < count; i++)
		pq_buffer_append_byte(buffer, '0');
}

static void write_plain_form(struct pq_buffer *buffer, const struct pq_double_digits *shortest)
{
	int point = shortest->point, count = shortest->count;
	if (point <= 0) {
		pq_buffer_append_text(buffer, "0.");
		write_zeros(buffer, -point);
		pq_buffer_append(buffer, shortest->digits, (size_t)count);
		return;
	}
	int whole = count < point ? count : point;
	pq_buffer_append(buffer, shortest->digits, (size_t)whole);
	write_zeros(buffer, point - whole);
	if (count > whole) {
		pq_buffer_append_byte(buffer, '.');
		pq_buffer_append(buffer, shortest->digits + whole, (size_t)(count - whole));
	}
}

/* Exponents from low up to high are written in plain form; zero always is. */
static void write_double(struct pq_buffer *buffer, double number, int low, int high, bool padded)
{
	struct pq_double_digits shortest = pq_double_shortest(fabs(number));
	int exponent = shortest.point - 1;
	if (signbit(number))
		pq_buffer_append_byte(buffer, '-');
	if (exponent < low || exponent > high)
		write_exponent_form(buffer, &shortest, padded);
	else
		write_plain_form(buffer, &shortest);
}

void pq_json_write_double(struct pq_buffer *buffer, double number)
{
	write_double(buffer, number, -6, 20, false);
}

void pq_go_write_double(struct pq_buffer *buffer, double number)
{
	if (isnan(number))
		pq_buffer_append_text(buffer, "NaN");
	else if (isinf(number))
		pq_buffer_append_text(buffer, number > 0 ? "+Inf" : "-Inf");
	else
		write_double(buffer, number, -4, 5, true);
}

static void write_scalar(struct pq_buffer *buffer, const struct pq_value *value, unsigned style)
{
	switch ((enum pq_kind)value->kind) {
	case PQ_NULL:
		pq_buffer_append_text(buffer, "null");
		break;
	case PQ_BOOLEAN:
		pq_buffer_append_text(buffer, value->boolean ? "true" : "false");
		break;
	case PQ_INTEGER:
		pq_buffer_append_format(buffer, "%" PRId64, value->integer);
		break;
	case PQ_DOUBLE:
		pq_json_write_double(buffer, value->number);
		break;
	case PQ_STRING:
		pq_json_write_string(buffer, pq_value_string(value), style);
		break;
	case PQ_ARRAY:
	case PQ_OBJECT:
		break;
	}
}

/* A container that has been begun and not ended. */
struct open {
	const struct pq_value *container;
	uint32_t next;
	size_t order; /* where its members begin in writer.order, when keys are sorted */
};

struct writer {
	struct pq_buffer *buffer;
	unsigned style;
	struct pq_stack open;  /* struct open */
	struct pq_stack order; /* const struct pq_member * */
};

static void break_line(struct writer *writer)
{
	if ((writer->style & PQ_JSON_INDENT) == 0)
		return;
	pq_buffer_append_byte(writer->buffer, '\n');
	for (size_t i = 0; i < writer->open.count; i++)
		pq_buffer_append_text(writer->buffer, "  ");
}

static int compare_keys(const void *a, const void *b)
{
	const struct pq_member *const *left = a, *const *right = b;
	return pq_string_compare((*left)->key, (*right)->key);
}

static bool sort_members(struct writer *writer, const struct pq_object *object)
{
	const struct pq_member **order = pq_stack_push_many(&writer->order, object->count);
	if (order == NULL)
		return false;
	for (uint32_t i = 0; i < object->count; i++)
		order[i] = &object->members[i];
	qsort(order, object->count, sizeof *order, compare_keys);
	return true;
}

static bool begin_container(struct writer *writer, const struct pq_value *value)
{
	bool array = value->kind == PQ_ARRAY;
	if ((array ? value->length : value->object->count) == 0) {
		pq_buffer_append_text(writer->buffer, array ? "[]" : "{}");
		return true;
	}
	pq_buffer_append_byte(writer->buffer, array ? '[' : '{');
	struct open *open = pq_stack_push(&writer->open);
	if (open == NULL)
		return false;
	*open = (struct open){ .container = value, .order = writer->order.count };
	return array || (writer->style & PQ_JSON_SORT_KEYS) == 0 ||
	       sort_members(writer, value->object);
}

static bool write_value(struct writer *writer, const struct pq_value *value)
{
	if (pq_value_is_container(value))
		return begin_container(writer, value);
	write_scalar(writer->buffer, value, writer->style);
	return true;
}

static void end_container(struct writer *writer)
{
	const struct open *open = pq_stack_top(&writer->open);
	char bracket = open->container->kind == PQ_ARRAY ? ']' : '}';
	pq_stack_cut(&writer->order, open->order);
	pq_stack_cut(&writer->open, writer->open.count - 1);
	break_line(writer);
	pq_buffer_append_byte(writer->buffer, bracket);
}

/* The next member of the object on top, with its key written. */
static const struct pq_value *begin_member(struct writer *writer, const struct open *open,
					   uint32_t index)
{
	const struct pq_member *member = &open->container->object->members[index];
	if ((writer->style & PQ_JSON_SORT_KEYS) != 0)
		member = *(const struct pq_member **)pq_stack_at(&writer->order,
								 open->order + index);
	pq_json_write_string(writer->buffer, member->key, writer->style);
	pq_buffer_append_text(writer->buffer, (writer->style & PQ_JSON_INDENT) != 0 ? ": " : ":");
	return &member->value;
}

static bool write_next(struct writer *writer)
{
	struct open *open = pq_stack_top(&writer->open);
	bool array = open->container->kind == PQ_ARRAY;
	uint32_t count = array ? open->container->length : open->container->object->count;
	if (open->next == count) {
		end_container(writer);
		return true;
	}
	if (open->next > 0)
		pq_buffer_append_byte(writer->buffer, ',');
	break_line(writer);
	uint32_t index = open->next++;
	return write_value(writer, array ? &open->container->items[index]
					 : begin_member(writer, open, index));
}

void pq_json_write(struct pq_buffer *buffer, const struct pq_value *value, unsigned style)
{
	struct writer writer = { .buffer = buffer, .style = style };
	pq_stack_init(&writer.open, sizeof(struct open));
	pq_stack_init(&writer.order, sizeof(const struct pq_member *));
	bool complete = write_value(&writer, value);
	while (complete && writer.open.count > 0 && !pq_buffer_failed(buffer))
		complete = write_next(&writer);
	if (!complete)
		buffer->failed = true;
	pq_stack_done(&writer.open);
	pq_stack_done(&writer.order);
}

void pq_go_write_value(struct pq_buffer *buffer, const struct pq_value *value)
{
	if (value->kind == PQ_STRING)
		pq_go_quote(buffer, pq_value_string(value));
	else if (value->kind == PQ_DOUBLE)
		pq_go_write_double(buffer, value->number);
	else
		pq_json_write(buffer, value, PQ_JSON_GO);
}

const char *pq_go_type(const struct pq_value *value)
{
	static const char *const names[] = {
		[PQ_NULL] = "<nil>",
		[PQ_BOOLEAN] = "bool",
		[PQ_INTEGER] = "int64",
		[PQ_DOUBLE] = "float64",
		[PQ_STRING] = "string",
		[PQ_ARRAY] = "[]interface {}",
		[PQ_OBJECT] = "map[string]interface {}",
	};
	return names[value->kind];
}
