/*
 * Declarations: the shape of the data that a rule sees, as a schema gives it.
 *
 * This is how CEL gets its types and values without knowing about schemas: whoever owns the data
 * (src/schema for custom resources) describes it by a tree of declarations, and CEL reads the
 * fields of types, adapts JSON values lazily as it meets them and estimates sizes by it. A
 * declaration is immutable and must outlive the programs compiled against it.
 *
 * Follows DeclType in k8s.io/apiserver v0.36 pkg/cel/types.go and, for values,
 * pkg/cel/common/values.go (UnstructuredToVal).
 */
#ifndef PQ_CEL_DECLARATION_H
#define PQ_CEL_DECLARATION_H

#include "cel/type.h"
#include "json/value.h"

enum pq_cel_declared {
	PQ_CEL_DECLARED_DYN,    /* x-kubernetes-int-or-string: a string or an integer */
	PQ_CEL_DECLARED_UNSEEN, /* a schema without a type: all that can be done is to compare */
	PQ_CEL_DECLARED_BOOL,
	PQ_CEL_DECLARED_INT,
	PQ_CEL_DECLARED_DOUBLE,
	PQ_CEL_DECLARED_STRING,
	PQ_CEL_DECLARED_BYTES, /* base64 in the data */
	PQ_CEL_DECLARED_DATE,  /* a timestamp from here on */
	PQ_CEL_DECLARED_DATE_TIME,
	PQ_CEL_DECLARED_DURATION,
	PQ_CEL_DECLARED_LIST,
	PQ_CEL_DECLARED_MAP,
	PQ_CEL_DECLARED_OBJECT,
	/* Data without a schema, as it is: for variables that are not declared field by field. */
	PQ_CEL_DECLARED_ANY,
};

/* How lists of x-kubernetes-list-type compare and are added. */
enum pq_cel_list_semantics { PQ_CEL_LIST_PLAIN, PQ_CEL_LIST_AS_SET, PQ_CEL_LIST_AS_MAP };

struct pq_cel_field {
	struct pq_string name; /* escaped, as expressions write it */
	struct pq_string key;  /* in the data */
	uint32_t hash;         /* pq_hash(key) */
	bool required;
	const struct pq_cel_declaration *declaration;
};

struct pq_cel_declaration {
	uint8_t kind;           /* enum pq_cel_declared */
	uint8_t list_semantics; /* enum pq_cel_list_semantics */
	bool nullable;          /* a null of the data stays a null */
	bool map_is_atomic;
	const struct pq_cel_type *type;
	int64_t max_elements;        /* DeclType.MaxElements: for estimates of sizes */
	int64_t min_serialized_size; /* bytes of the smallest JSON */

	/* Whose field, item or value it is, and as which: the field's name, "@idx" or "@elem". What
	 * is nobody's has neither. Object types are named by it. */
	const struct pq_cel_declaration *parent;
	struct pq_string step;

	const struct pq_cel_declaration *element; /* of a list or map */
	/* Keys of list items, escaped as the API server looks them up. */
	const struct pq_string *list_map_keys;
	size_t list_map_key_count;

	/* Of an object: sorted by name. Members of the data that are not here are invisible to
	 * expressions; but those that the schema knows, whose names cannot be written or that are
	 * UNSEEN, are compared and listed. */
	const struct pq_cel_field *fields;
	size_t field_count;
	const struct pq_cel_field *invisible;
	size_t invisible_count;
};

/* The declaration of data that has no schema. */
extern const struct pq_cel_declaration pq_cel_declaration_any;

/* By its escaped name; NULL when there is none. */
const struct pq_cel_field *pq_cel_declaration_find(const struct pq_cel_declaration *declaration,
						   struct pq_string name);

/* A property's name as expressions write it (k8s.io/apiserver pkg/cel/escaping.go); data NULL when
 * it cannot be written, or the arena is exhausted. */
struct pq_string pq_cel_escape(struct pq_arena *arena, struct pq_string property);

/* Whether the word is one that CEL keeps to itself, such as "namespace" or "in". */
bool pq_cel_is_reserved(struct pq_string word);

/* The property that a name stands for, which may be the name itself; data NULL when it has a
 * sequence that stands for nothing, or the arena is exhausted. */
struct pq_string pq_cel_unescape(struct pq_arena *arena, struct pq_string name);

#endif
