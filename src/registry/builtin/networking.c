/* Ingresses, their classes, and NetworkPolicies (pkg/apis/networking/validation). */
#include "registry/builtin/pod.h"
#include "registry/builtin/rules.h"

#include "formats/address.h"

static bool contains(struct pq_string text, const char *part)
{
	size_t length = strlen(part);
	for (size_t i = 0; i + length <= text.length; i++) {
		if (memcmp(text.data + i, part, length) == 0)
			return true;
	}
	return false;
}

/* validateIngressTypedLocalObjectReference */
static void check_reference(const struct place *reference)
{
	const struct place group = place_field(reference, "apiGroup");
	const struct place kind = place_field(reference, "kind");
	const struct place name = place_field(reference, "name");
	if (place_is_set(&group))
		check_name(&group, pq_names_check_dns1123_subdomain);
	check_required_name(&kind, pq_names_check_path_segment);
	check_required_name(&name, pq_names_check_path_segment);
}

static void check_backend_service(const struct place *backend, const struct place *service)
{
	const struct place name = place_field(service, "name");
	const struct place port = place_field(service, "port");
	const struct place port_name = place_field(&port, "name");
	const struct place number = place_field(&port, "number");
	bool has_name = place_text(&port_name).length > 0, has_number = place_integer(&number) != 0;
	check_required_name(&name, pq_names_check_dns1123_label);
	if (has_name && has_number)
		refuse_string(backend, PQ_S(""), "cannot set both port name & port number");
	else if (has_name)
		check_name(&port_name, pq_names_check_port_name);
	else if (has_number)
		check_port_number(&number);
	else
		refuse_required(backend, "port name or number is required");
}

/* validateIngressBackend */
static void check_backend(const struct place *backend)
{
	const struct place resource = place_field(backend, "resource");
	const struct place service = place_field(backend, "service");
	if (place_is_set(&resource) && place_is_set(&service))
		refuse_string(backend, PQ_S(""), "cannot set both resource and service backends");
	else if (place_is_set(&resource))
		check_reference(&resource);
	else if (place_is_set(&service))
		check_backend_service(backend, &service);
	else
		refuse_string(backend, PQ_S(""), "resource or service backend is required");
}

static void check_sequences(const struct place *path)
{
	static const char *const sequences[] = { "//", "/./", "/../", "%2f", "%2F" };
	static const char *const suffixes[] = { "/..", "/." };
	struct pq_string text = place_text(path);
	for (size_t i = 0; i < sizeof sequences / sizeof sequences[0]; i++) {
		if (contains(text, sequences[i]))
			refuse_string(path, text, "must not contain '%s'", sequences[i]);
	}
	for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
		if (pq_string_ends_with(text, pq_string_from(suffixes[i])))
			refuse_string(path, text, "cannot end with '%s'", suffixes[i]);
	}
}

/* validateHTTPIngressPath */
static void check_path(const struct place *rule)
{
	static const char *const types[] = { "Exact", "ImplementationSpecific", "Prefix", NULL };
	const struct place type = place_field(rule, "pathType");
	const struct place path = place_field(rule, "path");
	const struct place backend = place_field(rule, "backend");
	struct pq_string text = place_text(&path);
	if (!place_is_set(&type)) {
		refuse_required(&type, "pathType must be specified");
		return;
	}
	bool is_specific = place_is_text(&type, "ImplementationSpecific");
	if (!place_is_one_of(&type, types)) {
		refuse_unsupported(&type, types);
	} else if (!pq_string_starts_with(text, PQ_S("/")) && !(is_specific && text.length == 0)) {
		refuse_string(&path, text, "must be an absolute path");
	}
	if (place_is_one_of(&type, types) && !is_specific)
		check_sequences(&path);
	check_backend(&backend);
}

static void check_host(const struct place *host)
{
	bool is_wildcard = pq_string_find_byte(place_text(host), '*') >= 0;
	check_name(host, is_wildcard ? pq_names_check_wildcard_subdomain
				     : pq_names_check_dns1123_subdomain);
}

