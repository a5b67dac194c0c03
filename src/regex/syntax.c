#include "regex/syntax.h"

#include "base/character.h"
#include "base/utf8.h"

#define PROBLEM_FORMAT "error parsing regexp: %s: `%.*s`"

bool pq_regex_fail(struct pq_regex_parser *parser, const char *problem, const char *from,
		   const char *to)
{
	parser->problem = problem;
	parser->shown = (struct pq_string){ .data = from, .length = (size_t)(to - from) };
	return false;
}

bool pq_regex_next_rune(struct pq_regex_parser *parser, uint32_t *rune)
{
	size_t width;
	uint32_t decoded =
		pq_utf8_decode((struct pq_string){ .data = parser->at,
						   .length = (size_t)(parser->end - parser->at) },
			       &width);
	if (decoded == PQ_UTF8_REPLACEMENT && width == 1)
		return pq_regex_fail(parser, PQ_REGEX_INVALID_UTF8, parser->at, parser->end);
	parser->at += width;
	*rune = decoded;
	return true;
}

bool pq_regex_check_utf8(struct pq_regex_parser *parser, const char *from, const char *to)
{
	struct pq_string text = { .data = from, .length = (size_t)(to - from) };
	size_t invalid = pq_utf8_find_invalid(text);
	return invalid == text.length ||
	       pq_regex_fail(parser, PQ_REGEX_INVALID_UTF8, from + invalid, to);
}

void pq_regex_write_text(struct pq_regex_parser *parser, const char *text)
{
	if (parser->rewritten != NULL)
		pq_buffer_append_text(parser->rewritten, text);
}

void pq_regex_write_rune(struct pq_regex_parser *parser, uint32_t rune)
{
	if (parser->rewritten == NULL)
		return;
	if (pq_is_alphanumeric(rune))
		pq_buffer_append_byte(parser->rewritten, (char)rune);
	else
		pq_buffer_append_format(parser->rewritten, "\\x{%x}", rune);
}

static size_t left(const struct pq_regex_parser *parser)
{
	return (size_t)(parser->end - parser->at);
}

static size_t written(const struct pq_regex_parser *parser)
{
	return parser->rewritten == NULL ? 0 : parser->rewritten->length;
}

static bool parse_literal(struct pq_regex_parser *parser)
{
	uint32_t rune = 0;
	parser->stack.written = written(parser);
	if (!pq_regex_next_rune(parser, &rune))
		return false;
	pq_regex_write_rune(parser, rune);
	pq_regex_push_literal(&parser->stack, parser->fold_case);
	return true;
}

static void write_open_paren(struct pq_regex_parser *parser, bool captures)
{
	/* Nobody asks what a group captured, and RE2 is faster without. */
	pq_regex_write_text(parser, "(?:");
	pq_regex_push_paren(&parser->stack, captures, parser->fold_case);
}

/* (?P<name> and (?<name>; name_at is behind the "<". */
static bool parse_named_group(struct pq_regex_parser *parser, const char *name_at)
{
	const char *from = parser->at;
	const char *close = memchr(from, '>', left(parser));
	if (close == NULL) {
		return pq_regex_check_utf8(parser, from, parser->end) &&
		       pq_regex_fail(parser, PQ_REGEX_INVALID_NAMED_CAPTURE, from, parser->end);
	}
	if (!pq_regex_check_utf8(parser, name_at, close))
		return false;
	bool valid = name_at < close;
	for (const char *at = name_at; at < close; at++)
		valid = valid && (pq_is_alphanumeric(*at) || *at == '_');
	if (!valid)
		return pq_regex_fail(parser, PQ_REGEX_INVALID_NAMED_CAPTURE, from, close + 1);
	parser->at = close + 1;
	write_open_paren(parser, /* captures= */ true);
	return true;
}

/* The flags of (?flags) and (?flags:; at is behind the "?". *close is ")" or ":". *fold_case is
 * the only flag that anything here depends on. */
static bool parse_flags(struct pq_regex_parser *parser, const char *from, bool *fold_case,
			uint32_t *close)
{
	bool negated = false, saw_flag = false;
	while (left(parser) > 0) {
		if (!pq_regex_next_rune(parser, close))
			return false;
		if (*close == 'i')
			*fold_case = !negated;
		if (*close == 'i' || *close == 'm' || *close == 's' || *close == 'U') {
			saw_flag = true;
		} else if (*close == '-' && !negated) {
			negated = true;
			saw_flag = false;
		} else if ((*close == ':' || *close == ')') && (saw_flag || !negated)) {
			return true;
		} else {
			break;
		}
	}
	return pq_regex_fail(parser, PQ_REGEX_INVALID_PERL_OPERATOR, from, parser->at);
}

