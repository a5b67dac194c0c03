#include "cel/network.h"

#include "base/hash.h"
#include "base/integer.h"
#include "cel/opaque.h"
#include "cel/text.h"
#include "json/write.h"

static bool finish_error(struct pq_buffer *buffer, struct pq_cel_value *error)
{
	*error = pq_cel_error_from_buffer(buffer);
	return false;
}

static bool is_ipv4_in_ipv6(const struct pq_address *address)
{
	static const uint8_t start[12] = { [10] = 0xff, [11] = 0xff };
	return address->is_ipv6 && memcmp(address->bytes, start, sizeof start) == 0;
}

/* An address that has a zone and is one without it. */
static bool has_zone(struct pq_string text)
{
	struct pq_address address;
	ptrdiff_t percent = pq_string_find_byte(text, '%');
	return percent >= 0 && (size_t)percent + 1 < text.length &&
	       pq_address_parse(pq_string_slice(text, 0, (size_t)percent), &address) &&
	       address.is_ipv6;
}

bool pq_cel_address_parse(struct pq_arena *arena, struct pq_string text, struct pq_address *address,
			  struct pq_cel_value *error)
{
	bool parsed = pq_address_parse(text, address);
	struct pq_buffer buffer;
	if (parsed && !is_ipv4_in_ipv6(address))
		return true;
	pq_buffer_init_in(&buffer, arena, 0);
	pq_buffer_append_text(&buffer, parsed           ? "IPv4-mapped IPv6 address "
				       : has_zone(text) ? "IP address "
							: "IP Address ");
	pq_go_quote(&buffer, text);
	if (parsed) {
		pq_buffer_append_text(&buffer, " is not allowed");
	} else if (has_zone(text)) {
		pq_buffer_append_text(&buffer, " with zone value is not allowed");
	} else {
		pq_buffer_append_text(&buffer, " parse error during conversion from string: ");
		pq_address_explain(&buffer, text);
	}
	return finish_error(&buffer, error);
}

/* Neither a sign nor a zero before a number. */
static bool parse_bits(struct pq_string text, int64_t *bits)
{
	if (text.length > 1 && (text.data[0] < '1' || text.data[0] > '9'))
		return false;
	return pq_integer_read(text, bits) == NULL;
}

/* False with what is wrong in problem, which the API server says behind
 * "netip.ParsePrefix("x"): ". */
static bool read_prefix(struct pq_string text, struct pq_cel_prefix *prefix,
			struct pq_buffer *problem)
{
	ptrdiff_t slash = -1;
	for (size_t i = text.length; i > 0 && slash < 0; i--)
		slash = text.data[i - 1] == '/' ? (ptrdiff_t)i - 1 : -1;
	if (slash < 0) {
		pq_buffer_append_text(problem, "no '/'");
		return false;
	}
	struct pq_string host = pq_string_slice(text, 0, (size_t)slash);
	struct pq_string bits = pq_string_slice(text, (size_t)slash + 1, text.length);
	if (has_zone(host)) {
		pq_buffer_append_text(problem, "IPv6 zones cannot be present in a prefix");
		return false;
	}
	if (!pq_address_parse(host, &prefix->address)) {
		pq_address_explain(problem, host);
		return false;
	}
	int64_t count;
	if (!parse_bits(bits, &count)) {
		pq_buffer_append_text(problem, "bad bits after slash: ");
		pq_go_quote(problem, bits);
		return false;
	}
	if (count > (prefix->address.is_ipv6 ? 128 : 32)) {
		pq_buffer_append_text(problem, "prefix length out of range");
		return false;
	}
	prefix->bits = (unsigned)count;
	return true;
}

bool pq_cel_prefix_parse(struct pq_arena *arena, struct pq_string text,
			 struct pq_cel_prefix *prefix, struct pq_cel_value *error)
{
	static const char start[] = "network address parse error during conversion from string: ";
	struct pq_buffer message, problem;
	pq_buffer_init_in(&message, arena, 0);
	pq_buffer_init_in(&problem, arena, 0);
	if (!read_prefix(text, prefix, &problem)) {
		/* The API server says it twice. */
		pq_buffer_append_text(&message, start);
		pq_buffer_append_text(&message, start);
		pq_buffer_append_text(&message, "netip.ParsePrefix(");
		pq_go_quote(&message, text);
		pq_buffer_append_text(&message, "): ");
		pq_buffer_append_string(&message, pq_buffer_view(&problem));
		return finish_error(&message, error);
	}
	if (!is_ipv4_in_ipv6(&prefix->address))
		return true;
	pq_buffer_append_text(&message, start);
	pq_buffer_append_text(&message, "IPv4-mapped IPv6 address ");
	pq_go_quote(&message, text);
	pq_buffer_append_text(&message, " is not allowed");
	return finish_error(&message, error);
}

static unsigned group_of(const struct pq_address *address, size_t index)
{
	return (unsigned)address->bytes[2 * index] << 8 | address->bytes[2 * index + 1];
}

/* RFC 5952: the first of the longest runs of zeros is left out. */
static void write_ipv6(struct pq_buffer *buffer, const struct pq_address *address)
{
	size_t start = 8, length = 0;
	for (size_t i = 0; i < 8; i++) {
		size_t end = i;
		while (end < 8 && group_of(address, end) == 0)
			end++;
		if (end - i >= 2 && end - i > length) {
			start = i;
			length = end - i;
		}
	}
	for (size_t i = 0; i < 8; i++) {
		if (i == start) {
			pq_buffer_append_text(buffer, "::");
			i += length - 1;
			continue;
		}
		if (i > 0 && i != start + length)
			pq_buffer_append_byte(buffer, ':');
		pq_buffer_append_format(buffer, "%x", group_of(address, i));
	}
}

void pq_cel_address_write(struct pq_buffer *buffer, const struct pq_address *address)
{
	const uint8_t *bytes = address->bytes;
	if (address->is_ipv6)
		write_ipv6(buffer, address);
	else
		pq_buffer_append_format(buffer, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2],
					bytes[3]);
}

bool pq_cel_address_equal(const struct pq_address *a, const struct pq_address *b)
{
	return a->is_ipv6 == b->is_ipv6 && memcmp(a->bytes, b->bytes, a->is_ipv6 ? 16 : 4) == 0;
}

uint32_t pq_cel_address_hash(const struct pq_address *address)
{
	return pq_hash((struct pq_string){ .data = (const char *)address->bytes,
					   .length = address->is_ipv6 ? 16 : 4 });
}

bool pq_cel_prefix_contains(const struct pq_cel_prefix *prefix, const struct pq_address *address)
{
	if (prefix->address.is_ipv6 != address->is_ipv6)
		return false;
	for (unsigned i = 0; i < prefix->bits; i++) {
		unsigned bit = 0x80u >> (i % 8);
		if ((prefix->address.bytes[i / 8] & bit) != (address->bytes[i / 8] & bit))
			return false;
	}
	return true;
}

struct pq_cel_value pq_cel_from_address(struct pq_arena *arena, const struct pq_address *address)
{
	struct pq_address *copy = pq_arena_alloc_raw(arena, sizeof *copy);
	if (copy == NULL)
		return pq_cel_out_of_memory();
	*copy = *address;
	return pq_cel_from_opaque(&pq_cel_kind_ip.type, copy);
}