/* validateIngressRules */
static void check_ingress_rule(const struct place *rule)
{
	const struct place host = place_field(rule, "host");
	const struct place http = place_field(rule, "http");
	const struct place paths = place_field(&http, "paths");
	struct pq_address address;
	if (place_text(&host).length > 0) {
		if (pq_address_parse_sloppy(place_text(&host), &address))
			refuse_string(&host, place_text(&host),
				      "must be a DNS name, not an IP address");
		check_host(&host);
	}
	if (!place_is_set(&http))
		return;
	check_required(&paths);
	place_each(&paths, check_path);
}

static void check_tls(const struct place *tls)
{
	const struct place hosts = place_field(tls, "hosts");
	const struct place secret = place_field(tls, "secretName");
	place_each(&hosts, check_host);
	if (place_text(&secret).length > 0)
		check_name(&secret, pq_names_check_dns1123_subdomain);
}

/* ValidateIngressCreate: the annotation of old beside the field. */
static void check_class_annotation(const struct place *ingress, const struct place *class)
{
	static const char key[] = "kubernetes.io/ingress.class";
	const struct place metadata = place_field(ingress, "metadata");
	const struct place sent = place_field(&metadata, "annotations");
	const struct place old = place_field(&sent, key);
	const struct place annotations = place_field(ingress, "annotations");
	struct place told = place_field(&annotations, key);
	told.offset = old.offset;
	if (place_is_set(&old) && place_is_set(class) &&
	    !pq_string_equal(place_text(&old), place_text(class)))
		refuse_string(&told, place_text(&old),
			      "must match `ingressClassName` when both are specified");
}

/* ValidateIngressSpec */
void rules_check_ingress(const struct place *ingress)
{
	const struct place spec = place_field(ingress, "spec");
	const struct place backend = place_field(&spec, "defaultBackend");
	const struct place rules = place_field(&spec, "rules");
	const struct place tls = place_field(&spec, "tls");
	const struct place class = place_field(&spec, "ingressClassName");
	if (place_count(&rules) == 0 && !place_is_set(&backend))
		refuse_shown(&spec, refuse_place_json(&rules),
			     "either `defaultBackend` or `rules` must be specified");
	if (place_is_set(&backend))
		check_backend(&backend);
	place_each(&rules, check_ingress_rule);
	place_each(&tls, check_tls);
	if (place_is_set(&class))
		check_name(&class, pq_names_check_dns1123_subdomain);
	check_class_annotation(ingress, &class);
}

/* validateIngressClassParametersReference; the scope's default is Cluster. */
static void check_parameters(const struct place *parameters)
{
	static const char *const scopes[] = { "Cluster", "Namespace", NULL };
	const struct place scope = place_field(parameters, "scope");
	const struct place namespace = place_field(parameters, "namespace");
	check_reference(parameters);
	check_optional_enum(&scope, scopes);
	if (place_is_text(&scope, "Namespace")) {
		if (!place_is_set(&namespace))
			refuse_required(&namespace, "`parameters.scope` is set to 'Namespace'");
		else
			check_name(&namespace, pq_names_check_dns1123_label);
	} else if ((!place_is_set(&scope) || place_is_text(&scope, "Cluster")) &&
		   place_is_set(&namespace)) {
		refuse_forbidden(&namespace, "`parameters.scope` is set to 'Cluster'");
	}
}

/* validateIngressClassSpec */
void rules_check_ingress_class(const struct place *class)
{
	enum { CONTROLLER_MAX = 250 };
	const struct place spec = place_field(class, "spec");
	const struct place controller = place_field(&spec, "controller");
	const struct place parameters = place_field(&spec, "parameters");
	if (place_text(&controller).length > CONTROLLER_MAX)
		refuse_too_long(&controller, CONTROLLER_MAX);
	check_domain_path(&controller);
	if (place_is_set(&parameters))
		check_parameters(&parameters);
}

