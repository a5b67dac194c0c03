/*
 * IP addresses: k8s.io/apiserver v0.36 pkg/cel/library/ip.go.
 */
#include "cel/cost.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/network.h"
#include "cel/opaque.h"
#include "cel/signature.h"
#include "cel/text.h"

static bool equal(const void *a, const void *b)
{
	return pq_cel_address_equal(a, b);
}

static uint32_t hash(const void *address)
{
	return pq_cel_address_hash(address);
}

static uint64_t size(const void *address)
{
	return ((const struct pq_address *)address)->is_ipv6 ? 16 : 4;
}

static void write(struct pq_buffer *buffer, const void *address)
{
	pq_cel_address_write(buffer, address);
}

const struct pq_cel_opaque_kind pq_cel_kind_ip = {
	.type = { .kind = PQ_CEL_TYPE_OPAQUE, .name = PQ_LITERAL("net.IP") },
	.equal = equal,
	.hash = hash,
	.go_name = "*cel.IP",
	.go_type = "netip.Addr",
	.write = write,
	.size = size,
};

static void to_ip(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		  struct pq_cel_value *result)
{
	struct pq_address address;
	if (pq_cel_address_parse(run->arena, pq_cel_value_string(&arguments[0]), &address, result))
		*result = pq_cel_from_address(run->arena, &address);
}

static void to_string(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, run->arena, 0);
	pq_cel_address_write(&buffer, arguments[0].opaque);
	*result = pq_cel_from_buffer(&buffer);
}

static void family(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		   struct pq_cel_value *result)
{
	const struct pq_address *address = arguments[0].opaque;
	(void)run;
	*result = pq_cel_from_int(address->is_ipv6 ? 6 : 4);
}

static void is_canonical(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			 struct pq_cel_value *result)
{
	struct pq_string text = pq_cel_value_string(&arguments[0]);
	struct pq_address address;
	struct pq_buffer buffer;
	if (!pq_cel_address_parse(run->arena, text, &address, result))
		return;
	pq_buffer_init_in(&buffer, run->arena, 0);
	pq_cel_address_write(&buffer, &address);
	*result = pq_cel_from_bool(pq_string_equal(pq_buffer_view(&buffer), text));
}

static void is_ip(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		  struct pq_cel_value *result)
{
	struct pq_address address;
	struct pq_cel_value error;
	*result = pq_cel_from_bool(pq_cel_address_parse(
		run->arena, pq_cel_value_string(&arguments[0]), &address, &error));
}

static bool starts_with(const struct pq_address *address, const char *text, unsigned bits)
{
	struct pq_cel_prefix prefix = { .bits = bits };
	return pq_address_parse(pq_string_from(text), &prefix.address) &&
	       pq_cel_prefix_contains(&prefix, address);
}

static bool is_unspecified_address(const struct pq_address *address)
{
	return starts_with(address, "0.0.0.0", 32) || starts_with(address, "::", 128);
}

static bool is_loopback_address(const struct pq_address *address)
{
	return starts_with(address, "127.0.0.0", 8) || starts_with(address, "::1", 128);
}

static bool is_local_multicast_address(const struct pq_address *address)
{
	if (!address->is_ipv6)
		return starts_with(address, "224.0.0.0", 24);
	return address->bytes[0] == 0xff && (address->bytes[1] & 0x0f) == 0x02;
}

static bool is_local_unicast_address(const struct pq_address *address)
{
	return starts_with(address, "169.254.0.0", 16) || starts_with(address, "fe80::", 10);
}

static bool is_global_unicast_address(const struct pq_address *address)
{
	bool is_multicast =
		starts_with(address, "224.0.0.0", 4) || starts_with(address, "ff00::", 8);
	return !is_unspecified_address(address) && !starts_with(address, "255.255.255.255", 32) &&
	       !is_loopback_address(address) && !is_multicast && !is_local_unicast_address(address);
}

#define PREDICATE(name)                                                                            \
	static void name(struct pq_cel_run *run, const struct pq_cel_value *arguments,             \
			 struct pq_cel_value *result)                                              \
	{                                                                                          \
		(void)run;                                                                         \
		*result = pq_cel_from_bool(name##_address(arguments[0].opaque));                   \
	}

PREDICATE(is_unspecified)
PREDICATE(is_loopback)
PREDICATE(is_local_multicast)
PREDICATE(is_local_unicast)
PREDICATE(is_global_unicast)

#define IP     &pq_cel_kind_ip.type
#define BOOL   &pq_cel_bool
#define STRING &pq_cel_string

static const struct pq_cel_overload overloads[] = {
	COSTLY_FUNCTION(traversal, traversal, to_ip, "ip", "string_to_ip", IP, 1, STRING),
	METHOD(family, "family", "ip_family", &pq_cel_int, 1, IP),
	COSTLY_FUNCTION(traversal_twice, traversal_twice, is_canonical, "ip.isCanonical",
			"ip_is_canonical", BOOL, 1, STRING),
	METHOD(is_unspecified, "isUnspecified", "ip_is_unspecified", BOOL, 1, IP),
	METHOD(is_loopback, "isLoopback", "ip_is_loopback", BOOL, 1, IP),
	METHOD(is_local_multicast, "isLinkLocalMulticast", "ip_is_link_local_multicast", BOOL, 1,
	       IP),
	METHOD(is_local_unicast, "isLinkLocalUnicast", "ip_is_link_local_unicast", BOOL, 1, IP),
	METHOD(is_global_unicast, "isGlobalUnicast", "ip_is_global_unicast", BOOL, 1, IP),
	COSTLY_FUNCTION(traversal, traversal, is_ip, "isIP", "is_ip", BOOL, 1, STRING),
	FUNCTION(to_string, "string", "ip_to_string", STRING, 1, IP),
};

static const struct pq_cel_type *const types[] = { IP };

const struct pq_cel_library pq_cel_library_ip = {
	.name = "ip",
	.introduced = 30,
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
	.types = types,
	.type_count = 1,
};
