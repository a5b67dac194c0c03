#include "base/clock.h"
#include "cel/container.h"
#include "cel/evaluate.h"
#include "cel/number.h"
#include "cel/standard.h"

#include <math.h>

#define INT_OVERFLOW       "integer overflow"
#define UINT_OVERFLOW      "unsigned integer overflow"
#define TIMESTAMP_OVERFLOW "timestamp overflow"

/* What evaluating an operator on types that know nothing of it gives. Texts, timestamps and
 * durations take calls by name, and so say it in other words. */
static struct pq_cel_value no_operator(const struct pq_cel_value *operand, const char *message)
{
	return pq_cel_from_error(pq_cel_is_receiver(operand) ? "no such overload" : message);
}

static struct pq_cel_value int_or_overflow(bool overflows, int64_t integer)
{
	return overflows ? pq_cel_from_error(INT_OVERFLOW) : pq_cel_from_int(integer);
}

static struct pq_cel_value uint_or_overflow(bool overflows, uint64_t natural)
{
	return overflows ? pq_cel_from_error(UINT_OVERFLOW) : pq_cel_from_uint(natural);
}

static struct pq_cel_value duration_or_overflow(bool overflows, int64_t nanoseconds)
{
	return overflows ? pq_cel_from_error(INT_OVERFLOW) : pq_cel_from_duration(nanoseconds);
}

#define CHECKED(name, type, operation, finish)                                                     \
	static struct pq_cel_value name(type a, type b)                                            \
	{                                                                                          \
		type made;                                                                         \
		bool overflows = operation(a, b, &made);                                           \
		return finish(overflows, made);                                                    \
	}

CHECKED(add_ints, int64_t, __builtin_add_overflow, int_or_overflow)
CHECKED(add_uints, uint64_t, __builtin_add_overflow, uint_or_overflow)
CHECKED(add_durations, int64_t, __builtin_add_overflow, duration_or_overflow)
CHECKED(subtract_ints, int64_t, __builtin_sub_overflow, int_or_overflow)
CHECKED(subtract_uints, uint64_t, __builtin_sub_overflow, uint_or_overflow)
CHECKED(subtract_durations, int64_t, __builtin_sub_overflow, duration_or_overflow)
CHECKED(multiply_ints, int64_t, __builtin_mul_overflow, int_or_overflow)
CHECKED(multiply_uints, uint64_t, __builtin_mul_overflow, uint_or_overflow)

static struct pq_cel_value move_timestamp(const struct pq_cel_value *timestamp, int64_t nanoseconds)
{
	int64_t seconds, rest = timestamp->nanoseconds + nanoseconds % PQ_SECOND;
	int64_t carry = rest < 0 ? -1 : rest >= PQ_SECOND;
	/* A message may hold any seconds. */
	if (__builtin_add_overflow(timestamp->integer, nanoseconds / PQ_SECOND, &seconds) ||
	    __builtin_add_overflow(seconds, carry, &seconds))
		return pq_cel_from_error(INT_OVERFLOW);
	rest -= carry * PQ_SECOND;
	if (seconds < PQ_CEL_TIMESTAMP_MIN || seconds > PQ_CEL_TIMESTAMP_MAX)
		return pq_cel_from_error(TIMESTAMP_OVERFLOW);
	return pq_cel_from_timestamp(seconds, (int32_t)rest, timestamp->utc_offset);
}

static struct pq_cel_value join_texts(struct pq_arena *arena, const struct pq_cel_value *a,
				      const struct pq_cel_value *b)
{
	size_t length = (size_t)a->length + b->length;
	char *bytes = length > UINT32_MAX ? NULL : pq_arena_alloc_bytes(arena, length);
	if (bytes == NULL)
		return pq_cel_out_of_memory();
	memcpy(bytes, a->bytes, a->length);
	memcpy(bytes + a->length, b->bytes, b->length);
	struct pq_cel_value joined = *a;
	joined.bytes = bytes;
	joined.length = (uint32_t)length;
	return joined;
}

static struct pq_cel_value add_to_duration(const struct pq_cel_value *a,
					   const struct pq_cel_value *b)
{
	if (b->kind == PQ_CEL_DURATION)
		return add_durations(a->integer, b->integer);
	return b->kind == PQ_CEL_TIMESTAMP ? move_timestamp(b, a->integer)
					   : pq_cel_no_such_overload(b);
}

void pq_cel_add(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		struct pq_cel_value *result)
{
	const struct pq_cel_value *a = &arguments[0], *b = &arguments[1];
	bool same = a->kind == b->kind;
	switch (a->kind) {
	case PQ_CEL_INT:
		*result = same ? add_ints(a->integer, b->integer) : pq_cel_no_such_overload(b);
		return;
	case PQ_CEL_UINT:
		*result = same ? add_uints(a->natural, b->natural) : pq_cel_no_such_overload(b);
		return;
	case PQ_CEL_DOUBLE:
		*result = same ? pq_cel_from_double(a->number + b->number)
			       : pq_cel_no_such_overload(b);
		return;
	case PQ_CEL_STRING:
	case PQ_CEL_BYTES:
		*result = same ? join_texts(run->arena, a, b) : pq_cel_no_such_overload(b);
		return;
	case PQ_CEL_LIST_VALUE:
		*result = same ? pq_cel_list_concatenate(run->arena, a, b)
			       : pq_cel_no_such_overload(b);
		return;
	case PQ_CEL_DURATION:
		*result = add_to_duration(a, b);
		return;
	case PQ_CEL_TIMESTAMP:
		*result = b->kind == PQ_CEL_DURATION ? move_timestamp(a, b->integer)
						     : pq_cel_no_such_overload(b);
		return;
	default:
		*result = no_operator(a, "no such overload: _+_");
	}
}

