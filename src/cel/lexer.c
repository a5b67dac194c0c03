#include "cel/lexer.h"

#include "base/character.h"
#include "base/utf8.h"

#define NOTHING (-1)

/* The byte at an offset, or NOTHING behind the end. */
static inline int byte_at(struct pq_string text, size_t at)
{
	return at < text.length ? (unsigned char)text.data[at] : NOTHING;
}

static inline bool is_letter(int byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_';
}

static inline bool is_digit(int byte)
{
	return byte >= '0' && byte <= '9';
}

static bool is_hexadecimal(int byte)
{
	return byte != NOTHING && pq_hexadecimal_value((uint32_t)byte) >= 0;
}

static bool is_space(int byte)
{
	return byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r' || byte == '\f';
}

static bool is_quote(int byte)
{
	return byte == '"' || byte == '\'';
}

static size_t skip_hidden(struct pq_string text, size_t at)
{
	for (;;) {
		while (is_space(byte_at(text, at)))
			at++;
		if (byte_at(text, at) != '/' || byte_at(text, at + 1) != '/')
			return at;
		while (at < text.length && text.data[at] != '\n')
			at++;
	}
}

static struct pq_cel_token make(enum pq_cel_token_kind kind, size_t from, size_t to)
{
	return (struct pq_cel_token){
		.kind = (uint8_t)kind,
		.offset = (uint32_t)from,
		.length = (uint32_t)(to - from),
	};
}

/* No rule takes what starts at from and goes on at stop. */
static struct pq_cel_token fail(struct pq_string text, size_t from, size_t stop)
{
	size_t width = 0;
	if (stop < text.length)
		pq_utf8_decode(pq_string_slice(text, stop, SIZE_MAX), &width);
	return make(PQ_CEL_TOKEN_ERROR, from, stop + width);
}

static size_t skip_digits(struct pq_string text, size_t at)
{
	while (is_digit(byte_at(text, at)))
		at++;
	return at;
}

static size_t skip_hexadecimal(struct pq_string text, size_t at, size_t most)
{
	size_t end = at + most;
	while (at < end && is_hexadecimal(byte_at(text, at)))
		at++;
	return at;
}

/* Behind an exponent at at, or at itself when there is none. */
static size_t skip_exponent(struct pq_string text, size_t at)
{
	size_t digits = at + 1;
	if (byte_at(text, at) != 'e' && byte_at(text, at) != 'E')
		return at;
	if (byte_at(text, digits) == '+' || byte_at(text, digits) == '-')
		digits++;
	return is_digit(byte_at(text, digits)) ? skip_digits(text, digits) : at;
}

static struct pq_cel_token lex_whole(struct pq_string text, size_t from, size_t end)
{
	int next = byte_at(text, end);
	if (next == 'u' || next == 'U')
		return make(PQ_CEL_TOKEN_UINT, from, end + 1);
	return make(PQ_CEL_TOKEN_INT, from, end);
}

/* At a digit, or at a dot before one. */
static struct pq_cel_token lex_number(struct pq_string text, size_t from)
{
	if (byte_at(text, from) == '0' && byte_at(text, from + 1) == 'x' &&
	    is_hexadecimal(byte_at(text, from + 2)))
		return lex_whole(text, from, skip_hexadecimal(text, from + 2, text.length));
	size_t whole = skip_digits(text, from), end = whole;
	if (byte_at(text, whole) == '.' && is_digit(byte_at(text, whole + 1)))
		end = skip_digits(text, whole + 1);
	end = skip_exponent(text, end);
	if (end == whole)
		return lex_whole(text, from, whole);
	return make(PQ_CEL_TOKEN_DOUBLE, from, end);
}

static size_t escape_digits(struct pq_string text, size_t at, size_t count, size_t *stop)
{
	*stop = skip_hexadecimal(text, at, count);
	return *stop - at == count ? *stop : 0;
}

