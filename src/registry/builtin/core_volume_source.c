/* What a volume may come from: of pods, and of persistent volumes. */
#include "registry/builtin/pod.h"

#include "regex/regex.h"

static void check_empty_dir(const struct place *source)
{
	const struct place limit = place_field(source, "sizeLimit");
	struct pq_quantity quantity;
	if (place_quantity(&limit, &quantity) && pq_quantity_sign(&quantity) < 0)
		refuse_forbidden(&limit, "SizeLimit field must be a valid resource quantity");
}

/* validateHostPathVolumeSource */
static void check_host_path(const struct place *source)
{
	static const char *const types[] = {
		"",     "BlockDevice",  "CharDevice", "Directory", "DirectoryOrCreate",
		"File", "FileOrCreate", "Socket",     NULL
	};
	const struct place path = place_field(source, "path");
	const struct place type = place_field(source, "type");
	if (place_text(&path).length == 0)
		return;
	path_check_no_backsteps(&path);
	check_enum(&type, types);
}

static void check_git_repo(const struct place *source)
{
	const struct place directory = place_field(source, "directory");
	path_check_relative(&directory);
}

/* The server's text begins at 1, though 0 passes. */
static void check_partition(const struct place *source)
{
	const struct place partition = place_field(source, "partition");
	int64_t number = place_integer(&partition);
	if (number < 0 || number > 255)
		refuse_number(&partition, number, "must be between 1 and 255, inclusive");
}

static void check_items(const struct place *source)
{
	const struct place mode = place_field(source, "defaultMode");
	const struct place items = place_field(source, "items");
	pod_check_file_mode(&mode);
	place_each(&items, pod_check_key_to_path);
}

static void check_nfs(const struct place *source)
{
	const struct place path = place_field(source, "path");
	if (!pq_string_starts_with(place_text(&path), PQ_S("/")))
		refuse_string(&path, place_text(&path), "must be an absolute path");
}

static bool matches(struct pq_string text, const char *pattern)
{
	struct pq_error error;
	const struct pq_regex *regex = pq_regex_compile(pq_string_from(pattern), &error);
	if (regex == NULL)
		return true;
	bool found = pq_regex_search(regex, text);
	pq_regex_unref(regex);
	return found;
}

static const struct {
	const char *prefix;
	const char *pattern;
} initiators[] = {
	{ "iqn", "iqn\\.\\d{4}-\\d{2}\\.([[:alnum:]-.]+)(:[^,;*&$|\\s]+)$" },
	{ "eui", "^eui.[[:alnum:]]{16}$" },
	{ "naa", "^naa.[[:alnum:]]{32}$" },
};

static void check_initiator(const struct place *name, const char *other)
{
	struct pq_string text = place_text(name);
	for (size_t i = 0; i < sizeof initiators / sizeof initiators[0]; i++) {
		if (!pq_string_starts_with(text, pq_string_from(initiators[i].prefix)))
			continue;
		if (!matches(text, initiators[i].pattern))
			refuse_string(name, text, "must be valid format");
		return;
	}
	refuse_string(name, text, "%s", other);
}

static void check_iscsi_as(const struct place *source, const char *other)
{
	const struct place iqn = place_field(source, "iqn");
	const struct place lun = place_field(source, "lun");
	const struct place secret = place_field(source, "secretRef");
	const struct place initiator = place_field(source, "initiatorName");
	const struct place called = place_called(&initiator, "initiatorname");
	const struct place discovery = place_field(source, "chapAuthDiscovery");
	const struct place session = place_field(source, "chapAuthSession");
	if (place_text(&iqn).length > 0)
		check_initiator(&iqn, other);
	check_range(&lun, 0, 255);
	if ((place_flag(&discovery) || place_flag(&session)) && !place_is_set(&secret))
		refuse_required(&secret, "");
	if (place_is_set(&initiator))
		check_initiator(&called, other);
}

static void check_iscsi(const struct place *source)
{
	check_iscsi_as(source, "must be valid format starting with iqn, eui, or naa");
}

static void check_secret_name(const struct place *source)
{
	const struct place secret = place_field(source, "secretRef");
	if (place_is_set(&secret))
		check_required_field(&secret, "name");
}

