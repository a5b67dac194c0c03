/* The type of a value that is merged: a schema's node, or what stands for one where there is none.
 * Private to this folder. */
#ifndef PQ_SCHEMA_MERGE_TYPE_H
#define PQ_SCHEMA_MERGE_TYPE_H

#include "schema/node.h"

enum merge_form {
	MERGE_NODE,       /* as its node says */
	MERGE_UNDECLARED, /* there must be no such value */
	/* What nobody describes: maps are merged, lists are atomic. */
	MERGE_DEDUCED,
	MERGE_OBJECT_META, /* the same, but for: */
	MERGE_FINALIZERS,  /* a set, and */
	MERGE_OWNERS,      /* a list with the key uid, the items of which are atomic */
	MERGE_OWNER,
};

struct merge_type {
	enum merge_form form;
	const struct pq_node *node; /* of MERGE_NODE */
	bool is_resource;           /* has apiVersion, kind and metadata */
	bool preserves;             /* the node or one above it preserves unknown fields */
};

/* Which of a type's forms a value has; for null, and for what the type does not allow, the first
 * that the type has. */
enum merge_atom { MERGE_MAP, MERGE_SCALAR, MERGE_LIST };
enum merge_atom merge_type_atom(const struct merge_type *type, const struct pq_value *value);

bool merge_type_is_atomic_map(const struct merge_type *type);
enum pq_node_list_type merge_type_list(const struct merge_type *type);

/* The key of an index of a list of type map, data NULL behind the last one; and what it is when an
 * item lacks it, or NULL. */
struct pq_string merge_type_key(const struct merge_type *type, size_t index);
const struct pq_value *merge_type_key_default(const struct merge_type *type, size_t index);

/* Types of children. */
struct merge_type merge_type_root(const struct pq_schema *schema);
struct merge_type merge_type_member(const struct merge_type *type, const struct pq_member *member);
struct merge_type merge_type_item(const struct merge_type *type);

#endif
