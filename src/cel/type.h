/*
 * Types of CEL expressions, as the checker infers them.
 *
 * Types are immutable. Those of signatures are static; those that the checker makes live in the
 * arena of the compilation, and what a program keeps of them in the program's. Two types of equal
 * parts are equal whether or not they are the same pointer (pq_cel_type_equal).
 *
 * Follows github.com/google/cel-go v0.26 common/types/types.go.
 */
#ifndef PQ_CEL_TYPE_H
#define PQ_CEL_TYPE_H

#include "base/arena.h"
#include "base/string_view.h"

enum {
	PQ_CEL_TYPE_SIZE_MAX = 10000, /* types in the type of an expression */
};

enum pq_cel_type_kind {
	PQ_CEL_TYPE_DYN,
	PQ_CEL_TYPE_NULL,
	PQ_CEL_TYPE_BOOL,
	PQ_CEL_TYPE_INT,
	PQ_CEL_TYPE_UINT,
	PQ_CEL_TYPE_DOUBLE,
	PQ_CEL_TYPE_STRING,
	PQ_CEL_TYPE_BYTES,
	PQ_CEL_TYPE_TIMESTAMP,
	PQ_CEL_TYPE_DURATION,
	PQ_CEL_TYPE_LIST,      /* one parameter */
	PQ_CEL_TYPE_MAP,       /* two: key and value */
	PQ_CEL_TYPE_TYPE,      /* one, or none for the type of any type */
	PQ_CEL_TYPE_ANY,       /* google.protobuf.Any */
	PQ_CEL_TYPE_OBJECT,    /* a declaration's, a well-known message's, or a library's by name */
	PQ_CEL_TYPE_OPAQUE,    /* a library's, by name; "optional_type" has one parameter */
	PQ_CEL_TYPE_PARAMETER, /* A or B of a signature, or a variable of the checker's */
	PQ_CEL_TYPE_ERROR,
	PQ_CEL_TYPE_NOTHING, /* no type at all, as cel-go's nil: a field that JSONPatch has not */
};

struct pq_cel_declaration;

struct pq_cel_type {
	uint8_t kind; /* enum pq_cel_type_kind */
	uint8_t parameter_count;
	bool nullable;         /* a wrapper: google.protobuf.Int64Value is an int or null */
	uint32_t variable;     /* of the checker's parameters: which, from 1; else 0 */
	uint32_t size;         /* types in it, with itself, as often as they stand there; 0: few */
	struct pq_string name; /* at run time: "int", "list", "google.protobuf.Duration" */
	const struct pq_cel_type *parameters[2];
	const struct pq_cel_declaration *declaration; /* of an object of ours, else NULL */
};

extern const struct pq_cel_type pq_cel_dyn;
extern const struct pq_cel_type pq_cel_any;
extern const struct pq_cel_type pq_cel_null;
extern const struct pq_cel_type pq_cel_bool;
extern const struct pq_cel_type pq_cel_int;
extern const struct pq_cel_type pq_cel_uint;
extern const struct pq_cel_type pq_cel_double;
extern const struct pq_cel_type pq_cel_string;
extern const struct pq_cel_type pq_cel_bytes;
extern const struct pq_cel_type pq_cel_timestamp;
extern const struct pq_cel_type pq_cel_duration;
extern const struct pq_cel_type pq_cel_type_type;
extern const struct pq_cel_type pq_cel_error;
extern const struct pq_cel_type pq_cel_nothing;
extern const struct pq_cel_type pq_cel_parameter_a;
extern const struct pq_cel_type pq_cel_parameter_b;

/* Made of these, for signatures. */
extern const struct pq_cel_type pq_cel_list_of_dyn;
extern const struct pq_cel_type pq_cel_list_of_a;
extern const struct pq_cel_type pq_cel_list_of_string;
extern const struct pq_cel_type pq_cel_map_of_dyn;
extern const struct pq_cel_type pq_cel_map_of_a_b;
extern const struct pq_cel_type pq_cel_optional_of_a;
extern const struct pq_cel_type pq_cel_type_of_a;

/* NULL when the arena is exhausted. */
const struct pq_cel_type *pq_cel_type_list(struct pq_arena *arena, const struct pq_cel_type *item);
const struct pq_cel_type *pq_cel_type_map(struct pq_arena *arena, const struct pq_cel_type *key,
					  const struct pq_cel_type *value);
const struct pq_cel_type *pq_cel_type_optional(struct pq_arena *arena,
					       const struct pq_cel_type *value);
const struct pq_cel_type *pq_cel_type_of_type(struct pq_arena *arena,
					      const struct pq_cel_type *type);

/* Structural equality; objects by their declaration, or else as opaque types by name; wrappers as
 * what they wrap. Depth is bounded by what made them. */
bool pq_cel_type_equal(const struct pq_cel_type *a, const struct pq_cel_type *b);

/* Of a type that has these as its parameters, or NULL; saturates. */
uint32_t pq_cel_type_size_over(const struct pq_cel_type *const parameters[static 2]);

static inline bool pq_cel_type_is_optional(const struct pq_cel_type *type)
{
	return type->kind == PQ_CEL_TYPE_OPAQUE && pq_string_is(type->name, "optional_type");
}

/* "map(string, list(int))", as checker.FormatCELType writes types into messages; data NULL when the
 * arena is exhausted. Objects of declarations that are called "object" are named after their place
 * below root (or the topmost declaration, when that is NULL): "selfType0.spec.items.@idx". The API
 * server has the time of day instead of the 0. */
struct pq_string pq_cel_type_format(struct pq_arena *arena, const struct pq_cel_type *type,
				    const struct pq_cel_declaration *root);

#endif