/* Behind the escape whose backslash is at at; or 0, with *stop where it is none. */
static size_t skip_escape(struct pq_string text, size_t at, size_t *stop)
{
	int byte = byte_at(text, at + 1);
	switch (byte) {
	case 'x':
	case 'X':
		return escape_digits(text, at + 2, 2, stop);
	case 'u':
		return escape_digits(text, at + 2, 4, stop);
	case 'U':
		return escape_digits(text, at + 2, 8, stop);
	case '0':
	case '1':
	case '2':
	case '3':
		*stop = at + 2;
		while (*stop < at + 4 && byte_at(text, *stop) >= '0' && byte_at(text, *stop) <= '7')
			(*stop)++;
		return *stop == at + 4 ? *stop : 0;
	default:
		*stop = at + 1;
		return byte > 0 && strchr("abfnrtv\"'\\?`", byte) != NULL ? at + 2 : 0;
	}
}

/* Behind the quotes that end a text of three quotes, whose content starts at at; 0 when it does not
 * end. */
static size_t skip_long_text(struct pq_string text, size_t at, int quote, bool is_raw)
{
	size_t stop;
	while (at < text.length) {
		int byte = byte_at(text, at);
		if (byte == quote && byte_at(text, at + 1) == quote &&
		    byte_at(text, at + 2) == quote)
			return at + 3;
		if (byte == '\\' && !is_raw) {
			at = skip_escape(text, at, &stop);
			if (at == 0)
				return 0;
		} else {
			at++;
		}
	}
	return 0;
}

/* Behind the text in quotes that starts at at; or 0, with *stop where the rules gave up. */
static size_t skip_quoted(struct pq_string text, size_t at, bool is_raw, size_t *stop)
{
	int quote = byte_at(text, at);
	size_t end = at + 1;
	if (byte_at(text, end) == quote) {
		/* An empty text, if no longer one goes on from here. */
		if (byte_at(text, end + 1) == quote)
			end = skip_long_text(text, at + 3, quote, is_raw);
		return end > at + 2 ? end : at + 2;
	}
	for (;;) {
		int byte = byte_at(text, end);
		if (byte == quote)
			return end + 1;
		*stop = end;
		if (byte == NOTHING || byte == '\n' || byte == '\r')
			return 0;
		if (byte == '\\' && !is_raw) {
			end = skip_escape(text, end, stop);
			if (end == 0)
				return 0;
		} else {
			end++;
		}
	}
}

/* A text with its prefixes, of which none, some or all of "br" may be there; a token of kind
 * PQ_CEL_TOKEN_EOF when there is none. */
static struct pq_cel_token lex_text(struct pq_string text, size_t from)
{
	size_t at = from, stop = from;
	bool is_bytes = byte_at(text, at) == 'b' || byte_at(text, at) == 'B';
	at += is_bytes;
	bool is_raw = byte_at(text, at) == 'r' || byte_at(text, at) == 'R';
	at += is_raw;
	if (!is_quote(byte_at(text, at)))
		return make(PQ_CEL_TOKEN_EOF, from, from);
	size_t end = skip_quoted(text, at, is_raw, &stop);
	if (end > 0)
		return make(is_bytes ? PQ_CEL_TOKEN_BYTES : PQ_CEL_TOKEN_STRING, from, end);
	/* The prefix alone is an identifier. */
	return at > from ? make(PQ_CEL_TOKEN_EOF, from, from) : fail(text, from, stop);
}

static struct pq_cel_token lex_word(struct pq_string text, size_t from)
{
	int byte = byte_at(text, from);
	if (byte == 'b' || byte == 'B' || byte == 'r' || byte == 'R') {
		struct pq_cel_token token = lex_text(text, from);
		if (token.kind != PQ_CEL_TOKEN_EOF)
			return token;
	}
	size_t end = from + 1;
	while (is_letter(byte_at(text, end)) || is_digit(byte_at(text, end)))
		end++;
	struct pq_string word = pq_string_slice(text, from, end - from);
	enum pq_cel_token_kind kind = PQ_CEL_TOKEN_IDENTIFIER;
	if (pq_string_equal(word, PQ_S("in")))
		kind = PQ_CEL_TOKEN_IN;
	else if (pq_string_equal(word, PQ_S("true")))
		kind = PQ_CEL_TOKEN_TRUE;
	else if (pq_string_equal(word, PQ_S("false")))
		kind = PQ_CEL_TOKEN_FALSE;
	else if (pq_string_equal(word, PQ_S("null")))
		kind = PQ_CEL_TOKEN_NULL;
	return make(kind, from, end);
}

