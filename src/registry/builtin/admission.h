/* What webhooks and admission policies share. Private to this folder. */
#ifndef PQ_REGISTRY_BUILTIN_ADMISSION_H
#define PQ_REGISTRY_BUILTIN_ADMISSION_H

#include "cel/cel.h"
#include "registry/builtin/checks.h"

extern const char *const admission_match_policies[];
extern const char *const admission_failure_policies[];

/* Whether there is nothing but white space. */
bool admission_is_blank(const struct place *place);

/* validateRuleWithOperations, validateMatchResources, validateMatchConditions */
void admission_check_rule(const struct place *rule);
void admission_check_match(const struct place *match);
void admission_check_conditions(const struct place *conditions, bool has_params);

/* validateParamKind, validateParamRef */
void admission_check_param_kind(const struct place *param);
void admission_check_param_ref(const struct place *reference);

/* What the spec of every policy begins with: failurePolicy, paramKind, matchConstraints. */
void admission_check_constraints(const struct place *spec);

/* kubernetes.AdmissionRequest and kubernetes.Namespace, as expressions see them; they, their parts,
 * and the lists and maps in them by the names that expressions may use. */
extern const struct pq_cel_type *const admission_request_type;
extern const struct pq_cel_type *const admission_namespace_type;
enum { ADMISSION_TYPES = 16 };
extern const struct pq_cel_named_type admission_types[ADMISSION_TYPES];

/* What the expressions of a policy or webhook may name. It points into itself. */
struct admission_scope {
	bool has_params;
	bool is_composed; /* "variables" is there, with those checked so far */
	struct pq_cel_type type;
	struct pq_cel_declaration declaration;
	struct pq_cel_declaration *declared; /* a variable's, one a field */
};

enum admission_result {
	ADMISSION_ANYTHING,
	ADMISSION_BOOL,
	ADMISSION_STRING,
	ADMISSION_STRING_OR_NULL,
	ADMISSION_OBJECT,  /* what is applied */
	ADMISSION_PATCHES, /* a JSON Patch */
};

/* variables is the list of those that will be declared, or NULL when there is no such thing. */
void admission_scope_init(struct admission_scope *scope, const struct place *variables,
			  bool has_params);
/* validateVariable, of each. */
void admission_check_variables(struct admission_scope *scope, const struct place *variables);
/* Checks the expression of a variable; later expressions may name it. */
void admission_declare_variable(struct admission_scope *scope, struct pq_string name,
				const struct place *expression);
/* Compiles the text, which is that of the place or a part of it. */
void admission_check_expression(const struct admission_scope *scope, const struct place *place,
				struct pq_string text, enum admission_result result,
				bool has_authorizer);

#endif
