#include "cel/estimate.h"

static struct pq_cel_estimate walk(struct pq_cel_estimate size)
{
	return pq_cel_estimate_scale(size, PQ_CEL_COST_OF_CHARACTER);
}

/* Of either family. */
static struct pq_cel_estimate address_size(void)
{
	return (struct pq_cel_estimate){ .min = 4, .max = 16 };
}

static struct pq_cel_estimate compare_addresses(void)
{
	return walk(pq_cel_estimate_add(address_size(), address_size()));
}

/* Masks the address, too. */
static struct pq_cel_estimate compare_networks(void)
{
	return pq_cel_estimate_add(pq_cel_estimate_add(compare_addresses(), walk(address_size())),
				   pq_cel_estimate_fixed(1));
}

void pq_cel_estimate_contains_ip(const struct pq_cel_operand *operands, uint32_t count,
				 struct pq_cel_call_estimate *estimate)
{
	(void)operands;
	(void)count;
	estimate->cost = compare_addresses();
}

void pq_cel_estimate_contains_ip_text(const struct pq_cel_operand *operands, uint32_t count,
				      struct pq_cel_call_estimate *estimate)
{
	(void)count;
	estimate->cost = pq_cel_estimate_add(compare_addresses(), walk(operands[1].size));
}

void pq_cel_estimate_contains_cidr(const struct pq_cel_operand *operands, uint32_t count,
				   struct pq_cel_call_estimate *estimate)
{
	(void)operands;
	(void)count;
	estimate->cost = compare_networks();
}

void pq_cel_estimate_contains_cidr_text(const struct pq_cel_operand *operands, uint32_t count,
					struct pq_cel_call_estimate *estimate)
{
	(void)count;
	estimate->cost = pq_cel_estimate_add(compare_networks(), walk(operands[1].size));
}

void pq_cel_estimate_authorization(const struct pq_cel_operand *operands, uint32_t count,
				   struct pq_cel_call_estimate *estimate)
{
	(void)operands;
	(void)count;
	estimate->cost = pq_cel_estimate_fixed(PQ_CEL_COST_OF_AUTHORIZATION);
}

/* The shortest requirement that has values is "k,": a struct and a list for every two characters.
 */
void pq_cel_estimate_selector(const struct pq_cel_operand *operands, uint32_t count,
			      struct pq_cel_call_estimate *estimate)
{
	(void)count;
	struct pq_cel_estimate size = operands[1].size;
	struct pq_cel_estimate requirements = pq_cel_estimate_scale(
		pq_cel_estimate_scale(size, 0.5), PQ_CEL_COST_OF_LIST + PQ_CEL_COST_OF_STRUCT);
	estimate->cost = pq_cel_estimate_add(
		pq_cel_estimate_add(pq_cel_estimate_fixed(PQ_CEL_COST_OF_LIST), walk(size)),
		requirements);
}
