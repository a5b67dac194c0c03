/* Endpoints, which are older than their slices. */
#include "registry/builtin/pod.h"
#include "registry/builtin/rules.h"

static const char *const protocols[] = { "SCTP", "TCP", "UDP", NULL };

/* validateEndpointAddress */
static void check_address(const struct place *address)
{
	const struct place ip = place_field(address, "ip");
	const struct place host = place_field(address, "hostname");
	const struct place node = place_field(address, "nodeName");
	address_check_ip(&ip);
	if (place_text(&host).length > 0)
		check_name(&host, pq_names_check_dns1123_label);
	if (place_is_set(&node))
		check_name(&node, pq_names_check_dns1123_subdomain);
	address_check_endpoint(&ip);
}

/* validateEndpointPort */
static void check_endpoint_port(const struct place *ports, const struct place *port)
{
	const struct place name = place_field(port, "name");
	const struct place number = place_field(port, "port");
	const struct place protocol = place_field(port, "protocol");
	const struct place application = place_field(port, "appProtocol");
	if (place_text(&name).length > 0)
		check_name(&name, pq_names_check_dns1123_label);
	else if (place_count(ports) > 1)
		refuse_required(&name, "");
	check_port_number(&number);
	if (place_text(&protocol).length > 0)
		check_enum(&protocol, protocols);
	if (place_is_set(&application))
		check_name(&application, pq_names_check_qualified_name);
}

/* validateEndpointSubsets */
static void check_subset(const struct place *subset)
{
	const struct place ready = place_field(subset, "addresses");
	const struct place others = place_field(subset, "notReadyAddresses");
	const struct place ports = place_field(subset, "ports");
	if (place_count(&ready) == 0 && place_count(&others) == 0)
		refuse_required(subset, "must specify `addresses` or `notReadyAddresses`");
	place_each(&ready, check_address);
	place_each(&others, check_address);
	for (size_t i = 0; i < place_count(&ports); i++) {
		const struct place port = place_item(&ports, i);
		check_endpoint_port(&ports, &port);
	}
}

void rules_check_endpoints(const struct place *endpoints)
{
	const struct place subsets = place_field(endpoints, "subsets");
	place_each(&subsets, check_subset);
}
