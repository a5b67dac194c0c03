/* Pods and templates of them. */
#include "registry/builtin/pod.h"
#include "registry/builtin/rules.h"

enum { NAMESERVERS_MAX = 3, SEARCHES_MAX = 32, SEARCH_CHARACTERS_MAX = 2048, HOSTNAME_MAX = 64 };

static void check_optional_name(const struct place *spec, const char *field, pq_name_check *check)
{
	const struct place name = place_field(spec, field);
	if (place_text(&name).length > 0)
		check_name(&name, check);
}

static void check_searches(const struct place *config)
{
	const struct place searches = place_field(config, "searches");
	size_t characters = 0, count = place_count(&searches);
	for (size_t i = 0; i < count; i++) {
		const struct place search = place_item(&searches, i);
		characters += place_text(&search).length + (i > 0);
	}
	if (count > SEARCHES_MAX)
		refuse_value(&searches, "must not have more than 32 search paths");
	if (characters > SEARCH_CHARACTERS_MAX)
		refuse_value(&searches, "must not have more than 2048 characters (including "
					"spaces) in the search list");
	for (size_t i = 0; i < count; i++) {
		const struct place search = place_item(&searches, i);
		struct pq_string text = place_text(&search);
		if (pq_string_is(text, "."))
			continue;
		if (pq_string_ends_with(text, PQ_S(".")))
			text.length--;
		check_name_shown(&search, text, pq_names_check_subdomain_with_underscore);
	}
}

static void check_option(const struct place *option)
{
	const struct place name = place_field(option, "name");
	if (place_text(&name).length == 0)
		refuse_required(option, "must not be empty");
}

/* validatePodDNSConfig */
static void check_dns_config(const struct place *spec)
{
	const struct place policy = place_field(spec, "dnsPolicy");
	const struct place config = place_field(spec, "dnsConfig");
	const struct place servers = place_field(&config, "nameservers");
	const struct place options = place_field(&config, "options");
	bool is_none = place_is_text(&policy, "None");
	if (is_none && !place_is_set(&config)) {
		refuse_required(&config, "must provide `dnsConfig` when `dnsPolicy` is None");
		return;
	}
	if (is_none && place_count(&servers) == 0) {
		refuse_required(&servers, "must provide at least one DNS nameserver when "
					  "`dnsPolicy` is None");
		return;
	}
	if (place_count(&servers) > NAMESERVERS_MAX)
		refuse_value(&servers, "must not have more than 3 nameservers");
	place_each(&servers, address_check_ip);
	check_searches(&config);
	place_each(&options, check_option);
}

static void check_policies(const struct place *spec)
{
	static const char *const restarts[] = { "Always", "OnFailure", "Never", NULL };
	static const char *const dns[] = { "ClusterFirstWithHostNet", "ClusterFirst", "Default",
					   "None", NULL };
	const struct place restart = place_field(spec, "restartPolicy");
	const struct place name_policy = place_field(spec, "dnsPolicy");
	if (place_text(&restart).length > 0)
		check_enum(&restart, restarts);
	if (place_text(&name_policy).length > 0)
		check_enum(&name_policy, dns);
}

static void check_preemption(const struct place *spec)
{
	static const char *const policies[] = { "PreemptLowerPriority", "Never", NULL };
	const struct place policy = place_field(spec, "preemptionPolicy");
	if (place_is_set(&policy))
		check_required_enum(&policy, policies);
}

/* validatePodHostNetworkDeps; of a pod itself the host's port has a default. */
static void check_host_network(const struct place *spec)
{
	const struct place network = place_field(spec, "hostNetwork");
	const struct place containers = place_field(spec, "containers");
	for (size_t i = 0; place_flag(&network) && i < place_count(&containers); i++) {
		const struct place container = place_item(&containers, i);
		const struct place ports = place_field(&container, "ports");
		for (size_t j = 0; j < place_count(&ports); j++) {
			const struct place port = place_item(&ports, j);
			const struct place host = place_field(&port, "hostPort");
			const struct place number = place_field(&port, "containerPort");
			if (place_integer(&host) != 0 &&
			    place_integer(&host) != place_integer(&number))
				refuse_number(&host, place_integer(&host),
					      "must match `containerPort` when `hostNetwork` is "
					      "true");
		}
	}
}