/* A group that starts with "(?". */
static bool parse_perl_group(struct pq_regex_parser *parser)
{
	const char *from = parser->at;
	if (left(parser) > 4 && from[2] == 'P' && from[3] == '<')
		return parse_named_group(parser, from + 4);
	if (left(parser) > 3 && from[2] == '<')
		return parse_named_group(parser, from + 3);

	bool fold_case = parser->fold_case;
	uint32_t close = 0;
	parser->at += 2;
	if (!parse_flags(parser, from, &fold_case, &close))
		return false;
	if (close == ':')
		pq_regex_push_paren(&parser->stack, /* captures= */ false, parser->fold_case);
	parser->fold_case = fold_case;
	for (; from < parser->at; from++)
		pq_regex_write_text(parser, (char[]){ *from, '\0' });
	return true;
}

static bool parse_open_paren(struct pq_regex_parser *parser)
{
	if (left(parser) >= 2 && parser->at[1] == '?')
		return parse_perl_group(parser);
	write_open_paren(parser, /* captures= */ true);
	parser->at++;
	return true;
}

static bool parse_close_paren(struct pq_regex_parser *parser)
{
	if (!pq_regex_close_paren(&parser->stack, &parser->fold_case)) {
		return parser->stack.exceeded != PQ_REGEX_WITHIN_LIMITS ||
		       pq_regex_fail(parser, PQ_REGEX_UNEXPECTED_PAREN, parser->whole.data,
				     parser->end);
	}
	pq_regex_write_text(parser, ")");
	parser->at++;
	return true;
}

/* What a repetition operator says. */
struct repetition {
	const char *from;
	int min;
	int max;   /* -1 for no end */
	int extra; /* for "*", "+" and "?" what they add to the size; 0 for {…} */
};

/* A decimal number without leading zeros; -1 for one that is absurdly big. */
static bool parse_number(const char **at, const char *end, int *number)
{
	const char *digit = *at;
	if (digit == end || !pq_is_digit(*digit))
		return false;
	if (*digit == '0' && digit + 1 < end && pq_is_digit(digit[1]))
		return false;
	int value = 0;
	for (; digit < end && pq_is_digit(*digit); digit++) {
		if (value >= 0)
			value = value >= 100000000 ? -1 : value * 10 + (*digit - '0');
	}
	*number = value;
	*at = digit;
	return true;
}

/* {min}, {min,} or {min,max}. False when it is not of that form: then the brace is a character. A
 * number too big is a min of -1. */
static bool scan_repeat(const struct pq_regex_parser *parser, struct repetition *repetition,
			const char **after)
{
	const char *at = parser->at + 1;
	if (!parse_number(&at, parser->end, &repetition->min) || at == parser->end)
		return false;
	repetition->max = repetition->min;
	if (*at == ',') {
		if (++at == parser->end)
			return false;
		if (*at == '}')
			repetition->max = -1;
		else if (!parse_number(&at, parser->end, &repetition->max))
			return false;
		else if (repetition->max < 0)
			repetition->min = -1;
	}
	if (at == parser->end || *at != '}')
		return false;
	*after = at + 1;
	return true;
}

/* Puts the empty expression in place of the one on top. Flags set behind that one stay. */
static void replace_with_empty(struct pq_regex_parser *parser)
{
	static const char empty[] = "(?:)";
	const size_t length = sizeof empty - 1;
	struct pq_buffer *rewritten = parser->rewritten;
	size_t start = parser->stack.nodes[parser->stack.count - 1].written;
	if (rewritten == NULL || pq_buffer_reserve(rewritten, length) == NULL)
		return;
	size_t flags = rewritten->length - parser->operand_end;
	memmove(rewritten->data + start + length, rewritten->data + parser->operand_end, flags);
	memcpy(rewritten->data + start, empty, length);
	rewritten->length = start + length + flags;
}

/* Writes the operator from where it starts up to here. What is repeated no times is left out with
 * all that is in it, since RE2 counts copies even there. */
