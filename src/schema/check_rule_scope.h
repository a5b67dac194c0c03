/*
 * Where the rules of a schema stand: what CEL sees there, how often the place can exist in one
 * object, and whether an older value of it can be found. One scope a schema while a CRD is judged.
 *
 * Follows CELSchemaContext in k8s.io/apiextensions-apiserver v0.36
 * pkg/apis/apiextensions/validation/cel_validation.go.
 */
#ifndef PQ_SCHEMA_CHECK_RULE_SCOPE_H
#define PQ_SCHEMA_CHECK_RULE_SCOPE_H

#include "base/path.h"
#include "cel/declaration.h"
#include "schema/source.h"

struct pq_rule_scope {
	struct pq_rule_scope *parent; /* NULL: the root */
	const struct pq_source *source;
	struct pq_string property; /* of the parent; data NULL: an item or a value of it */
	bool is_resource;
	bool has_rules;       /* here or above */
	bool is_bounded;      /* all lists and maps above have a maximum */
	uint64_t cardinality; /* the product of those; when bounded */
	/* The outermost place above from which on an older value cannot be found, or NULL. */
	const struct pq_path *uncorrelatable;

	bool is_declared;
	const struct pq_cel_declaration *declaration; /* when declared; NULL: CEL sees nothing */
};

void pq_rule_scope_init_root(struct pq_rule_scope *scope, const struct pq_source *source,
			     bool is_resource);

/* The scope of a schema below. path is the parent's. */
void pq_rule_scope_init_property(struct pq_rule_scope *scope, struct pq_rule_scope *parent,
				 const struct pq_source *source, struct pq_string property,
				 const struct pq_path *path);
void pq_rule_scope_init_value(struct pq_rule_scope *scope, struct pq_rule_scope *parent,
			      const struct pq_source *source);
void pq_rule_scope_init_item(struct pq_rule_scope *scope, struct pq_rule_scope *parent,
			     const struct pq_source *source, const struct pq_path *path);

/* Made in the arena when first asked for, from what the parent has if that has rules. NULL when CEL
 * sees nothing of the schema, or the arena is exhausted. */
const struct pq_cel_declaration *pq_rule_scope_declare(struct pq_rule_scope *scope,
						       struct pq_arena *arena);

/* How often a rule that costs that much can be run in one object, at most. */
uint64_t pq_rule_scope_multiply(const struct pq_rule_scope *scope, uint64_t cost);

#endif