/* ValidateNetworkPolicyPort; what is below the port is told by the port. */
static void check_policy_port(const struct place *entry)
{
	static const char *const protocols[] = { "TCP", "UDP", "SCTP", NULL };
	const struct place protocol = place_field(entry, "protocol");
	const struct place port = place_field(entry, "port");
	const struct place end = place_field(entry, "endPort");
	int64_t last = place_integer(&end);
	check_optional_enum(&protocol, protocols);
	if (place_is_set(&port))
		check_port_number_or_name(&port);
	if (!place_is_set(&end))
		return;
	if (!place_is_set(&port)) {
		refuse_number(&end, last, "may not be specified when `port` is not specified");
	} else if (port.value->kind == PQ_STRING) {
		refuse_number(&end, last, "may not be specified when `port` is non-numeric");
	} else {
		if (last < place_integer(&port))
			refuse_number(&end, place_integer(&port),
				      "must be greater than or equal to `port`");
		check_port_number(&end);
	}
}

static bool has_prefix(const struct pq_address *address, const struct pq_address *prefix,
		       unsigned length)
{
	if (address->is_ipv6 != prefix->is_ipv6)
		return false;
	for (unsigned i = 0; i < length; i++) {
		if ((address->bytes[i / 8] ^ prefix->bytes[i / 8]) & 0x80 >> i % 8)
			return false;
	}
	return true;
}

/* ValidateIPBlock */
static void check_block(const struct place *block)
{
	const struct place cidr = place_field(block, "cidr");
	const struct place except = place_field(block, "except");
	struct pq_address whole, part;
	unsigned whole_length, part_length;
	if (!check_required(&cidr))
		return;
	address_check_cidr(&cidr);
	if (!pq_prefix_parse_sloppy(place_text(&cidr), &whole, &whole_length))
		return;
	for (size_t i = 0; i < place_count(&except); i++) {
		const struct place item = place_item(&except, i);
		address_check_cidr(&item);
		if (pq_prefix_parse_sloppy(place_text(&item), &part, &part_length) &&
		    (!has_prefix(&part, &whole, whole_length) || whole_length >= part_length))
			refuse_string(&item, place_text(&item),
				      "must be a strict subset of `cidr`");
	}
}

/* ValidateNetworkPolicyPeer */
static void check_peer(const struct place *peer)
{
	const struct place pods = place_field(peer, "podSelector");
	const struct place spaces = place_field(peer, "namespaceSelector");
	const struct place block = place_field(peer, "ipBlock");
	int count = place_is_set(&pods) + place_is_set(&spaces) + place_is_set(&block);
	check_label_selector(&pods);
	check_label_selector(&spaces);
	if (place_is_set(&block))
		check_block(&block);
	if (count == 0)
		refuse_required(peer, "must specify a peer");
	else if (count > 1 && place_is_set(&block))
		refuse_forbidden(peer, "may not specify both ipBlock and another peer");
}

static void check_policy_rules(const struct place *rules, const char *peers_field)
{
	for (size_t i = 0; i < place_count(rules); i++) {
		const struct place rule = place_item(rules, i);
		const struct place ports = place_field(&rule, "ports");
		const struct place peers = place_field(&rule, peers_field);
		place_each(&ports, check_policy_port);
		place_each(&peers, check_peer);
	}
}

/* ValidateNetworkPolicySpec */
void rules_check_network_policy(const struct place *policy)
{
	static const char *const types[] = { "Ingress", "Egress", NULL };
	const struct place spec = place_field(policy, "spec");
	const struct place selector = place_field(&spec, "podSelector");
	const struct place ingress = place_field(&spec, "ingress");
	const struct place egress = place_field(&spec, "egress");
	const struct place policy_types = place_field(&spec, "policyTypes");
	check_label_selector(&selector);
	check_policy_rules(&ingress, "from");
	check_policy_rules(&egress, "to");
	if (place_count(&policy_types) > 2) {
		refuse_value(&policy_types, "may not specify more than two policyTypes");
		return;
	}
	for (size_t i = 0; i < place_count(&policy_types); i++) {
		const struct place type = place_item(&policy_types, i);
		check_enum(&type, types);
	}
}
