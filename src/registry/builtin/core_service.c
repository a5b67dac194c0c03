/* Services. */
#include "registry/builtin/pod.h"

#include "base/utf8.h"
#include "registry/builtin/rules.h"

#include "formats/address.h"

static const char *const protocols[] = { "SCTP", "TCP", "UDP", NULL };

/* A service while it is judged. */
struct service {
	const struct place *spec;
	struct place ports;
	struct place ips; /* clusterIPs, or clusterIP alone */
	bool is_balanced; /* type LoadBalancer */
	bool is_named;    /* type ExternalName */
	bool is_headless;
};

static bool is_type(const struct service *service, const char *type)
{
	const struct place place = place_field(service->spec, "type");
	struct pq_string text = place_text(&place);
	return pq_string_is(text.length == 0 ? PQ_S("ClusterIP") : text, type);
}

/* An absent list of addresses holds the single one. */
static size_t count_ips(const struct service *service)
{
	const struct place ip = place_field(service->spec, "clusterIP");
	size_t count = place_count(&service->ips);
	return count > 0 ? count : place_text(&ip).length > 0;
}

static struct place ip_at(const struct service *service, size_t index)
{
	const struct place ip = place_field(service->spec, "clusterIP");
	if (place_count(&service->ips) > 0)
		return place_item(&service->ips, index);
	struct place item = service->ips;
	item.value = ip.value;
	item.offset = ip.offset;
	item.path = pq_path_index(place_path(&service->ips), index);
	item.parent = &service->ips;
	return item;
}

static struct service read_service(const struct place *spec)
{
	struct service service = { .spec = spec,
				   .ports = place_field(spec, "ports"),
				   .ips = place_field(spec, "clusterIPs") };
	service.is_balanced = is_type(&service, "LoadBalancer");
	service.is_named = is_type(&service, "ExternalName");
	if (count_ips(&service) == 1) {
		const struct place first = ip_at(&service, 0);
		service.is_headless = place_is_text(&first, "None");
	}
	return service;
}

static void check_families(const struct place *spec)
{
	static const char *const known[] = { "IPv4", "IPv6", NULL };
	static const char *const policies[] = { "PreferDualStack", "RequireDualStack",
						"SingleStack", NULL };
	const struct place families = place_field(spec, "ipFamilies");
	const struct place policy = place_field(spec, "ipFamilyPolicy");
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < place_count(&families); i++) {
		const struct place family = place_item(&families, i);
		check_enum(&family, known);
		if (!place_note(&family, &seen, place_text(&family)))
			refuse_duplicate(&family, place_text(&family));
	}
	check_optional_enum(&policy, policies);
}

static bool check_ips(const struct service *service)
{
	size_t before = service->spec->findings->count;
	for (size_t i = 0; i < count_ips(service); i++) {
		const struct place ip = ip_at(service, i);
		if (i > 0 || !place_is_text(&ip, "None"))
			address_check_ip(&ip);
		else if (count_ips(service) > 1)
			refuse_value(&service->ips, "'None' must be the first and only value");
	}
	return service->spec->findings->count == before;
}

static bool is_ipv6(const struct place *ip)
{
	struct pq_address address;
	return pq_address_parse_sloppy(place_text(ip), &address) && address.is_ipv6;
}

static void check_stacks(const struct service *service)
{
	const struct place families = place_field(service->spec, "ipFamilies");
	size_t count = count_ips(service);
	bool has_ipv4 = false, has_ipv6 = false;
	for (size_t i = 0; i < count; i++) {
		const struct place ip = ip_at(service, i);
		is_ipv6(&ip) ? (has_ipv6 = true) : (has_ipv4 = true);
	}
	if (count > 1 && (!has_ipv4 || !has_ipv6))
		refuse_value(&service->ips, "may specify no more than one IP for each IP family");
	for (size_t i = 0; !service->is_headless && i < count && i < place_count(&families); i++) {
		const struct place ip = ip_at(service, i);
		const struct place family = place_item(&families, i);
		const char *wanted = place_is_text(&family, "IPv4") && is_ipv6(&ip)    ? "IPv4"
				     : place_is_text(&family, "IPv6") && !is_ipv6(&ip) ? "IPv6"
										       : NULL;
		if (wanted != NULL)
			refuse_string(&ip, place_text(&ip),
				      "expected an %s value as indicated by `ipFamilies[%zu]`",
				      wanted, i);
	}
}

