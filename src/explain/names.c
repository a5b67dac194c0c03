#include "explain/names.h"

enum { NAMES_MAX = 2 };

static const struct row {
	const char *group;
	const char *kind;
	struct pq_string names[NAMES_MAX];
} rows[] = {
	{ "", "ComponentStatus", { PQ_LITERAL("cs") } },
	{ "", "ConfigMap", { PQ_LITERAL("cm") } },
	{ "", "Endpoints", { PQ_LITERAL("ep") } },
	{ "", "Event", { PQ_LITERAL("ev") } },
	{ "", "LimitRange", { PQ_LITERAL("limits") } },
	{ "", "Namespace", { PQ_LITERAL("ns") } },
	{ "", "Node", { PQ_LITERAL("no") } },
	{ "", "PersistentVolume", { PQ_LITERAL("pv") } },
	{ "", "PersistentVolumeClaim", { PQ_LITERAL("pvc") } },
	{ "", "Pod", { PQ_LITERAL("po") } },
	{ "", "ReplicationController", { PQ_LITERAL("rc") } },
	{ "", "ResourceQuota", { PQ_LITERAL("quota") } },
	{ "", "Service", { PQ_LITERAL("svc") } },
	{ "", "ServiceAccount", { PQ_LITERAL("sa") } },
	{ "apiextensions.k8s.io",
	  "CustomResourceDefinition",
	  { PQ_LITERAL("crd"), PQ_LITERAL("crds") } },
	{ "apps", "DaemonSet", { PQ_LITERAL("ds") } },
	{ "apps", "Deployment", { PQ_LITERAL("deploy") } },
	{ "apps", "ReplicaSet", { PQ_LITERAL("rs") } },
	{ "apps", "StatefulSet", { PQ_LITERAL("sts") } },
	{ "autoscaling", "HorizontalPodAutoscaler", { PQ_LITERAL("hpa") } },
	{ "batch", "CronJob", { PQ_LITERAL("cj") } },
	{ "certificates.k8s.io", "CertificateSigningRequest", { PQ_LITERAL("csr") } },
	{ "events.k8s.io", "Event", { PQ_LITERAL("ev") } },
	{ "networking.k8s.io", "IPAddress", { PQ_LITERAL("ip") } },
	{ "networking.k8s.io", "Ingress", { PQ_LITERAL("ing") } },
	{ "networking.k8s.io", "NetworkPolicy", { PQ_LITERAL("netpol") } },
	{ "policy", "PodDisruptionBudget", { PQ_LITERAL("pdb") } },
	{ "scheduling.k8s.io", "PriorityClass", { PQ_LITERAL("pc") } },
	{ "storage.k8s.io", "StorageClass", { PQ_LITERAL("sc") } },
	{ "storage.k8s.io", "VolumeAttributesClass", { PQ_LITERAL("vac") } },
};

size_t pq_explain_short_names(struct pq_string group, struct pq_string kind,
			      const struct pq_string **names)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		if (!pq_string_is(kind, rows[i].kind) || !pq_string_is(group, rows[i].group))
			continue;
		*names = rows[i].names;
		return rows[i].names[1].length > 0 ? 2 : 1;
	}
	return 0;
}
