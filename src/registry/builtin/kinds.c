#include "registry/builtin/kinds.h"

#include "registry/builtin/rules.h"

#define CORE           "", NULL
#define ADMISSION      "admissionregistration.k8s.io", NULL
#define SUBDOMAIN      KIND_WITH_FINALIZERS, PQ_NAME_DNS1123_SUBDOMAIN
#define SEGMENT        KIND_WITH_FINALIZERS, PQ_NAME_PATH_SEGMENT
#define WHOLE_SEGMENT  KIND_WITH_FINALIZERS, PQ_NAME_WHOLE_SEGMENT
#define LABEL          KIND_WITH_FINALIZERS, PQ_NAME_DNS1123_LABEL
#define SUBDOMAIN_ONLY KIND_WITH_METADATA, PQ_NAME_DNS1123_SUBDOMAIN
#define LAST           KIND_METADATA_AT_LAST, PQ_NAME_PATH_SEGMENT
#define NAMELESS       KIND_WITHOUT_NAME, PQ_NAME_PATH_SEGMENT

/* The first row that fits counts. */
static const struct kind_rules rules[] = {
	{ CORE, "Binding", NAMELESS, NULL },
	{ CORE, "ConfigMap", SUBDOMAIN, rules_check_config_map },
	{ CORE, "Endpoints", SUBDOMAIN, rules_check_endpoints },
	{ CORE, "Event", LAST, NULL },
	{ CORE, "LimitRange", SUBDOMAIN, rules_check_limit_range },
	{ CORE, "Namespace", LABEL, rules_check_namespace },
	{ CORE, "PersistentVolume", SUBDOMAIN, rules_check_persistent_volume },
	{ CORE, "PersistentVolumeClaim", SUBDOMAIN, rules_check_persistent_volume_claim },
	{ CORE, "Pod", SUBDOMAIN, rules_check_pod },
	{ CORE, "PodTemplate", SUBDOMAIN, rules_check_pod_template },
	{ CORE, "ReplicationController", SUBDOMAIN, rules_check_replication_controller },
	{ CORE, "ResourceQuota", SUBDOMAIN, rules_check_resource_quota },
	{ CORE, "Secret", SUBDOMAIN, rules_check_secret },
	{ CORE, "Service", LABEL, rules_check_service },
	{ CORE, NULL, SUBDOMAIN, NULL },
	{ ADMISSION, "MutatingWebhookConfiguration", SUBDOMAIN_ONLY, rules_check_webhooks },
	{ ADMISSION, "ValidatingWebhookConfiguration", SUBDOMAIN_ONLY, rules_check_webhooks },
	{ ADMISSION, "MutatingAdmissionPolicy", SUBDOMAIN_ONLY, rules_check_mutating_policy },
	{ ADMISSION, "MutatingAdmissionPolicyBinding", SUBDOMAIN_ONLY,
	  rules_check_mutating_policy_binding },
	{ ADMISSION, "ValidatingAdmissionPolicy", SUBDOMAIN_ONLY, rules_check_validating_policy },
	{ ADMISSION, "ValidatingAdmissionPolicyBinding", SUBDOMAIN_ONLY,
	  rules_check_validating_policy_binding },
	{ ADMISSION, NULL, SUBDOMAIN_ONLY, NULL },
	{ "apps", NULL, "DaemonSet", SUBDOMAIN, rules_check_daemon_set },
	{ "apps", NULL, "Deployment", SUBDOMAIN, rules_check_deployment },
	{ "apps", NULL, "ReplicaSet", SUBDOMAIN, rules_check_replica_set },
	{ "apps", NULL, "StatefulSet", LABEL, rules_check_stateful_set },
	{ "apps", NULL, NULL, SUBDOMAIN, NULL },
	{ "authentication.k8s.io", NULL, NULL, NAMELESS, NULL },
	{ "authorization.k8s.io", NULL, NULL, NAMELESS, NULL },
	{ "autoscaling", "v1", "HorizontalPodAutoscaler", SUBDOMAIN, rules_check_autoscaler_v1 },
	{ "autoscaling", "v2", "HorizontalPodAutoscaler", SUBDOMAIN, rules_check_autoscaler_v2 },
	{ "autoscaling", NULL, NULL, SUBDOMAIN, NULL },
	{ "batch", NULL, "CronJob", SUBDOMAIN, rules_check_cron_job },
	{ "batch", NULL, "Job", SUBDOMAIN, rules_check_job },
	{ "batch", NULL, NULL, SUBDOMAIN, NULL },
	{ "coordination.k8s.io", NULL, "Lease", SUBDOMAIN_ONLY, rules_check_lease },
	{ "discovery.k8s.io", NULL, NULL, SUBDOMAIN, NULL },
	{ "flowcontrol.apiserver.k8s.io", NULL, NULL, SUBDOMAIN, NULL },
	{ "networking.k8s.io", NULL, "Ingress", SUBDOMAIN, rules_check_ingress },
	{ "networking.k8s.io", NULL, "IngressClass", SUBDOMAIN, rules_check_ingress_class },
	{ "networking.k8s.io", NULL, "IPAddress", SEGMENT, NULL },
	{ "networking.k8s.io", NULL, "NetworkPolicy", SUBDOMAIN, rules_check_network_policy },
	{ "networking.k8s.io", NULL, NULL, SUBDOMAIN, NULL },
	{ "node.k8s.io", NULL, "RuntimeClass", SUBDOMAIN_ONLY, rules_check_runtime_class },
	{ "policy", NULL, "PodDisruptionBudget", LAST, rules_check_disruption_budget },
	{ "rbac.authorization.k8s.io", NULL, "ClusterRole", WHOLE_SEGMENT,
	  rules_check_cluster_role },
	{ "rbac.authorization.k8s.io", NULL, "ClusterRoleBinding", WHOLE_SEGMENT,
	  rules_check_cluster_role_binding },
	{ "rbac.authorization.k8s.io", NULL, "Role", WHOLE_SEGMENT, rules_check_role },
	{ "rbac.authorization.k8s.io", NULL, "RoleBinding", WHOLE_SEGMENT,
	  rules_check_role_binding },
	{ "scheduling.k8s.io", NULL, "PriorityClass", SUBDOMAIN, rules_check_priority_class },
	{ "storage.k8s.io", NULL, "CSIDriver", SUBDOMAIN, rules_check_csi_driver },
	{ "storage.k8s.io", NULL, "StorageClass", SUBDOMAIN, rules_check_storage_class },
	{ "storage.k8s.io", NULL, NULL, SUBDOMAIN, NULL },
};

static const struct kind_rules unknown = { NULL, NULL, NULL, LAST, NULL };

const struct kind_rules *kinds_find(const struct pq_openapi_kind *kind)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		const struct kind_rules *row = &rules[i];
		if (pq_string_is(kind->group, row->group) &&
		    (row->version == NULL || pq_string_is(kind->version, row->version)) &&
		    (row->kind == NULL || pq_string_is(kind->kind, row->kind)))
			return row;
	}
	return &unknown;
}

bool kinds_set_generation(const struct pq_openapi_kind *kind)
{
	static const char *const groups[] = {
		"admissionregistration.k8s.io",
		"apps",
		"batch",
		"discovery.k8s.io",
		"flowcontrol.apiserver.k8s.io",
		"policy",
		"scheduling.k8s.io",
	};
	static const char *const kinds[] = { "Pod",     "PodTemplate",  "ReplicationController",
					     "Ingress", "IngressClass", "NetworkPolicy" };
	for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
		if (pq_string_is(kind->group, groups[i]))
			return true;
	}
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		if (pq_string_is(kind->kind, kinds[i]))
			return true;
	}
	return false;
}
