/*
 * Regular expressions of Go's regexp package, run by RE2 in time linear in the text.
 *
 * A pattern is parsed by the grammar of Go's regexp/syntax (Perl flags), with Go's limits and error
 * texts; RE2 gets a rewritten form of it. Equal patterns share one object for the whole process.
 */
#ifndef PQ_REGEX_REGEX_H
#define PQ_REGEX_REGEX_H

#include "base/buffer.h"
#include "base/error.h"

struct pq_regex;

enum {
	PQ_REGEX_NESTING_MAX = 1000,      /* Go's maxHeight */
	PQ_REGEX_PATTERN_MAX = 64 * 1024, /* bytes; ours */
	/* Bytes of a program, each MiB of which can take 60 ms to make, and ten times the memory:
	 * of a pattern that the author of a schema wrote, and of one that comes with an object. */
	PQ_REGEX_MEMORY_MAX = 32 << 20,
	PQ_REGEX_REQUEST_MEMORY_MAX = 2 << 20,
};

/* Compiles a pattern, or finds it among those in use. NULL on failure with the error's message in
 * Go's words: "error parsing regexp: missing closing ): `(`" (PQ_ERROR_INVALID), or
 * PQ_ERROR_TOO_LARGE for our own limit. The reference belongs to the caller. Thread-safe. */
const struct pq_regex *pq_regex_compile(struct pq_string pattern, struct pq_error *error);

/* The same for a pattern that comes with an object, and that somebody waits for:
 * PQ_ERROR_TOO_LARGE for PQ_REGEX_REQUEST_MEMORY_MAX already. */
const struct pq_regex *pq_regex_compile_for_request(struct pq_string pattern,
						    struct pq_error *error);
const struct pq_regex *pq_regex_ref(const struct pq_regex *regex);
void pq_regex_unref(const struct pq_regex *regex); /* NULL is fine */

/* From one to the other, what nobody uses any more is kept for who compiles the same patterns next.
 * Calls may overlap. Thread-safe. */
void pq_regex_hold(void);
void pq_regex_let_go(void);

/* Whether the pattern matches anywhere in the text (regexp.MatchString). Thread-safe. */
bool pq_regex_search(const struct pq_regex *regex, struct pq_string text);

/* The same, for texts that repeat: short ones that match are known again on their thread
 * (regex/known.h). */
bool pq_regex_search_known(const struct pq_regex *regex, struct pq_string text);

/* The first match at or after from, as byte offsets; false when there is none. */
bool pq_regex_find(const struct pq_regex *regex, struct pq_string text, size_t from, size_t *start,
		   size_t *end);

/* Instructions of its program, which the time it took to compile is in proportion to. */
size_t pq_regex_instructions(const struct pq_regex *regex);

struct pq_string pq_regex_pattern(const struct pq_regex *regex);

/* The parser alone: checks the pattern by Go's grammar and appends RE2's form of it to rewritten
 * (which may be NULL). */
bool pq_regex_syntax_check(struct pq_string pattern, struct pq_buffer *rewritten,
			   struct pq_error *error);

/* Appends what the error says that one of these has given for the pattern: whole, with the NULs of
 * the pattern, where the error's message is cut. */
void pq_regex_write_error(struct pq_buffer *text, struct pq_string pattern,
			  const struct pq_error *error);

#endif
