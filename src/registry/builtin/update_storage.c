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
	if (!update_may_be_same(UPDATE_PART, "volumeMode", &mode, &old_mode))
		update_refuse(&told);
}

/* Whether the source of a driver may be the same; the secret that expanding needs may be added. */
static bool has_same_driver(const struct place *csi, const struct place *old)
{
	static const char *const secret[] = { "controllerExpandSecretRef", NULL };
	static const char *const none[] = { NULL };
	const struct place before = place_field(old, secret[0]);
	return update_may_be_same_but(UPDATE_PART, csi, old, place_is_set(&before) ? none : secret);
}

/* Whether each source that both have may be the same, and none was put in another's place. */
static bool has_same_source(const struct place *spec, const struct place *before)
{
	const struct volume_source *row = pod_persistent_volume_sources;
	for (; row->field != NULL; row++) {
		const struct place source = place_field(spec, row->field);
		const struct place old_source = place_field(before, row->field);
		if (place_is_set(&source) != place_is_set(&old_source) ||
		    !(strcmp(row->field, "csi") == 0
			      ? has_same_driver(&source, &old_source)
			      : update_may_be_same(UPDATE_PART, row->field, &source, &old_source)))
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
	    !update_may_be_same(UPDATE_PART, "nodeAffinity", &affinity, &old_affinity) &&
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

/* A class may be told by an annotation of old, and one may be put in the place of none. */
static bool has_same_class(const struct place *spec, const struct place *before,
			   const struct place *old)
{
	static const char beta[] = "volume.beta.kubernetes.io/storage-class";
	const struct place metadata = place_field(old, "metadata");
	const struct place annotations = place_field(&metadata, "annotations");
	const struct place class = place_field(spec, "storageClassName");
	const struct place old_class = place_field(before, "storageClassName");
	return pq_value_find(annotations.value, pq_string_from(beta)) != NULL ||
	       update_may_be_same(UPDATE_OBJECT, "storageClassName", &class, &old_class);
}

/* A volume is named once, by a controller or by hand. */
static bool has_same_volume(const struct place *spec, const struct place *before)
{
	const struct place name = place_field(spec, "volumeName");
	const struct place old_name = place_field(before, "volumeName");
	return update_may_be_same(UPDATE_OBJECT, "volumeName", &name, &old_name);
}

/* Whether each request but for storage may be that of the other. */
static bool has_same_requests(const struct place *requests, const struct place *others)
{
	for (size_t i = 0; i < place_count(requests); i++) {
		struct pq_string name = place_key(requests, i);
		const struct place request = place_member(requests, i);
		struct place other = place_keyed(others, name);
		other.value = pq_value_find(others->value, name);
		if (!pq_string_is(name, "storage") &&
		    !update_may_be_same(UPDATE_PART, "requests", &request, &other))
			return false;
	}
	return true;
}

/* A claim that is bound, as one may be that a file has, may ask for more and for another class. */
static bool has_same_demand(const struct place *spec, const struct place *before,
			    const struct place *old)
{
	const struct place status = place_field(old, "status");
	const struct place phase = place_field(&status, "phase");
	const struct place resources = place_field(spec, "resources");
	const struct place old_resources = place_field(before, "resources");
	const struct place limits = place_field(&resources, "limits");
	const struct place old_limits = place_field(&old_resources, "limits");
	const struct place requests = place_field(&resources, "requests");
	const struct place old_requests = place_field(&old_resources, "requests");
	const struct place class = place_field(spec, "volumeAttributesClassName");
	const struct place old_class = place_field(before, "volumeAttributesClassName");
	bool may_be_bound = place_text(&phase).length == 0 || place_is_text(&phase, "Bound");
	if (!update_may_be_same(UPDATE_PART, "limits", &limits, &old_limits))
		return false;
	return may_be_bound
		       ? has_same_requests(&requests, &old_requests) &&
				 has_same_requests(&old_requests, &requests)
		       : update_may_be_same(UPDATE_PART, "requests", &requests, &old_requests) &&
				 update_may_be_same(UPDATE_PART, "volumeAttributesClassName",
						    &class, &old_class);
}

/* NormalizeDataSources: either field tells of the source. The older one only tells of a claim or a
 * snapshot; something else is dropped. */
static struct place source_of(const struct place *spec)
{
	const struct place reference = place_field(spec, "dataSourceRef");
	struct place source = place_field(spec, "dataSource");
	const struct place kind = place_field(&source, "kind");
	const struct place group = place_field(&source, "apiGroup");
	bool is_claim =
		place_is_text(&kind, "PersistentVolumeClaim") && place_text(&group).length == 0;
	bool is_snapshot = place_is_text(&kind, "VolumeSnapshot") &&
			   place_is_text(&group, "snapshot.storage.k8s.io");
	if (place_is_set(&reference))
		return reference;
	if (!is_claim && !is_snapshot)
		source.value = NULL;
	return source;
}

/* A source in another namespace is dropped unless a feature is turned on; one that a file leaves
 * out may stay behind in the field that the server has made of it. */
static bool has_same_data_source(const struct place *spec, const struct place *before)
{
	const struct place source = source_of(spec), old = source_of(before);
	const struct place namespace = place_field(&source, "namespace");
	const struct place old_namespace = place_field(&old, "namespace");
	return !place_is_set(&source) || place_text(&namespace).length > 0 ||
	       place_text(&old_namespace).length > 0 ||
	       update_may_be_same(UPDATE_PART, "dataSourceRef", &source, &old);
}

/* ValidatePersistentVolumeClaimUpdate; what differs is not told. */
void update_check_persistent_volume_claim(const struct place *now, const struct place *old)
{
	static const char *const fields[] = { "accessModes", "selector", "volumeMode" };
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	bool is_same = has_same_class(&spec, &before, old) && has_same_volume(&spec, &before) &&
		       has_same_demand(&spec, &before, old) && has_same_data_source(&spec, &before);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		const struct place field = place_field(&spec, fields[i]);
		const struct place old_field = place_field(&before, fields[i]);
		is_same = is_same && update_may_be_same(UPDATE_PART, fields[i], &field, &old_field);
	}
	if (!is_same)
		refuse_forbidden(&spec, "spec is immutable after creation except "
					"resources.requests and volumeAttributesClassName for "
					"bound claims");
	check_size(&spec, &before, old);
	check_volume_mode(now, &spec, &before);
}
