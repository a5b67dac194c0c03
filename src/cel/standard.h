/*
 * Implementations of the standard library (cel-go v0.26 common/stdlib/standard.go and
 * common/types). One serves all overloads of its function, by the kinds of values it gets.
 * Equality, indexing, logical operators, the conditional and @not_strictly_false have none: the
 * evaluator knows them.
 */
#ifndef PQ_CEL_STANDARD_H
#define PQ_CEL_STANDARD_H

#include "cel/library.h"

/* Operators: arithmetic.c, operators.c. */
pq_cel_function pq_cel_add;
pq_cel_function pq_cel_subtract;
pq_cel_function pq_cel_multiply;
pq_cel_function pq_cel_divide;
pq_cel_function pq_cel_modulo;
pq_cel_function pq_cel_negate;
pq_cel_function pq_cel_less;
pq_cel_function pq_cel_less_equals;
pq_cel_function pq_cel_greater;
pq_cel_function pq_cel_greater_equals;
pq_cel_function pq_cel_in;
pq_cel_function pq_cel_size;

/* Whether a list has an element: a bool, or an error. */
void pq_cel_list_contains(struct pq_cel_run *run, const struct pq_cel_value *list,
			  const struct pq_cel_value *element, struct pq_cel_value *result);

/* Whether values of this kind have an order. */
bool pq_cel_is_comparable(const struct pq_cel_value *value);

/* The order of two values of one type, or of numbers: -1, 0 or 1. False with an error when they
 * have none. */
bool pq_cel_order(const struct pq_cel_value *a, const struct pq_cel_value *b, int *order,
		  struct pq_cel_value *error);

/* Conversions: convert.c. A value of the type that is asked for is given back. */
pq_cel_function pq_cel_identity;
pq_cel_function pq_cel_to_type;
pq_cel_function pq_cel_to_bool;
pq_cel_function pq_cel_to_bytes;
pq_cel_function pq_cel_to_double;
pq_cel_function pq_cel_to_duration;
pq_cel_function pq_cel_to_int;
pq_cel_function pq_cel_to_string;
pq_cel_function pq_cel_to_timestamp;
pq_cel_function pq_cel_to_uint;

/* Texts: operators.c. */
pq_cel_function pq_cel_contains;
pq_cel_function pq_cel_starts_with;
pq_cel_function pq_cel_ends_with;
pq_cel_function pq_cel_matches;

/* Parts of timestamps, in UTC or in a zone, and of durations: calendar.c. */
pq_cel_function pq_cel_get_year;
pq_cel_function pq_cel_get_month;
pq_cel_function pq_cel_get_day_of_year;
pq_cel_function pq_cel_get_day_of_month;
pq_cel_function pq_cel_get_date;
pq_cel_function pq_cel_get_day_of_week;
pq_cel_function pq_cel_get_hours;
pq_cel_function pq_cel_get_minutes;
pq_cel_function pq_cel_get_seconds;
pq_cel_function pq_cel_get_milliseconds;
pq_cel_function pq_cel_get_year_in_zone;
pq_cel_function pq_cel_get_month_in_zone;
pq_cel_function pq_cel_get_day_of_year_in_zone;
pq_cel_function pq_cel_get_day_of_month_in_zone;
pq_cel_function pq_cel_get_date_in_zone;
pq_cel_function pq_cel_get_day_of_week_in_zone;
pq_cel_function pq_cel_get_hours_in_zone;
pq_cel_function pq_cel_get_minutes_in_zone;
pq_cel_function pq_cel_get_seconds_in_zone;
pq_cel_function pq_cel_get_milliseconds_in_zone;
pq_cel_function pq_cel_duration_get_hours;
pq_cel_function pq_cel_duration_get_minutes;
pq_cel_function pq_cel_duration_get_seconds;
pq_cel_function pq_cel_duration_get_milliseconds;

#endif
