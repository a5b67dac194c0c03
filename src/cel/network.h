/*
 * IP addresses and prefixes as expressions have them: those of Go's net/netip without zones, and
 * without IPv4 addresses in IPv6 form.
 */
#ifndef PQ_CEL_NETWORK_H
#define PQ_CEL_NETWORK_H

#include "base/buffer.h"
#include "cel/value.h"
#include "formats/address.h"

struct pq_cel_prefix {
	struct pq_address address;
	unsigned bits;
};

/* False with an error in *error: "IP Address "x" parse error during conversion from string: …". */
PQ_CHECKED bool pq_cel_address_parse(struct pq_arena *arena, struct pq_string text,
				     struct pq_address *address, struct pq_cel_value *error);
PQ_CHECKED bool pq_cel_prefix_parse(struct pq_arena *arena, struct pq_string text,
				    struct pq_cel_prefix *prefix, struct pq_cel_value *error);

void pq_cel_address_write(struct pq_buffer *buffer, const struct pq_address *address);

bool pq_cel_address_equal(const struct pq_address *a, const struct pq_address *b);

/* The same for equal ones. */
uint32_t pq_cel_address_hash(const struct pq_address *address);

/* Whether the address is of the prefix's family and equal to it in its first bits. */
bool pq_cel_prefix_contains(const struct pq_cel_prefix *prefix, const struct pq_address *address);

/* The address as a value: a copy in the arena. */
struct pq_cel_value pq_cel_from_address(struct pq_arena *arena, const struct pq_address *address);

#endif
