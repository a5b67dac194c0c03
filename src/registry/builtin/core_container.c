/* The containers of a pod. */
#include "registry/builtin/pod.h"

#include "base/utf8.h"

enum { RESTART_RULES_MAX = 20, EXIT_CODES_MAX = 255 };

static const char *const protocols[] = { "SCTP", "TCP", "UDP", NULL };

static void check_port_name(const struct place *port, struct pq_map *names)
{
	const struct place name = place_field(port, "name");
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	if (place_text(&name).length == 0)
		return;
	if (pq_names_check_port_name(place_text(&name), problems) > 0)
		check_name(&name, pq_names_check_port_name);
	else if (!place_note(&name, names, place_text(&name)))
		refuse_duplicate(&name, place_text(&name));
}

/* validateContainerPorts */
static void check_ports(const struct place *container)
{
	const struct place ports = place_field(container, "ports");
	pq_cleanup_map struct pq_map names;
	pq_map_init(&names);
	for (size_t i = 0; i < place_count(&ports); i++) {
		const struct place port = place_item(&ports, i);
		const struct place number = place_field(&port, "containerPort");
		const struct place host = place_field(&port, "hostPort");
		const struct place protocol = place_field(&port, "protocol");
		check_port_name(&port, &names);
		if (place_integer(&number) == 0)
			refuse_required(&number, "");
		else
			check_port_number(&number);
		if (place_integer(&host) != 0)
			check_port_number(&host);
		if (place_text(&protocol).length > 0)
			check_enum(&protocol, protocols);
	}
}

/* checkHostPortConflicts; in the host's network, a pod's ports are the host's. */
static void check_host_ports(const struct pod *pod, const struct place *container,
			     struct pq_map *taken)
{
	const struct place ports = place_field(container, "ports");
	const struct place network = place_field(pod->spec, "hostNetwork");
	for (size_t i = 0; i < place_count(&ports); i++) {
		const struct place port = place_item(&ports, i);
		const struct place host = place_field(&port, "hostPort");
		const struct place number = place_field(&port, "containerPort");
		const struct place protocol = place_field(&port, "protocol");
		const struct place address = place_field(&port, "hostIP");
		int64_t taken_port = place_integer(&host);
		if (taken_port == 0 && pod->is_pod && place_flag(&network))
			taken_port = place_integer(&number);
		if (taken_port == 0)
			continue;
		struct pq_string name = place_text(&protocol);
		struct pq_string text = pq_arena_format(
			container->findings->arena, "%.*s/%.*s/%lld",
			PQ_STRING_ARGUMENT(name.length == 0 ? PQ_S("TCP") : name),
			PQ_STRING_ARGUMENT(place_text(&address)), (long long)taken_port);
		if (!place_note(&host, taken, text))
			refuse_duplicate(&host, text);
	}
}

/* validateResizePolicy */
static void check_resize(const struct pod *pod, const struct place *container)
{
	static const char *const resources[] = { "cpu", "memory", NULL };
	static const char *const policies[] = { "NotRequired", "RestartContainer", NULL };
	const struct place list = place_field(container, "resizePolicy");
	const struct place restart = place_field(pod->spec, "restartPolicy");
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < place_count(&list); i++) {
		const struct place item = place_item(&list, i);
		const struct place resource = place_field(&item, "resourceName");
		const struct place policy = place_field(&item, "restartPolicy");
		struct place told_resource = resource, told_policy = policy;
		told_resource.path = told_policy.path = list.path;
		told_resource.parent = told_policy.parent = list.parent;
		if (!place_note(&item, &seen, place_text(&resource)))
			refuse_duplicate(&item, place_text(&resource));
		check_required_enum(&told_resource, resources);
		check_required_enum(&told_policy, policies);
		if (place_is_text(&restart, "Never") && !place_is_text(&policy, "NotRequired"))
			refuse_word(&told_policy, place_text(&policy),
				    "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
	}
}

static void check_restart_rule(const struct place *rule)
{
	static const char *const actions[] = { "Restart", "RestartAllContainers", NULL };
	static const char *const operators[] = { "In", "NotIn", NULL };
	const struct place action = place_field(rule, "action");
	const struct place codes = place_field(rule, "exitCodes");
	const struct place operator= place_field(&codes, "operator");
	const struct place values = place_field(&codes, "values");
	check_enum(&action, actions);
	if (!place_is_set(&codes)) {
		refuse_required(&codes, "must be specified");
		return;
	}
	check_enum(&operator, operators);
	if (place_count(&values) > EXIT_CODES_MAX)
		refuse_too_many(&values, place_count(&values), EXIT_CODES_MAX);
}

