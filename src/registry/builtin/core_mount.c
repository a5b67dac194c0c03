/* The volumes that a container uses, as files or as devices. */
#include "registry/builtin/pod.h"

/* Whether a list of structs has one whose field is a text. */
static bool has_field(const struct place *list, const char *name, struct pq_string text)
{
	for (size_t i = 0; i < place_count(list); i++) {
		const struct place item = place_item(list, i);
		const struct place field = place_field(&item, name);
		if (pq_string_equal(place_text(&field), text))
			return true;
	}
	return false;
}

/* validateMountPropagation */
static void check_propagation(const struct place *mount, const struct place *container,
			      const struct place *told)
{
	static const char *const modes[] = { "Bidirectional", "HostToContainer", "None", NULL };
	const struct place mode = place_field(mount, "mountPropagation");
	const struct place context = place_field(container, "securityContext");
	const struct place privileged = place_field(&context, "privileged");
	if (!place_is_set(&mode))
		return;
	struct place place = *told;
	place.value = mode.value;
	place.offset = mode.offset;
	check_enum(&place, modes);
	if (place_is_text(&mode, "Bidirectional") && !place_flag(&privileged))
		refuse_forbidden(&place, "Bidirectional mount propagation is available only to "
					 "privileged containers");
}

/* validateMountRecursiveReadOnly */
static void check_recursive(const struct place *mount, const struct place *told)
{
	static const char *const modes[] = { "Disabled", "Enabled", "IfPossible", NULL };
	const struct place mode = place_field(mount, "recursiveReadOnly");
	const struct place read_only = place_field(mount, "readOnly");
	const struct place propagation = place_field(mount, "mountPropagation");
	struct place place = *told;
	place.value = mode.value;
	place.offset = mode.offset;
	check_optional_enum(&place, modes);
	if (!place_is_text(&mode, "Enabled") && !place_is_text(&mode, "IfPossible"))
		return;
	if (!place_flag(&read_only))
		refuse_forbidden(&place, "may only be specified when readOnly is true");
	if (place_is_set(&propagation) && !place_is_text(&propagation, "None"))
		refuse_forbidden(&place, "may only be specified when mountPropagation is None or "
					 "not specified");
}

/* The server tells of these fields as of the list's. */
static void check_options(const struct place *list, const struct place *mount,
			  const struct place *container)
{
	const struct place sub_path = place_field(mount, "subPath");
	const struct place expression = place_field(mount, "subPathExpr");
	const struct place told_path = place_field(list, "subPath");
	const struct place told_expression = place_field(list, "subPathExpr");
	const struct place told_propagation = place_field(list, "mountPropagation");
	const struct place told_recursive = place_field(list, "recursiveReadOnly");
	path_check_relative_of(&told_path, &sub_path);
	if (place_text(&expression).length > 0 && place_text(&sub_path).length > 0)
		refuse_string(&expression, place_text(&expression),
			      "subPathExpr and subPath are mutually exclusive");
	path_check_relative_of(&told_expression, &expression);
	check_propagation(mount, container, &told_propagation);
	check_recursive(mount, &told_recursive);
}

/* ValidateVolumeMounts */
static void check_mounts(const struct pod *pod, const struct place *container)
{
	const struct place mounts = place_field(container, "volumeMounts");
	const struct place devices = place_field(container, "volumeDevices");
	pq_cleanup_map struct pq_map paths;
	pq_map_init(&paths);
	for (size_t i = 0; i < place_count(&mounts); i++) {
		const struct place mount = place_item(&mounts, i);
		const struct place name = place_field(&mount, "name");
		const struct place path = place_field(&mount, "mountPath");
		check_required(&name);
		if (pq_map_find(&pod->good_volumes, place_text(&name)) == NULL)
			refuse_not_found(&name, place_text(&name));
		check_required(&path);
		if (!place_note(&path, &paths, place_text(&path)))
			refuse_string(&path, place_text(&path), "must be unique");
		if (has_field(&devices, "name", place_text(&name)))
			refuse_string(&name, place_text(&name),
				      "must not already exist in volumeDevices");
		if (has_field(&devices, "devicePath", place_text(&path)))
			refuse_string(&path, place_text(&path),
				      "must not already exist as a path in volumeDevices");
		check_options(&mounts, &mount, container);
	}
}

/* Block devices come from claims. */
static void check_device_volume(const struct pod *pod, const struct place *name)
{
	const struct pq_value *volume = pq_map_find(&pod->good_volumes, place_text(name));
	if (volume == NULL)
		refuse_not_found(name, place_text(name));
	else if (pq_value_find(volume, PQ_S("persistentVolumeClaim")) == NULL &&
		 pq_value_find(volume, PQ_S("ephemeral")) == NULL)
		refuse_string(name, place_text(name),
			      "can only use volume source type of PersistentVolumeClaim or "
			      "Ephemeral for block mode");
}

/* ValidateVolumeDevices */
static void check_devices(const struct pod *pod, const struct place *container)
{
	const struct place mounts = place_field(container, "volumeMounts");
	const struct place devices = place_field(container, "volumeDevices");
	pq_cleanup_map struct pq_map paths, names;
	pq_map_init(&paths);
	pq_map_init(&names);
	for (size_t i = 0; i < place_count(&devices); i++) {
		const struct place device = place_item(&devices, i);
		const struct place name = place_field(&device, "name");
		const struct place path = place_field(&device, "devicePath");
		if (check_required(&name) && !place_note(&name, &names, place_text(&name)))
			refuse_string(&name, place_text(&name), "must be unique");
		check_device_volume(pod, &name);
		check_required(&path);
		if (pq_map_find(&paths, place_text(&path)) != NULL)
			refuse_string(&path, place_text(&path), "must be unique");
		if (path_has_backsteps(place_text(&path)))
			refuse_string(&path, place_text(&path), "can not contain backsteps ('..')");
		else
			place_note(&path, &paths, place_text(&path));
		if (has_field(&mounts, "name", place_text(&name)))
			refuse_string(&name, place_text(&name),
				      "must not already exist in volumeMounts");
		if (has_field(&mounts, "mountPath", place_text(&path)))
			refuse_string(&path, place_text(&path),
				      "must not already exist as a path in volumeMounts");
	}
}

void pod_check_mounts(const struct pod *pod, const struct place *container)
{
	check_mounts(pod, container);
	check_devices(pod, container);
}