/* validateSchedulingGates, validateReadinessGates */
static void check_gates(const struct place *spec)
{
	const struct place scheduling = place_field(spec, "schedulingGates");
	const struct place readiness = place_field(spec, "readinessGates");
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < place_count(&readiness); i++) {
		const struct place gate = place_item(&readiness, i);
		const struct place type = place_field(&gate, "conditionType");
		check_name(&type, pq_names_check_qualified_name);
	}
	for (size_t i = 0; i < place_count(&scheduling); i++) {
		const struct place gate = place_item(&scheduling, i);
		const struct place name = place_field(&gate, "name");
		check_name_shown(&gate, place_text(&name), pq_names_check_qualified_name);
		if (!place_note(&gate, &seen, place_text(&name)))
			refuse_duplicate(&gate, place_text(&name));
	}
}

static void check_host_alias(const struct place *alias)
{
	const struct place address = place_field(alias, "ip");
	const struct place names = place_field(alias, "hostnames");
	address_check_ip(&address);
	for (size_t i = 0; i < place_count(&names); i++) {
		const struct place name = place_item(&names, i);
		check_name(&name, pq_names_check_dns1123_subdomain);
	}
}

/* validateHostUsers */
static void check_host_users(const struct place *spec)
{
	static const char *const lists[] = { "containers", "initContainers",
					     "ephemeralContainers" };
	const struct place users = place_field(spec, "hostUsers");
	const struct place network = place_field(spec, "hostNetwork");
	const struct place pid = place_field(spec, "hostPID");
	const struct place ipc = place_field(spec, "hostIPC");
	const struct place told_pid = place_called(&pid, "HostPID");
	const struct place told_ipc = place_called(&ipc, "HostIPC");
	if (!place_is_set(&users) || place_flag(&users))
		return;
	if (place_flag(&network))
		refuse_forbidden(&network, "when `hostUsers` is false");
	if (place_flag(&pid))
		refuse_forbidden(&told_pid, "when `hostUsers` is false");
	if (place_flag(&ipc))
		refuse_forbidden(&told_ipc, "when `hostUsers` is false");
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
		const struct place list = place_field(spec, lists[i]);
		for (size_t j = 0; j < place_count(&list); j++) {
			const struct place container = place_item(&list, j);
			const struct place devices = place_field(&container, "volumeDevices");
			if (place_count(&devices) > 0)
				refuse_forbidden(&devices, "when `hostUsers` is false");
		}
	}
}

/* validatePodHostName */
static void check_host_name(const struct place *spec)
{
	const struct place name = place_field(spec, "hostnameOverride");
	const struct place qualified = place_field(spec, "setHostnameAsFQDN");
	const struct place network = place_field(spec, "hostNetwork");
	if (!place_is_set(&name))
		return;
	if (place_flag(&qualified))
		refuse_forbidden(&name, "may not be specified when setHostnameAsFQDN is true");
	if (place_flag(&network))
		refuse_forbidden(&name, "may not be specified when hostNetwork is true");
	if (place_text(&name).length > HOSTNAME_MAX)
		refuse_too_long(&name, HOSTNAME_MAX);
	check_name(&name, pq_names_check_dns1123_subdomain);
}

static void check_names(const struct pod *pod)
{
	const struct place *spec = pod->spec;
	const struct place runtime = place_field(spec, "runtimeClassName");
	const struct place account = place_field(spec, "serviceAccountName");
	const struct place deprecated = place_field(spec, "serviceAccount");
	const struct place told = place_called(&deprecated, "serviceAccountName");
	check_optional_name(spec, "serviceAccountName", pq_names_check_dns1123_subdomain);
	if (place_text(&account).length == 0 && place_text(&deprecated).length > 0)
		check_name(&told, pq_names_check_dns1123_subdomain);
	check_optional_name(spec, "nodeName", pq_names_check_dns1123_subdomain);
	if (pod->claims == NULL) {
		check_optional_name(spec, "hostname", pq_names_check_dns1123_label);
		check_optional_name(spec, "subdomain", pq_names_check_dns1123_label);
	}
	check_optional_name(spec, "priorityClassName", pq_names_check_dns1123_subdomain);
	if (place_is_set(&runtime))
		check_name(&runtime, pq_names_check_dns1123_subdomain);
	check_host_name(spec);
}

static void check_numbers(const struct place *spec)
{
	const struct place deadline = place_field(spec, "activeDeadlineSeconds");
	if (place_is_set(&deadline))
		check_range(&deadline, 1, INT32_MAX);
}