/* ValidateServiceClusterIPsRelatedFields; absent clusterIPs are made of clusterIP. */
static void check_cluster_ips(const struct service *service)
{
	const struct place ip = place_field(service->spec, "clusterIP");
	size_t count = place_count(&service->ips);
	if (count > 0) {
		const struct place first = place_item(&service->ips, 0);
		if (place_text(&ip).length == 0)
			refuse_value(&service->ips,
				     "must be empty when `clusterIP` is not specified");
		else if (!pq_string_equal(place_text(&first), place_text(&ip)))
			refuse_value(&service->ips, "first value must match `clusterIP`");
	}
	check_families(service->spec);
	bool are_valid = check_ips(service);
	if (count > 2)
		refuse_value(&service->ips, "may only hold up to 2 values");
	if (are_valid)
		check_stacks(service);
}

/* The name may end in a dot. */
static void check_external_name(const struct service *service)
{
	const struct place name = place_field(service->spec, "externalName");
	const struct place families = place_field(service->spec, "ipFamilies");
	const struct place policy = place_field(service->spec, "ipFamilyPolicy");
	struct pq_string text = place_text(&name);
	if (count_ips(service) > 0)
		refuse_forbidden(&service->ips, "may not be set for ExternalName services");
	if (place_count(&families) > 0)
		refuse_forbidden(&families, "may not be set for ExternalName services");
	if (place_is_set(&policy))
		refuse_forbidden(&policy, "may not be set for ExternalName services");
	if (pq_string_ends_with(text, PQ_S(".")))
		text.length--;
	if (text.length == 0)
		refuse_required(&name, "");
	else
		check_name_shown(&name, text, pq_names_check_dns1123_subdomain);
}

static void check_type(const struct service *service)
{
	static const char *const visible[] = { "LoadBalancer", "NodePort", NULL };
	if (place_count(&service->ports) == 0 && !service->is_headless && !service->is_named)
		refuse_required(&service->ports, "");
	for (size_t i = 0; service->is_headless && visible[i] != NULL; i++) {
		const struct place first = ip_at(service, 0);
		if (is_type(service, visible[i]))
			refuse_string(&first, PQ_S("None"),
				      "may not be set to 'None' for %s services", visible[i]);
	}
	if (service->is_named)
		check_external_name(service);
}

/* An absent target, 0 or "" is the port itself. */
static void check_target(const struct place *port)
{
	const struct place number = place_field(port, "port");
	const struct place target = place_field(port, "targetPort");
	struct place told = number;
	bool is_default = target.value == NULL ||
			  (target.value->kind == PQ_STRING && target.value->length == 0) ||
			  (target.value->kind == PQ_INTEGER && target.value->integer == 0);
	told.path = target.path;
	check_port_number_or_name(is_default ? &told : &target);
}

/* validateServicePort */
static void check_port(const struct service *service, const struct place *port,
		       struct pq_map *names)
{
	const struct place name = place_field(port, "name");
	const struct place number = place_field(port, "port");
	const struct place protocol = place_field(port, "protocol");
	const struct place application = place_field(port, "appProtocol");
	if (place_text(&name).length > 0) {
		check_name(&name, pq_names_check_dns1123_label);
		if (!place_note(&name, names, place_text(&name)))
			refuse_duplicate(&name, place_text(&name));
	} else if (place_count(&service->ports) > 1) {
		refuse_required(&name, "");
	}
	check_port_number(&number);
	if (place_text(&protocol).length > 0)
		check_enum(&protocol, protocols);
	check_target(port);
	if (place_is_set(&application))
		check_name(&application, pq_names_check_qualified_name);
}

