/*
 * The parser of Go's regexp/syntax with the flags of syntax.Perl, as of Go 1.26. It checks a
 * pattern and writes the same expression in RE2's syntax. Internal to src/regex.
 */
#ifndef PQ_REGEX_SYNTAX_H
#define PQ_REGEX_SYNTAX_H

#include "base/buffer.h"
#include "regex/limits.h"
#include "regex/regex.h"

struct pq_regex_parser {
	struct pq_string whole;
	const char *at;
	const char *end;
	bool fold_case; /* (?i) is on here */
	struct pq_regex_stack stack;
	struct pq_buffer *rewritten; /* or NULL */
	size_t operand_end;          /* of what has been rewritten: behind the last expression */
	const char *problem;         /* of a pattern that is refused: what is told, */
	struct pq_string shown;      /* and the part of the pattern that is shown with it */
};

/* Go's texts of its ErrorCode. */
#define PQ_REGEX_INVALID_CLASS_RANGE     "invalid character class range"
#define PQ_REGEX_INVALID_ESCAPE          "invalid escape sequence"
#define PQ_REGEX_INVALID_NAMED_CAPTURE   "invalid named capture"
#define PQ_REGEX_INVALID_PERL_OPERATOR   "invalid or unsupported Perl syntax"
#define PQ_REGEX_INVALID_REPEAT_OPERATOR "invalid nested repetition operator"
#define PQ_REGEX_INVALID_REPEAT_SIZE     "invalid repeat count"
#define PQ_REGEX_INVALID_UTF8            "invalid UTF-8"
#define PQ_REGEX_MISSING_BRACKET         "missing closing ]"
#define PQ_REGEX_MISSING_PAREN           "missing closing )"
#define PQ_REGEX_MISSING_ARGUMENT        "missing argument to repetition operator"
#define PQ_REGEX_TRAILING_BACKSLASH      "trailing backslash at end of expression"
#define PQ_REGEX_UNEXPECTED_PAREN        "unexpected )"
#define PQ_REGEX_NESTS_TOO_DEEPLY        "expression nests too deeply"
#define PQ_REGEX_EXPRESSION_TOO_LARGE    "expression too large"

/* Keeps what is wrong, and the part of the pattern between from and to. Returns false. */
bool pq_regex_fail(struct pq_regex_parser *parser, const char *problem, const char *from,
		   const char *to);

/* Reads one character; at must not be at the end. Fails on invalid UTF-8. */
bool pq_regex_next_rune(struct pq_regex_parser *parser, uint32_t *rune);

/* Fails when the text is no UTF-8, naming it from the offending byte on. */
bool pq_regex_check_utf8(struct pq_regex_parser *parser, const char *from, const char *to);

void pq_regex_write_text(struct pq_regex_parser *parser, const char *text);
void pq_regex_write_rune(struct pq_regex_parser *parser, uint32_t rune);

/* Everything that starts with a backslash and matches one character, and bracket expressions
 * (regex/class.c). at is at the "\\" or the "[". */
bool pq_regex_parse_escape(struct pq_regex_parser *parser, uint32_t *rune);
bool pq_regex_parse_backslash(struct pq_regex_parser *parser);
bool pq_regex_parse_class(struct pq_regex_parser *parser);

#endif