static void write_repetition(struct pq_regex_parser *parser, const struct repetition *repetition)
{
	if (repetition->extra == 0 && repetition->max == 0) {
		replace_with_empty(parser);
		return;
	}
	for (const char *at = repetition->from; at < parser->at; at++)
		pq_regex_write_text(parser, (char[]){ *at, '\0' });
}

/* Applies a repetition to what is on top of the stack; at is behind the operator. */
static bool apply_repetition(struct pq_regex_parser *parser, const struct repetition *repetition,
			     const char *previous)
{
	bool lazy = left(parser) > 0 && *parser->at == '?';
	if (lazy)
		parser->at++;
	if (previous != NULL) {
		return pq_regex_fail(parser, PQ_REGEX_INVALID_REPEAT_OPERATOR, previous,
				     parser->at);
	}
	if (!pq_regex_can_repeat(&parser->stack)) {
		return pq_regex_fail(parser, PQ_REGEX_MISSING_ARGUMENT, repetition->from,
				     parser->at);
	}
	if (repetition->extra > 0) {
		pq_regex_apply_operator(&parser->stack, repetition->extra);
	} else if (!pq_regex_apply_repeat(&parser->stack, repetition->min, repetition->max)) {
		return parser->stack.exceeded != PQ_REGEX_WITHIN_LIMITS ||
		       pq_regex_fail(parser, PQ_REGEX_INVALID_REPEAT_SIZE, repetition->from,
				     parser->at);
	}
	write_repetition(parser, repetition);
	return true;
}

/* *repeated is set to the operator's place when there was one. */
static bool parse_braces(struct pq_regex_parser *parser, const char *previous,
			 const char **repeated)
{
	struct repetition repetition = { .from = parser->at };
	const char *after;
	if (!scan_repeat(parser, &repetition, &after))
		return parse_literal(parser);
	parser->at = after;
	int min = repetition.min, max = repetition.max;
	if (min < 0 || min > PQ_REGEX_COPIES_MAX || max > PQ_REGEX_COPIES_MAX ||
	    (max >= 0 && min > max)) {
		return pq_regex_fail(parser, PQ_REGEX_INVALID_REPEAT_SIZE, repetition.from,
				     parser->at);
	}
	*repeated = repetition.from;
	return apply_repetition(parser, &repetition, previous);
}

static bool parse_operator(struct pq_regex_parser *parser, const char *previous,
			   const char **repeated)
{
	if (*parser->at == '{')
		return parse_braces(parser, previous, repeated);
	struct repetition repetition = {
		.from = parser->at,
		.extra = *parser->at == '*' ? 2 : 1,
	};
	parser->at++;
	*repeated = repetition.from;
	return apply_repetition(parser, &repetition, previous);
}

/* \Q … \E: what is between is literal. */
static bool parse_quoted(struct pq_regex_parser *parser)
{
	parser->at += 2;
	const char *close = memmem(parser->at, left(parser), "\\E", 2);
	const char *end = parser->end;
	parser->end = close == NULL ? end : close;
	bool parsed = true;
	/* Nothing quoted is not quite nothing: "a*\Q\E*" may be written, "a**" may not. */
	if (parser->at == parser->end)
		pq_regex_write_text(parser, "\\Q\\E");
	while (parsed && parser->at < parser->end)
		parsed = parse_literal(parser);
	parser->end = end;
	if (close != NULL)
		parser->at = close + 2;
	return parsed;
}

static bool parse_backslash(struct pq_regex_parser *parser)
{
	char kind = left(parser) >= 2 ? parser->at[1] : '\0';
	switch (kind) {
	case 'A':
	case 'b':
	case 'B':
	case 'z':
		pq_regex_write_text(parser, (char[]){ '\\', kind, '\0' });
		pq_regex_push_leaf(&parser->stack);
		parser->at += 2;
		return true;
	case 'C':
		return pq_regex_fail(parser, PQ_REGEX_INVALID_ESCAPE, parser->at, parser->at + 2);
	case 'Q':
		return parse_quoted(parser);
	default:
		return pq_regex_parse_backslash(parser);
	}
}

static bool parse_anchor_or_dot(struct pq_regex_parser *parser)
{
	pq_regex_write_text(parser, (char[]){ *parser->at, '\0' });
	if (*parser->at == '.')
		pq_regex_push_class(&parser->stack, /* single_rune= */ false);
	else
		pq_regex_push_leaf(&parser->stack);
	parser->at++;
	return true;
}

