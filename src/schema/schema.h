/*
 * A schema: the OpenAPI v3 schema of a CRD version or of an AdmissionSchema, checked and compiled
 * to a program that prunes, defaults and validates.
 *
 * Immutable and ref-counted; shared by threads. The words and the order of steps are those of
 * k8s.io/apiextensions-apiserver v0.36 and k8s.io/kube-openapi; docs/semantics.md maps each rule
 * to its file here.
 */
#ifndef PQ_SCHEMA_SCHEMA_H
#define PQ_SCHEMA_SCHEMA_H

#include "base/error.h"
#include "base/findings.h"
#include "json/patch.h"
#include "json/value.h"

enum {
	PQ_SCHEMA_DEPTH_MAX = 1000,   /* nesting of schemas in schemas */
	PQ_SCHEMA_NODES_MAX = 200000, /* schemas in one program */
};

enum pq_schema_kind {
	/* A CRD's: root is an object with apiVersion, kind and metadata implied. */
	PQ_SCHEMA_RESOURCE,
	/* An AdmissionSchema's: describes a part of any kind. Nothing is pruned, unknown fields are
	 * welcome, x-kubernetes-* list types are allowed, fields need no type. */
	PQ_SCHEMA_OVERLAY,
};

struct pq_schema;

/* Judges apiVersion, kind and metadata of a resource: one that a default is, holds or is a part of.
 * Fields of its findings start with path. */
typedef void pq_schema_judge_embedded(const struct pq_value *resource, const struct pq_path *path,
				      struct pq_findings *findings, void *context);

/* What may be wrong with a schema that was accepted before an API server asked for it: it does not
 * ask for it in an update of a CRD that has it (validationOptions). */
enum pq_schema_flaw {
	PQ_SCHEMA_NOT_STRUCTURAL = 1 << 0,
	PQ_SCHEMA_UNKNOWN_TYPE = 1 << 1,
	PQ_SCHEMA_UNPRUNED_DEFAULT = 1 << 2,
	PQ_SCHEMA_GRANULAR_SET = 1 << 3, /* items of a set are lists or maps that merge */
	PQ_SCHEMA_LOOSE_ITEMS = 1 << 4,  /* items of a set or map may be null or without a key */
};

struct pq_schema_check_options {
	enum pq_schema_kind kind;
	bool has_status;   /* the version has the status subresource, which restricts the root */
	unsigned forgiven; /* enum pq_schema_flaw: not asked for */
	/* It has been accepted before: rules may cost what they have always cost. */
	bool is_unchanged;
	/* Finds why a resource cannot be read as its type: told alone, the rest is not judged. */
	pq_schema_judge_embedded *read_embedded;  /* NULL: all can be read */
	pq_schema_judge_embedded *judge_embedded; /* NULL: resources are not judged */
	void *context;                            /* of both */
};

/* Checks what an author wrote: structural rules, completeness, keywords, list keys, rules' texts,
 * defaults; and compiles the rules' expressions, when nothing is wrong with the schemas they are
 * about. Findings have the API server's fields, below path, and words; they live in the findings'
 * arena. */
void pq_schema_check(const struct pq_value *source, const struct pq_path *path,
		     const struct pq_schema_check_options *options, struct pq_findings *findings);

/* Passes apiVersion, kind and metadata of a resource, and of the resources in it, through their
 * types, and drops what cannot be read. False only when the arena is exhausted. */
typedef bool pq_schema_coerce(const struct pq_schema *schema, struct pq_arena *arena,
			      const struct pq_value *resource, struct pq_value *result);

/* The flaws of a schema (schema/flaws.c); one that cannot be read has none. False only when the
 * arena is exhausted. */
PQ_CHECKED bool pq_schema_find_flaws(const struct pq_value *source, struct pq_arena *arena,
				     pq_schema_coerce *coerce, unsigned *flaws);

typedef bool pq_schema_visit_embedded(const struct pq_value *resource, const struct pq_path *path,
				      void *context);

/* Which defaults are visited. */
enum pq_schema_defaults {
	PQ_DEFAULTS_CHECKED, /* not those below additionalProperties, which are never checked */
	PQ_DEFAULTS_ALL,
};

/* Visits the resources that the defaults of a schema are or hold, if its structure is good: an API
 * server passes them through their type when it accepts and when it serves the schema. Paths are
 * below path. A visit that returns false ends with the default it is in. False only when the arena
 * is exhausted. */
PQ_CHECKED bool pq_schema_each_default_resource(const struct pq_value *source,
						enum pq_schema_defaults which,
						const struct pq_path *path, struct pq_arena *arena,
						pq_schema_visit_embedded *visit, void *context);

/* Compiles a schema that passed pq_schema_check. The program copies what it needs: source may go
 * away. NULL on failure: PQ_ERROR_TOO_LARGE for a named limit, PQ_ERROR_INVALID otherwise. */
const struct pq_schema *pq_schema_compile(const struct pq_value *source, enum pq_schema_kind kind,
					  struct pq_error *error);
const struct pq_schema *pq_schema_ref(const struct pq_schema *schema);
void pq_schema_unref(const struct pq_schema *schema); /* NULL is fine */

