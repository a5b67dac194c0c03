/*
 * Schemas as people ask about them: which fields there are, of which types, and what is said of
 * each.
 *
 * A schema is a JSON Schema as a CustomResourceDefinition or an API server's OpenAPI v3 document
 * has it, read as it was written. What it refers to ($ref, alone or as the only element of allOf)
 * counts as its own where it says nothing itself; the fields of a list are those of its items, and
 * of a map those of its values, as for `kubectl explain`.
 */
#ifndef PQ_EXPLAIN_SCHEMA_H
#define PQ_EXPLAIN_SCHEMA_H

#include "base/buffer.h"
#include "json/value.h"

enum {
	/* Fields below fields; references that lead back to where they come from end before. */
	PQ_EXPLAIN_DEPTH_MAX = 200,
	/* References to references, and lists of lists. */
	PQ_EXPLAIN_STEPS_MAX = 64,
};

/* A schema and what it refers to. */
struct pq_explain_schema {
	const struct pq_value *components; /* by name, of the document */
	const struct pq_value *written;
	const struct pq_value *referred; /* NULL: it refers to nothing */
	struct pq_string reference;      /* the name of what it refers to, or empty */
};

struct pq_explain_field {
	struct pq_string name;
	struct pq_explain_schema schema;
	bool is_required;
};

struct pq_explain_fields {
	struct pq_explain_field *items;
	size_t count;
};

struct pq_explain_schema pq_explain_schema_at(const struct pq_value *components,
					      const struct pq_value *written);

/* What is said under a keyword, or NULL. */
const struct pq_value *pq_explain_keyword(const struct pq_explain_schema *schema, const char *name);

/* The schema of what a list or a map holds; false when it is neither. */
bool pq_explain_below(const struct pq_explain_schema *schema, struct pq_explain_schema *below);

/* The schema of what a map holds, also one in a list; false when there is no map. */
bool pq_explain_values(const struct pq_explain_schema *schema, struct pq_explain_schema *values);

/* "string", "[]Container", "map[string]Quantity", "Object". */
void pq_explain_write_type(const struct pq_explain_schema *schema, struct pq_buffer *text);

/* Where the fields come from, or NULL: the same for all schemas with the same reference. */
const struct pq_object *pq_explain_properties(const struct pq_explain_schema *schema);

/* The fields, ordered by name, in the arena. False when that is exhausted. */
PQ_CHECKED bool pq_explain_list_fields(const struct pq_explain_schema *schema,
				       struct pq_arena *arena, struct pq_explain_fields *fields);

/* Descriptions of a schema, of what it refers to and of what it holds, one a line. */
void pq_explain_write_description(const struct pq_explain_schema *schema, struct pq_buffer *text);

#endif
