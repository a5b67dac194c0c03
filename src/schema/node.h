/*
 * The compiled form of a schema: one node per schema, immutable, in the program's own arena.
 *
 * A node keeps what most schemas have in itself and the rest behind pointers that are NULL when
 * there is nothing to do. Recursion over nodes is bounded by PQ_SCHEMA_DEPTH_MAX.
 */
#ifndef PQ_SCHEMA_NODE_H
#define PQ_SCHEMA_NODE_H

#include "formats/format.h"
#include "regex/regex.h"
#include "schema/schema.h"

#include <stdatomic.h>

enum pq_node_flag {
	PQ_NODE_NULLABLE = 1 << 0,
	PQ_NODE_PRESERVES_UNKNOWN = 1 << 1,
	PQ_NODE_EMBEDDED_RESOURCE = 1 << 2,
	PQ_NODE_INT_OR_STRING = 1 << 3,
	PQ_NODE_ADDITIONAL_GIVEN = 1 << 4,   /* additionalProperties: a schema or a boolean */
	PQ_NODE_ADDITIONAL_REFUSED = 1 << 5, /* additionalProperties: false */
	/* What a walk looks for is somewhere below: without the bit it need not go on. */
	PQ_NODE_DEFAULTS_BELOW = 1 << 6,
	PQ_NODE_LISTS_BELOW = 1 << 7, /* lists of type set or map, this one included */
	PQ_NODE_EMBEDDED_BELOW = 1 << 8,
	PQ_NODE_RULES_BELOW = 1 << 9,     /* x-kubernetes-validations, here or below */
	PQ_NODE_PASSWORD_BELOW = 1 << 10, /* format: password, here or below */
};

enum pq_node_list_type { PQ_LIST_ATOMIC, PQ_LIST_SET, PQ_LIST_MAP };

/* Ranges of numbers that a schema's format asks for. */
enum pq_node_number_format { PQ_NUMBER_ANY, PQ_NUMBER_INT32, PQ_NUMBER_INT64, PQ_NUMBER_FLOAT };

struct pq_node_name {
	struct pq_string text;
	uint32_t hash;
};

struct pq_node_property {
	struct pq_node_name name;
	const struct pq_node *node;
};

struct pq_node_properties {
	uint32_t count;
	uint32_t slot_mask;
	const struct pq_node_property *items; /* in source order */
	const uint32_t *slots;                /* index into items + 1, or 0; never full */
	const struct pq_node_name *required;
	size_t required_count;
};

struct pq_node_text {
	int64_t max_length; /* in code points; INT64_MAX and INT64_MIN: none */
	int64_t min_length;
	struct pq_string pattern;
	const struct pq_regex *regex; /* a reference, or NULL */
	struct pq_node_text *next;    /* in the program, for giving references back */
};

struct pq_node_bound {
	bool given;
	bool exclusive;
	bool fits; /* the type and format of the schema, so that integers are compared as such */
	double value;
};

struct pq_node_number {
	struct pq_node_bound maximum;
	struct pq_node_bound minimum;
	struct pq_node_bound multiple_of;
};

/* INT64_MAX and INT64_MIN: none */
struct pq_node_size {
	int64_t max_items;
	int64_t min_items;
	int64_t max_properties;
	int64_t min_properties;
	bool unique_items; /* only where defaults are judged */
};

struct pq_node_enum {
	struct pq_value values;
	uint32_t *slots; /* of a long list: index of a scalar in values + 1, or 0; never full */
	uint32_t slot_mask;
	bool has_containers; /* told of a long list only */
};

struct pq_node_branches {
	const struct pq_node *const *items;
	size_t count;
};

struct pq_node_junctors {
	struct pq_node_branches all_of;
	struct pq_node_branches any_of;
	struct pq_node_branches one_of;
	const struct pq_node * not ;
};

/* In types: one that no value has; only where defaults are judged. */
enum { PQ_NODE_TYPE_UNKNOWN = 1 << 7 };

struct pq_node_rules;

struct pq_node_extras {
	const struct pq_value *default_value;    /* as written, or NULL */
	const struct pq_value *complete_default; /* with the defaults that apply inside it */
	const struct pq_node_rules *rules;       /* schema/rule_programs.h; or NULL */
	struct pq_string unknown_type;           /* with PQ_NODE_TYPE_UNKNOWN: its name */
	const struct pq_node_name *list_map_keys;
	size_t list_map_key_count;
};

struct pq_node {
	uint32_t flags;          /* enum pq_node_flag */
	uint8_t types;           /* 1 << enum pq_kind; 0: any. A number's bit is PQ_DOUBLE's */
	uint8_t list_type;       /* enum pq_node_list_type */
	uint8_t number_format;   /* enum pq_node_number_format */
	bool map_is_atomic;      /* x-kubernetes-map-type: atomic */
	struct pq_string format; /* as written, when it counts for the type; else empty */
	const struct pq_format *string_format;
	const struct pq_node_properties *properties;
	const struct pq_node *items;
	const struct pq_node *additional;
	const struct pq_node_text *text;
	const struct pq_node_number *number;
	const struct pq_node_size *size;
	const struct pq_node_enum *enumeration;
	const struct pq_node_junctors *junctors;
	const struct pq_node_extras *extras;
};

struct pq_schema {
	atomic_size_t references;
	enum pq_schema_kind kind;
	struct pq_arena arena;
	const struct pq_node *root;
	struct pq_node_text *texts;        /* those that hold a reference to a regex */
	const struct pq_node_rules *rules; /* those that hold programs */
	bool rules_use_old;
};

/* The property's schema, or NULL. hash is pq_hash(name). */
const struct pq_node *pq_node_find_property(const struct pq_node *node, struct pq_string name,
					    uint32_t hash);

/* The schema of a member: its property's, else that of additionalProperties, else NULL. */
static inline const struct pq_node *pq_node_find_member(const struct pq_node *node,
							const struct pq_member *member)
{
	const struct pq_node *found = pq_node_find_property(node, member->key, member->hash);
	return found != NULL ? found : node->additional;
}

static inline const struct pq_value *pq_node_default(const struct pq_node *node)
{
	return node->extras == NULL ? NULL : node->extras->complete_default;
}

#endif
