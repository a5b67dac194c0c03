/*
 * Typed reading: what Go's decoder makes of a value when the target is a struct, in its words.
 *
 * A table describes the struct. The result holds the known fields only, each of the type that the
 * struct gives it, and the zero values that encoding leaves out are gone, as after a round trip
 * through sigs.k8s.io/json and runtime.DefaultUnstructuredConverter.
 */
#ifndef PQ_REGISTRY_TYPED_H
#define PQ_REGISTRY_TYPED_H

#include "json/read.h"

enum pq_typed_kind {
	PQ_TYPED_STRING,
	PQ_TYPED_INTEGER, /* from least to most */
	PQ_TYPED_NUMBER,
	PQ_TYPED_BOOLEAN,
	PQ_TYPED_TIME, /* metav1.Time */
	PQ_TYPED_RAW,  /* any JSON */
	PQ_TYPED_STRUCT,
	PQ_TYPED_LIST, /* of element */
	PQ_TYPED_MAP,  /* from strings to element */
	PQ_TYPED_SPECIAL,
};

struct pq_typed;
struct pq_typed_field;

/* Reads a value whose Go type has an UnmarshalJSON of its own. false with a reason aborts. */
struct pq_typed_reading;
typedef bool pq_typed_special(struct pq_typed_reading *reading, const struct pq_value *value,
			      const struct pq_path *path, struct pq_value *result);

struct pq_typed {
	enum pq_typed_kind kind;
	const char *name; /* as reflect prints it: "string", "types.UID", "[]v1.OwnerReference" */
	const char *struct_name;             /* of a struct, in errors of its fields */
	const struct pq_typed_field *fields; /* of a struct; ended by a row without name */
	const struct pq_typed *element; /* of a list or a map, and of a special that is bytes */
	int64_t least, most;            /* of an integer */
	pq_typed_special *special;
};

enum pq_typed_presence {
	PQ_TYPED_OMIT_EMPTY, /* a zero value is left out */
	PQ_TYPED_POINTER,    /* only null is left out */
	PQ_TYPED_ALWAYS,     /* written even when it is absent */
	/* An empty list or map is told from an absent one; writing leaves it out all the same. */
	PQ_TYPED_KEEP_EMPTY,
};

enum { PQ_TYPED_FIELDS_MAX = 64 }; /* of one struct */

struct pq_typed_field {
	const char *name;
	const struct pq_typed *type;
	enum pq_typed_presence presence;
};

/* Two levels for each schema in a schema (PQ_SCHEMA_DEPTH_MAX), and what stands around them. */
enum { PQ_TYPED_DEPTH_MAX = 2100 };

/* The JSON that a value was read from (pq_json_options.replaced). */
struct pq_typed_text {
	struct pq_string json;
	struct pq_json_replaced replaced;
};

/* An object in which members are repeated, and what stood at their keys before. */
struct pq_typed_repeated {
	const struct pq_object *object;
	const struct pq_json_replaced_member *items;
	size_t count;
};

/* What one reading carries along. */
struct pq_typed_reading {
	struct pq_arena *arena;
	const struct pq_typed_text *text;         /* or NULL */
	const struct pq_typed_repeated *repeated; /* of text, ordered by object */
	size_t repeated_count;
	struct pq_findings *strict;     /* or NULL */
	struct pq_string unconvertible; /* the first number in raw JSON that is no double */
	struct pq_string reason;        /* why the reading has ended */
	/* The first wrong type, and where: told at the end, unless something worse comes. */
	struct pq_string first;
	uint32_t first_offset;
	/* Of what ended the reading, or else of what first is about. PQ_OFFSET_NONE until then. */
	uint32_t blamed_offset;
	const char *struct_name; /* whose field is read; Go names it in errors */
	/* Where the first type with a reader of its own was entered, the struct whose field that
	 * is: Go names it, whatever struct is read within. NULL outside of such types. */
	const char *outer_struct_name;
	struct pq_buffer field; /* names of the fields on the way down, joined by dots */
	unsigned depth;
	bool is_writing;
	/* Repeated fields are made one, and nothing is told of them; else each is looked at. */
	bool merges;
};

/* Why a value cannot be read. */
struct pq_typed_refusal {
	struct pq_string reason; /* what Go says: of any length, with the NULs of the value */
	uint32_t offset; /* of the part that it is about, in the source text; or PQ_OFFSET_NONE */
};

/* Reads value as type. Unknown fields are told to strict, if given, with paths below path.
 * text, unless NULL, is what a client sent: then errors show numbers as they were written, repeated
 * fields are told to strict, too, and each is read into what the ones before it have left.
 * False with the refusal set, whose reason is static or in the arena; so, too, when the arena is
 * exhausted, which it can be asked. */
PQ_CHECKED bool pq_typed_read(struct pq_arena *arena, const struct pq_typed *type,
			      const struct pq_value *value, const struct pq_path *path,
			      const struct pq_typed_text *text, struct pq_findings *strict,
			      struct pq_value *result, struct pq_typed_refusal *refusal);

/* What Go's encoder writes of what has been read: without the empty lists and maps that were kept.
 * False when the arena is exhausted. */
PQ_CHECKED bool pq_typed_write(struct pq_arena *arena, const struct pq_typed *type,
			       const struct pq_value *value, struct pq_value *result);

/* One value below another, for specials. */
PQ_CHECKED bool pq_typed_read_value(struct pq_typed_reading *reading, const struct pq_typed *type,
				    const struct pq_value *value, const struct pq_path *path,
				    struct pq_value *result);

extern const struct pq_typed pq_typed_string;
extern const struct pq_typed pq_typed_boolean;
extern const struct pq_typed pq_typed_int32;
extern const struct pq_typed pq_typed_int64;
extern const struct pq_typed pq_typed_number;
extern const struct pq_typed pq_typed_time;
extern const struct pq_typed pq_typed_raw;
extern const struct pq_typed pq_typed_string_list;
extern const struct pq_typed pq_typed_string_map;
extern const struct pq_typed pq_typed_object_meta;

#endif
