/* What expressions of webhooks and policies see of a request and of its namespace: BuildRequestType
 * and BuildNamespaceType of k8s.io/apiserver v0.36 pkg/admission/plugin/cel/compile.go. Fields are
 * sorted by name. */
#include "registry/builtin/admission.h"

#define SCALAR(name_, kind_)                                                                       \
	static const struct pq_cel_declaration name_##_declared = {                                \
		.kind = PQ_CEL_DECLARED_##kind_,                                                   \
		.type = &pq_cel_##name_,                                                           \
	}
#define FIELD(name_, declaration_)                                                                 \
	{                                                                                          \
		.name = PQ_LITERAL(name_), .key = PQ_LITERAL(name_), .required = true,             \
		.declaration = &(declaration_),                                                    \
	}
#define OBJECT(name_, type_name_)                                                                  \
	static const struct pq_cel_type name_##_type;                                              \
	static const struct pq_cel_declaration name_##_declared = {                                \
		.kind = PQ_CEL_DECLARED_OBJECT,                                                    \
		.type = &name_##_type,                                                             \
		.fields = name_##_fields,                                                          \
		.field_count = sizeof name_##_fields / sizeof name_##_fields[0],                   \
	};                                                                                         \
	static const struct pq_cel_type name_##_type = {                                           \
		.kind = PQ_CEL_TYPE_OBJECT,                                                        \
		.name = PQ_LITERAL(type_name_),                                                    \
		.declaration = &name_##_declared,                                                  \
	}
#define LIST(name_, item_, item_type_)                                                             \
	static const struct pq_cel_type name_##_type = {                                           \
		.kind = PQ_CEL_TYPE_LIST,                                                          \
		.parameter_count = 1,                                                              \
		.name = PQ_LITERAL("list"),                                                        \
		.parameters = { &(item_type_) },                                                   \
	};                                                                                         \
	static const struct pq_cel_declaration name_##_declared = {                                \
		.kind = PQ_CEL_DECLARED_LIST,                                                      \
		.type = &name_##_type,                                                             \
		.element = &(item_),                                                               \
	}
#define MAP(name_, value_, value_type_)                                                            \
	static const struct pq_cel_type name_##_type = {                                           \
		.kind = PQ_CEL_TYPE_MAP,                                                           \
		.parameter_count = 2,                                                              \
		.name = PQ_LITERAL("map"),                                                         \
		.parameters = { &pq_cel_string, &(value_type_) },                                  \
	};                                                                                         \
	static const struct pq_cel_declaration name_##_declared = {                                \
		.kind = PQ_CEL_DECLARED_MAP,                                                       \
		.type = &name_##_type,                                                             \
		.element = &(value_),                                                              \
	}

SCALAR(bool, BOOL);
SCALAR(int, INT);
SCALAR(string, STRING);
SCALAR(timestamp, DATE_TIME);
SCALAR(dyn, ANY);
LIST(strings, string_declared, pq_cel_string);
MAP(texts, string_declared, pq_cel_string);
MAP(lists_of_texts, strings_declared, strings_type);

static const struct pq_cel_field kind_fields[] = {
	FIELD("group", string_declared),
	FIELD("kind", string_declared),
	FIELD("version", string_declared),
};
OBJECT(kind, "kubernetes.GroupVersionKind");

static const struct pq_cel_field resource_fields[] = {
	FIELD("group", string_declared),
	FIELD("resource", string_declared),
	FIELD("version", string_declared),
};
OBJECT(resource, "kubernetes.GroupVersionResource");

static const struct pq_cel_field user_fields[] = {
	FIELD("extra", lists_of_texts_declared),
	FIELD("groups", strings_declared),
	FIELD("uid", string_declared),
	FIELD("username", string_declared),
};
OBJECT(user, "kubernetes.UserInfo");

static const struct pq_cel_field request_fields[] = {
	FIELD("dryRun", bool_declared),
	FIELD("kind", kind_declared),
	FIELD("name", string_declared),
	FIELD("namespace", string_declared),
	FIELD("operation", string_declared),
	FIELD("options", dyn_declared),
	FIELD("requestKind", kind_declared),
	FIELD("requestResource", resource_declared),
	FIELD("requestSubResource", string_declared),
	FIELD("resource", resource_declared),
	FIELD("subResource", string_declared),
	FIELD("userInfo", user_declared),
};
OBJECT(request, "kubernetes.AdmissionRequest");

static const struct pq_cel_field metadata_fields[] = {
	FIELD("UID", string_declared),
	FIELD("annotations", texts_declared),
	FIELD("creationTimestamp", timestamp_declared),
	FIELD("deletionGracePeriodSeconds", int_declared),
	FIELD("deletionTimestamp", timestamp_declared),
	FIELD("finalizers", strings_declared),
	FIELD("generateName", string_declared),
	FIELD("generation", int_declared),
	FIELD("labels", texts_declared),
	FIELD("name", string_declared),
	FIELD("namespace", string_declared),
	FIELD("resourceVersion", string_declared),
};
OBJECT(metadata, "kubernetes.NamespaceMetadata");

static const struct pq_cel_field spec_fields[] = {
	FIELD("finalizers", strings_declared),
};
OBJECT(spec, "kubernetes.NamespaceSpec");

static const struct pq_cel_field condition_fields[] = {
	FIELD("lastTransitionTime", timestamp_declared),
	FIELD("message", string_declared),
	FIELD("reason", string_declared),
	FIELD("status", string_declared),
	FIELD("type", string_declared),
};
OBJECT(condition, "kubernetes.NamespaceCondition");
LIST(conditions, condition_declared, condition_type);

static const struct pq_cel_field status_fields[] = {
	FIELD("conditions", conditions_declared),
	FIELD("phase", string_declared),
};
OBJECT(status, "kubernetes.NamespaceStatus");

static const struct pq_cel_field namespace_fields[] = {
	FIELD("metadata", metadata_declared),
	FIELD("spec", spec_declared),
	FIELD("status", status_declared),
};
OBJECT(namespace, "kubernetes.Namespace");

/* A list or map is called by the path to it. */
#define REQUEST "kubernetes.AdmissionRequest"
#define SPACE   "kubernetes.Namespace"
const struct pq_cel_named_type admission_types[ADMISSION_TYPES] = {
	{ PQ_S(REQUEST), &request_type },
	{ PQ_S("kubernetes.GroupVersionKind"), &kind_type },
	{ PQ_S("kubernetes.GroupVersionResource"), &resource_type },
	{ PQ_S("kubernetes.UserInfo"), &user_type },
	{ PQ_S(REQUEST ".userInfo.extra"), &lists_of_texts_type },
	{ PQ_S(REQUEST ".userInfo.groups"), &strings_type },
	{ PQ_S(SPACE), &namespace_type },
	{ PQ_S("kubernetes.NamespaceMetadata"), &metadata_type },
	{ PQ_S("kubernetes.NamespaceSpec"), &spec_type },
	{ PQ_S("kubernetes.NamespaceCondition"), &condition_type },
	{ PQ_S("kubernetes.NamespaceStatus"), &status_type },
	{ PQ_S(SPACE ".metadata.annotations"), &texts_type },
	{ PQ_S(SPACE ".metadata.finalizers"), &strings_type },
	{ PQ_S(SPACE ".metadata.labels"), &texts_type },
	{ PQ_S(SPACE ".spec.finalizers"), &strings_type },
	{ PQ_S(SPACE ".status.conditions"), &conditions_type },
};

const struct pq_cel_type *const admission_request_type = &request_type;
const struct pq_cel_type *const admission_namespace_type = &namespace_type;
