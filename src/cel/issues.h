/*
 * Issues: what is wrong with an expression, found by the parser or the checker.
 *
 * The list lives in an arena, keeps the first PQ_CEL_ISSUES_MAX and counts the others. Not
 * thread-safe.
 *
 * Follows cel-go v0.26 common/errors.go (list, order, cut) and common/error.go (one entry).
 */
#ifndef PQ_CEL_ISSUES_H
#define PQ_CEL_ISSUES_H

#include "base/arena.h"
#include "base/buffer.h"

enum {
	PQ_CEL_ISSUES_MAX = 100,    /* kept and printed */
	PQ_CEL_SNIPPET_MAX = 16384, /* bytes; longer lines are not shown below a message */
};

/* Offsets that cel-go gives to what has no place in the text. Issues of the expression as a whole
 * print as "<input>:-1:0"; those of parts that a broken expression lacks, before its start, as
 * "<input>:1:0". */
#define PQ_CEL_NOWHERE      (UINT32_MAX - 1)
#define PQ_CEL_BEFORE_START UINT32_MAX

struct pq_cel_issue {
	uint32_t offset; /* into the text, in bytes, or one of the above */
	struct pq_string message;
};

struct pq_cel_issues {
	struct pq_arena *arena;
	struct pq_string text; /* of the expression */
	struct pq_cel_issue *items;
	size_t count;
	size_t reported; /* those that were not kept, too */
};

/* text must live as long as the issues. */
void pq_cel_issues_init(struct pq_cel_issues *issues, struct pq_arena *arena,
			struct pq_string text);

/* The message is made in the arena. When it is exhausted the issue counts all the same, so that an
 * expression with issues never looks right. */
void pq_cel_issues_add(struct pq_cel_issues *issues, uint32_t offset, const char *format, ...)
	PQ_PRINTF(3, 4);
void pq_cel_issues_add_list(struct pq_cel_issues *issues, uint32_t offset, const char *format,
			    va_list arguments) PQ_PRINTF(3, 0);

/* Takes back what was added after there had been count of them. */
void pq_cel_issues_cut(struct pq_cel_issues *issues, size_t count);

static inline bool pq_cel_issues_is_empty(const struct pq_cel_issues *issues)
{
	return issues->reported == 0;
}

/* All of them in the order of the text, one after the other with line, column and the line with a
 * mark below: "ERROR: <input>:1:6: undefined field 'foo'\n | self.foo\n | .....^". data is NULL
 * when the arena is exhausted. */
struct pq_string pq_cel_issues_format(const struct pq_cel_issues *issues, struct pq_arena *arena);

#endif
