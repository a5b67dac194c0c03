/*
 * Reading JSON (RFC 8259) as kube-apiserver reads it.
 *
 * Agrees with Go's encoding/json and sigs.k8s.io/json v0.0.0-20250730 (k8s v0.36): the last of
 * duplicate keys wins, invalid UTF-8 and lone surrogates become U+FFFD, integers that fit int64
 * are exact, other numbers are doubles, a double out of range is an error, and so is anything but
 * white space behind the value. Keys are case-sensitive.
 */
#ifndef PQ_JSON_READ_H
#define PQ_JSON_READ_H

#include "json/value.h"

enum {
	PQ_JSON_DEPTH_MAX = 10000, /* Go's encoding/json */
	PQ_JSON_PADDING = 64,      /* bytes that buffers for texts keep readable behind them */
	PQ_JSON_DUPLICATES_MAX =
		100, /* duplicate keys reported, as the API server's decoder has it */
};

struct pq_json_options {
	size_t depth_max; /* 0 means PQ_JSON_DEPTH_MAX */
	/* When given: duplicate keys (PQ_FINDING_DUPLICATE_FIELD, field "spec.a[0].b") and replaced
	 * UTF-8 (PQ_FINDING_INVALID_UTF8) are added here; reading goes on. */
	struct pq_findings *findings;
};

/* Reads one document. Strings without escapes are views into text, so text must live as long as
 * the value; PQ_JSON_PADDING bytes behind it must be readable (their content does not matter).
 * options may be NULL. On failure the error has line and column and Go's words where Go has a
 * text for it ("invalid character 'x' looking for beginning of value", "unexpected end of JSON
 * input"), code PQ_ERROR_INVALID, or PQ_ERROR_TOO_LARGE for depth and an exhausted arena.
 * Thread-safe for distinct arenas. */
PQ_CHECKED bool pq_json_read(struct pq_arena *arena, struct pq_string text,
			     const struct pq_json_options *options, struct pq_value *value,
			     struct pq_error *error);

/* The same for a text without padding behind it: copies it into the arena first. */
PQ_CHECKED bool pq_json_read_copy(struct pq_arena *arena, struct pq_string text,
				  const struct pq_json_options *options, struct pq_value *value,
				  struct pq_error *error);

#endif
