/*
 * Value: an immutable JSON value in an arena.
 *
 * JSON and YAML both become it. Nobody changes one: a patch makes a new tree that shares what did
 * not change, so a value may be shared by threads as long as its arena lives. Strings are views
 * into the arena or into the source text, whichever the reader's header says.
 *
 * Numbers follow k8s.io/apimachinery's decoder: a literal without fraction and exponent that fits
 * int64 is PQ_INTEGER, every other number PQ_DOUBLE (so 1.0 is a double).
 *
 * Walks over values are iterative or bounded by a schema's depth, never recursive on input depth.
 */
#ifndef PQ_JSON_VALUE_H
#define PQ_JSON_VALUE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/findings.h"

enum pq_kind {
	PQ_NULL,
	PQ_BOOLEAN,
	PQ_INTEGER,
	PQ_DOUBLE,
	PQ_STRING,
	PQ_ARRAY,
	PQ_OBJECT,
};

struct pq_object;

struct pq_value {
	uint8_t kind;    /* enum pq_kind */
	uint32_t length; /* bytes of a string, items of an array */
	uint32_t offset; /* of the first byte in the source text, or PQ_OFFSET_NONE */
	union {
		bool boolean;
		int64_t integer;
		double number;
		const char *bytes;            /* of a string; may hold NULs */
		const struct pq_value *items; /* of an array */
		const struct pq_object *object;
	};
};

struct pq_member {
	struct pq_string key;
	uint32_t hash;   /* pq_hash(key) */
	uint32_t offset; /* of the key in the source text, or PQ_OFFSET_NONE */
	struct pq_value value;
};

/* The kind of a value that is none: of a member that has been removed (pq_object_remove). */
enum { PQ_MEMBER_GAP = UINT8_MAX };

/* Members stand in source order and their keys are unique. */
struct pq_object {
	uint32_t count;
	uint32_t slot_mask; /* slots - 1, or 0: few enough to look through */
	uint32_t *slots;    /* index into members + 1, or 0 */
	struct pq_member members[];
};

static inline struct pq_string pq_value_string(const struct pq_value *value)
{
	return (struct pq_string){ .data = value->bytes, .length = value->length };
}

static inline bool pq_value_is_container(const struct pq_value *value)
{
	return value->kind == PQ_ARRAY || value->kind == PQ_OBJECT;
}

/* Neither null nor a container: what walks that look for nulls or go down may pass by. */
static inline bool pq_value_is_plain(const struct pq_value *value)
{
	return value->kind != PQ_NULL && !pq_value_is_container(value);
}

/* Whether it is there (not NULL) and true. */
static inline bool pq_value_is_true(const struct pq_value *value)
{
	return value != NULL && value->kind == PQ_BOOLEAN && value->boolean;
}

/* null, false, 0, and what is empty: what Go's omitempty leaves out. */
bool pq_value_is_zero(const struct pq_value *value);

/* Values that have no place in a source text. Strings are not copied. */
struct pq_value pq_value_null(void);
struct pq_value pq_value_from_boolean(bool boolean);
struct pq_value pq_value_from_integer(int64_t integer);
struct pq_value pq_value_from_double(double number);
struct pq_value pq_value_from_string(struct pq_string text);
struct pq_value pq_value_from_items(const struct pq_value *items, size_t count);

/* An object of members, copied (shallowly) into the arena; hashes are computed here and of equal
 * keys the last wins. False when the arena is exhausted. */
PQ_CHECKED bool pq_value_from_members(struct pq_arena *arena, const struct pq_member *members,
				      size_t count, struct pq_value *value);

/* An object with its member at key replaced in its place, added at the end, or, when member is
 * NULL, left out; the rest is shared. What is no object counts as an empty one. result may be
 * object. False when the arena is exhausted. */
PQ_CHECKED bool pq_value_with_member(struct pq_arena *arena, const struct pq_value *object,
				     struct pq_string key, const struct pq_value *member,
				     struct pq_value *result);

/* Building an object member by member, before anybody else sees it: an empty one with room for
 * capacity members, or NULL when the arena is exhausted. */
struct pq_object *pq_object_new(struct pq_arena *arena, size_t capacity);

/* Adds a member whose hash is set; there must be room. A member with an equal key is replaced in
 * its place, and the result is then false. */
bool pq_object_put(struct pq_object *object, const struct pq_member *member);

/* Gives an empty object all of its members at once, where their hashes tell that no two have equal
 * keys. False, and none is added, when there are too many to compare, or two may be equal. */
bool pq_object_fill(struct pq_object *object, const struct pq_member *members, size_t count);

/* Takes a member out of an object that is being built; the others keep their order. False when
 * there is none. A large object keeps a gap in the member's place, which nothing finds but whoever
 * goes over members sees, and count counts: close the gaps before anybody else has the object. */
bool pq_object_remove(struct pq_object *object, struct pq_string key);
void pq_object_close_gaps(struct pq_object *object);

/* The value of an object that has been built. */
struct pq_value pq_value_from_object(const struct pq_object *object);

/* The member's value, or NULL when value is NULL, no object or lacks the key; so lookups chain. */
const struct pq_value *pq_value_find(const struct pq_value *value, struct pq_string key);
const struct pq_member *pq_value_find_member(const struct pq_value *value, struct pq_string key);
/* The same when pq_hash(key) is known. */
const struct pq_member *pq_object_find(const struct pq_object *object, struct pq_string key,
				       uint32_t hash);

/* The first member whose key is not among the names, which NULL ends; or NULL. */
const struct pq_member *pq_object_find_unlisted(const struct pq_object *object,
						const char *const *names);

/* The string at key, or an empty view with data NULL when it is absent or no string. */
struct pq_string pq_value_find_string(const struct pq_value *value, struct pq_string key);

/* Walks keys; NULL as soon as one is missing: pq_value_find_path(v, 2, "spec", "replicas"). */
const struct pq_value *pq_value_find_path(const struct pq_value *value, size_t count, ...);

/* Equality of Go's decoded values (reflect.DeepEqual): an integer never equals a double, order of
 * members does not matter. Iterative; false also when it runs out of memory. */
bool pq_value_equal(const struct pq_value *a, const struct pq_value *b);

/* A hash of a value that is no array or object, seeded as pq_hash is: equal values have the same.
 */
uint32_t pq_value_hash_scalar(const struct pq_value *value);

/* Copies a tree with all its strings into an arena, offsets kept. False when exhausted. */
PQ_CHECKED bool pq_value_copy(struct pq_arena *arena, const struct pq_value *value,
			      struct pq_value *copy);

/* The same for what becomes part of a document that it was not written in. */
PQ_CHECKED bool pq_value_copy_without_offsets(struct pq_arena *arena, const struct pq_value *value,
					      struct pq_value *copy);

/* "object", "array", "string", "integer", "number", "boolean", "null". */
const char *pq_kind_name(enum pq_kind kind);

/* Line and column, both from 1 and the column in characters, of an offset into a text. */
void pq_source_locate(struct pq_string text, uint32_t offset, uint32_t *line, uint32_t *column);

#endif
