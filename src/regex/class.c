#include "regex/syntax.h"

#include "base/character.h"
#include "regex/unicode.h"

enum { RUNE_MAX = 0x10ffff };

static bool is_octal(const struct pq_regex_parser *parser)
{
	return parser->at < parser->end && *parser->at >= '0' && *parser->at <= '7';
}

static bool fail_escape(struct pq_regex_parser *parser, const char *from)
{
	return pq_regex_fail(parser, PQ_REGEX_INVALID_ESCAPE, from, parser->at);
}

/* {…} of \x{…}; at is behind the brace. */
static bool parse_braced_hex(struct pq_regex_parser *parser, const char *from, uint32_t *rune)
{
	uint32_t value = 0;
	for (size_t digits = 0;; digits++) {
		uint32_t digit;
		if (parser->at == parser->end)
			return fail_escape(parser, from);
		if (!pq_regex_next_rune(parser, &digit))
			return false;
		if (digit == '}' && digits > 0)
			break;
		if (pq_hexadecimal_value(digit) < 0)
			return fail_escape(parser, from);
		value = value * 16 + (uint32_t)pq_hexadecimal_value(digit);
		if (value > RUNE_MAX)
			return fail_escape(parser, from);
	}
	*rune = value;
	return true;
}

/* \x{…} or \x and two digits; at is behind the x. */
static bool parse_hex(struct pq_regex_parser *parser, const char *from, uint32_t *rune)
{
	uint32_t first, second;
	if (parser->at == parser->end)
		return fail_escape(parser, from);
	if (!pq_regex_next_rune(parser, &first))
		return false;
	if (first == '{')
		return parse_braced_hex(parser, from, rune);
	if (parser->at == parser->end)
		return fail_escape(parser, from);
	if (!pq_regex_next_rune(parser, &second))
		return false;
	if (pq_hexadecimal_value(first) < 0 || pq_hexadecimal_value(second) < 0)
		return fail_escape(parser, from);
	*rune = (uint32_t)(pq_hexadecimal_value(first) * 16 + pq_hexadecimal_value(second));
	return true;
}

static void parse_octal(struct pq_regex_parser *parser, uint32_t first, uint32_t *rune)
{
	*rune = first - '0';
	for (int digits = 1; digits < 3 && is_octal(parser); digits++)
		*rune = *rune * 8 + (uint32_t)(*parser->at++ - '0');
}

bool pq_regex_parse_escape(struct pq_regex_parser *parser, uint32_t *rune)
{
	static const char letters[] = "afnrtv";
	static const char controls[] = "\a\f\n\r\t\v";
	const char *from = parser->at++;
	uint32_t escaped;
	if (parser->at == parser->end)
		return pq_regex_fail(parser, PQ_REGEX_TRAILING_BACKSLASH, parser->end, parser->end);
	if (!pq_regex_next_rune(parser, &escaped))
		return false;
	if (escaped == 'x')
		return parse_hex(parser, from, rune);
	/* One digit alone would be a backreference. */
	if (escaped == '0' || (escaped >= '1' && escaped <= '7' && is_octal(parser))) {
		parse_octal(parser, escaped, rune);
		return true;
	}
	if (escaped < 0x80 && !pq_is_alphanumeric(escaped)) {
		*rune = escaped;
		return true;
	}
	const char *letter = escaped < 0x80 ? strchr(letters, (int)escaped) : NULL;
	if (letter == NULL)
		return fail_escape(parser, from);
	*rune = (unsigned char)controls[letter - letters];
	return true;
}

static void write_unassigned(struct pq_regex_parser *parser)
{
	for (size_t i = 0; i < pq_unicode_unassigned_count; i++) {
		pq_regex_write_rune(parser, pq_unicode_unassigned[i].low);
		pq_regex_write_text(parser, "-");
		pq_regex_write_rune(parser, pq_unicode_unassigned[i].high);
	}
}