/* validateContainerRestartPolicy, validateInitContainerRestartPolicy */
static void check_restart_policy(const struct place *container, bool is_init)
{
	static const char *const policies[] = { "Always", "Never", "OnFailure", NULL };
	const struct place policy = place_field(container, "restartPolicy");
	const struct place rules = place_field(container, "restartPolicyRules");
	if (!place_is_set(&policy) && place_count(&rules) > 0)
		refuse_required(&policy, "must specify restartPolicy when restart rules are used");
	if (!place_is_set(&policy) && is_init)
		return;
	check_optional_enum(&policy, policies);
	if (place_count(&rules) > RESTART_RULES_MAX)
		refuse_too_many(&rules, place_count(&rules), RESTART_RULES_MAX);
	place_each(&rules, check_restart_rule);
}

/* Spaces around the name are let pass in the templates of old. */
static void check_image(const struct place *container, bool is_strict)
{
	const struct place image = place_field(container, "image");
	struct pq_string text = place_text(&image);
	if (check_required(&image) && is_strict && pq_utf8_trim(text).length != text.length)
		refuse_string(&image, text, "must not have leading or trailing whitespace");
}

/* validateContainerCommon */
static void check_common(const struct pod *pod, const struct place *container, bool is_ephemeral)
{
	static const char *const messages[] = { "File", "FallbackToLogsOnError", NULL };
	static const char *const pulls[] = { "Always", "IfNotPresent", "Never", NULL };
	const struct place name = place_field(container, "name");
	const struct place message = place_field(container, "terminationMessagePolicy");
	const struct place pull = place_field(container, "imagePullPolicy");
	const struct place resources = place_field(container, "resources");
	const struct place host_users = place_field(pod->spec, "hostUsers");
	check_required_name(&name, pq_names_check_dns1123_label);
	check_image(container, is_ephemeral || pod->is_pod);
	if (place_text(&message).length > 0)
		check_enum(&message, messages);
	check_ports(container);
	pod_check_environment(container);
	pod_check_mounts(pod, container);
	if (place_text(&pull).length > 0)
		check_enum(&pull, pulls);
	pod_check_resources(pod, &resources);
	check_resize(pod, container);
	pod_check_container_security(container,
				     !place_is_set(&host_users) || place_flag(&host_users));
}

/* validateContainers */
void pod_check_containers(const struct pod *pod)
{
	const struct place containers = place_field(pod->spec, "containers");
	pq_cleanup_map struct pq_map names, ports;
	pq_map_init(&names);
	pq_map_init(&ports);
	if (place_count(&containers) == 0)
		refuse_required(&containers, "");
	for (size_t i = 0; i < place_count(&containers); i++) {
		const struct place container = place_item(&containers, i);
		const struct place name = place_field(&container, "name");
		check_common(pod, &container, false);
		if (!place_note(&name, &names, place_text(&name)))
			refuse_duplicate(&name, place_text(&name));
		pod_check_probes(pod, &container);
		check_restart_policy(&container, false);
		check_host_ports(pod, &container, &ports);
	}
}

/* Of a lifecycle that is nothing but a stop signal nothing is left without the feature gate
 * ContainerStopSignals. */
static void forbid_lifecycle(const struct place *container, const char *detail)
{
	const struct place lifecycle = place_field(container, "lifecycle");
	const struct place start = place_field(&lifecycle, "postStart");
	const struct place stop = place_field(&lifecycle, "preStop");
	const struct place signal = place_field(&lifecycle, "stopSignal");
	if (place_is_set(&start) || place_is_set(&stop) ||
	    (place_is_set(&lifecycle) && !place_is_set(&signal)))
		refuse_forbidden(&lifecycle, detail);
}

/* What only those init containers may have that run beside the others. */
static void check_plain_init(const struct place *container)
{
	static const char *const fields[] = { "livenessProbe", "readinessProbe", "startupProbe" };
	const struct place resize = place_field(container, "resizePolicy");
	forbid_lifecycle(container, "may not be set for init containers without "
				    "restartPolicy=Always");
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		const struct place field = place_field(container, fields[i]);
		if (place_is_set(&field))
			refuse_forbidden(&field, "may not be set for init containers without "
						 "restartPolicy=Always");
	}
	for (size_t i = 0; i < place_count(&resize); i++) {
		const struct place item = place_item(&resize, i);
		const struct place policy = place_field(&item, "restartPolicy");
		if (place_is_text(&policy, "RestartContainer"))
			refuse_word(&policy, place_text(&policy),
				    "must not be set to 'RestartContainer' for non-sidecar "
				    "initContainers");
	}
}

