/* Follows pkg/apis/<group>/v1/defaults.go and zz_generated.defaults.go of k8s.io/kubernetes v1.36.
 * Rows name a field wherever it stands: one that has a default in one struct and none in another is
 * taken to have it in both, so that at most too little is told. */
#include "registry/builtin/update_defaults.h"

struct filled_field {
	const char *name;
	const char *texts[2]; /* its default, if it is a text; both NULL and no number: anything */
	int64_t number;       /* its default, if it is a number */
	bool is_pointer;      /* so that zero is another value than none */
	bool only_in_objects;
	bool is_refilled;  /* in updates too, where it is no default */
	bool may_be_added; /* by an update, which it may be dropped from */
};

static const struct filled_field fields[] = {
	/* pods */
	{ .name = "dnsPolicy", .texts = { "ClusterFirst" } },
	{ .name = "restartPolicy", .texts = { "Always" } },
	{ .name = "schedulerName", .texts = { "default-scheduler" } },
	{ .name = "terminationGracePeriodSeconds", .number = 30, .is_pointer = true },
	{ .name = "appArmorProfile", .only_in_objects = true },
	{ .name = "enableServiceLinks",
	  .is_pointer = true,
	  .only_in_objects = true,
	  .is_refilled = true },
	{ .name = "ephemeralContainers", .only_in_objects = true },
	{ .name = "imagePullSecrets", .only_in_objects = true },
	{ .name = "nodeName", .only_in_objects = true },
	{ .name = "nodeSelector", .only_in_objects = true },
	{ .name = "overhead", .only_in_objects = true },
	{ .name = "preemptionPolicy", .only_in_objects = true, .is_refilled = true },
	{ .name = "priority", .is_pointer = true, .only_in_objects = true, .is_refilled = true },
	{ .name = "priorityClassName", .only_in_objects = true },
	{ .name = "seccompProfile", .only_in_objects = true },
	{ .name = "serviceAccountName", .only_in_objects = true },
	{ .name = "tolerations", .only_in_objects = true },
	{ .name = "volumes", .only_in_objects = true },
	/* containers; the tag of an image decides when it is pulled */
	{ .name = "imagePullPolicy", .texts = { "Always", "IfNotPresent" } },
	{ .name = "protocol", .texts = { "TCP" } },
	{ .name = "terminationMessagePath", .texts = { "/dev/termination-log" } },
	{ .name = "terminationMessagePolicy", .texts = { "File" } },
	{ .name = "hostPort", .only_in_objects = true, .is_refilled = true },
	{ .name = "limits", .only_in_objects = true },
	{ .name = "mountPropagation", .only_in_objects = true },
	{ .name = "procMount", .only_in_objects = true },
	{ .name = "recursiveReadOnly", .only_in_objects = true },
	{ .name = "requests", .only_in_objects = true, .is_refilled = true },
	{ .name = "resizePolicy", .only_in_objects = true, .is_refilled = true },
	{ .name = "volumeMounts", .only_in_objects = true },
	/* probes, and references to fields */
	{ .name = "failureThreshold", .number = 3 },
	{ .name = "path", .texts = { "/" } },
	{ .name = "periodSeconds", .number = 10 },
	{ .name = "scheme", .texts = { "HTTP" } },
	{ .name = "successThreshold", .number = 1 },
	{ .name = "timeoutSeconds", .number = 1 },
	{ .name = "apiVersion", .texts = { "v1" } },
	{ .name = "divisor", .texts = { "0" } },
	/* sources of volumes */
	{ .name = "cachingMode", .texts = { "ReadWrite" } },
	{ .name = "defaultMode", .number = 0644, .is_pointer = true },
	{ .name = "expirationSeconds", .number = 3600, .is_pointer = true },
	{ .name = "fsType", .texts = { "ext4", "xfs" } },
	{ .name = "iscsiInterface", .texts = { "default" } },
	{ .name = "keyring", .texts = { "/etc/ceph/keyring" } },
	{ .name = "kind", .texts = { "Shared" } },
	{ .name = "pool", .texts = { "rbd" } },
	{ .name = "pullPolicy", .texts = { "Always", "IfNotPresent" } },
	{ .name = "storageMode", .texts = { "ThinProvisioned" } },
	{ .name = "user", .texts = { "admin" } },
	/* spread and affinity, which a pod's matchLabelKeys are put into */
	{ .name = "labelSelector", .only_in_objects = true },
	{ .name = "matchExpressions", .only_in_objects = true },
	{ .name = "nodeAffinityPolicy", .only_in_objects = true },
	{ .name = "nodeTaintsPolicy", .only_in_objects = true },
	/* workloads, with the labels that a job gives its pods */
	{ .name = "podManagementPolicy", .texts = { "OrderedReady" } },
	{ .name = "status", .texts = { "True" } },
	{ .name = "batch.kubernetes.io/controller-uid" },
	{ .name = "batch.kubernetes.io/job-name" },
	{ .name = "completions", .number = 1, .is_pointer = true },
	{ .name = "controller-uid" },
	{ .name = "job-name" },
	/* claims and volumes */
	{ .name = "volumeMode", .texts = { "Filesystem" } },
	{ .name = "storageClassName",
	  .is_pointer = true,
	  .only_in_objects = true,
	  .may_be_added = true },
	{ .name = "volumeAttributesClassName", .only_in_objects = true },
	{ .name = "volumeName", .only_in_objects = true, .may_be_added = true },
	/* metadata, and roles that are bound */
	{ .name = "creationTimestamp" },
	{ .name = "annotations", .only_in_objects = true, .is_refilled = true },
	{ .name = "apiGroup", .only_in_objects = true, .is_refilled = true },
	{ .name = "namespace", .only_in_objects = true, .is_refilled = true },
	/* what is dropped unless a feature is turned on */
	{ .name = "clusterTrustBundle", .may_be_added = true },
	{ .name = "podCertificate", .may_be_added = true },
	{ .name = "schedulingGroup", .may_be_added = true },
	{ .name = "stopSignal", .may_be_added = true },
};