/* RE2 knows neither Cn, alone or as a part of C, nor these unions. */
static bool write_foreign_group(struct pq_regex_parser *parser, const char *name, bool negated)
{
	const char *visible = "\\pL\\pM\\pN\\pP\\pS\\pZ";
	if (strcmp(name, "Ascii") == 0) {
		pq_regex_write_text(parser, negated ? "[:^ascii:]" : "[:ascii:]");
	} else if (strcmp(name, "C") == 0 && negated) {
		pq_regex_write_text(parser, visible);
	} else if (strcmp(name, "C") == 0) {
		pq_regex_write_text(parser, "\\pC");
		write_unassigned(parser);
	} else if (strcmp(name, "LC") == 0 && negated) {
		pq_regex_write_text(parser, "\\p{Lm}\\p{Lo}\\pM\\pN\\pP\\pS\\pZ\\pC");
		write_unassigned(parser);
	} else if (strcmp(name, "LC") == 0) {
		pq_regex_write_text(parser, "\\p{Lu}\\p{Ll}\\p{Lt}");
	} else if (strcmp(name, "Cn") == 0 || strcmp(name, "Assigned") == 0) {
		if (negated == (name[0] == 'A')) {
			write_unassigned(parser);
		} else {
			pq_regex_write_text(parser, visible);
			pq_regex_write_text(parser, "\\pC");
		}
	} else {
		return false;
	}
	return true;
}

static void write_group(struct pq_regex_parser *parser, const char *name, bool negated)
{
	if (write_foreign_group(parser, name, negated))
		return;
	pq_regex_write_text(parser, negated ? "\\P{" : "\\p{");
	pq_regex_write_text(parser, name);
	pq_regex_write_text(parser, "}");
}

/* \pN, \p{Name}, \P{^Name}; at is at the backslash. Written as a part of a bracket expression. */
static bool parse_unicode_group(struct pq_regex_parser *parser)
{
	const char *from = parser->at;
	bool negated = from[1] == 'P';
	uint32_t first;
	parser->at += 2;
	if (parser->at == parser->end)
		return pq_regex_fail(parser, PQ_REGEX_INVALID_CLASS_RANGE, from, parser->end);
	const char *name = parser->at;
	if (!pq_regex_next_rune(parser, &first))
		return false;
	const char *name_end = parser->at;
	if (first == '{') {
		name = parser->at;
		name_end = memchr(name, '}', (size_t)(parser->end - name));
		if (name_end == NULL) {
			return pq_regex_check_utf8(parser, from, parser->end) &&
			       pq_regex_fail(parser, PQ_REGEX_INVALID_CLASS_RANGE, from,
					     parser->end);
		}
		if (!pq_regex_check_utf8(parser, name, name_end))
			return false;
		parser->at = name_end + 1;
	}
	if (name < name_end && *name == '^') {
		negated = !negated;
		name++;
	}
	const struct pq_unicode_group *group = pq_unicode_group_find(
		(struct pq_string){ .data = name, .length = (size_t)(name_end - name) });
	if (group == NULL)
		return pq_regex_fail(parser, PQ_REGEX_INVALID_CLASS_RANGE, from, parser->at);
	write_group(parser, group->re2, negated);
	return true;
}

static bool is_unicode_group(const struct pq_regex_parser *parser)
{
	return parser->end - parser->at >= 2 && parser->at[0] == '\\' &&
	       (parser->at[1] == 'p' || parser->at[1] == 'P');
}

/* \d, \D and so on: the same in both. */
static bool take_perl_group(struct pq_regex_parser *parser)
{
	if (parser->end - parser->at < 2 || parser->at[0] != '\\' || parser->at[1] == '\0' ||
	    strchr("dDsSwW", parser->at[1]) == NULL)
		return false;
	pq_regex_write_text(parser, (char[]){ '\\', parser->at[1], '\0' });
	parser->at += 2;
	return true;
}

bool pq_regex_parse_backslash(struct pq_regex_parser *parser)
{
	uint32_t rune;
	if (is_unicode_group(parser)) {
		pq_regex_write_text(parser, "[");
		if (!parse_unicode_group(parser))
			return false;
		pq_regex_write_text(parser, "]");
		pq_regex_push_class(&parser->stack, /* single_rune= */ false);
		return true;
	}
	if (take_perl_group(parser)) {
		pq_regex_push_class(&parser->stack, /* single_rune= */ false);
		return true;
	}
	if (!pq_regex_parse_escape(parser, &rune))
		return false;
	pq_regex_write_rune(parser, rune);
	pq_regex_push_literal(&parser->stack, parser->fold_case);
	return true;
}

/* What of a bracket expression matters to the limits. */
struct class_extent {
	uint32_t low;
	size_t ranges;
	bool single_rune;
};

