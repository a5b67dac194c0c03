/* Persistent volumes and claims of them. */
#include "registry/builtin/pod.h"
#include "registry/builtin/rules.h"

static const char *const access_modes[] = { "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce",
					    "ReadWriteOncePod", NULL };
static const char *const volume_modes[] = { "Block", "Filesystem", NULL };

static void check_access_modes(const struct place *spec)
{
	const struct place modes = place_field(spec, "accessModes");
	bool has_pod = false, has_other = false;
	for (size_t i = 0; i < place_count(&modes); i++) {
		struct place mode = place_item(&modes, i);
		if (place_is_text(&mode, "ReadWriteOncePod"))
			has_pod = true;
		else if (place_is_one_of(&mode, access_modes))
			has_other = true;
		else {
			mode.path = modes.path;
			refuse_unsupported(&mode, access_modes);
		}
	}
	if (has_pod && has_other)
		refuse_forbidden(&modes, "may not use ReadWriteOncePod with other access modes");
}

/* Told of by another name than its own. */
static void check_storage(const struct place *spec)
{
	const struct place resources = place_field(spec, "resources");
	const struct place requests = place_field(&resources, "requests");
	const struct place storage = place_field(&requests, "storage");
	struct place told = place_keyed(&resources, PQ_S("storage"));
	struct pq_quantity quantity;
	if (pq_value_find(requests.value, PQ_S("storage")) == NULL) {
		refuse_required(&told, "");
		return;
	}
	told.offset = storage.offset;
	if (place_resource(&storage, &quantity) && pq_quantity_sign(&quantity) <= 0)
		refuse_string(&told, check_resource_text(&storage), "must be greater than zero");
}

static bool is_claim_or_snapshot(const struct place *source)
{
	const struct place kind = place_field(source, "kind");
	const struct place group = place_field(source, "apiGroup");
	return (place_is_text(&kind, "PersistentVolumeClaim") && place_is_text(&group, "")) ||
	       (place_is_text(&kind, "VolumeSnapshot") &&
		place_is_text(&group, "snapshot.storage.k8s.io"));
}

/* validateDataSource */
static void check_source(const struct place *source)
{
	const struct place kind = place_field(source, "kind");
	const struct place group = place_field(source, "apiGroup");
	check_required_field(source, "name");
	check_required(&kind);
	if (place_text(&group).length > 0)
		check_name(&group, pq_names_check_dns1123_subdomain);
	else if (!place_is_text(&kind, "PersistentVolumeClaim"))
		refuse_string(source, place_text(&kind),
			      "must be 'PersistentVolumeClaim' when referencing the default "
			      "apiGroup");
}

static bool have_same(const struct place *a, const struct place *b, const char *name)
{
	const struct place left = place_field(a, name), right = place_field(b, name);
	return place_is_set(&left) == place_is_set(&right) &&
	       pq_string_equal(place_text(&left), place_text(&right));
}

static void fill(struct place *place, const struct place *from)
{
	if (place_is_set(place))
		return;
	place->value = from->value;
	place->offset = from->offset;
}

/* pvcutil: of a claim, a reference to another namespace and an old-style source of an unknown kind
 * are dropped, and either of the two stands for the other where that is missing. */
static void normalize(struct place *source, struct place *reference)
{
	const struct place namespace = place_field(reference, "namespace");
	if (place_text(&namespace).length > 0)
		reference->value = NULL;
	if (!place_is_set(reference) && !is_claim_or_snapshot(source))
		source->value = NULL;
	fill(source, reference);
	fill(reference, source);
}

static void check_sources(const struct place *spec, bool is_claim)
{
	struct place source = place_field(spec, "dataSource");
	struct place reference = place_field(spec, "dataSourceRef");
	if (is_claim)
		normalize(&source, &reference);
	if (place_is_set(&source))
		check_source(&source);
	if (place_is_set(&reference))
		check_source(&reference);
	if (!place_is_set(&source) || !place_is_set(&reference))
		return;
	if (!have_same(&source, &reference, "apiGroup") ||
	    !have_same(&source, &reference, "kind") || !have_same(&source, &reference, "name"))
		refuse_shown(spec, PQ_S("{}"), "must match dataSourceRef");
}

/* ValidatePersistentVolumeClaimSpec */
static void check_spec(const struct place *spec, bool is_claim)
{
	const struct place modes = place_field(spec, "accessModes");
	const struct place selector = place_field(spec, "selector");
	const struct place class = place_field(spec, "storageClassName");
	const struct place mode = place_field(spec, "volumeMode");
	const struct place attributes = place_field(spec, "volumeAttributesClassName");
	if (place_count(&modes) == 0)
		refuse_required(&modes, "at least 1 access mode is required");
	check_label_selector(&selector);
	check_access_modes(spec);
	check_storage(spec);
	if (place_text(&class).length > 0)
		check_name(&class, pq_names_check_dns1123_subdomain);
	check_optional_enum(&mode, volume_modes);
	check_sources(spec, is_claim);
	if (place_text(&attributes).length > 0)
		check_name(&attributes, pq_names_check_dns1123_subdomain);
}