static void check_placement(const struct place *spec)
{
	const struct place selector = place_field(spec, "nodeSelector");
	const struct place affinity = place_field(spec, "affinity");
	const struct place tolerations = place_field(spec, "tolerations");
	const struct place spread = place_field(spec, "topologySpreadConstraints");
	check_labels(&selector);
	pod_check_affinity(&affinity);
	pod_check_topology_spread(&spread);
	pod_check_tolerations(&tolerations);
}

/* validateOverhead: as limits of a container, told without "limits". */
static void check_overhead(const struct place *spec)
{
	const struct place overhead = place_field(spec, "overhead");
	for (size_t i = 0; i < place_count(&overhead); i++) {
		const struct place limits = place_field(&overhead, "limits");
		struct place item = place_keyed(&limits, place_key(&overhead, i));
		const struct place sent = place_member(&overhead, i);
		item.value = sent.value;
		item.offset = sent.offset;
		resource_check_container_name(&item, place_key(&overhead, i));
		resource_check_value(&item, place_key(&overhead, i));
	}
}

/* ValidatePodSpec */
static void check_spec(const struct place *spec, const struct place *claims, bool is_pod,
		       struct pq_string name)
{
	const struct place volumes = place_field(spec, "volumes");
	const struct place aliases = place_field(spec, "hostAliases");
	struct pod pod = { .spec = spec, .volumes = &volumes, .claims = claims, .is_pod = is_pod };
	pq_map_init(&pod.good_volumes);
	pod_check_volumes(&pod, name);
	pod_check_resource_claims(&pod);
	pod_check_containers(&pod);
	pod_check_init_containers(&pod);
	pod_check_ephemeral_containers(&pod);
	pq_map_done(&pod.good_volumes);
	pod_check_own_resources(&pod);
	check_host_network(spec);
	check_policies(spec);
	pod_check_security_context(spec);
	check_dns_config(spec);
	check_gates(spec);
	check_placement(spec);
	pod_check_host_process(&pod);
	check_host_users(spec);
	check_names(&pod);
	check_numbers(spec);
	place_each(&aliases, check_host_alias);
	check_preemption(spec);
	check_overhead(spec);
	pod_check_os(&pod);
	pod_each_container(&pod, pod_check_file_volumes);
}

/* Told of as the template's own fields. */
void pod_check_template_metadata(const struct place *template)
{
	const struct place metadata = place_field(template, "metadata");
	struct place labels = place_field(&metadata, "labels");
	struct place annotations = place_field(&metadata, "annotations");
	labels.path = pq_path_property(place_path(template), PQ_S("labels"));
	annotations.path = pq_path_property(place_path(template), PQ_S("annotations"));
	check_labels(&labels);
	check_annotations(&annotations);
}

/* ValidatePodTemplateSpec */
void pod_check_template_with_claims(const struct place *template, const struct place *claims)
{
	const struct place spec = place_field(template, "spec");
	const struct place ephemeral = place_field(&spec, "ephemeralContainers");
	pod_check_template_metadata(template);
	check_spec(&spec, claims, false, PQ_S(""));
	if (place_count(&ephemeral) > 0)
		refuse_forbidden(&ephemeral, "ephemeral containers not allowed in pod template");
}

void pod_check_template(const struct place *template)
{
	pod_check_template_with_claims(template, NULL);
}

/* validatePodMetadataAndSpec */
void rules_check_pod_again(const struct place *pod)
{
	const struct place metadata = place_field(pod, "metadata");
	const struct place name = place_field(&metadata, "name");
	const struct place spec = place_field(pod, "spec");
	check_spec(&spec, NULL, true, place_text(&name));
}

/* ValidatePodCreate */
void rules_check_pod(const struct place *pod)
{
	const struct place spec = place_field(pod, "spec");
	const struct place ephemeral = place_field(&spec, "ephemeralContainers");
	const struct place node = place_field(&spec, "nodeName");
	const struct place gates = place_field(&spec, "schedulingGates");
	rules_check_pod_again(pod);
	if (place_count(&ephemeral) > 0)
		refuse_forbidden(&ephemeral, "cannot be set on create");
	if (place_text(&node).length > 0 && place_count(&gates) > 0)
		refuse_forbidden(&node,
				 "cannot be set until all schedulingGates have been cleared");
}

void rules_check_pod_template(const struct place *object)
{
	const struct place template = place_field(object, "template");
	pod_check_template(&template);
}
