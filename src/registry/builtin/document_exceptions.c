/*
 * Where an API server and its own OpenAPI document differ: fields that the document calls required
 * and validation lets be absent, enums it does not hold to, lists whose keys may repeat. Each row
 * is what kube-apiserver 1.36 answered; what has not been asked is not held to.
 */
#include "registry/builtin/steps.h"

struct row {
	const char *type;
	const char *field; /* NULL: any */
};

static const struct row not_required[] = {
	{ "apps.v1.ControllerRevision", "revision" },
	{ "batch.v1.PodFailurePolicy", "rules" },
	{ "core.v1.ClusterTrustBundleProjection", "path" },
	{ "core.v1.Event", "involvedObject" },
	{ "core.v1.HTTPHeader", "value" },
	{ "core.v1.ISCSIPersistentVolumeSource", "lun" },
	{ "core.v1.ISCSIVolumeSource", "lun" },
	{ "core.v1.LimitRangeSpec", "limits" },
	{ "core.v1.PodCertificateProjection", "keyType" },
	{ "core.v1.PodCertificateProjection", "signerName" },
	{ "core.v1.PreferredSchedulingTerm", "preference" },
	{ "core.v1.ScaleIOPersistentVolumeSource", "secretRef" },
	{ "core.v1.ScaleIOVolumeSource", "secretRef" },
	{ "core.v1.SleepAction", "seconds" },
	{ "core.v1.Sysctl", "value" },
	{ "core.v1.TypedLocalObjectReference",
	  NULL }, /* a dataSource that is not known is dropped */
	{ "discovery.v1.ForZone", "name" },
	{ "meta.v1.OwnerReference",
	  NULL }, /* ObjectMeta's rules judge those of the object itself */
	{ "resource.v1.Counter", "value" },
	{ "resource.v1.DeviceCapacity", "value" },
	{ "resource.v1.DeviceClass", "spec" },
	{ "resource.v1.ResourceClaim", "spec" },
	{ "resource.v1.ResourceClaimTemplate", "spec" },
	{ "resource.v1.ResourceClaimTemplateSpec", "spec" },
	{ "resource.v1.ResourcePool", "generation" },
	{ "storage.v1.CSIDriver", "spec" },
	{ "storage.v1.CSINode", "spec" },
	{ "storage.v1.CSINodeSpec", "drivers" },
	{ "storage.v1.TokenRequest", "audience" },
	/* Never asked: kinds without a stored form, and what needs more to be set up. */
	{ "authentication.v1.TokenReview", NULL },
	{ "authentication.v1.TokenReviewSpec", NULL },
	{ "authorization.v1.LocalSubjectAccessReview", NULL },
	{ "authorization.v1.SelfSubjectAccessReview", NULL },
	{ "authorization.v1.SelfSubjectRulesReview", NULL },
	{ "authorization.v1.SubjectAccessReview", NULL },
	{ "certificates.v1.CertificateSigningRequest", "spec" },
	{ "certificates.v1.CertificateSigningRequestSpec", NULL },
	{ "core.v1.Binding", "target" },
	{ "core.v1.ConfigMapNodeConfigSource", NULL },
	{ "core.v1.EphemeralContainer", "name" },
	{ "core.v1.ModifyVolumeStatus", "status" },
	{ "core.v1.PersistentVolumeClaimCondition", NULL },
	{ "meta.v1.FieldSelectorRequirement", NULL },
	{ "resource.v1.CapacityRequestPolicyRange", "min" },
	{ "resource.v1.DeviceCounterConsumption", NULL },
	{ 0 },
};

static const struct row not_restricted[] = {
	{ "core.v1.Lifecycle", "stopSignal" },
	{ 0 },
};

static const struct row unique[] = {
	{ "admissionregistration.v1.MutatingAdmissionPolicySpec", "matchConditions" },
	{ "admissionregistration.v1.MutatingWebhookConfiguration", "webhooks" },
	{ "admissionregistration.v1.ValidatingAdmissionPolicySpec", "matchConditions" },
	{ "admissionregistration.v1.ValidatingWebhook", "matchConditions" },
	{ "admissionregistration.v1.ValidatingWebhookConfiguration", "webhooks" },
	{ "core.v1.Container", "volumeDevices" },
	{ "core.v1.Container", "volumeMounts" },
	{ "core.v1.PodSpec", "containers" },
	{ "core.v1.PodSpec", "initContainers" },
	{ "core.v1.PodSpec", "resourceClaims" },
	{ "core.v1.PodSpec", "schedulingGates" },
	{ "core.v1.PodSpec", "topologySpreadConstraints" },
	{ "core.v1.PodSpec", "volumes" },
	{ "core.v1.ServiceSpec", "ports" },
	{ "storage.v1.CSINodeSpec", "drivers" },
	{ 0 },
};

static bool has_row(const struct row *rows, struct pq_string type, struct pq_string field)
{
	for (; rows->type != NULL; rows++) {
		if (pq_string_is(type, rows->type) &&
		    (rows->field == NULL || pq_string_is(field, rows->field)))
			return true;
	}
	return false;
}

bool builtin_requires(struct pq_string type, struct pq_string field)
{
	return !has_row(not_required, type, field);
}

bool builtin_restricts(struct pq_string type, struct pq_string field)
{
	return !has_row(not_restricted, type, field);
}

bool builtin_has_unique_keys(struct pq_string type, struct pq_string field)
{
	return has_row(unique, type, field);
}