void claim_check_spec_sent(const struct place *spec)
{
	check_spec(spec, false);
}

/* ValidateTemplateObjectMeta: the fields that a template may not set, in Go's order. */
static void check_template_metadata(const struct place *metadata)
{
	static const char *const fields[] = {
		"name",
		"generateName",
		"namespace",
		"selfLink",
		"uid",
		"resourceVersion",
		"generation",
		"creationTimestamp",
		"deletionTimestamp",
		"deletionGracePeriodSeconds",
		"ownerReferences",
		"finalizers",
		"managedFields",
	};
	const struct place annotations = place_field(metadata, "annotations");
	const struct place labels = place_field(metadata, "labels");
	check_annotations(&annotations);
	check_labels(&labels);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		const struct place field = place_field(metadata, fields[i]);
		bool is_zero = field.value == NULL ||
			       (field.value->kind == PQ_STRING && field.value->length == 0) ||
			       (field.value->kind == PQ_INTEGER && field.value->integer == 0 &&
				!pq_string_is(field.path.name, "deletionGracePeriodSeconds"));
		if (!is_zero)
			refuse_forbidden(&field, "cannot be set");
	}
}

void claim_check_template(const struct place *template)
{
	const struct place metadata = place_field(template, "metadata");
	const struct place spec = place_field(template, "spec");
	check_template_metadata(&metadata);
	check_spec(&spec, false);
}

void rules_check_persistent_volume_claim(const struct place *claim)
{
	const struct place spec = place_field(claim, "spec");
	check_spec(&spec, true);
}

static void check_capacity(const struct place *spec)
{
	static const char *const known[] = { "storage", NULL };
	const struct place capacity = place_field(spec, "capacity");
	size_t count = place_count(&capacity);
	if (count == 0)
		refuse_required(&capacity, "");
	if (count != 1 || pq_value_find(capacity.value, PQ_S("storage")) == NULL)
		refuse_unsupported_json(&capacity, check_show_quantities(&capacity), known);
	for (size_t i = 0; i < count; i++) {
		const struct place item = place_member(&capacity, i);
		struct pq_quantity quantity;
		if (!place_resource(&item, &quantity))
			continue;
		int64_t value = pq_quantity_value(&quantity, 0);
		if (value < 0)
			refuse_number(&item, value, "must be a valid resource quantity");
		if (pq_quantity_sign(&quantity) <= 0)
			refuse_string(&item, check_resource_text(&item),
				      "must be greater than zero");
	}
}

/* path.Clean(text) == "/" */
static bool is_root(struct pq_string text)
{
	struct pq_string part;
	int depth = 0;
	if (!pq_string_starts_with(text, PQ_S("/")))
		return false;
	while (pq_string_split(&text, '/', &part)) {
		if (pq_string_is(part, ".."))
			depth -= depth > 0;
		else if (part.length > 0 && !pq_string_is(part, "."))
			depth++;
	}
	return depth == 0;
}

static void check_node_affinity(const struct place *spec)
{
	const struct place affinity = place_field(spec, "nodeAffinity");
	const struct place required = place_field(&affinity, "required");
	if (place_is_set(&required))
		pod_check_node_selector(&required);
	else if (place_is_set(&affinity))
		refuse_required(&required, "must specify required node constraints");
}

static void check_reclaim_policy(const struct place *spec)
{
	static const char *const policies[] = { "Delete", "Recycle", "Retain", NULL };
	const struct place policy = place_field(spec, "persistentVolumeReclaimPolicy");
	const struct place host_path = place_field(spec, "hostPath");
	const struct place path = place_field(&host_path, "path");
	if (place_text(&policy).length > 0)
		check_enum(&policy, policies);
	if (place_is_set(&host_path) && is_root(place_text(&path)) &&
	    place_is_text(&policy, "Recycle"))
		refuse_forbidden(&policy, "may not be 'recycle' for a hostPath mount of '/'");
}

static void check_attributes_class(const struct place *spec)
{
	const struct place class = place_field(spec, "volumeAttributesClassName");
	const struct place csi = place_field(spec, "csi");
	if (!place_is_set(&class))
		return;
	if (place_text(&class).length == 0)
		refuse_required(&class, "an empty string is disallowed");
	else
		check_name(&class, pq_names_check_dns1123_subdomain);
	if (!place_is_set(&csi))
		refuse_required(&csi, "has to be specified when using volumeAttributesClassName");
}

/* ValidatePersistentVolumeSpec */
void rules_check_persistent_volume(const struct place *volume)
{
	const struct place spec = place_field(volume, "spec");
	const struct place class = place_field(&spec, "storageClassName");
	const struct place mode = place_field(&spec, "volumeMode");
	check_required_field(&spec, "accessModes");
	check_access_modes(&spec);
	check_capacity(&spec);
	check_reclaim_policy(&spec);
	if (pod_check_sources(&spec, pod_persistent_volume_sources) == 0)
		refuse_required(&spec, "must specify a volume type");
	check_node_affinity(&spec);
	if (place_text(&class).length > 0)
		check_name(&class, pq_names_check_dns1123_subdomain);
	check_optional_enum(&mode, volume_modes);
	check_attributes_class(&spec);
}
