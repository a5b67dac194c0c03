/*
 * Values of CEL at run time.
 *
 * A value is small and passed by copy; what it points to lives in the arena of the evaluation, in
 * the program or in the data, and is immutable. Data is adapted lazily: a list or map of the data
 * is a view with its declaration, and its parts become values when they are asked for.
 *
 * An error is a value, which operators absorb or hand on as the language says.
 *
 * Follows cel-go v0.26 common/types.
 */
#ifndef PQ_CEL_VALUE_H
#define PQ_CEL_VALUE_H

#include "cel/declaration.h"

enum pq_cel_kind {
	PQ_CEL_NULL,
	PQ_CEL_BOOL,
	PQ_CEL_INT,
	PQ_CEL_UINT,
	PQ_CEL_DOUBLE,
	PQ_CEL_STRING,
	PQ_CEL_BYTES,
	PQ_CEL_TIMESTAMP,
	PQ_CEL_DURATION,
	PQ_CEL_LIST_VALUE,
	PQ_CEL_MAP_VALUE,
	PQ_CEL_OBJECT_VALUE, /* of the data, with a declaration of fields */
	PQ_CEL_TYPE_VALUE,
	PQ_CEL_OPTIONAL,
	PQ_CEL_OPAQUE_VALUE, /* of a library: quantity, IP, URL and so on */
	PQ_CEL_ERROR,
};

/* What stands behind a list, map or object. */
enum pq_cel_form {
	PQ_CEL_OF_DATA, /* data and declaration */
	PQ_CEL_BUILT,   /* items or entries that an expression made */
};

struct pq_cel_map_entry;

struct pq_cel_value {
	uint8_t kind; /* enum pq_cel_kind */
	uint8_t form; /* enum pq_cel_form */
	union {
		uint32_t length;     /* bytes of a string, items of a list, entries of a map */
		int32_t nanoseconds; /* of a timestamp: 0 to 999 999 999 */
	};
	union {
		bool boolean;
		int64_t integer; /* also the seconds of a timestamp, nanoseconds of a duration */
		uint64_t natural;
		double number;
		const char *bytes;
		const struct pq_value *data;
		const struct pq_cel_value *items;
		const struct pq_cel_map_entry *entries;
		const struct pq_cel_type *type_value;
		const struct pq_cel_value *present; /* of an optional; NULL: none */
		const void *opaque;
		const char *error; /* the message, ended by a NUL; static or in the arena */
	};
	union {
		const struct pq_cel_declaration *declaration; /* of data */
		const struct pq_cel_type *opaque_type;
	};
};

struct pq_cel_map_entry {
	struct pq_cel_value key;
	struct pq_cel_value value;
};

static inline struct pq_string pq_cel_value_string(const struct pq_cel_value *value)
{
	return (struct pq_string){ .data = value->bytes, .length = value->length };
}

#endif
