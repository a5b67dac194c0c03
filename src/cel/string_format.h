/*
 * "...".format([...]), in the legacy form of cel-go v0.26 (ext/formatting.go) that the API server
 * has: numbers with a fraction are grouped and written as in English.
 */
#ifndef PQ_CEL_STRING_FORMAT_H
#define PQ_CEL_STRING_FORMAT_H

#include "base/buffer.h"
#include "cel/library.h"

enum {
	PQ_CEL_FORMAT_PRECISION_DEFAULT = 6,
	PQ_CEL_FORMAT_PRECISION_MAX = 10000009, /* that golang.org/x/text reads to its end */
	PQ_CEL_FORMAT_DEPTH_MAX = 1000,         /* lists and maps in each other */
};

pq_cel_function pq_cel_format;

/* What a clause does with an argument. */
struct pq_cel_format_verb {
	const char *letters; /* "xX" */
	unsigned kinds; /* of the types that it takes: bits, numbered by enum pq_cel_type_kind */
	const char *message; /* of what it does not take, without the type */
};

/* A clause: "%.3f". */
struct pq_cel_format_clause {
	const struct pq_cel_format_verb *verb;
	char letter; /* one of the verb's */
	int64_t precision;
};

/* Reads the clause whose "%" stands before text[*at], which is in the text, and moves *at behind
 * it. False with Go's words for what is wrong in *problem, in the arena. */
PQ_CHECKED bool pq_cel_format_read_clause(struct pq_arena *arena, struct pq_string text, size_t *at,
					  struct pq_cel_format_clause *clause,
					  struct pq_string *problem);

static inline bool pq_cel_format_takes(const struct pq_cel_format_verb *verb,
				       const struct pq_cel_type *type)
{
	return (verb->kinds & 1u << type->kind) != 0;
}

/* One argument being written. */
struct pq_cel_formatting {
	struct pq_cel_run *run;
	struct pq_arena *arena; /* the run's */
	struct pq_buffer *buffer;
	struct pq_cel_value error; /* set on failure */
	unsigned depth;
};

/* "%s" of what it takes: string_format_value.c. False with an error set. */
PQ_CHECKED bool pq_cel_format_string(struct pq_cel_formatting *formatting,
				     const struct pq_cel_value *value);

/* "%f" and "%e" of any double, in the buffer: string_format_double.c. */
void pq_cel_format_fixed(struct pq_cel_formatting *formatting, double number, int64_t precision);
void pq_cel_format_scientific(struct pq_cel_formatting *formatting, double number,
			      int64_t precision);

/* Sets an error; returns false. */
bool pq_cel_format_fail(struct pq_cel_formatting *formatting, const char *format, ...)
	PQ_PRINTF(2, 3);

#endif