static struct pq_string protocol_of(const struct place *port)
{
	const struct place protocol = place_field(port, "protocol");
	struct pq_string text = place_text(&protocol);
	return text.length == 0 ? PQ_S("TCP") : text;
}

/* Ports that are there twice for one protocol. */
static void check_repeated(const struct service *service, const char *field, bool is_whole)
{
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < place_count(&service->ports); i++) {
		const struct place port = place_item(&service->ports, i);
		const struct place number = place_field(&port, field);
		struct pq_arena *arena = port.findings->arena;
		long long value = place_integer(&number);
		struct pq_string protocol = protocol_of(&port);
		struct pq_string key =
			pq_arena_format(arena, "%.*s/%lld", PQ_STRING_ARGUMENT(protocol), value);
		if ((value == 0 && !is_whole) || place_note(&port, &seen, key))
			continue;
		if (!is_whole)
			refuse_duplicate_json(&number, pq_arena_format(arena, "%lld", value));
		else
			refuse_duplicate_json(
				&port, pq_arena_format(arena,
						       "{\"Name\":\"\",\"Protocol\":\"%.*s\","
						       "\"AppProtocol\":null,\"Port\":%lld,"
						       "\"TargetPort\":0,\"NodePort\":0}",
						       PQ_STRING_ARGUMENT(protocol), value));
	}
}

static void check_ports(const struct service *service)
{
	pq_cleanup_map struct pq_map names;
	pq_map_init(&names);
	for (size_t i = 0; i < place_count(&service->ports); i++) {
		const struct place port = place_item(&service->ports, i);
		const struct place node = place_field(&port, "nodePort");
		check_port(service, &port, &names);
		if (place_integer(&node) != 0 && is_type(service, "ClusterIP"))
			refuse_forbidden(&node, "may not be used when `type` is 'ClusterIP'");
	}
	check_repeated(service, "nodePort", false);
	check_repeated(service, "port", true);
}

/* validateClientIPAffinityConfig; an incomplete one gets the default. */
static void check_affinity(const struct place *spec)
{
	enum { TIMEOUT_MAX = 86400 };
	static const char *const kinds[] = { "ClientIP", "None", NULL };
	const struct place affinity = place_field(spec, "sessionAffinity");
	const struct place config = place_field(spec, "sessionAffinityConfig");
	const struct place client = place_field(&config, "clientIP");
	const struct place timeout = place_field(&client, "timeoutSeconds");
	int64_t seconds = place_integer(&timeout);
	if (place_text(&affinity).length > 0)
		check_enum(&affinity, kinds);
	if (place_is_text(&affinity, "ClientIP") && place_is_set(&timeout) &&
	    (seconds <= 0 || seconds > TIMEOUT_MAX))
		refuse_number(&timeout, seconds, "must be greater than 0 and less than %d",
			      TIMEOUT_MAX);
}

static void check_external_ip(const struct place *ip)
{
	size_t before = ip->findings->count;
	address_check_ip(ip);
	if (ip->findings->count == before)
		address_check_endpoint(ip);
}

/* Told of by the name of Go's field. */
static void check_source_ranges(const struct service *service)
{
	const struct place sent = place_field(service->spec, "loadBalancerSourceRanges");
	const struct place ranges = place_called(&sent, "LoadBalancerSourceRanges");
	if (place_count(&ranges) > 0 && !service->is_balanced)
		refuse_forbidden(&ranges, "may only be used when `type` is 'LoadBalancer'");
	for (size_t i = 0; i < place_count(&ranges); i++) {
		struct place range = place_item(&ranges, i);
		struct pq_value trimmed = pq_value_from_string(pq_utf8_trim(place_text(&range)));
		range.value = &trimmed;
		address_check_cidr(&range);
	}
}

static void check_balancer(const struct service *service)
{
	const struct place allocate = place_field(service->spec, "allocateLoadBalancerNodePorts");
	const struct place class = place_field(service->spec, "loadBalancerClass");
	check_source_ranges(service);
	if (place_is_set(&allocate) && !service->is_balanced)
		refuse_forbidden(&allocate, "may only be used when `type` is 'LoadBalancer'");
	if (!place_is_set(&class))
		return;
	if (service->is_balanced)
		check_name(&class, pq_names_check_qualified_name);
	else
		refuse_forbidden(&class, "may only be used when `type` is 'LoadBalancer'");
}

