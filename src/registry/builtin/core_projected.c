/* Volumes of files that Kubernetes writes: projected ones, and of the pod's own fields. */
#include "registry/builtin/pod.h"

#define FILE_MODE_MAX 0777

void pod_check_file_mode(const struct place *mode)
{
	int64_t number = place_integer(mode);
	if (number < 0 || number > FILE_MODE_MAX)
		refuse_number(mode, number,
			      "must be a number between 0 and 0777 (octal), both inclusive");
}

/* validateKeyToPath */
void pod_check_key_to_path(const struct place *item)
{
	const struct place path = place_field(item, "path");
	const struct place mode = place_field(item, "mode");
	check_required_field(item, "key");
	check_required(&path);
	path_check_unreserved(&path);
	pod_check_file_mode(&mode);
}

const char *const pod_environment_fields[] = {
	"metadata.name",
	"metadata.namespace",
	"metadata.uid",
	"spec.nodeName",
	"spec.serviceAccountName",
	"status.hostIP",
	"status.hostIPs",
	"status.podIP",
	"status.podIPs",
	NULL,
};
static const char *const volume_fields[] = {
	"metadata.annotations", "metadata.labels", "metadata.name",
	"metadata.namespace",   "metadata.uid",    NULL,
};
/* podshelper.ConvertDownwardAPIFieldLabel */
static const char *const convertible[] = {
	"metadata.annotations", "metadata.labels", "metadata.name",      "metadata.namespace",
	"metadata.uid",         "spec.nodeName",   "spec.restartPolicy", "spec.serviceAccountName",
	"spec.schedulerName",   "status.phase",    "status.hostIP",      "status.hostIPs",
	"status.podIP",         "status.podIPs",   "spec.host",          NULL,
};

/* fieldpath.SplitMaybeSubscriptedPath: metadata.labels['key'] */
static bool split_subscript(struct pq_string text, struct pq_string *path, struct pq_string *key)
{
	if (!pq_string_ends_with(text, PQ_S("']")))
		return false;
	text.length -= 2;
	for (size_t i = 1; i + 1 < text.length; i++) {
		if (text.data[i] == '[' && text.data[i + 1] == '\'') {
			*path = pq_string_slice(text, 0, i);
			*key = pq_string_slice(text, i + 2, text.length);
			return true;
		}
	}
	return false;
}

static void check_subscript(const struct place *selector, struct pq_string path,
			    struct pq_string key)
{
	const struct place field = place_field(selector, "fieldPath");
	if (pq_string_is(path, "metadata.annotations"))
		check_name_shown(selector, pq_arena_copy_lower(selector->findings->arena, key),
				 pq_names_check_qualified_name);
	else if (pq_string_is(path, "metadata.labels"))
		check_name_shown(selector, key, pq_names_check_qualified_name);
	else
		refuse_string(&field, place_text(&field),
			      "error converting fieldPath: field label does not support "
			      "subscript: %.*s",
			      PQ_STRING_ARGUMENT(place_text(&field)));
}

/* validateObjectFieldSelector; an absent apiVersion is v1. fields is sorted. */
void pod_check_field_ref(const struct place *selector, const char *const *fields)
{
	const struct place version = place_field(selector, "apiVersion");
	const struct place field = place_field(selector, "fieldPath");
	struct pq_string path, key;
	if (!check_required(&field))
		return;
	if (place_text(&version).length > 0 && !place_is_text(&version, "v1"))
		refuse_string(&field, place_text(&field),
			      "error converting fieldPath: unsupported pod version: %.*s",
			      PQ_STRING_ARGUMENT(place_text(&version)));
	else if (split_subscript(place_text(&field), &path, &key))
		check_subscript(selector, path, key);
	else if (!place_is_one_of(&field, convertible))
		refuse_string(&field, place_text(&field),
			      "error converting fieldPath: field label not supported: %.*s",
			      PQ_STRING_ARGUMENT(place_text(&field)));
	else if (!place_is_one_of(&field, fields) && !place_is_text(&field, "spec.host"))
		refuse_unsupported_text(&field, place_text(&field), fields);
}

/* validateContainerResourceDivisor */
static void check_divisor(const struct place *selector, struct pq_string resource)
{
	static const char *const cpu[] = { "1", "1m", NULL };
	static const char *const bytes[] = { "1",   "1k",  "1M",  "1G",  "1T",  "1P",  "1E",
					     "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei", NULL };
	const struct place divisor = place_field(selector, "divisor");
	struct pq_quantity quantity;
	if (!place_quantity(&divisor, &quantity) || pq_quantity_sign(&quantity) == 0)
		return;
	struct pq_string text = check_quantity_text(&divisor);
	ptrdiff_t dot = pq_string_find_byte(resource, '.');
	struct pq_string kind = pq_string_slice(resource, (size_t)(dot + 1), resource.length);
	bool is_huge = pq_string_starts_with(kind, PQ_S("hugepages-"));
	const char *const *known = pq_string_is(kind, "cpu") ? cpu : bytes;
	for (; *known != NULL; known++) {
		if (pq_string_is(text, *known))
			return;
	}
	if (pq_string_is(kind, "cpu"))
		refuse_string(&divisor, resource,
			      "only divisor's values 1m and 1 are supported with the cpu resource");
	else if (is_huge || pq_string_is(kind, "memory") || pq_string_is(kind, "ephemeral-storage"))
		refuse_string(&divisor, resource,
			      "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, "
			      "1Ti, 1Pi, 1Ei are supported with the %s resource",
			      is_huge                        ? "hugepages"
			      : pq_string_is(kind, "memory") ? "memory"
							     : "local ephemeral storage");
}