static void check_secret(const struct place *source)
{
	const struct place secret = place_field(source, "secretRef");
	check_secret_name(source);
	if (place_is_set(&secret))
		check_required_field(&secret, "namespace");
}

static void check_persistent_iscsi(const struct place *source)
{
	check_secret_name(source);
	check_iscsi_as(source, "must be valid format");
}

static void check_flocker(const struct place *source)
{
	const struct place name = place_field(source, "datasetName");
	const struct place uuid = place_field(source, "datasetUUID");
	bool has_name = place_text(&name).length > 0, has_uuid = place_text(&uuid).length > 0;
	if (!has_name && !has_uuid)
		refuse_required(source, "one of datasetName and datasetUUID is required");
	if (has_name && has_uuid)
		refuse_string(source, PQ_S("resource"),
			      "datasetName and datasetUUID can not be specified simultaneously");
	if (pq_string_find_byte(place_text(&name), '/') >= 0)
		refuse_string(&name, place_text(&name), "must not contain '/'");
}

static void check_fibre_channel(const struct place *source)
{
	const struct place targets = place_field(source, "targetWWNs");
	const struct place wwids = place_field(source, "wwids");
	const struct place lun = place_field(source, "lun");
	if (place_count(&targets) == 0 && place_count(&wwids) == 0)
		refuse_required(&targets, "must specify either targetWWNs or wwids, but not both");
	if (place_count(&targets) == 0)
		return;
	if (place_count(&wwids) > 0)
		refuse_value(&targets, "targetWWNs and wwids can not be specified simultaneously");
	if (!place_is_set(&lun))
		refuse_required(&lun, "lun is required if targetWWNs is specified");
	else
		check_range(&lun, 0, 255);
}

static bool is_reserved(struct pq_arena *arena, struct pq_string option)
{
	ptrdiff_t slash = pq_string_find_byte(option, '/');
	if (slash >= 0)
		option = pq_string_slice(option, 0, (size_t)slash);
	struct pq_string dotted = pq_arena_format(arena, ".%.*s", PQ_STRING_ARGUMENT(option));
	dotted = pq_arena_copy_lower(arena, dotted);
	return pq_string_ends_with(dotted, PQ_S(".kubernetes.io")) ||
	       pq_string_ends_with(dotted, PQ_S(".k8s.io"));
}

static void check_flex_volume(const struct place *source)
{
	const struct place options = place_field(source, "options");
	for (size_t i = 0; i < place_count(&options); i++) {
		const struct place option = place_member(&options, i);
		struct pq_string key = place_key(&options, i);
		if (is_reserved(source->findings->arena, key))
			refuse_string(&option, key,
				      "kubernetes.io and k8s.io namespaces are reserved");
	}
}

static void check_storage_os(const struct place *source)
{
	const struct place name = place_field(source, "volumeName");
	const struct place namespace = place_field(source, "volumeNamespace");
	if (place_text(&name).length > 0)
		check_name(&name, pq_names_check_dns1123_label);
	if (place_text(&namespace).length > 0)
		check_name(&namespace, pq_names_check_dns1123_label);
	check_secret_name(source);
}

/* Kind and cachingMode have defaults: Shared and ReadWrite. */
static void check_azure_disk(const struct place *source)
{
	static const char *const modes[] = { "None", "ReadOnly", "ReadWrite", NULL };
	static const char *const kinds[] = { "Dedicated", "Managed", "Shared", NULL };
	static const char *const managed[] = {
		"/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/"
		"disks/{disk-id}",
		NULL
	};
	static const char *const blob[] = {
		"https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd",
		NULL
	};
	const struct place mode = place_field(source, "cachingMode");
	const struct place kind = place_field(source, "kind");
	const struct place uri = place_field(source, "diskURI");
	bool is_managed = place_is_text(&kind, "Managed");
	check_optional_enum(&mode, modes);
	check_optional_enum(&kind, kinds);
	if (is_managed && !pq_string_starts_with(place_text(&uri), PQ_S("/subscriptions/")))
		refuse_unsupported(&uri, managed);
	if (!is_managed && !pq_string_starts_with(place_text(&uri), PQ_S("https://")))
		refuse_unsupported(&uri, blob);
}

