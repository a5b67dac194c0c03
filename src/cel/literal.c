/* Numbers and texts as cel-go reads them: strconv, and parser/unescape.go. */
#include "cel/build.h"

#include "base/character.h"
#include "base/utf8.h"
#include "json/double.h"

/* The digits of a whole number, perhaps hexadecimal. */
static bool read_natural(struct pq_string text, uint64_t *natural)
{
	uint64_t base = 10, value = 0;
	if (pq_string_starts_with(text, PQ_S("0x"))) {
		base = 16;
		text = pq_string_slice(text, 2, SIZE_MAX);
	}
	for (size_t i = 0; i < text.length; i++) {
		uint64_t digit = (uint64_t)pq_hexadecimal_value((unsigned char)text.data[i]);
		if (__builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, digit, &value))
			return false;
	}
	*natural = value;
	return true;
}

static struct pq_cel_expression *build(struct pq_cel_builder *builder, uint32_t offset,
				       struct pq_cel_literal literal)
{
	struct pq_cel_expression *node =
		pq_cel_build(builder, PQ_CEL_LITERAL, pq_cel_build_id(builder), offset);
	node->literal = literal;
	return node;
}

static struct pq_cel_expression *build_int(struct pq_cel_builder *builder, struct pq_string text,
					   bool is_negative, uint32_t offset)
{
	uint64_t natural;
	uint64_t most = (uint64_t)INT64_MAX + is_negative;
	if (!read_natural(text, &natural) || natural > most)
		return pq_cel_build_issue(builder, offset, "invalid int literal");
	return build(builder, offset,
		     (struct pq_cel_literal){
			     .kind = PQ_CEL_LITERAL_INT,
			     .integer = (int64_t)(is_negative ? 0 - natural : natural),
		     });
}

static struct pq_cel_expression *build_uint(struct pq_cel_builder *builder, struct pq_string text,
					    uint32_t offset)
{
	struct pq_cel_literal literal = { .kind = PQ_CEL_LITERAL_UINT };
	text.length--;
	if (!read_natural(text, &literal.natural))
		return pq_cel_build_issue(builder, offset, "invalid uint literal");
	return build(builder, offset, literal);
}

static struct pq_cel_expression *build_double(struct pq_cel_builder *builder, struct pq_string text,
					      bool is_negative, uint32_t offset)
{
	struct pq_cel_literal literal = { .kind = PQ_CEL_LITERAL_DOUBLE };
	switch (pq_double_parse(text, &literal.number)) {
	case PQ_DOUBLE_NO_MEMORY:
		pq_arena_set_exhausted(builder->arena);
		break;
	case PQ_DOUBLE_OUT_OF_RANGE:
		return pq_cel_build_issue(builder, offset, "invalid double literal");
	case PQ_DOUBLE_PARSED:
		break;
	}
	if (is_negative)
		literal.number = -literal.number;
	return build(builder, offset, literal);
}

/* Where what is read comes from and what it becomes. */
struct unescaping {
	const char *from;
	const char *end;
	char *to;
	bool is_bytes;
};

static uint32_t read_digits(struct unescaping *text, size_t count, unsigned bits)
{
	uint32_t value = 0;
	for (size_t i = 0; i < count; i++)
		value = value << bits |
			(uint32_t)pq_hexadecimal_value((unsigned char)*text->from++);
	return value;
}

static char simple_escape(char letter)
{
	static const char letters[] = "abfnrtv", values[] = "\a\b\f\n\r\t\v";
	const char *at = strchr(letters, letter);
	return at == NULL ? letter : values[at - letters];
}

/* What stands behind a backslash; the lexer has seen that it is complete. What is wrong, or
 * NULL. */
