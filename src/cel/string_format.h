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

/* One argument being written. */
struct pq_cel_formatting {
	struct pq_cel_run *run;
	struct pq_arena *arena; /* the run's */
	struct pq_buffer *buffer;
	struct pq_cel_value error; /* set on failure */
	unsigned depth;
};

/* "%s": string_format_value.c. False with an error set. */
PQ_CHECKED bool pq_cel_format_string(struct pq_cel_formatting *formatting,
				     const struct pq_cel_value *value);

/* "%f" and "%e" of any double, in the buffer: string_format_double.c. */
void pq_cel_format_fixed(struct pq_cel_formatting *formatting, double number, int64_t precision);
void pq_cel_format_scientific(struct pq_cel_formatting *formatting, double number,
			      int64_t precision);

/* Go's text for digits that are no int; NULL: they are, and *precision is set. */
const char *pq_cel_precision_problem(struct pq_string digits, int64_t *precision);

/* Sets an error; returns false. */
bool pq_cel_format_fail(struct pq_cel_formatting *formatting, const char *format, ...)
	PQ_PRINTF(2, 3);

#endif