/* ValidateCSIDriverName */
static void check_driver(const struct place *source)
{
	const struct place driver = place_field(source, "driver");
	struct pq_string text = place_text(&driver);
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	if (!check_required(&driver))
		return;
	if (text.length > PQ_NAME_LABEL_MAX)
		refuse_too_long(&driver, PQ_NAME_LABEL_MAX);
	size_t count = pq_names_check_dns1123_subdomain(
		pq_arena_copy_lower(source->findings->arena, text), problems);
	for (size_t i = 0; i < count; i++)
		refuse_string(&driver, text, "%s", problems[i]);
}

static void check_csi(const struct place *source)
{
	const struct place secret = place_field(source, "nodePublishSecretRef");
	const struct place name = place_field(&secret, "name");
	const struct place called = place_field(source, "name");
	check_driver(source);
	if (place_is_set(&secret) && check_required(&name))
		check_name_shown(&called, place_text(&name), pq_names_check_dns1123_subdomain);
}

/* validateCSIPersistentVolumeSource */
static void check_persistent_csi(const struct place *source)
{
	static const char *const secrets[] = { "controllerPublishSecretRef",
					       "controllerExpandSecretRef", "nodePublishSecretRef",
					       "nodeExpandSecretRef" };
	check_driver(source);
	check_required_field(source, "volumeHandle");
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		const struct place secret = place_field(source, secrets[i]);
		const struct place name = place_field(&secret, "name");
		const struct place namespace = place_field(&secret, "namespace");
		if (!place_is_set(&secret))
			continue;
		check_required_name(&name, pq_names_check_dns1123_subdomain);
		check_required_name(&namespace, pq_names_check_dns1123_label);
	}
}

static void check_ephemeral(const struct place *source)
{
	const struct place template = place_field(source, "volumeClaimTemplate");
	if (!place_is_set(&template))
		refuse_required(&template, "");
	else
		claim_check_template(&template);
}

static void check_image(const struct place *source)
{
	static const char *const policies[] = { "Always", "IfNotPresent", "Never", NULL };
	const struct place policy = place_field(source, "pullPolicy");
	if (place_text(&policy).length > 0)
		check_enum(&policy, policies);
}

static void check_azure_file(const struct place *source)
{
	const struct place namespace = place_field(source, "secretNamespace");
	if (place_is_set(&namespace))
		check_required(&namespace);
}

static void check_glusterfs(const struct place *source)
{
	const struct place namespace = place_field(source, "endpointsNamespace");
	if (!place_is_set(&namespace))
		return;
	if (place_text(&namespace).length == 0)
		refuse_string(&namespace, PQ_S(""),
			      "if the endpointnamespace is set, it must be a valid namespace name");
	else
		check_name(&namespace, pq_names_check_dns1123_label);
}

/* Of a persistent volume */
static void check_local(const struct place *source)
{
	const struct place path = place_field(source, "path");
	const struct place affinity = place_field(source->parent, "nodeAffinity");
	path_check_no_backsteps(&path);
	if (!place_is_set(&affinity))
		refuse_required(&affinity, "Local volume requires node affinity");
}

/* Whether net.SplitHostPort surely refuses an address. */
static bool is_without_port(struct pq_string address)
{
	ptrdiff_t colon = pq_string_find_byte(address, ':');
	struct pq_string rest = pq_string_slice(address, (size_t)colon + 1, address.length);
	return colon < 0 || (address.data[0] != '[' && pq_string_find_byte(rest, ':') >= 0);
}

/* validateQuobyteVolumeSource */
static void check_quobyte(const struct place *source)
{
	static const char demand[] =
		"must be a host:port pair or multiple pairs separated by commas";
	enum { TENANT_MAX = 64 };
	const struct place registry = place_field(source, "registry");
	const struct place tenant = place_field(source, "tenant");
	struct pq_string rest = place_text(&registry), pair;
	if (rest.length == 0) {
		refuse_required(&registry, demand);
	} else if (place_text(&tenant).length > TENANT_MAX) {
		refuse_required(&tenant, "must be a UUID and may not exceed a length of 64 "
					 "characters");
	} else {
		while (pq_string_split(&rest, ',', &pair)) {
			if (is_without_port(pair))
				refuse_string(&registry, place_text(&registry), demand);
		}
	}
	check_required_field(source, "volume");
}