static const char *unescape_one(struct unescaping *text)
{
	char kind = *text->from;
	uint32_t value;
	if (kind >= '0' && kind <= '3') {
		value = read_digits(text, 3, 3);
	} else if (kind == 'x' || kind == 'X') {
		text->from++;
		value = read_digits(text, 2, 4);
	} else if (kind == 'u' || kind == 'U') {
		if (text->is_bytes)
			return "unable to unescape string";
		text->from++;
		value = read_digits(text, kind == 'u' ? 4 : 8, 4);
		if (value > 0x10FFFF || (value >= 0xD800 && value < 0xE000))
			return "invalid unicode code point";
	} else {
		*text->to++ = simple_escape(kind);
		text->from++;
		return NULL;
	}
	if (text->is_bytes)
		*text->to++ = (char)value;
	else
		text->to += pq_utf8_encode(value, text->to);
	return NULL;
}

/* Line ends become newlines first, so also in raw texts. */
static const char *unescape(struct unescaping *text, bool is_raw)
{
	while (text->from < text->end) {
		char byte = *text->from++;
		if (byte == '\\' && !is_raw) {
			const char *problem = unescape_one(text);
			if (problem != NULL)
				return problem;
		} else if (byte == '\r') {
			*text->to++ = '\n';
			if (text->from < text->end && *text->from == '\n')
				text->from++;
		} else {
			*text->to++ = byte;
		}
	}
	return NULL;
}

/* What stands between the quotes, however many there are. */
static struct pq_string unquote(struct pq_string text)
{
	size_t quotes =
		text.length >= 6 && text.data[1] == text.data[0] && text.data[2] == text.data[0]
			? 3
			: 1;
	return pq_string_slice(text, quotes, text.length - 2 * quotes);
}

static struct pq_cel_expression *build_text(struct pq_cel_builder *builder, struct pq_string text,
					    bool is_bytes, uint32_t offset)
{
	text = pq_string_slice(text, is_bytes, SIZE_MAX);
	bool is_raw = text.data[0] == 'r' || text.data[0] == 'R';
	text = unquote(pq_string_slice(text, is_raw, SIZE_MAX));
	if ((!is_raw && memchr(text.data, '\\', text.length) != NULL) ||
	    memchr(text.data, '\r', text.length) != NULL) {
		char *written = pq_arena_alloc_bytes(builder->arena, text.length);
		struct unescaping unescaping = {
			.from = text.data,
			.end = text.data + text.length,
			.to = written,
			.is_bytes = is_bytes,
		};
		const char *problem = written == NULL ? NULL : unescape(&unescaping, is_raw);
		if (problem != NULL)
			return pq_cel_build_issue(builder, offset, "%s", problem);
		text.data = written;
		text.length = (size_t)(unescaping.to - written);
	}
	return build(builder, offset,
		     (struct pq_cel_literal){
			     .kind = is_bytes ? PQ_CEL_LITERAL_BYTES : PQ_CEL_LITERAL_STRING,
			     .text = text,
		     });
}

struct pq_cel_expression *pq_cel_build_literal(struct pq_cel_builder *builder,
					       struct pq_cel_token token, bool is_negative,
					       uint32_t offset)
{
	struct pq_string text = pq_string_slice(builder->issues->text, token.offset, token.length);
	switch (token.kind) {
	case PQ_CEL_TOKEN_INT:
		return build_int(builder, text, is_negative, offset);
	case PQ_CEL_TOKEN_UINT:
		return build_uint(builder, text, offset);
	case PQ_CEL_TOKEN_DOUBLE:
		return build_double(builder, text, is_negative, offset);
	case PQ_CEL_TOKEN_STRING:
	case PQ_CEL_TOKEN_BYTES:
		return build_text(builder, text, token.kind == PQ_CEL_TOKEN_BYTES, offset);
	case PQ_CEL_TOKEN_TRUE:
	case PQ_CEL_TOKEN_FALSE:
		return build(builder, offset,
			     (struct pq_cel_literal){
				     .kind = PQ_CEL_LITERAL_BOOL,
				     .boolean = token.kind == PQ_CEL_TOKEN_TRUE,
			     });
	default:
		return build(builder, offset,
			     (struct pq_cel_literal){ .kind = PQ_CEL_LITERAL_NULL });
	}
}
