/* The environment of a container. */
#include "registry/builtin/pod.h"

/* validateConfigMapKeySelector, validateSecretKeySelector */
static void check_key(const struct place *selector)
{
	const struct place name = place_field(selector, "name");
	const struct place key = place_field(selector, "key");
	check_name(&name, pq_names_check_dns1123_subdomain);
	check_required_name(&key, pq_names_check_config_map_key);
}

static void check_field(const struct place *selector)
{
	pod_check_field_ref(selector, pod_environment_fields);
}

static void check_resource(const struct place *selector)
{
	pod_check_resource_ref(selector, false);
}

/* validateFileKeySelector */
static void check_file(const struct place *selector)
{
	const struct place key = place_field(selector, "key");
	const struct place volume = place_field(selector, "volumeName");
	const struct place path = place_field(selector, "path");
	check_required_name(&key, pq_names_check_variable_name);
	check_required_name(&volume, pq_names_check_dns1123_label);
	if (check_required(&path))
		path_check_no_backsteps(&path);
}

static const struct {
	const char *field;
	place_check *check;
} sources[] = {
	{ "fieldRef", check_field },      { "resourceFieldRef", check_resource },
	{ "configMapKeyRef", check_key }, { "secretKeyRef", check_key },
	{ "fileKeyRef", check_file },
};

/* validateEnvVarValueFrom */
static void check_value_from(const struct place *variable)
{
	const struct place from = place_field(variable, "valueFrom");
	const struct place value = place_field(variable, "value");
	size_t count = 0;
	if (!place_is_set(&from))
		return;
	for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
		const struct place source = place_field(&from, sources[i].field);
		if (!place_is_set(&source))
			continue;
		count++;
		sources[i].check(&source);
	}
	if (count == 0)
		refuse_string(&from, PQ_S(""),
			      "must specify one of: `fieldRef`, `resourceFieldRef`, "
			      "`configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
	else if (place_text(&value).length > 0)
		refuse_string(&from, PQ_S(""), "may not be specified when `value` is not empty");
	else if (count > 1)
		refuse_string(&from, PQ_S(""),
			      "may not have more than one field specified at a time");
}

/* ValidateEnv */
static void check_variable(const struct place *variable)
{
	const struct place name = place_field(variable, "name");
	check_required_name(&name, pq_names_check_variable_name);
	check_value_from(variable);
}

/* The name may be the beginning of one that the server would make up. */
static void check_prefix_of_name(const struct place *source)
{
	const struct place name = place_field(source, "name");
	struct pq_string text = place_text(&name);
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	if (!check_required(&name))
		return;
	struct pq_string checked = text;
	if (text.length > 1 && pq_string_ends_with(text, PQ_S("-")))
		checked = pq_arena_format(source->findings->arena, "%.*sa", (int)text.length - 2,
					  text.data);
	size_t count = pq_names_check_dns1123_subdomain(checked, problems);
	for (size_t i = 0; i < count; i++)
		refuse_string(&name, text, "%s", problems[i]);
}

/* ValidateEnvFrom, which tells of the list and not of the item when there is not one source. */
static void check_source(const struct place *list, const struct place *item)
{
	const struct place prefix = place_field(item, "prefix");
	const struct place map = place_field(item, "configMapRef");
	const struct place secret = place_field(item, "secretRef");
	if (place_text(&prefix).length > 0)
		check_name(&prefix, pq_names_check_variable_name);
	if (place_is_set(&map))
		check_prefix_of_name(&map);
	if (place_is_set(&secret))
		check_prefix_of_name(&secret);
	if (!place_is_set(&map) && !place_is_set(&secret))
		refuse_string(list, PQ_S(""), "must specify one of: `configMapRef` or `secretRef`");
	else if (place_is_set(&map) && place_is_set(&secret))
		refuse_string(list, PQ_S(""),
			      "may not have more than one field specified at a time");
}

void pod_check_environment(const struct place *container)
{
	const struct place variables = place_field(container, "env");
	const struct place from = place_field(container, "envFrom");
	place_each(&variables, check_variable);
	for (size_t i = 0; i < place_count(&from); i++) {
		const struct place item = place_item(&from, i);
		check_source(&from, &item);
	}
}

/* The last of that name counts. */
static struct place find_volume(const struct pod *pod, struct pq_string name)
{
	size_t count = place_count(pod->volumes);
	while (count > 0) {
		const struct place volume = place_item(pod->volumes, --count);
		const struct place volume_name = place_field(&volume, "name");
		if (pq_string_equal(place_text(&volume_name), name))
			return volume;
	}
	return (struct place){ .value = NULL };
}

/* validateFileKeyRefVolumes */
void pod_check_file_volumes(const struct pod *pod, const struct place *container)
{
	const struct place variables = place_field(container, "env");
	for (size_t i = 0; i < place_count(&variables); i++) {
		const struct place variable = place_item(&variables, i);
		const struct place from = place_field(&variable, "valueFrom");
		const struct place file = place_field(&from, "fileKeyRef");
		const struct place name = place_field(&file, "volumeName");
		if (!place_is_set(&file))
			continue;
		const struct place volume = find_volume(pod, place_text(&name));
		const struct place empty = place_field(&volume, "emptyDir");
		if (!place_is_set(&volume))
			refuse_not_found(&name, place_text(&name));
		else if (!place_is_set(&empty))
			refuse_string(&name, place_text(&name),
				      "referenced volume must be of type emptyDir");
	}
}