static bool is_named_class(struct pq_string name)
{
	static const char *const names[] = { "alnum", "alpha", "ascii", "blank", "cntrl",
					     "digit", "graph", "lower", "print", "punct",
					     "space", "upper", "word",  "xdigit" };
	if (name.length > 0 && name.data[0] == '^')
		name = pq_string_slice(name, 1, name.length);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (pq_string_is(name, names[i]))
			return true;
	}
	return false;
}

/* [:alpha:]; at is at its "[:". *taken is whether there was one; without a ":]" the bracket is a
 * character like others. */
static bool parse_named_class(struct pq_regex_parser *parser, bool *taken)
{
	const char *name = parser->at + 2;
	size_t left = (size_t)(parser->end - name);
	const char *close = memmem(name, left, ":]", 2);
	*taken = close != NULL;
	if (close == NULL)
		return true;
	const char *from = parser->at;
	struct pq_string text = { .data = name, .length = (size_t)(close - name) };
	if (!is_named_class(text))
		return pq_regex_fail(parser, PQ_REGEX_INVALID_CLASS_RANGE, from, close + 2);
	pq_regex_write_text(parser, "[:");
	for (; name < close; name++)
		pq_regex_write_text(parser, (char[]){ *name, '\0' });
	pq_regex_write_text(parser, ":]");
	parser->at = close + 2;
	return true;
}

static bool parse_class_rune(struct pq_regex_parser *parser, const char *class_from, uint32_t *rune)
{
	if (parser->at == parser->end)
		return pq_regex_fail(parser, PQ_REGEX_MISSING_BRACKET, class_from, parser->end);
	if (*parser->at == '\\')
		return pq_regex_parse_escape(parser, rune);
	return pq_regex_next_rune(parser, rune);
}

static bool parse_class_range(struct pq_regex_parser *parser, const char *class_from,
			      struct class_extent *extent)
{
	const char *from = parser->at;
	uint32_t low, high;
	if (!parse_class_rune(parser, class_from, &low))
		return false;
	high = low;
	/* A "-" that ends the class is a character. */
	if (parser->end - parser->at >= 2 && parser->at[0] == '-' && parser->at[1] != ']') {
		parser->at++;
		if (!parse_class_rune(parser, class_from, &high))
			return false;
		if (high < low) {
			return pq_regex_fail(parser, PQ_REGEX_INVALID_CLASS_RANGE, from,
					     parser->at);
		}
	}
	extent->single_rune = low == high && (extent->ranges == 0 || low == extent->low);
	extent->low = low;
	extent->ranges++;
	pq_regex_write_rune(parser, low);
	if (high != low) {
		pq_regex_write_text(parser, "-");
		pq_regex_write_rune(parser, high);
	}
	return true;
}

/* One member of a bracket expression. */
static bool parse_class_item(struct pq_regex_parser *parser, const char *class_from,
			     struct class_extent *extent)
{
	if (parser->end - parser->at > 2 && parser->at[0] == '[' && parser->at[1] == ':') {
		bool taken;
		if (!parse_named_class(parser, &taken))
			return false;
		if (taken) {
			extent->ranges = SIZE_MAX / 2;
			return true;
		}
	}
	if (is_unicode_group(parser)) {
		extent->ranges = SIZE_MAX / 2;
		return parse_unicode_group(parser);
	}
	if (take_perl_group(parser)) {
		extent->ranges = SIZE_MAX / 2;
		return true;
	}
	return parse_class_range(parser, class_from, extent);
}

bool pq_regex_parse_class(struct pq_regex_parser *parser)
{
	const char *from = parser->at++;
	struct class_extent extent = { 0 };
	bool negated = parser->at < parser->end && *parser->at == '^';
	if (negated)
		parser->at++;
	pq_regex_write_text(parser, negated ? "[^" : "[");
	/* A "]" that comes first is a character. */
	for (bool first = true; first || parser->at == parser->end || *parser->at != ']';
	     first = false) {
		if (!parse_class_item(parser, from, &extent))
			return false;
	}
	parser->at++;
	pq_regex_write_text(parser, "]");
	bool single = extent.single_rune && extent.ranges == 1 && !negated && !parser->fold_case;
	pq_regex_push_class(&parser->stack, single);
	return true;
}