static struct pq_cel_value between_timestamps(const struct pq_cel_value *a,
					      const struct pq_cel_value *b)
{
	int64_t seconds, nanoseconds = 0;
	bool overflows =
		__builtin_sub_overflow(a->integer, b->integer, &seconds) ||
		__builtin_mul_overflow(seconds, PQ_SECOND, &nanoseconds) ||
		__builtin_add_overflow(nanoseconds, a->nanoseconds - b->nanoseconds, &nanoseconds);
	return duration_or_overflow(overflows, nanoseconds);
}

static struct pq_cel_value subtract_from_timestamp(const struct pq_cel_value *a,
						   const struct pq_cel_value *b)
{
	if (b->kind == PQ_CEL_TIMESTAMP)
		return between_timestamps(a, b);
	if (b->kind != PQ_CEL_DURATION)
		return pq_cel_no_such_overload(b);
	return b->integer == INT64_MIN ? pq_cel_from_error(INT_OVERFLOW)
				       : move_timestamp(a, -b->integer);
}

void pq_cel_subtract(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	const struct pq_cel_value *a = &arguments[0], *b = &arguments[1];
	bool same = a->kind == b->kind;
	(void)run;
	switch (a->kind) {
	case PQ_CEL_INT:
		*result = same ? subtract_ints(a->integer, b->integer) : pq_cel_no_such_overload(b);
		return;
	case PQ_CEL_UINT:
		*result =
			same ? subtract_uints(a->natural, b->natural) : pq_cel_no_such_overload(b);
		return;
	case PQ_CEL_DOUBLE:
		*result = same ? pq_cel_from_double(a->number - b->number)
			       : pq_cel_no_such_overload(b);
		return;
	case PQ_CEL_DURATION:
		*result = same ? subtract_durations(a->integer, b->integer)
			       : pq_cel_no_such_overload(b);
		return;
	case PQ_CEL_TIMESTAMP:
		*result = subtract_from_timestamp(a, b);
		return;
	default:
		*result = no_operator(a, "no such overload: _-_");
	}
}

void pq_cel_multiply(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	const struct pq_cel_value *a = &arguments[0], *b = &arguments[1];
	(void)run;
	if (!pq_cel_is_number(a))
		*result = no_operator(a, "no such overload: _*_");
	else if (a->kind != b->kind)
		*result = pq_cel_no_such_overload(b);
	else if (a->kind == PQ_CEL_INT)
		*result = multiply_ints(a->integer, b->integer);
	else if (a->kind == PQ_CEL_UINT)
		*result = multiply_uints(a->natural, b->natural);
	else
		*result = pq_cel_from_double(a->number * b->number);
}

/* Both quotient and remainder of the least integer by -1 overflow. */
static bool overflows_division(const struct pq_cel_value *a, const struct pq_cel_value *b)
{
	return a->kind == PQ_CEL_INT && a->integer == INT64_MIN && b->integer == -1;
}

void pq_cel_divide(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		   struct pq_cel_value *result)
{
	const struct pq_cel_value *a = &arguments[0], *b = &arguments[1];
	(void)run;
	if (!pq_cel_is_number(a))
		*result = no_operator(a, "no such overload: _/_");
	else if (a->kind != b->kind)
		*result = pq_cel_no_such_overload(b);
	else if (a->kind == PQ_CEL_DOUBLE)
		*result = pq_cel_from_double(a->number / b->number);
	else if (b->natural == 0)
		*result = pq_cel_from_error("division by zero");
	else if (overflows_division(a, b))
		*result = pq_cel_from_error(INT_OVERFLOW);
	else if (a->kind == PQ_CEL_INT)
		*result = pq_cel_from_int(a->integer / b->integer);
	else
		*result = pq_cel_from_uint(a->natural / b->natural);
}

void pq_cel_modulo(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		   struct pq_cel_value *result)
{
	const struct pq_cel_value *a = &arguments[0], *b = &arguments[1];
	(void)run;
	if (!(a->kind == PQ_CEL_INT || a->kind == PQ_CEL_UINT))
		*result = no_operator(a, "no such overload: _%_");
	else if (a->kind != b->kind)
		*result = pq_cel_no_such_overload(b);
	else if (b->natural == 0)
		*result = pq_cel_from_error("modulus by zero");
	else if (overflows_division(a, b))
		*result = pq_cel_from_error(INT_OVERFLOW);
	else if (a->kind == PQ_CEL_INT)
		*result = pq_cel_from_int(a->integer % b->integer);
	else
		*result = pq_cel_from_uint(a->natural % b->natural);
}

void pq_cel_negate(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		   struct pq_cel_value *result)
{
	const struct pq_cel_value *a = &arguments[0];
	(void)run;
	switch (a->kind) {
	case PQ_CEL_INT:
		*result =
			int_or_overflow(a->integer == INT64_MIN, (int64_t)(-(uint64_t)a->integer));
		return;
	case PQ_CEL_DOUBLE:
		*result = pq_cel_from_double(-a->number);
		return;
	case PQ_CEL_DURATION:
		*result = duration_or_overflow(a->integer == INT64_MIN,
					       (int64_t)(-(uint64_t)a->integer));
		return;
	case PQ_CEL_BOOL:
		*result = pq_cel_from_error("no such overload");
		return;
	default:
		*result = no_operator(a, "no such overload: -_");
	}
}
