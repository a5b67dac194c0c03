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
	/* Duplicate keys that are reported, as many as by sigs.k8s.io/json. */
	PQ_JSON_DUPLICATES_MAX = 100,
	PQ_JSON_REPLACED_MAX = 1000,
};

/* Members whose keys were repeated, as they were before the last one took their place: in each
 * object in the order of the text. */
struct pq_json_replaced_member {
	const struct pq_object *object;
	struct pq_member member;
};

struct pq_json_replaced {
	const struct pq_json_replaced_member *items;
	size_t count;                  /* at most PQ_JSON_REPLACED_MAX */
	struct pq_string out_of_range; /* the first number that no double holds */
};

struct pq_json_options {
	size_t depth_max; /* 0 means PQ_JSON_DEPTH_MAX */
	/* When given, reading goes on after these and adds them here:
	 * duplicate keys (PQ_FINDING_DUPLICATE_FIELD), as sigs.k8s.io/json reports them, in the
	 * order of the text and each path once: field "spec.a[0].b", message "duplicate field
	 * \"spec.a[0].b\"" with the inner quotes as %q has them;
	 * replaced bytes and surrogates (PQ_FINDING_INVALID_UTF8), field the path of the string. */
	struct pq_findings *findings;
	/* Objects of this name two levels down ("oldObject" in {"request":{"oldObject":{...}}}) are
	 * checked but not read, duplicate keys and replaced bytes in them are not reported. Each
	 * becomes an object without members whose offset and length are those of its text, for
	 * pq_json_read_deferred. Empty: none. */
	struct pq_string deferred;
	/* For values that may be read as a Go struct next (registry/typed.h): receives what was
	 * replaced, in the arena, and a number out of range is read as an infinity instead of
	 * being an error. */
	struct pq_json_replaced *replaced;
};

/* Reads one document. Strings without escapes are views into text, so text must live as long as
 * the value; nothing behind it is read. options may be NULL. On failure the error has line and
 * column and Go's words ("invalid character 'x' looking for beginning of value", "unexpected end of
 * JSON input", "json: cannot unmarshal number 1e400 into Go value of type float64") and code
 * PQ_ERROR_INVALID; or PQ_ERROR_TOO_LARGE for depth and an exhausted arena, PQ_ERROR_MEMORY when
 * the system has none. Thread-safe for distinct arenas. */
PQ_CHECKED bool pq_json_read(struct pq_arena *arena, struct pq_string text,
			     const struct pq_json_options *options, struct pq_value *value,
			     struct pq_error *error);

/* Reads what was deferred in text. Offsets are counted from its own start. */
PQ_CHECKED bool pq_json_read_deferred(struct pq_arena *arena, struct pq_string text,
				      const struct pq_value *deferred, struct pq_value *value,
				      struct pq_error *error);

/* The same as pq_json_read for a text that does not live long enough: copies it into the arena
 * first. */
PQ_CHECKED bool pq_json_read_copy(struct pq_arena *arena, struct pq_string text,
				  const struct pq_json_options *options, struct pq_value *value,
				  struct pq_error *error);

#endif
