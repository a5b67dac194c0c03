#include "formats/email.h"

#include "base/character.h"
#include "formats/address.h"

#include <strings.h>

/* Every take_ function takes its part off the start of *text and returns whether it was there. */

static bool is_visible(unsigned char byte)
{
	return byte > ' ' && byte != 0x7f;
}

static bool is_atom_byte(unsigned char byte)
{
	return is_visible(byte) && strchr("()<>[]:;@\\,\"", byte) == NULL;
}

static void skip(struct pq_string *text, size_t count)
{
	*text = pq_string_slice(*text, count, text->length);
}

static bool starts_with(struct pq_string text, char byte)
{
	return text.length > 0 && text.data[0] == byte;
}

static bool take_byte(struct pq_string *text, char byte)
{
	if (!starts_with(*text, byte))
		return false;
	skip(text, 1);
	return true;
}

static void skip_space(struct pq_string *text)
{
	while (starts_with(*text, ' ') || starts_with(*text, '\t'))
		skip(text, 1);
}

/* "(…)", which may hold others; *inner is what is between. */
static bool take_comment(struct pq_string *text, struct pq_string *inner)
{
	size_t depth = 0, at = 0;
	for (; at < text->length; at++) {
		if (text->data[at] == '\\' && text->length - at > 1)
			at++;
		else if (text->data[at] == '(')
			depth++;
		else if (text->data[at] == ')' && --depth == 0)
			break;
	}
	if (at >= text->length)
		return false;
	*inner = pq_string_slice(*text, 1, at - 1);
	skip(text, at + 1);
	return true;
}

static bool skip_comments(struct pq_string *text)
{
	struct pq_string ignored;
	skip_space(text);
	while (starts_with(*text, '(')) {
		if (!take_comment(text, &ignored))
			return false;
		skip_space(text);
	}
	return true;
}

/* *length counts the bytes between the quotes. */
static bool take_quoted(struct pq_string *text, size_t *length)
{
	for (size_t at = 1; at < text->length; at++) {
		unsigned char byte = (unsigned char)text->data[at];
		if (byte == '"') {
			*length = at - 1;
			skip(text, at + 1);
			return true;
		}
		if (byte == '\\') {
			if (++at == text->length)
				return false;
			byte = (unsigned char)text->data[at];
		}
		if (!is_visible(byte) && byte != ' ' && byte != '\t')
			return false;
	}
	return false;
}

static bool take_atom(struct pq_string *text, struct pq_string *atom)
{
	size_t at = 0;
	while (at < text->length && is_atom_byte((unsigned char)text->data[at]))
		at++;
	if (at == 0)
		return false;
	*atom = pq_string_slice(*text, 0, at);
	skip(text, at);
	return true;
}

/* An atom whose dots stand between other characters. */
static bool take_dotted_atom(struct pq_string *text)
{
	struct pq_string atom;
	return take_atom(text, &atom) && !starts_with(atom, '.') &&
	       atom.data[atom.length - 1] != '.' && memmem(atom.data, atom.length, "..", 2) == NULL;
}

/* "[address]" */
static bool take_domain_literal(struct pq_string *text)
{
	struct pq_address address;
	ptrdiff_t close = pq_string_find_byte(*text, ']');
	if (close < 0 || !pq_address_parse(pq_string_slice(*text, 1, (size_t)close - 1), &address))
		return false;
	skip(text, (size_t)close + 1);
	return true;
}

/* local@domain */
static bool take_spec(struct pq_string *text)
{
	struct pq_string left = *text;
	size_t quoted_length = 0;
	skip_space(&left);
	if (starts_with(left, '"')) {
		if (!take_quoted(&left, &quoted_length) || quoted_length == 0)
			return false;
	} else if (!take_dotted_atom(&left)) {
		return false;
	}
	if (!take_byte(&left, '@'))
		return false;
	skip_space(&left);
	if (!(starts_with(left, '[') ? take_domain_literal(&left) : take_dotted_atom(&left)))
		return false;
	*text = left;
	return true;
}

static bool is_base64(struct pq_string text)
{
	size_t padding = 0;
	if (text.length % 4 != 0)
		return false;
	while (padding < 2 && padding < text.length && text.data[text.length - 1 - padding] == '=')
		padding++;
	for (size_t i = 0; i + padding < text.length; i++) {
		char byte = text.data[i];
		if (!is_atom_byte((unsigned char)byte) || (byte & 0x80) != 0 ||
		    strchr("!#$%&'*-.=?^_`{|}~", byte) != NULL)
			return false;
	}
	return true;
}

static bool is_quoted_printable(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		if (byte < ' ' || byte > '~')
			return false;
		if (byte != '=')
			continue;
		if (text.length - i < 3 || pq_hexadecimal_value(text.data[i + 1]) < 0 ||
		    pq_hexadecimal_value(text.data[i + 2]) < 0)
			return false;
		i += 2;
	}
	return true;
}