/* validateContainerResourceFieldSelector */
void pod_check_resource_ref(const struct place *selector, bool is_volume)
{
	static const char *const resources[] = {
		"limits.cpu",   "limits.ephemeral-storage",   "limits.memory",
		"requests.cpu", "requests.ephemeral-storage", "requests.memory",
		NULL,
	};
	const struct place container = place_field(selector, "containerName");
	const struct place resource = place_field(selector, "resource");
	struct pq_string text = place_text(&resource);
	bool is_known = place_is_one_of(&resource, resources) ||
			pq_string_starts_with(text, PQ_S("limits.hugepages-")) ||
			pq_string_starts_with(text, PQ_S("requests.hugepages-"));
	if (is_volume && place_text(&container).length == 0)
		refuse_required(&container, "");
	else if (check_required(&resource) && !is_known)
		refuse_unsupported_text(&resource, text, resources);
	if (is_known)
		check_divisor(selector, text);
}

/* validateDownwardAPIVolumeFile, which tells of the volume and not of the item. */
static void check_file(const struct place *source, const struct place *item)
{
	struct place file = *item;
	file.path = source->path;
	const struct place path = place_field(&file, "path");
	const struct place field = place_field(&file, "fieldRef");
	const struct place resource = place_field(&file, "resourceFieldRef");
	const struct place mode = place_field(&file, "mode");
	check_required(&path);
	path_check_unreserved(&path);
	if (place_is_set(&field)) {
		pod_check_field_ref(&field, volume_fields);
		if (place_is_set(&resource))
			refuse_string(&file, PQ_S("resource"),
				      "fieldRef and resourceFieldRef can not be specified "
				      "simultaneously");
	} else if (place_is_set(&resource)) {
		pod_check_resource_ref(&resource, true);
	} else {
		refuse_required(&file, "one of fieldRef and resourceFieldRef is required");
	}
	pod_check_file_mode(&mode);
}

void pod_check_downward_api(const struct place *source)
{
	const struct place mode = place_field(source, "defaultMode");
	const struct place items = place_field(source, "items");
	pod_check_file_mode(&mode);
	for (size_t i = 0; i < place_count(&items); i++) {
		const struct place item = place_item(&items, i);
		check_file(source, &item);
	}
}

/* Two sources must not write the same path. shown is what the server shows of the second. */
static void note_path(const struct place *projected, struct pq_map *paths, struct pq_string path,
		      struct pq_string shown)
{
	if (path.length > 0 && !place_note(projected, paths, path))
		refuse_string(projected, shown, "conflicting duplicate paths");
}

static void check_keys(const struct place *projected, const struct place *source,
		       struct pq_map *paths)
{
	const struct place name = place_field(source, "name");
	const struct place items = place_field(source, "items");
	check_required(&name);
	for (size_t i = 0; i < place_count(&items); i++) {
		const struct place item = place_item(&items, i);
		const struct place path = place_field(&item, "path");
		pod_check_key_to_path(&item);
		note_path(projected, paths, place_text(&path), place_text(&name));
	}
}

static void check_files(const struct place *projected, const struct place *source,
			struct pq_map *paths)
{
	const struct place items = place_field(source, "items");
	for (size_t i = 0; i < place_count(&items); i++) {
		const struct place item = place_item(&items, i);
		const struct place path = place_field(&item, "path");
		check_file(source, &item);
		note_path(projected, paths, place_text(&path), place_text(&path));
	}
}

/* The path is told as the volume's. An absent expiration is an hour. */
static void check_token(const struct place *projected, const struct place *token)
{
	enum { MINIMUM = 600, DEFAULT = 3600 };
	const struct place expiration = place_field(token, "expirationSeconds");
	const struct place path = place_field(token, "path");
	struct place told = place_field(projected, "path");
	int64_t seconds = place_integer_or(&expiration, DEFAULT);
	told.value = path.value;
	told.offset = path.offset;
	if (seconds < MINIMUM)
		refuse_number(&expiration, seconds,
			      "may not specify a duration less than 10 minutes");
	if (seconds > INT64_C(1) << 32)
		refuse_number(&expiration, seconds,
			      "may not specify a duration larger than 2^32 seconds");
	if (check_required(&told))
		path_check_unreserved(&told);
}

/* Sources of features that are off by default are dropped and not judged. */
static void check_source(const struct place *projected, const struct place *source,
			 struct pq_map *paths)
{
	const struct place secret = place_field(source, "secret");
	const struct place map = place_field(source, "configMap");
	const struct place downward = place_field(source, "downwardAPI");
	const struct place token = place_field(source, "serviceAccountToken");
	if (place_is_set(&secret))
		check_keys(projected, &secret, paths);
	if (place_is_set(&map))
		check_keys(projected, &map, paths);
	if (place_is_set(&downward))
		check_files(projected, &downward, paths);
	if (place_is_set(&token))
		check_token(projected, &token);
	if (place_is_set(&secret) + place_is_set(&map) + place_is_set(&downward) +
		    place_is_set(&token) >
	    1)
		refuse_forbidden(source, "may not specify more than 1 volume type per source");
}

/* validateProjectedVolumeSource */
void pod_check_projected(const struct place *projected)
{
	const struct place mode = place_field(projected, "defaultMode");
	const struct place sources = place_field(projected, "sources");
	pq_cleanup_map struct pq_map paths;
	pq_map_init(&paths);
	pod_check_file_mode(&mode);
	for (size_t i = 0; i < place_count(&sources); i++) {
		const struct place source = place_item(&sources, i);
		check_source(projected, &source, &paths);
	}
}
