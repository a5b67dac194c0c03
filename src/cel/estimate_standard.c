#include "cel/estimate.h"

void pq_cel_estimate_comparison(const struct pq_cel_operand *operands, uint32_t count,
				struct pq_cel_call_estimate *estimate)
{
	(void)count;
	uint64_t left = operands[0].size.max;
	uint64_t right = operands[1].size.max;
	uint64_t shorter = left < right ? left : right;
	estimate->cost = pq_cel_estimate_walk(
		(struct pq_cel_estimate){ .min = shorter > 0, .max = shorter });
}

/* Values of the own types of Kubernetes cost less to compare than their sizes say. */
void pq_cel_estimate_equality(const struct pq_cel_operand *operands, uint32_t count,
			      struct pq_cel_call_estimate *estimate)
{
	enum { FORMAT_SIZE_MAX = 64 };
	static const char *const cheap[] = {
		"net.IP",
		"net.CIDR",
		"kubernetes.Quantity",
		"kubernetes.Semver",
		"kubernetes.authorization.Authorizer",
		"kubernetes.authorization.PathCheck",
		"kubernetes.authorization.GroupCheck",
		"kubernetes.authorization.ResourceCheck",
		"kubernetes.authorization.Decision",
	};
	struct pq_string type = operands[0].type->name;
	if (pq_string_equal(type, operands[1].type->name)) {
		for (size_t i = 0; i < sizeof cheap / sizeof cheap[0]; i++) {
			if (pq_string_is(type, cheap[i]))
				return;
		}
		if (pq_string_is(type, "kubernetes.NamedFormat")) {
			estimate->cost = pq_cel_estimate_walk(
				(struct pq_cel_estimate){ 1, FORMAT_SIZE_MAX });
			return;
		}
		if (pq_string_is(type, "kubernetes.URL")) {
			/* Of the right side only, in the API server. */
			uint64_t max = operands[1].size_known ? operands[1].size.max : 1;
			estimate->cost = pq_cel_estimate_walk((struct pq_cel_estimate){ 1, max });
			return;
		}
	}
	pq_cel_estimate_comparison(operands, count, estimate);
}

void pq_cel_estimate_concatenation(const struct pq_cel_operand *operands, uint32_t count,
				   struct pq_cel_call_estimate *estimate)
{
	pq_cel_estimate_list_concatenation(operands, count, estimate);
	estimate->cost = pq_cel_estimate_walk(estimate->result_size);
}

void pq_cel_estimate_list_concatenation(const struct pq_cel_operand *operands, uint32_t count,
					struct pq_cel_call_estimate *estimate)
{
	(void)count;
	estimate->result_size = pq_cel_estimate_add(operands[0].size, operands[1].size);
	estimate->result_size_known = true;
}

void pq_cel_estimate_in_list(const struct pq_cel_operand *operands, uint32_t count,
			     struct pq_cel_call_estimate *estimate)
{
	(void)count;
	estimate->cost = pq_cel_estimate_scale(operands[1].size, 1);
}

void pq_cel_estimate_affix(const struct pq_cel_operand *operands, uint32_t count,
			   struct pq_cel_call_estimate *estimate)
{
	(void)count;
	estimate->cost = pq_cel_estimate_walk(operands[1].size);
}

void pq_cel_estimate_contains(const struct pq_cel_operand *operands, uint32_t count,
			      struct pq_cel_call_estimate *estimate)
{
	(void)count;
	estimate->cost = pq_cel_estimate_multiply(pq_cel_estimate_walk(operands[0].size),
						  pq_cel_estimate_walk(operands[1].size));
}

/* One more than the text's size, since an expensive pattern can be tried on an empty text. */
void pq_cel_estimate_matches(const struct pq_cel_operand *operands, uint32_t count,
			     struct pq_cel_call_estimate *estimate)
{
	(void)count;
	struct pq_cel_estimate text = pq_cel_estimate_walk(
		pq_cel_estimate_add(operands[0].size, pq_cel_estimate_fixed(1)));
	struct pq_cel_estimate pattern =
		pq_cel_estimate_scale(operands[1].size, PQ_CEL_COST_OF_PATTERN);
	estimate->cost = pq_cel_estimate_multiply(text, pattern);
}

/* A character is up to four bytes; products wrap as in Go. */
void pq_cel_estimate_string_to_bytes(const struct pq_cel_operand *operands, uint32_t count,
				     struct pq_cel_call_estimate *estimate)
{
	(void)count;
	struct pq_cel_estimate size = operands[0].size;
	estimate->cost = pq_cel_estimate_walk(size);
	estimate->result_size = (struct pq_cel_estimate){ size.min, size.max * 4 };
	estimate->result_size_known = true;
}

void pq_cel_estimate_bytes_to_string(const struct pq_cel_operand *operands, uint32_t count,
				     struct pq_cel_call_estimate *estimate)
{
	(void)count;
	struct pq_cel_estimate size = operands[0].size;
	estimate->cost = pq_cel_estimate_walk(size);
	estimate->result_size = (struct pq_cel_estimate){ size.min / 4, size.max };
	estimate->result_size_known = true;
}
