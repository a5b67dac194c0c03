/* Addresses and prefixes of fields that are older than their strict validation (KEP-4858), which
 * Kubernetes 1.36 applies. */
#include "registry/builtin/pod.h"

#include "formats/address.h"

static bool is_mapped(const struct pq_address *address)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };
	return address->is_ipv6 && memcmp(address->bytes, prefix, sizeof prefix) == 0;
}

/* IsValidIPForLegacyField */
void address_check_ip(const struct place *place)
{
	struct pq_string text = place_text(place);
	struct pq_address address, strict;
	if (!pq_address_parse_sloppy(text, &address))
		refuse_string(place, text,
			      "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
	else if (!pq_address_parse(text, &strict))
		refuse_string(place, text, "must not have leading 0s");
	else if (is_mapped(&strict))
		refuse_string(place, text, "must not be an IPv4-mapped IPv6 address");
}

/* netip.ParsePrefix takes no zeros in front of the length. */
static bool parse_strictly(struct pq_string text, struct pq_address *address)
{
	ptrdiff_t slash = pq_string_find_byte(text, '/');
	struct pq_string length = pq_string_slice(text, (size_t)slash + 1, text.length);
	return (length.length == 1 || length.data[0] != '0') &&
	       pq_address_parse(pq_string_slice(text, 0, (size_t)slash), address);
}

static bool has_bits_beyond(const struct pq_address *address, unsigned length)
{
	unsigned bits = address->is_ipv6 ? 128 : 32;
	for (unsigned i = length; i < bits; i++) {
		if (address->bytes[i / 8] & 0x80 >> i % 8)
			return true;
	}
	return false;
}

/* IsValidCIDRForLegacyField */
void address_check_cidr(const struct place *place)
{
	struct pq_string text = place_text(place);
	struct pq_address address;
	unsigned length;
	if (!pq_prefix_parse_sloppy(text, &address, &length))
		refuse_string(place, text,
			      "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
	else if (!parse_strictly(text, &address))
		refuse_string(place, text, "must not have leading 0s in IP or prefix length");
	else if (is_mapped(&address))
		refuse_string(place, text, "must not have an IPv4-mapped IPv6 address");
	else if (has_bits_beyond(&address, length))
		refuse_string(place, text, "must not have bits set beyond the prefix length");
}

/* ValidateEndpointIP */
void address_check_endpoint(const struct place *ip)
{
	static const uint8_t zero[16], loopback[16] = { [15] = 1 };
	struct pq_address address;
	struct pq_string text = place_text(ip);
	const uint8_t *bytes = address.bytes;
	if (!pq_address_parse_sloppy(text, &address)) {
		refuse_string(ip, text, "must be a valid IP address");
		return;
	}
	bool is_v6 = address.is_ipv6;
	if (memcmp(bytes, zero, is_v6 ? 16 : 4) == 0)
		refuse_string(ip, text, "may not be unspecified (%.*s)", PQ_STRING_ARGUMENT(text));
	if (is_v6 ? memcmp(bytes, loopback, 16) == 0 : bytes[0] == 127)
		refuse_string(ip, text, "may not be in the loopback range (127.0.0.0/8, ::1/128)");
	if (is_v6 ? bytes[0] == 0xfe && (bytes[1] & 0xc0) == 0x80
		  : bytes[0] == 169 && bytes[1] == 254)
		refuse_string(ip, text,
			      "may not be in the link-local range (169.254.0.0/16, fe80::/10)");
	if (is_v6 ? bytes[0] == 0xff && (bytes[1] & 0x0f) == 0x02
		  : bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0)
		refuse_string(ip, text,
			      "may not be in the link-local multicast range (224.0.0.0/24, "
			      "ff02::/10)");
}
