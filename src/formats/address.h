/* IP addresses and prefixes as Go's net and net/netip packages parse them. */
#ifndef PQ_FORMATS_ADDRESS_H
#define PQ_FORMATS_ADDRESS_H

#include "base/buffer.h"

struct pq_address {
	uint8_t bytes[16]; /* an IPv4 address stands in the first four */
	bool is_ipv6;
};

/* netip.ParseAddr without zones: strict. */
bool pq_address_parse(struct pq_string text, struct pq_address *address);

/* Appends why netip.ParseAddr takes a text for no address: "ParseAddr("x"): unable to parse IP". */
void pq_address_explain(struct pq_buffer *buffer, struct pq_string text);

/* netutils.ParseIPSloppy and ParseCIDRSloppy: leading zeros are fine. */
bool pq_address_parse_sloppy(struct pq_string text, struct pq_address *address);
bool pq_prefix_parse_sloppy(struct pq_string text, struct pq_address *address, unsigned *length);

#endif