/* Where the server names a field otherwise, so do the paths here. */
const struct volume_source pod_volume_sources[] = {
	{ "emptyDir", .check = check_empty_dir },
	{ "hostPath", .required = { "path" }, .check = check_host_path },
	{ "gitRepo", .required = { "repository" }, .check = check_git_repo },
	{ "gcePersistentDisk", .called = "persistentDisk", .required = { "pdName" },
	  .check = check_partition },
	{ "awsElasticBlockStore", .required = { "volumeID" }, .check = check_partition },
	{ "secret", .required = { "secretName" }, .check = check_items },
	{ "nfs", .required = { "server", "path" }, .check = check_nfs },
	{ "iscsi", .required = { "targetPortal", "iqn" }, .check = check_iscsi },
	{ "glusterfs", .required = { "endpoints", "path" } },
	{ "flocker", .check = check_flocker },
	{ "persistentVolumeClaim", .required = { "claimName" } },
	{ "rbd", .required = { "monitors", "image" } },
	{ "cinder", .required = { "volumeID" }, .check = check_secret_name },
	{ "cephfs", .forbidden = "cephFS", .required = { "monitors" } },
	{ "quobyte", .check = check_quobyte },
	{ "downwardAPI", .forbidden = "downwarAPI", .check = pod_check_downward_api },
	{ "fc", .check = check_fibre_channel },
	{ "flexVolume", .required = { "driver" }, .check = check_flex_volume },
	{ "configMap", .required = { "name" }, .check = check_items },
	{ "azureFile", .required = { "secretName", "shareName" } },
	{ "vsphereVolume", .required = { "volumePath" } },
	{ "photonPersistentDisk", .required = { "pdID" } },
	{ "portworxVolume", .required = { "volumeID" } },
	{ "azureDisk", .required = { "diskName", "diskURI" }, .check = check_azure_disk },
	{ "storageos", .required = { "volumeName" }, .check = check_storage_os },
	{ "projected", .check = pod_check_projected },
	{ "scaleIO", .required = { "gateway", "system", "volumeName" } },
	{ "csi", .check = check_csi },
	{ "ephemeral", .check = check_ephemeral },
	{ "image", .check = check_image },
	{ 0 },
};

const struct volume_source pod_persistent_volume_sources[] = {
	{ "hostPath", .required = { "path" }, .check = check_host_path },
	{ "gcePersistentDisk", .called = "persistentDisk", .required = { "pdName" },
	  .check = check_partition },
	{ "awsElasticBlockStore", .required = { "volumeID" }, .check = check_partition },
	{ "glusterfs", .required = { "endpoints", "path" }, .check = check_glusterfs },
	{ "flocker", .check = check_flocker },
	{ "nfs", .required = { "server", "path" }, .check = check_nfs },
	{ "rbd", .required = { "monitors", "image" } },
	{ "quobyte", .check = check_quobyte },
	{ "cephfs", .forbidden = "cephFS", .required = { "monitors" } },
	{ "iscsi", .required = { "targetPortal", "iqn" }, .check = check_persistent_iscsi },
	{ "cinder", .required = { "volumeID" }, .check = check_secret },
	{ "fc", .check = check_fibre_channel },
	{ "flexVolume", .required = { "driver" }, .check = check_flex_volume,
	  .may_be_second = true },
	{ "azureFile", .required = { "secretName", "shareName" }, .check = check_azure_file },
	{ "vsphereVolume", .required = { "volumePath" } },
	{ "photonPersistentDisk", .required = { "pdID" } },
	{ "portworxVolume", .required = { "volumeID" } },
	{ "azureDisk", .required = { "diskName", "diskURI" }, .check = check_azure_disk },
	{ "scaleIO", .required = { "gateway", "system", "volumeName" } },
	{ "local", .required = { "path" }, .check = check_local },
	{ "storageos", .required = { "volumeName" }, .check = check_storage_os },
	{ "csi", .check = check_persistent_csi },
	{ 0 },
};