/* validateServiceExternalTrafficPolicy and its neighbours; a port for health checks is allocated.
 */
static void check_traffic(const struct service *service)
{
	static const char *const policies[] = { "Cluster", "Local", NULL };
	static const char *const distributions[] = { "PreferClose", "PreferSameZone",
						     "PreferSameNode", NULL };
	const struct place external = place_field(service->spec, "externalTrafficPolicy");
	const struct place internal = place_field(service->spec, "internalTrafficPolicy");
	const struct place distribution = place_field(service->spec, "trafficDistribution");
	const struct place health = place_field(service->spec, "healthCheckNodePort");
	const struct place ips = place_field(service->spec, "externalIPs");
	bool is_external = service->is_balanced || is_type(service, "NodePort") ||
			   (is_type(service, "ClusterIP") && place_count(&ips) > 0);
	if (place_text(&external).length > 0 && !is_external)
		refuse_word(&external, place_text(&external),
			    "may only be set for externally-accessible services");
	else if (place_text(&external).length > 0)
		check_enum(&external, policies);
	if (place_integer(&health) != 0 &&
	    (!service->is_balanced || !place_is_text(&external, "Local")))
		refuse_number(&health, place_integer(&health),
			      "may only be set when `type` is 'LoadBalancer' and "
			      "`externalTrafficPolicy` is 'Local'");
	check_optional_enum(&internal, policies);
	check_optional_enum(&distribution, distributions);
}

/* Allocators.initIPFamilyFields: a policy that is absent is SingleStack, but for a headless service
 * without selector. Whether the cluster has two families is its own choice. */
static void check_single_stack(const struct place *spec)
{
	const struct place policy = place_field(spec, "ipFamilyPolicy");
	const struct place families = place_field(spec, "ipFamilies");
	const struct place addresses = place_field(spec, "clusterIPs");
	const struct place address = place_field(spec, "clusterIP");
	const struct place selector = place_field(spec, "selector");
	bool is_absent_otherwise = place_is_text(&address, "None") && place_count(&selector) == 0;
	if (!place_is_text(&policy, "SingleStack") &&
	    (place_is_set(&policy) || is_absent_otherwise))
		return;
	if (place_count(&addresses) == 2)
		refuse_word(&policy, PQ_S("SingleStack"),
			    "must be 'RequireDualStack' or 'PreferDualStack' when multiple cluster "
			    "IPs are specified");
	if (place_count(&families) == 2)
		refuse_word(&policy, PQ_S("SingleStack"),
			    "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP "
			    "families are specified");
}

static void forget_first(struct pq_findings *findings, size_t count)
{
	findings->count -= count;
	if (count > 0)
		memmove(findings->items, findings->items + count,
			findings->count * sizeof *findings->items);
}

/* Addresses are allocated, and judged, before all else, metadata included. */
void rules_check_service(const struct place *object)
{
	static const char *const types[] = { "ClusterIP", "ExternalName", "LoadBalancer",
					     "NodePort", NULL };
	const struct place spec = place_field(object, "spec");
	const struct place selector = place_field(&spec, "selector");
	const struct place external = place_field(&spec, "externalIPs");
	const struct place type = place_field(&spec, "type");
	const struct service service = read_service(&spec);
	size_t before = spec.findings->count;
	if (!service.is_named)
		check_cluster_ips(&service);
	if (!service.is_named && spec.findings->count == before)
		check_single_stack(&spec);
	if (spec.findings->count > before) {
		forget_first(spec.findings, before);
		return;
	}
	check_type(&service);
	check_ports(&service);
	check_labels(&selector);
	check_affinity(&spec);
	place_each(&external, check_external_ip);
	if (place_text(&type).length > 0)
		check_enum(&type, types);
	check_balancer(&service);
	check_traffic(&service);
}
