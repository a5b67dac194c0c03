#include "cel/number.h"

#include <math.h>

static int compare_doubles(double a, double b)
{
	return (a > b) - (a < b);
}

static int compare_double_int(double a, int64_t b)
{
	if (a < -PQ_CEL_TWO_TO_63)
		return -1;
	if (a > PQ_CEL_TWO_TO_63)
		return 1;
	return compare_doubles(a, (double)b);
}

static int compare_double_uint(double a, uint64_t b)
{
	if (a < 0)
		return -1;
	if (a > PQ_CEL_TWO_TO_64)
		return 1;
	return compare_doubles(a, (double)b);
}

static int compare_int_uint(int64_t a, uint64_t b)
{
	if (a < 0 || b > INT64_MAX)
		return -1;
	return ((uint64_t)a > b) - ((uint64_t)a < b);
}

int pq_cel_number_compare(const struct pq_cel_value *a, const struct pq_cel_value *b)
{
	if (a->kind == PQ_CEL_INT && b->kind == PQ_CEL_INT)
		return (a->integer > b->integer) - (a->integer < b->integer);
	if (a->kind == PQ_CEL_UINT && b->kind == PQ_CEL_UINT)
		return (a->natural > b->natural) - (a->natural < b->natural);
	if (a->kind == PQ_CEL_DOUBLE) {
		if (b->kind == PQ_CEL_DOUBLE)
			return compare_doubles(a->number, b->number);
		return b->kind == PQ_CEL_INT ? compare_double_int(a->number, b->integer)
					     : compare_double_uint(a->number, b->natural);
	}
	if (b->kind == PQ_CEL_DOUBLE)
		return -pq_cel_number_compare(b, a);
	return a->kind == PQ_CEL_INT ? compare_int_uint(a->integer, b->natural)
				     : -compare_int_uint(b->integer, a->natural);
}

bool pq_cel_double_to_int(double number, int64_t *integer)
{
	if (isnan(number) || number <= -PQ_CEL_TWO_TO_63 || number >= PQ_CEL_TWO_TO_63)
		return false;
	*integer = (int64_t)number;
	return true;
}

bool pq_cel_double_to_uint(double number, uint64_t *natural)
{
	if (isnan(number) || number < 0 || number >= PQ_CEL_TWO_TO_64)
		return false;
	*natural = (uint64_t)number;
	return true;
}

bool pq_cel_to_lossless_int(const struct pq_cel_value *value, struct pq_cel_value *integer)
{
	int64_t whole;
	switch (value->kind) {
	case PQ_CEL_INT:
		*integer = *value;
		return true;
	case PQ_CEL_UINT:
		*integer = pq_cel_from_int((int64_t)value->natural);
		return value->natural <= INT64_MAX;
	case PQ_CEL_DOUBLE:
		if (!pq_cel_double_to_int(value->number, &whole) || (double)whole != value->number)
			return false;
		*integer = pq_cel_from_int(whole);
		return true;
	default:
		return false;
	}
}

bool pq_cel_to_lossless_uint(const struct pq_cel_value *value, struct pq_cel_value *natural)
{
	uint64_t whole;
	switch (value->kind) {
	case PQ_CEL_INT:
		*natural = pq_cel_from_uint((uint64_t)value->integer);
		return value->integer >= 0;
	case PQ_CEL_UINT:
		*natural = *value;
		return true;
	case PQ_CEL_DOUBLE:
		if (!pq_cel_double_to_uint(value->number, &whole) || (double)whole != value->number)
			return false;
		*natural = pq_cel_from_uint(whole);
		return true;
	default:
		return false;
	}
}
