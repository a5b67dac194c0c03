/*
 * Checks of what an author of a schema wrote, and the findings they make.
 *
 * Texts and their order are those of validateCustomResourceDefinitionValidation in
 * k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation.
 */
#ifndef PQ_SCHEMA_CHECK_H
#define PQ_SCHEMA_CHECK_H

#include "schema/schema.h"
#include "schema/source.h"

/* Parts of a schema shown in a finding, in bytes: Go's form is many times longer than what was
 * written. */
enum { PQ_CHECK_SHOWN_MAX = 4 * 1024 * 1024 };

/* Expressions that are named when all of a schema together cost too much. */
enum { PQ_CHECK_EXPENSIVE_MAX = 4 };

struct pq_check_expensive {
	uint64_t cost;
	struct pq_string path;
	uint32_t offset;
};

/* What is found when rules are compiled: told after what is wrong with schemas. */
struct pq_check_rules {
	struct pq_findings findings;
	struct pq_arena scratch; /* of one expression */
	uint64_t total;          /* cost of all expressions; UINT64_MAX: that or more */
	struct pq_check_expensive expensive[PQ_CHECK_EXPENSIVE_MAX]; /* the dearest first */
	size_t expensive_count;
};

struct pq_check {
	enum pq_schema_kind kind;
	const struct pq_schema_check_options *options;
	struct pq_arena *arena;
	struct pq_findings *findings;
	struct pq_check_rules *rules; /* NULL: rules are not compiled */
};

static inline bool pq_check_forgives(const struct pq_check *check, enum pq_schema_flaw flaw)
{
	return (check->options->forgiven & (unsigned)flaw) != 0;
}

/* Findings (check_findings.c). "<type text>: <detail>" at path; where gives the offset. The details
 * of the first three may have NULs in them, of the document. */
void pq_check_add(const struct pq_check *check, enum pq_finding_type type,
		  const struct pq_path *path, const struct pq_value *where,
		  struct pq_string detail);

/* "<type text>: <shown>: <detail>" */
void pq_check_add_value(const struct pq_check *check, enum pq_finding_type type,
			const struct pq_path *path, const struct pq_value *where,
			const struct pq_value *shown, struct pq_string detail);

/* The same, shown being rendered already. */
void pq_check_add_shown(const struct pq_check *check, enum pq_finding_type type,
			const struct pq_path *path, const struct pq_value *where,
			const struct pq_buffer *shown, struct pq_string detail);

/* The same for a keyword of a schema: path is the schema's. A name that is no keyword given is
 * fine, then the finding points to the schema. */
void pq_check_add_keyword(const struct pq_check *check, enum pq_finding_type type,
			  const struct pq_path *path, const struct pq_source *source,
			  const char *keyword, const char *detail);
void pq_check_add_keyword_text(const struct pq_check *check, enum pq_finding_type type,
			       const struct pq_path *path, const struct pq_source *source,
			       const char *keyword, struct pq_string shown, const char *detail);
void pq_check_add_keyword_flag(const struct pq_check *check, const struct pq_path *path,
			       const struct pq_source *source, const char *keyword, bool shown,
			       const char *detail);

/* Structural rules (structural.c): schemas that pruning and defaulting can go by. */
void pq_check_structure(const struct pq_check *check, const struct pq_source *source,
			const struct pq_path *path);

/* Everything named in a junctor is named outside of one, too (complete.c). */
void pq_check_completeness(const struct pq_check *check, const struct pq_source *source,
			   const struct pq_path *path);

/* Keywords one by one (openapi.c). */
void pq_check_keywords(const struct pq_check *check, const struct pq_source *source,
		       const struct pq_path *path);

/* Single ones of them, which flaws.c looks for, too: the type is one of OpenAPI's; the items of a
 * set are compared by what is in them; null items, and keys that may be missing or null, of a set
 * or map. */
bool pq_check_is_known_type(const struct pq_source *source);
bool pq_check_is_granular_set(const struct pq_source *source);
void pq_check_list_items(const struct pq_check *check, const struct pq_source *source,
			 const struct pq_path *path);

/* x-kubernetes-validations, short of compiling the expressions (check_rules.c). */
void pq_check_rules(const struct pq_check *check, const struct pq_source *source,
		    const struct pq_path *path);

/* Compiles the rules of the scope's schema, which has nothing wrong in it or below
 * (check_expressions.c). */
struct pq_rule_scope;
void pq_check_compile_rules(const struct pq_check *check, struct pq_rule_scope *scope,
			    const struct pq_path *path);

/* The sum of what all rules cost, when all have been compiled. */
void pq_check_total_cost(const struct pq_check *check, const struct pq_source *source,
			 const struct pq_path *path);

/* Defaults fit the schema they stand in (check_defaults.c). */
void pq_check_defaults(const struct pq_check *check, const struct pq_source *source,
		       const struct pq_path *path);

/* Whether the structural rules and completeness hold for a CRD's schema. False also when the arena
 * is exhausted. */
bool pq_check_is_structural(struct pq_arena *arena, const struct pq_source *source);

/* What cannot be made into a structural schema at all: the text for it, or NULL. */
const char *pq_check_find_unsupported(const struct pq_source *source);

#endif