/* Parses one token. previous is where the token before started if it was a repetition, else NULL;
 * *repeated is set likewise. */
static bool parse_token(struct pq_regex_parser *parser, const char *previous, const char **repeated)
{
	switch (*parser->at) {
	case '(':
		return parse_open_paren(parser);
	case ')':
		return parse_close_paren(parser);
	case '|':
		pq_regex_push_bar(&parser->stack);
		pq_regex_write_text(parser, "|");
		parser->at++;
		return true;
	case '^':
	case '$':
	case '.':
		return parse_anchor_or_dot(parser);
	case '[':
		return pq_regex_parse_class(parser);
	case '*':
	case '+':
	case '?':
	case '{':
		return parse_operator(parser, previous, repeated);
	case '\\':
		return parse_backslash(parser);
	default:
		return parse_literal(parser);
	}
}

/* Go gives up at once when a limit is exceeded, before any other error that follows. */
static bool check_exceeded(struct pq_regex_parser *parser)
{
	switch (parser->stack.exceeded) {
	case PQ_REGEX_WITHIN_LIMITS:
		return true;
	case PQ_REGEX_TOO_DEEP:
		return pq_regex_fail(parser, PQ_REGEX_NESTS_TOO_DEEPLY, parser->whole.data,
				     parser->end);
	case PQ_REGEX_TOO_LARGE:
		return pq_regex_fail(parser, PQ_REGEX_EXPRESSION_TOO_LARGE, parser->whole.data,
				     parser->end);
	case PQ_REGEX_NO_MEMORY:
		break;
	}
	return false;
}

/* False without a problem: no memory. */
static bool parse(struct pq_regex_parser *parser)
{
	const char *previous = NULL;
	while (parser->at < parser->end) {
		const char *repeated = NULL;
		bool is_operand = *parser->at != '(';
		parser->stack.written = written(parser);
		if (!parse_token(parser, previous, &repeated) || !check_exceeded(parser))
			return false;
		if (is_operand)
			parser->operand_end = written(parser);
		previous = repeated;
	}
	pq_regex_reduce(&parser->stack);
	if (!check_exceeded(parser))
		return false;
	if (parser->stack.count != 1) {
		return pq_regex_fail(parser, PQ_REGEX_MISSING_PAREN, parser->whole.data,
				     parser->end);
	}
	return true;
}

static bool parse_pattern(struct pq_regex_parser *parser, struct pq_string pattern,
			  struct pq_buffer *rewritten)
{
	const char *data = pattern.data == NULL ? "" : pattern.data;
	*parser = (struct pq_regex_parser){
		.whole = { .data = data, .length = pattern.length },
		.at = data,
		.end = data + pattern.length,
		.rewritten = rewritten,
	};
	pq_regex_stack_init(&parser->stack);
	bool parsed = parse(parser);
	pq_regex_stack_done(&parser->stack);
	return parsed && (rewritten == NULL || !pq_buffer_failed(rewritten));
}

bool pq_regex_syntax_check(struct pq_string pattern, struct pq_buffer *rewritten,
			   struct pq_error *error)
{
	struct pq_regex_parser parser;
	if (pattern.length > PQ_REGEX_PATTERN_MAX) {
		return pq_error_set(error, PQ_ERROR_TOO_LARGE,
				    "the regular expression has %zu bytes; the limit is %d",
				    pattern.length, PQ_REGEX_PATTERN_MAX);
	}
	if (parse_pattern(&parser, pattern, rewritten))
		return true;
	if (parser.problem == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a regular expression");
	return pq_error_set(error, PQ_ERROR_INVALID, PROBLEM_FORMAT, parser.problem,
			    PQ_STRING_ARGUMENT(parser.shown));
}

void pq_regex_write_error(struct pq_buffer *text, struct pq_string pattern,
			  const struct pq_error *error)
{
	struct pq_regex_parser parser;
	if (error->code != PQ_ERROR_INVALID || parse_pattern(&parser, pattern, NULL) ||
	    parser.problem == NULL)
		pq_buffer_append_text(text, error->message);
	else
		pq_buffer_append_format(text, PROBLEM_FORMAT, parser.problem,
					PQ_STRING_ARGUMENT(parser.shown));
}