static bool is_known_charset(struct pq_string name)
{
	static const char *const names[] = { "utf-8", "iso-8859-1", "us-ascii" };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (name.length == strlen(names[i]) &&
		    strncasecmp(name.data, names[i], name.length) == 0)
			return true;
	}
	return false;
}

enum word {
	WORD_PLAIN,
	WORD_ENCODED,       /* =?charset?b?…?= of RFC 2047 */
	WORD_ENCODED_EMPTY, /* the same with nothing in it */
	WORD_UNDECODABLE,   /* well-formed, but its character set is not known */
};

static enum word classify_word(struct pq_string word)
{
	struct pq_string charset, encoding, content, extra;
	if (word.length < 8 || !pq_string_starts_with(word, PQ_S("=?")) ||
	    !pq_string_ends_with(word, PQ_S("?=")))
		return WORD_PLAIN;
	struct pq_string rest = pq_string_slice(word, 2, word.length - 4);
	if (!pq_string_split(&rest, '?', &charset) || charset.length == 0 ||
	    !pq_string_split(&rest, '?', &encoding) || encoding.length != 1 ||
	    !pq_string_split(&rest, '?', &content) || pq_string_split(&rest, '?', &extra))
		return WORD_PLAIN;
	bool base64 = encoding.data[0] == 'b' || encoding.data[0] == 'B';
	bool printable = encoding.data[0] == 'q' || encoding.data[0] == 'Q';
	if (!(base64 && is_base64(content)) && !(printable && is_quoted_printable(content)))
		return WORD_PLAIN;
	if (!is_known_charset(charset))
		return WORD_UNDECODABLE;
	return content.length == 0 ? WORD_ENCODED_EMPTY : WORD_ENCODED;
}

/* A display name: words that go on as far as they can. One that cannot be read fails only when
 * nothing came before it. */
static bool take_phrase(struct pq_string *text)
{
	bool has_comments = false, has_word = false;
	for (;;) {
		struct pq_string atom;
		size_t quoted_length;
		if (has_comments && !skip_comments(text))
			return false;
		skip_space(text);
		if (text->length == 0)
			return true;
		enum word word = WORD_PLAIN;
		bool taken;
		if (starts_with(*text, '"')) {
			taken = take_quoted(text, &quoted_length);
		} else {
			taken = take_atom(text, &atom);
			word = taken ? classify_word(atom) : WORD_PLAIN;
		}
		if (!taken || word == WORD_UNDECODABLE)
			return has_word;
		has_word = has_word || word != WORD_ENCODED_EMPTY;
		/* Encoded words join; comments are looked for behind the first that does not. */
		has_comments = has_comments || word == WORD_PLAIN;
	}
}

/* The comment behind an address is its display name, so its words must be readable. */
static bool take_comment_name(struct pq_string *text)
{
	struct pq_string comment, word;
	if (!take_comment(text, &comment))
		return false;
	while (pq_string_split(&comment, ' ', &word)) {
		struct pq_string part;
		while (pq_string_split(&word, '\t', &part)) {
			if (classify_word(part) == WORD_UNDECODABLE)
				return false;
		}
	}
	return true;
}

/* local@domain (name), or name <local@domain>. *is_group is set when a colon stands where the "<"
 * should, if that may be: then the members of a group follow. */
static bool take_address(struct pq_string *text, bool *is_group)
{
	bool group_allowed = is_group != NULL;
	skip_space(text);
	if (text->length == 0)
		return false;
	if (take_spec(text)) {
		skip_space(text);
		return !starts_with(*text, '(') || take_comment_name(text);
	}
	if (!starts_with(*text, '<') && !take_phrase(text))
		return false;
	skip_space(text);
	if (group_allowed && take_byte(text, ':')) {
		*is_group = true;
		return true;
	}
	return take_byte(text, '<') && take_spec(text) && take_byte(text, '>');
}

/* The members of a group and its semicolon; *count is how many there are. */
static bool take_group(struct pq_string *text, size_t *count)
{
	*count = 0;
	skip_space(text);
	if (take_byte(text, ';'))
		return skip_comments(text);
	do {
		skip_space(text);
		if (!take_address(text, /* is_group= */ NULL) || !skip_comments(text))
			return false;
		++*count;
		if (take_byte(text, ';'))
			return skip_comments(text);
	} while (take_byte(text, ','));
	return false;
}

bool pq_email_is_valid(struct pq_string text)
{
	bool is_group = false;
	size_t count = 1;
	if (!take_address(&text, &is_group))
		return false;
	if (is_group && !take_group(&text, &count))
		return false;
	return skip_comments(&text) && text.length == 0 && count == 1;
}
