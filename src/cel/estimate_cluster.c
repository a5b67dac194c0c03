#include "cel/estimate.h"

/* Of either family. */
static struct pq_cel_estimate address_size(void)
{
	return (struct pq_cel_estimate){ .min = 4, .max = 16 };
}

static struct pq_cel_estimate compare_addresses(void)
{
	return pq_cel_estimate_walk(pq_cel_estimate_add(address_size(), address_size()));
}

/* Masks the address, too. */
static struct pq_cel_estimate compare_networks(void)
{
	return pq_cel_estimate_add(
		pq_cel_estimate_add(compare_addresses(), pq_cel_estimate_walk(address_size())),
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
	estimate->cost =
		pq_cel_estimate_add(compare_addresses(), pq_cel_estimate_walk(operands[1].size));
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
	estimate->cost =
		pq_cel_estimate_add(compare_networks(), pq_cel_estimate_walk(operands[1].size));
}

void pq_cel_estimate_authorization(const struct pq_cel_operand *operands, uint32_t count,
				   struct pq_cel_call_estimate *estimate)
{
	(void)operands;
	(void)count;
	estimate->cost = pq_cel_estimate_fixed(PQ_CEL_COST_OF_AUTHORIZATION);
}

/* Every requirement is a struct and a list. */
void pq_cel_estimate_selector(const struct pq_cel_operand *operands, uint32_t count,
			      struct pq_cel_call_estimate *estimate)
{
	(void)count;
	struct pq_cel_estimate size = operands[1].size;
	struct pq_cel_estimate requirements =
		pq_cel_estimate_scale(pq_cel_estimate_scale(size, PQ_CEL_REQUIREMENTS_OF_CHARACTER),
				      PQ_CEL_COST_OF_LIST + PQ_CEL_COST_OF_STRUCT);
	estimate->cost =
		pq_cel_estimate_add(pq_cel_estimate_add(pq_cel_estimate_fixed(PQ_CEL_COST_OF_LIST),
							pq_cel_estimate_walk(size)),
				    requirements);
}