/* Pointers that nothing is put in the place of. */
static const char *const pointers[] = {
	"activeDeadlineSeconds",
	"allowPrivilegeEscalation",
	"automountServiceAccountToken",
	"backoffLimitPerIndex",
	"fsGroup",
	"privileged",
	"readOnlyRootFilesystem",
	"runAsGroup",
	"runAsNonRoot",
	"runAsUser",
	"setHostnameAsFQDN",
	"shareProcessNamespace",
	"tolerationSeconds",
};

static const struct filled_field *find(struct pq_string name)
{
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		if (pq_string_is(name, fields[i].name))
			return &fields[i];
	}
	return NULL;
}

static bool is_any(const struct filled_field *field)
{
	return field->texts[0] == NULL && field->number == 0;
}

static bool is_default(const struct filled_field *field, const struct pq_value *value)
{
	if (is_any(field))
		return true;
	if (value->kind == PQ_INTEGER)
		return field->number != 0 && value->integer == field->number;
	for (size_t i = 0; i < 2 && value->kind == PQ_STRING; i++) {
		if (field->texts[i] != NULL &&
		    pq_string_is(pq_value_string(value), field->texts[i]))
			return true;
	}
	return false;
}

static bool is_filled(const struct filled_field *field, enum update_lack lack)
{
	switch (lack) {
	case UPDATE_LACKED_BY_STORED:
		return field->may_be_added;
	case UPDATE_LACKED_BY_CHANGED:
		return field->is_refilled || !is_any(field);
	case UPDATE_LACKED_BY_FILE:
		break;
	}
	return true;
}

bool update_may_be_filled(enum update_scope scope, struct pq_string name,
			  const struct pq_value *value, enum update_lack lack)
{
	const struct filled_field *field = find(name);
	return field != NULL && (scope == UPDATE_OBJECT || !field->only_in_objects) &&
	       is_filled(field, lack) && is_default(field, value);
}

bool update_keeps_zero(struct pq_string name)
{
	const struct filled_field *field = find(name);
	for (size_t i = 0; i < sizeof pointers / sizeof pointers[0]; i++) {
		if (pq_string_is(name, pointers[i]))
			return true;
	}
	return field != NULL && field->is_pointer;
}
