/* What of volumes and their classes may not change. */
#include "registry/builtin/pod.h"
#include "registry/builtin/update.h"

/* ValidateStorageClassUpdate */
void update_check_storage_class(const struct place *now, const struct place *old)
{
	const struct place parameters = place_field(now, "parameters");
	const struct place before = place_field(old, "parameters");
	const struct place provisioner = place_field(now, "provisioner");
	const struct place old_provisioner = place_field(old, "provisioner");
	if (!update_is_same(parameters.value, before.value))
		refuse_shown(&parameters, check_show_labels(&parameters), "field is immutable");
	if (!update_is_same(provisioner.value, old_provisioner.value))
		refuse_string(&provisioner, place_text(&provisioner), "field is immutable");
	update_check_text(now, old, "reclaimPolicy", "Delete");
	update_check_text(now, old, "volumeBindingMode", "Immediate");
}

static bool is_attached(const struct place *attach)
{
	return !place_is_set(attach) || place_flag(attach);
}

/* No modes are those of a persistent volume. */
static void check_modes(const struct place *spec, const struct place *before)
{
	static const struct pq_value persistent = { .kind = PQ_STRING,
						    .bytes = "Persistent",
						    .length = sizeof "Persistent" - 1 };
	const struct pq_value otherwise = pq_value_from_items(&persistent, 1);
	struct place modes = place_field(spec, "volumeLifecycleModes");
	struct place old_modes = place_field(before, "volumeLifecycleModes");
	if (place_count(&modes) == 0)
		modes.value = &otherwise;
	if (place_count(&old_modes) == 0)
		old_modes.value = &otherwise;
	if (!update_is_same(modes.value, old_modes.value))
		update_refuse(&modes);
}

/* ValidateCSIDriverUpdate */
void update_check_csi_driver(const struct place *now, const struct place *old)
{
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	const struct place attach = place_field(&spec, "attachRequired");
	const struct place old_attach = place_field(&before, "attachRequired");
	const struct place told = place_called(&attach, "attachedRequired");
	if (is_attached(&attach) != is_attached(&old_attach))
		refuse_shown(&told, is_attached(&attach) ? PQ_S("true") : PQ_S("false"),
			     "field is immutable");
	check_modes(&spec, &before);
}

static void check_volume_mode(const struct place *now, const struct place *spec,
			      const struct place *before)
{
	const struct place mode = place_field(spec, "volumeMode");
	const struct place old_mode = place_field(before, "volumeMode");
	struct place told = place_field(now, "volumeMode");
	told.value = mode.value;
	told.offset = mode.offset;
	if (!update_may_be_same("volumeMode", mode.value, old_mode.value))
		update_refuse(&told);
}

/* Whether each source that both have may be the same, and none was put in another's place. */
static bool has_same_source(const struct place *spec, const struct place *before)
{
	const struct volume_source *row = pod_persistent_volume_sources;
	for (; row->field != NULL; row++) {
		const struct place source = place_field(spec, row->field);
		const struct place old_source = place_field(before, row->field);
		if (place_is_set(&source) != place_is_set(&old_source) ||
		    !update_may_be_same(row->field, source.value, old_source.value))
			return false;
	}
	return true;
}

/* Whether an affinity names labels of old, which may be replaced. */
static bool is_beta(const struct place *affinity)
{
	static const char beta[] = "beta.kubernetes.io/";
	struct pq_string json = refuse_place_json(affinity);
	for (size_t i = 0; i + sizeof beta - 1 <= json.length; i++) {
		if (memcmp(json.data + i, beta, sizeof beta - 1) == 0)
			return true;
	}
	return false;
}

/* ValidatePersistentVolumeUpdate; what differs is not told. */
void update_check_persistent_volume(const struct place *now, const struct place *old)
{
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	const struct place told = place_field(&spec, "persistentvolumesource");
	const struct place affinity = place_field(&spec, "nodeAffinity");
	const struct place old_affinity = place_field(&before, "nodeAffinity");
	struct place told_affinity = place_field(now, "nodeAffinity");
	told_affinity.value = affinity.value;
	told_affinity.offset = affinity.offset;
	if (!has_same_source(&spec, &before))
		refuse_forbidden(&told, "spec.persistentvolumesource is immutable after creation");
	if (place_is_set(&old_affinity) &&
	    !update_may_be_same("nodeAffinity", affinity.value, old_affinity.value) &&
	    !is_beta(&old_affinity))
		refuse_value(&told_affinity,
			     "field is immutable, except for updating from beta label to GA");
	check_volume_mode(now, &spec, &before);
}

/* The storage that a claim asks for, or has. */
static bool read_storage(const struct place *owner, struct pq_quantity *quantity)
{
	const struct place storage = place_field(owner, "storage");
	return place_resource(&storage, quantity);
}

static void check_size(const struct place *spec, const struct place *before,
		       const struct place *old)
{
	const struct place resources = place_field(spec, "resources");
	const struct place requests = place_field(&resources, "requests");
	const struct place storage = place_field(&requests, "storage");
	const struct place old_resources = place_field(before, "resources");
	const struct place old_requests = place_field(&old_resources, "requests");
	const struct place status = place_field(old, "status");
	const struct place capacity = place_field(&status, "capacity");
	struct pq_quantity now, asked, has;
	if (!read_storage(&requests, &now) || !read_storage(&old_requests, &asked) ||
	    !read_storage(&capacity, &has))
		return;
	if (pq_quantity_compare(&now, &asked) < 0 && pq_quantity_compare(&now, &has) <= 0)
		refuse_forbidden(&storage, "field can not be less than status.capacity");
}

/* ValidatePersistentVolumeClaimUpdate; what differs is not told, and a claim that may have been
 * bound may ask for more. */
void update_check_persistent_volume_claim(const struct place *now, const struct place *old)
{
	static const char *const fields[] = { "accessModes", "selector",      "storageClassName",
					      "volumeMode",  "dataSourceRef", "volumeName" };
	static const char beta[] = "volume.beta.kubernetes.io/storage-class";
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	const struct place metadata = place_field(old, "metadata");
	const struct place annotations = place_field(&metadata, "annotations");
	bool is_same = true;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		const struct place field = place_field(&spec, fields[i]);
		const struct place old_field = place_field(&before, fields[i]);
		bool is_old_style = pq_string_is(pq_string_from(fields[i]), "storageClassName") &&
				    pq_value_find(annotations.value, pq_string_from(beta)) != NULL;
		bool was_empty = place_text(&old_field).length == 0 && place_is_set(&old_field) &&
				 old_field.value->kind == PQ_STRING;
		is_same = is_same && (is_old_style || was_empty ||
				      update_may_be_same(fields[i], field.value, old_field.value));
	}
	const struct place resources = place_field(&spec, "resources");
	const struct place old_resources = place_field(&before, "resources");
	const struct place limits = place_field(&resources, "limits");
	const struct place old_limits = place_field(&old_resources, "limits");
	const struct place status = place_field(old, "status");
	const struct place phase = place_field(&status, "phase");
	is_same = is_same && update_may_be_same("limits", limits.value, old_limits.value);
	if (place_text(&phase).length > 0 && !place_is_text(&phase, "Bound"))
		is_same = is_same &&
			  update_may_be_same("resources", resources.value, old_resources.value);
	if (!is_same)
		refuse_forbidden(&spec, "spec is immutable after creation except "
					"resources.requests and volumeAttributesClassName for "
					"bound claims");
	check_size(&spec, &before, old);
	check_volume_mode(now, &spec, &before);
}
