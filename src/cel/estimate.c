#include "cel/estimate.h"

#include "cel/number.h"

#include <math.h>

uint64_t pq_cel_saturating_add(uint64_t a, uint64_t b)
{
	uint64_t sum;
	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

static uint64_t multiply(uint64_t a, uint64_t b)
{
	uint64_t product;
	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static uint64_t scale(uint64_t amount, double factor)
{
	double scaled = ceil((double)amount * factor);
	return scaled >= PQ_CEL_TWO_TO_64 ? UINT64_MAX : (uint64_t)scaled;
}

struct pq_cel_estimate pq_cel_estimate_add(struct pq_cel_estimate a, struct pq_cel_estimate b)
{
	return (struct pq_cel_estimate){
		.min = pq_cel_saturating_add(a.min, b.min),
		.max = pq_cel_saturating_add(a.max, b.max),
	};
}

struct pq_cel_estimate pq_cel_estimate_multiply(struct pq_cel_estimate a, struct pq_cel_estimate b)
{
	return (struct pq_cel_estimate){
		.min = multiply(a.min, b.min),
		.max = multiply(a.max, b.max),
	};
}

struct pq_cel_estimate pq_cel_estimate_scale(struct pq_cel_estimate amount, double factor)
{
	return (struct pq_cel_estimate){
		.min = scale(amount.min, factor),
		.max = scale(amount.max, factor),
	};
}

struct pq_cel_estimate pq_cel_estimate_union(struct pq_cel_estimate a, struct pq_cel_estimate b)
{
	return (struct pq_cel_estimate){
		.min = a.min < b.min ? a.min : b.min,
		.max = a.max > b.max ? a.max : b.max,
	};
}