static struct pq_cel_token lex_escaped_identifier(struct pq_string text, size_t from)
{
	size_t end = from + 1;
	for (;; end++) {
		int byte = byte_at(text, end);
		if (!is_letter(byte) && !is_digit(byte) && byte != '.' && byte != '-' &&
		    byte != '/' && byte != ' ')
			break;
	}
	if (byte_at(text, end) == '`' && end > from + 1)
		return make(PQ_CEL_TOKEN_ESCAPED_IDENTIFIER, from, end + 1);
	return fail(text, from, end);
}

/* An operator that a second character makes another one. */
static struct pq_cel_token lex_pair(struct pq_string text, size_t from, int second,
				    enum pq_cel_token_kind pair, enum pq_cel_token_kind single)
{
	if (byte_at(text, from + 1) == second)
		return make(pair, from, from + 2);
	if (single == PQ_CEL_TOKEN_ERROR)
		return fail(text, from, from + 1);
	return make(single, from, from + 1);
}

static struct pq_cel_token lex_sign(struct pq_string text, size_t from)
{
	static const uint8_t single[] = {
		['['] = PQ_CEL_TOKEN_LEFT_BRACKET,
		['/'] = PQ_CEL_TOKEN_SLASH,
		[']'] = PQ_CEL_TOKEN_RIGHT_BRACKET,
		['%'] = PQ_CEL_TOKEN_PERCENT,
		['{'] = PQ_CEL_TOKEN_LEFT_BRACE,
		[':'] = PQ_CEL_TOKEN_COLON,
		['}'] = PQ_CEL_TOKEN_RIGHT_BRACE,
		['?'] = PQ_CEL_TOKEN_QUESTION,
		['('] = PQ_CEL_TOKEN_LEFT_PARENTHESIS,
		['-'] = PQ_CEL_TOKEN_MINUS,
		[')'] = PQ_CEL_TOKEN_RIGHT_PARENTHESIS,
		['+'] = PQ_CEL_TOKEN_PLUS,
		['.'] = PQ_CEL_TOKEN_DOT,
		['*'] = PQ_CEL_TOKEN_STAR,
		[','] = PQ_CEL_TOKEN_COMMA,
	};
	int byte = byte_at(text, from);
	switch (byte) {
	case '=':
		return lex_pair(text, from, '=', PQ_CEL_TOKEN_EQUALS, PQ_CEL_TOKEN_ERROR);
	case '!':
		return lex_pair(text, from, '=', PQ_CEL_TOKEN_NOT_EQUALS, PQ_CEL_TOKEN_EXCLAMATION);
	case '<':
		return lex_pair(text, from, '=', PQ_CEL_TOKEN_LESS_EQUALS, PQ_CEL_TOKEN_LESS);
	case '>':
		return lex_pair(text, from, '=', PQ_CEL_TOKEN_GREATER_EQUALS, PQ_CEL_TOKEN_GREATER);
	case '&':
		return lex_pair(text, from, '&', PQ_CEL_TOKEN_AND, PQ_CEL_TOKEN_ERROR);
	case '|':
		return lex_pair(text, from, '|', PQ_CEL_TOKEN_OR, PQ_CEL_TOKEN_ERROR);
	default:
		if ((size_t)byte < sizeof single && single[byte] != PQ_CEL_TOKEN_EOF)
			return make(single[byte], from, from + 1);
		return fail(text, from, from);
	}
}

struct pq_cel_token pq_cel_lex(struct pq_string text, size_t from)
{
	size_t at = skip_hidden(text, from);
	int byte = byte_at(text, at);
	if (byte == NOTHING)
		return make(PQ_CEL_TOKEN_EOF, at, at);
	if (is_letter(byte))
		return lex_word(text, at);
	if (is_digit(byte) || (byte == '.' && is_digit(byte_at(text, at + 1))))
		return lex_number(text, at);
	if (is_quote(byte))
		return lex_text(text, at);
	if (byte == '`')
		return lex_escaped_identifier(text, at);
	return lex_sign(text, at);
}
