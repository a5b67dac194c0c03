/*
 * Authorization: k8s.io/apiserver v0.36 pkg/cel/library/authz.go. Rules that name its functions
 * compile, but there is nobody to ask: custom resources' rules have no authorizer.
 */
#include "cel/cost.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/signature.h"

#define OBJECT(variable, text)                                                                     \
	const struct pq_cel_type variable = { .kind = PQ_CEL_TYPE_OBJECT, .name = PQ_LITERAL(text) }

OBJECT(pq_cel_authorizer, "kubernetes.authorization.Authorizer");
static OBJECT(path_check, "kubernetes.authorization.PathCheck");
static OBJECT(group_check, "kubernetes.authorization.GroupCheck");
OBJECT(pq_cel_resource_check, "kubernetes.authorization.ResourceCheck");
static OBJECT(decision, "kubernetes.authorization.Decision");

static void refuse(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		   struct pq_cel_value *result)
{
	(void)run;
	(void)arguments;
	*result = pq_cel_from_error("no authorizer can be asked here");
}

#define BOOL   &pq_cel_bool
#define STRING &pq_cel_string

static const struct pq_cel_overload overloads[] = {
	METHOD(refuse, "path", "authorizer_path", &path_check, 2, &pq_cel_authorizer, STRING),
	METHOD(refuse, "group", "authorizer_group", &group_check, 2, &pq_cel_authorizer, STRING),
	METHOD(refuse, "serviceAccount", "authorizer_serviceaccount", &pq_cel_authorizer, 3,
	       &pq_cel_authorizer, STRING, STRING),
	METHOD(refuse, "resource", "groupcheck_resource", &pq_cel_resource_check, 2, &group_check,
	       STRING),
	METHOD(refuse, "subresource", "resourcecheck_subresource", &pq_cel_resource_check, 2,
	       &pq_cel_resource_check, STRING),
	METHOD(refuse, "namespace", "resourcecheck_namespace", &pq_cel_resource_check, 2,
	       &pq_cel_resource_check, STRING),
	METHOD(refuse, "name", "resourcecheck_name", &pq_cel_resource_check, 2,
	       &pq_cel_resource_check, STRING),
	COSTLY_METHOD(authorization, authorization, refuse, "check", "pathcheck_check", &decision,
		      2, &path_check, STRING),
	COSTLY_METHOD(authorization, authorization, refuse, "check", "resourcecheck_check",
		      &decision, 2, &pq_cel_resource_check, STRING),
	METHOD(refuse, "errored", "decision_errored", BOOL, 1, &decision),
	METHOD(refuse, "error", "decision_error", STRING, 1, &decision),
	METHOD(refuse, "allowed", "decision_allowed", BOOL, 1, &decision),
	METHOD(refuse, "reason", "decision_reason", STRING, 1, &decision),
};

static const struct pq_cel_overload selector_overloads[] = {
	COSTLY_METHOD(selector, selector, refuse, "fieldSelector", "authorizer_fieldselector",
		      &pq_cel_resource_check, 2, &pq_cel_resource_check, STRING),
	COSTLY_METHOD(selector, selector, refuse, "labelSelector", "authorizer_labelselector",
		      &pq_cel_resource_check, 2, &pq_cel_resource_check, STRING),
};

const struct pq_cel_library pq_cel_library_authz = {
	.name = "authz",
	.introduced = 27,
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
};

const struct pq_cel_library pq_cel_library_authz_selectors = {
	.name = "authz_selectors",
	.introduced = 31,
	.overloads = selector_overloads,
	.count = sizeof selector_overloads / sizeof *selector_overloads,
};