/* Bytes that the program holds. */
size_t pq_schema_size(const struct pq_schema *schema);

/* The steps below are what an API server does to an object on its way in, in this order. Those that
 * take an arena return false only when it is exhausted. *result may be *value itself, untouched,
 * when there was nothing to do, and shares everything that did not change. */

/* Removes fields the schema does not know. unknown, if given, receives one
 * PQ_FINDING_UNKNOWN_FIELD per field, sorted by path as the API server's warnings are. */
PQ_CHECKED bool pq_schema_prune(const struct pq_schema *schema, struct pq_arena *arena,
				const struct pq_value *value, struct pq_findings *unknown,
				struct pq_value *result);

/* Removes null members that are neither nullable nor defaulted. */
PQ_CHECKED bool pq_schema_drop_nulls(const struct pq_schema *schema, struct pq_arena *arena,
				     const struct pq_value *value, struct pq_value *result);

/* Finds what defaulting would change and appends it to patch, in an order in which the operations
 * apply; appends nothing for an object that is complete. One operation per outermost value that is
 * inserted ("add") or takes the place of a null ("replace"), complete with the defaults inside it.
 * Paths are in the patch's arena, and it is false only when that is exhausted; values are the
 * schema's, so that a reference to it must be held as long as the patch or what it was applied to
 * is used. */
PQ_CHECKED bool pq_schema_default(const struct pq_schema *schema, const struct pq_value *value,
				  struct pq_patch *patch);

/* Whether none of the three would change anything; where that is not plain, false. One walk in the
 * place of three. */
bool pq_schema_is_settled(const struct pq_schema *schema, const struct pq_value *value);

/* What may be done for rules where somebody waits. */
#define PQ_RULES_QUOTA_NONE INT64_MAX

struct pq_rules_quota {
	/* What they may cost where nothing that takes long may be done, at most the API server's
	 * budget; PQ_RULES_QUOTA_NONE: as an API server. Once it is negative they would have cost
	 * more, and what they said is worth nothing. */
	int64_t left;
	/* Counts what rules do, items, and embedded resources; once it has come all ends, and what
	 * was said is worth nothing. Or NULL. */
	struct pq_interrupt *interrupt;
};

struct pq_schema_validation {
	const struct pq_value *value;
	const struct pq_value *old;   /* for ratcheting on update, or NULL */
	const struct pq_path *path;   /* of value: NULL for a whole object */
	bool status_only;             /* judge only value's property "status" (the subresource) */
	struct pq_rules_quota *quota; /* its interrupt counts here, too; NULL: as an API server */
};

/* Keywords, formats and enums with ratcheting (KEP-4008). A valid object costs no memory: texts are
 * rendered only in a second pass over one that is not. Members are told of in their object's order.
 * False only when the arena is exhausted. */
PQ_CHECKED bool pq_schema_validate(const struct pq_schema *schema, struct pq_arena *arena,
				   const struct pq_schema_validation *validation,
				   struct pq_findings *findings);

struct pq_schema_rules_run {
	const struct pq_value *value;
	const struct pq_value *old; /* before an update, for oldSelf and for ratcheting; or NULL */
	/* Receives failures that are forgiven, since nothing changed; NULL: they are not told. */
	struct pq_findings *warnings;
	struct pq_rules_quota *quota; /* NULL: as an API server */
};

/* Runs the rules (x-kubernetes-validations) of a whole object: last, since they do not run, and it
 * is said, when something in findings makes the object too broken for them. False only when the
 * arena is exhausted. */
PQ_CHECKED bool pq_schema_run_rules(const struct pq_schema *schema, struct pq_arena *arena,
				    const struct pq_schema_rules_run *run,
				    struct pq_findings *findings);

bool pq_schema_has_rules(const struct pq_schema *schema);

/* Whether a rule asks about oldSelf, so that a verdict without the old object says nothing. */
bool pq_schema_rules_use_old(const struct pq_schema *schema);

/* All of it, in the order of an API server: keywords, list types, and rules unless something that
 * was found blocks them, which is told then. For what is no custom resource. */
PQ_CHECKED bool pq_schema_judge(const struct pq_schema *schema, struct pq_arena *arena,
				const struct pq_schema_validation *validation,
				struct pq_findings *findings);

/* x-kubernetes-list-type set and map (schema/list_type.c). When old (or NULL), the object before an
 * update, had faults of this kind anywhere, all are forgiven. */
PQ_CHECKED bool pq_schema_validate_list_types(const struct pq_schema *schema,
					      struct pq_arena *arena, const struct pq_value *value,
					      const struct pq_value *old,
					      struct pq_findings *findings);

/* Visits the embedded resources (x-kubernetes-embedded-resource) of an object, an outer one before
 * those inside it, so that registry can judge their metadata. Stops and returns false as soon as
 * visit does. */
PQ_CHECKED bool pq_schema_each_embedded(const struct pq_schema *schema,
					const struct pq_value *value,
					pq_schema_visit_embedded *visit, void *context);

/* The same, and the object itself first. */
PQ_CHECKED bool pq_schema_each_resource(const struct pq_schema *schema,
					const struct pq_value *value,
					pq_schema_visit_embedded *visit, void *context);

#endif