/* The server counts the ports of each init container as those of the first. */
static void check_init_ports(const struct pod *pod, const struct place *list,
			     const struct place *container)
{
	struct place first = *container;
	pq_cleanup_map struct pq_map ports;
	pq_map_init(&ports);
	first.path = pq_path_index(place_path(list), 0);
	check_host_ports(pod, &first, &ports);
}

static void note_names(const struct pod *pod, const char *list, struct pq_map *names)
{
	const struct place containers = place_field(pod->spec, list);
	for (size_t i = 0; i < place_count(&containers); i++) {
		const struct place container = place_item(&containers, i);
		const struct place name = place_field(&container, "name");
		place_note(&name, names, place_text(&name));
	}
}

/* validateInitContainers */
void pod_check_init_containers(const struct pod *pod)
{
	const struct place containers = place_field(pod->spec, "initContainers");
	pq_cleanup_map struct pq_map names;
	pq_map_init(&names);
	note_names(pod, "containers", &names);
	for (size_t i = 0; i < place_count(&containers); i++) {
		const struct place container = place_item(&containers, i);
		const struct place name = place_field(&container, "name");
		const struct place policy = place_field(&container, "restartPolicy");
		check_common(pod, &container, false);
		check_restart_policy(&container, true);
		if (pq_map_find(&names, place_text(&name)) != NULL)
			refuse_duplicate(&name, place_text(&name));
		else if (place_text(&name).length > 0)
			place_note(&name, &names, place_text(&name));
		check_init_ports(pod, &containers, &container);
		if (place_is_text(&policy, "Always"))
			pod_check_probes(pod, &container);
		else
			check_plain_init(&container);
	}
}

/* validateFieldAllowList: resources count as set when any of their own fields is. */
static void check_ephemeral_fields(const struct place *container)
{
	static const char *const fields[] = { "ports",         "resizePolicy",
					      "restartPolicy", "restartPolicyRules",
					      "livenessProbe", "readinessProbe",
					      "startupProbe" };
	static const char *const parts[] = { "limits", "requests", "claims" };
	static const char forbidden[] = "cannot be set for an Ephemeral Container";
	const struct place resources = place_field(container, "resources");
	bool has_resources = false;
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		const struct place field = place_field(container, fields[i]);
		if (place_is_set(&field))
			refuse_forbidden(&field, forbidden);
	}
	forbid_lifecycle(container, forbidden);
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		const struct place part = place_field(&resources, parts[i]);
		has_resources = has_resources || place_is_set(&part);
	}
	if (has_resources)
		refuse_forbidden(&resources, forbidden);
}

static void check_ephemeral_mount(const struct place *mount)
{
	static const char *const fields[] = { "subPath", "subPathExpr" };
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		const struct place field = place_field(mount, fields[i]);
		if (place_text(&field).length > 0)
			refuse_forbidden(&field, "cannot be set for an Ephemeral Container");
	}
}

/* validateEphemeralContainers */
void pod_check_ephemeral_containers(const struct pod *pod)
{
	const struct place containers = place_field(pod->spec, "ephemeralContainers");
	pq_cleanup_map struct pq_map lasting, names;
	pq_map_init(&lasting);
	pq_map_init(&names);
	note_names(pod, "containers", &lasting);
	note_names(pod, "initContainers", &lasting);
	for (size_t i = 0; i < place_count(&containers); i++) {
		const struct place container = place_item(&containers, i);
		const struct place name = place_field(&container, "name");
		const struct place target = place_field(&container, "targetContainerName");
		const struct place mounts = place_field(&container, "volumeMounts");
		check_common(pod, &container, true);
		if (pq_map_find(&lasting, place_text(&name)) != NULL ||
		    !place_note(&name, &names, place_text(&name)))
			refuse_duplicate(&name, place_text(&name));
		if (place_text(&target).length > 0 &&
		    pq_map_find(&lasting, place_text(&target)) == NULL)
			refuse_not_found(&target, place_text(&target));
		check_ephemeral_fields(&container);
		place_each(&mounts, check_ephemeral_mount);
	}
}

/* podshelper.VisitContainersWithPath */
void pod_each_container(const struct pod *pod, pod_container_check *check)
{
	static const char *const lists[] = { "initContainers", "containers",
					     "ephemeralContainers" };
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		const struct place list = place_field(pod->spec, lists[i]);
		for (size_t j = 0; j < place_count(&list); j++) {
			const struct place container = place_item(&list, j);
			check(pod, &container);
		}
	}
}
