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
	PQ_CEL_OBJECT_VALUE, /* of the data, with a declaration of fields; a map to expressions */
	PQ_CEL_TYPE_VALUE,
	PQ_CEL_OPTIONAL,
	PQ_CEL_OPAQUE_VALUE, /* of a library: quantity, IP, URL and so on */
	PQ_CEL_ERROR,
};

/* What stands behind a list, map or object. */
enum pq_cel_form {
	PQ_CEL_OF_DATA, /* data and declaration */
	PQ_CEL_BUILT,   /* items or entries that an expression made */
	PQ_CEL_GROWING, /* the same, while a comprehension adds to them in place */
};

/* An error that no operator absorbs, as it ends the evaluation: Go's program would have panicked.
 * It stands in the form of an error, whose form else is 0. */
enum { PQ_CEL_FATAL = 1 };

/* Likewise the form of an opaque value that cel-go has a pointer to: its Equal() does not know one
 * on the other side of the operator, and answers "no such overload". */
enum { PQ_CEL_BY_POINTER = 1 };

struct pq_cel_map;
struct pq_cel_list;

struct pq_cel_value {
	uint8_t kind; /* enum pq_cel_kind */
	uint8_t form; /* enum pq_cel_form */
	union {
		/* Bytes of a string or of an error's message, items of a list that is not growing.
		 */
		uint32_t length;
		int32_t nanoseconds; /* of a timestamp: 0 to 999 999 999 */
	};
	union {
		bool boolean;
		int64_t integer; /* also the seconds of a timestamp, nanoseconds of a duration */
		uint64_t natural;
		double number;
		const char *bytes; /* also an error's message, static or in the arena */
		const struct pq_value *data;
		const struct pq_cel_value *items; /* of a built list */
		struct pq_cel_list *growing;
		struct pq_cel_map *map; /* of a built or growing map */
		const struct pq_cel_type *type_value;
		const struct pq_cel_value *present; /* of an optional; NULL: none */
		const void *opaque;
	};
	union {
		/* Of data; of a built list, when it was made of one of data and keeps its ways of
		 * comparing and adding, else NULL. */
		const struct pq_cel_declaration *declaration;
		const struct pq_cel_type *opaque_type;
		int32_t utc_offset; /* of a timestamp: the seconds east of UTC that it shows */
	};
};

/* Of a string; of an error its message. */
static inline struct pq_string pq_cel_value_string(const struct pq_cel_value *value)
{
	return (struct pq_string){ .data = value->bytes, .length = value->length };
}

static inline bool pq_cel_is_error(const struct pq_cel_value *value)
{
	return value->kind == PQ_CEL_ERROR;
}

/* Of the types that cel-go's values of take calls by name (traits.ReceiverType): they refuse a call
 * in other words than values of other types. */
static inline bool pq_cel_is_receiver(const struct pq_cel_value *value)
{
	return value->kind == PQ_CEL_STRING || value->kind == PQ_CEL_TIMESTAMP ||
	       value->kind == PQ_CEL_DURATION;
}

static inline bool pq_cel_is_map(const struct pq_cel_value *value)
{
	return value->kind == PQ_CEL_MAP_VALUE || value->kind == PQ_CEL_OBJECT_VALUE;
}

static inline bool pq_cel_is_true(const struct pq_cel_value *value)
{
	return value->kind == PQ_CEL_BOOL && value->boolean;
}

static inline struct pq_cel_value pq_cel_null_value(void)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_NULL };
}

static inline struct pq_cel_value pq_cel_from_bool(bool boolean)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_BOOL, .boolean = boolean };
}

static inline struct pq_cel_value pq_cel_from_int(int64_t integer)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_INT, .integer = integer };
}

static inline struct pq_cel_value pq_cel_from_uint(uint64_t natural)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_UINT, .natural = natural };
}

static inline struct pq_cel_value pq_cel_from_double(double number)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_DOUBLE, .number = number };
}

/* The text is not copied. */
static inline struct pq_cel_value pq_cel_from_string(struct pq_string text)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_STRING,
				      .length = (uint32_t)text.length,
				      .bytes = text.data };
}

static inline struct pq_cel_value pq_cel_from_bytes(struct pq_string bytes)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_BYTES,
				      .length = (uint32_t)bytes.length,
				      .bytes = bytes.data };
}

static inline struct pq_cel_value pq_cel_from_duration(int64_t nanoseconds)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_DURATION, .integer = nanoseconds };
}

/* The seconds of the first and of the last timestamp, in the years 1 (where Go's time.Time begins)
 * and 9999. */
#define PQ_CEL_TIMESTAMP_MIN INT64_C(-62135596800)
#define PQ_CEL_TIMESTAMP_MAX INT64_C(253402300799)

static inline struct pq_cel_value pq_cel_from_timestamp(int64_t seconds, int32_t nanoseconds,
							int32_t utc_offset)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_TIMESTAMP,
				      .nanoseconds = nanoseconds,
				      .integer = seconds,
				      .utc_offset = utc_offset };
}

static inline struct pq_cel_value pq_cel_from_type(const struct pq_cel_type *type)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_TYPE_VALUE, .type_value = type };
}

/* NULL: an optional without value. The value must live as long as the optional. */
static inline struct pq_cel_value pq_cel_from_optional(const struct pq_cel_value *present)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_OPTIONAL, .present = present };
}

static inline struct pq_cel_value pq_cel_from_opaque(const struct pq_cel_type *type,
						     const void *opaque)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_OPAQUE_VALUE,
				      .opaque = opaque,
				      .opaque_type = type };
}

/* Items must live as long as the list. */
static inline struct pq_cel_value pq_cel_from_items(const struct pq_cel_value *items, size_t count)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_LIST_VALUE,
				      .form = PQ_CEL_BUILT,
				      .length = (uint32_t)count,
				      .items = items };
}

/* message is static, or lives as long as the value. */
static inline struct pq_cel_value pq_cel_from_error(const char *message)
{
	return (struct pq_cel_value){ .kind = PQ_CEL_ERROR,
				      .length = (uint32_t)strlen(message),
				      .bytes = message };
}

static inline struct pq_cel_value pq_cel_from_fatal(const char *message)
{
	struct pq_cel_value fatal = pq_cel_from_error(message);
	fatal.form = PQ_CEL_FATAL;
	return fatal;
}

/* An error whose message is made in the arena; it may have NULs. */
struct pq_cel_value pq_cel_error_format(struct pq_arena *arena, const char *format, ...)
	PQ_PRINTF(2, 3);
struct pq_cel_value pq_cel_error_format_list(struct pq_arena *arena, const char *format,
					     va_list arguments) PQ_PRINTF(2, 0);

/* An optional of a copy of the value in the arena. */
struct pq_cel_value pq_cel_optional_of(struct pq_arena *arena, const struct pq_cel_value *value);

/* What an exhausted arena leads to. */
struct pq_cel_value pq_cel_out_of_memory(void);

/* "no such overload", or the value itself when it is an error. */
struct pq_cel_value pq_cel_no_such_overload(const struct pq_cel_value *value);

/* The type that type(value) gives: parameters are erased, data's objects are maps. */
const struct pq_cel_type *pq_cel_runtime_type(const struct pq_cel_value *value);

/* What Go's %T says of it, for messages of the API server that do. */
const char *pq_cel_value_go_type(const struct pq_cel_value *value);

/* Empty, 0, false, null: optional.ofNonZeroValue(). */
bool pq_cel_is_zero(const struct pq_cel_value *value);

#endif
