/* Which rules there are for updates of each kind. */
#include "registry/builtin/rules.h"
#include "registry/builtin/update.h"

#define ADMISSION "admissionregistration.k8s.io"

#define ALL     UPDATE_BY_ALL_RULES, NULL, NULL
#define CHANGES UPDATE_BY_CHANGES, NULL, NULL

static const struct kind_update rules[] = {
	{ "", "ConfigMap", true, true, ALL, update_check_config_map },
	{ "", "Endpoints", true, true, ALL, NULL },
	{ "", "LimitRange", true, true, ALL, NULL },
	{ "", "Namespace", true, true, UPDATE_BY_RULES, rules_check_namespace_again, NULL, NULL },
	{ "", "PersistentVolume", true, true, ALL, update_check_persistent_volume },
	{ "", "PersistentVolumeClaim", true, true, ALL, update_check_persistent_volume_claim },
	{ "", "Pod", true, true, UPDATE_BY_RULES, rules_check_pod_again, NULL, update_check_pod },
	{ "", "ResourceQuota", true, false, ALL, update_check_resource_quota },
	{ "", "Secret", true, true, ALL, update_check_secret },
	{ "", "Service", true, false, UPDATE_BY_RULES, rules_check_service,
	  update_is_service_as_created, update_check_service },
	{ "", "ServiceAccount", true, true, ALL, NULL },
	{ ADMISSION, NULL, false, true, ALL, NULL },
	{ "apps", "DaemonSet", true, false, ALL, update_check_daemon_set },
	{ "apps", "Deployment", true, false, ALL, update_check_deployment },
	{ "apps", "ReplicaSet", true, false, ALL, update_check_deployment },
	{ "apps", "StatefulSet", true, false, ALL, update_check_stateful_set },
	{ "batch", "CronJob", true, false, UPDATE_BY_RULES, rules_check_cron_job_again, NULL,
	  NULL },
	{ "batch", "Job", true, true, UPDATE_BY_RULES, rules_check_job_again, NULL,
	  update_check_job },
	{ "coordination.k8s.io", NULL, false, false, ALL, NULL },
	{ "discovery.k8s.io", "EndpointSlice", true, false, ALL, update_check_endpoint_slice },
	{ "networking.k8s.io", "Ingress", true, true, ALL, NULL },
	{ "networking.k8s.io", "IngressClass", true, true, ALL, update_check_ingress_class },
	{ "node.k8s.io", "RuntimeClass", false, true, ALL, update_check_runtime_class },
	{ "policy", NULL, false, false, ALL, NULL },
	{ "rbac.authorization.k8s.io", "ClusterRoleBinding", true, true, ALL,
	  update_check_role_binding },
	{ "rbac.authorization.k8s.io", "RoleBinding", true, true, ALL, update_check_role_binding },
	{ "rbac.authorization.k8s.io", NULL, true, true, ALL, NULL },
	{ "scheduling.k8s.io", "PriorityClass", true, false, CHANGES, update_check_priority_class },
	{ "storage.k8s.io", "StorageClass", true, true, ALL, update_check_storage_class },
	{ "storage.k8s.io", "CSIDriver", false, false, ALL, update_check_csi_driver },
	{ "storage.k8s.io", NULL, false, false, ALL, NULL },
};

static const struct kind_update unknown = { NULL, NULL, true, false, ALL, NULL };

const struct kind_update *updates_find(const struct pq_openapi_kind *kind)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
		if (pq_string_is(kind->group, rules[i].group) &&
		    (rules[i].kind == NULL || pq_string_is(kind->kind, rules[i].kind)))
			return &rules[i];
	}
	return &unknown;
}
