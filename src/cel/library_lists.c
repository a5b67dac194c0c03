/*
 * Lists: k8s.io/apiserver v0.36 pkg/cel/library/lists.go.
 */
#include "cel/container.h"
#include "cel/cost.h"
#include "cel/equality.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/list_types.h"
#include "cel/signature.h"
#include "cel/standard.h"

static void is_sorted(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	struct pq_cel_value previous, item, error;
	int order;
	*result = pq_cel_from_bool(true);
	for (uint32_t i = 0; i < pq_cel_list_size(&arguments[0]); i++) {
		pq_cel_list_get(run->arena, &arguments[0], i, &item);
		if (!pq_cel_is_comparable(&item)) {
			*result = pq_cel_no_such_overload(&item);
			return;
		}
		/* Items that have no order count as sorted. */
		if (i > 0 && pq_cel_order(&previous, &item, &order, &error) && order > 0) {
			*result = pq_cel_from_bool(false);
			return;
		}
		previous = item;
	}
}

static void sum_from(struct pq_cel_run *run, const struct pq_cel_value *list,
		     struct pq_cel_value zero, struct pq_cel_value *result)
{
	struct pq_cel_value operands[2] = { zero };
	for (uint32_t i = 0; i < pq_cel_list_size(list); i++) {
		pq_cel_list_get(run->arena, list, i, &operands[1]);
		pq_cel_add(run, operands, result);
		if (pq_cel_is_error(result))
			return;
		operands[0] = *result;
	}
	*result = operands[0];
}

static void sum_ints(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	sum_from(run, &arguments[0], pq_cel_from_int(0), result);
}

static void sum_uints(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	sum_from(run, &arguments[0], pq_cel_from_uint(0), result);
}

static void sum_doubles(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			struct pq_cel_value *result)
{
	sum_from(run, &arguments[0], pq_cel_from_double(0), result);
}

static void sum_durations(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			  struct pq_cel_value *result)
{
	sum_from(run, &arguments[0], pq_cel_from_duration(0), result);
}

/* The item that no other is on the preferred side of: -1 the least, 1 the greatest. */
static void find_extreme(struct pq_cel_run *run, const struct pq_cel_value *list, int side,
			 const char *message, struct pq_cel_value *result)
{
	struct pq_cel_value item, error;
	int order;
	*result = pq_cel_from_error(message);
	for (uint32_t i = 0; i < pq_cel_list_size(list); i++) {
		pq_cel_list_get(run->arena, list, i, &item);
		if (!pq_cel_is_comparable(&item)) {
			*result = pq_cel_no_such_overload(&item);
			return;
		}
		if (i == 0 || (pq_cel_order(&item, result, &order, &error) && order == side))
			*result = item;
	}
}

static void find_min(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	find_extreme(run, &arguments[0], -1, "min called on empty list", result);
}

static void find_max(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	find_extreme(run, &arguments[0], 1, "max called on empty list", result);
}

static bool is_item(struct pq_cel_run *run, const struct pq_cel_value *arguments, uint32_t index)
{
	struct pq_cel_comparison comparison = { .run = run };
	struct pq_cel_value item;
	pq_cel_list_get(run->arena, &arguments[0], index, &item);
	return pq_cel_ask_equal(&comparison, &item, &arguments[1]) == PQ_CEL_EQUAL;
}

static void index_of(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	*result = pq_cel_from_int(-1);
	for (uint32_t i = 0; i < pq_cel_list_size(&arguments[0]); i++) {
		if (is_item(run, arguments, i)) {
			*result = pq_cel_from_int(i);
			return;
		}
	}
}

static void last_index_of(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			  struct pq_cel_value *result)
{
	*result = pq_cel_from_int(-1);
	for (uint32_t i = pq_cel_list_size(&arguments[0]); i > 0; i--) {
		if (is_item(run, arguments, i - 1)) {
			*result = pq_cel_from_int(i - 1);
			return;
		}
	}
}

#define OVERLOAD(call_, function_, id_, result_, list_)                                            \
	COSTLY_METHOD(items, items, call_, function_, id_, result_, 1, list_)

/* Of every type that can be ordered. */
#define ORDERED(call_, function_, before_, after_, result_)                                        \
	OVERLOAD(call_, function_, before_ "int" after_("int"), result_(&pq_cel_int),              \
		 &pq_cel_list_of_int),                                                             \
		OVERLOAD(call_, function_, before_ "uint" after_("uint"), result_(&pq_cel_uint),   \
			 &pq_cel_list_of_uint),                                                    \
		OVERLOAD(call_, function_, before_ "double" after_("double"),                      \
			 result_(&pq_cel_double), &pq_cel_list_of_double),                         \
		OVERLOAD(call_, function_, before_ "bool" after_("bool"), result_(&pq_cel_bool),   \
			 &pq_cel_list_of_bool),                                                    \
		OVERLOAD(call_, function_, before_ "duration" after_("duration"),                  \
			 result_(&pq_cel_duration), &pq_cel_list_of_duration),                     \
		OVERLOAD(call_, function_, before_ "timestamp" after_("timestamp"),                \
			 result_(&pq_cel_timestamp), &pq_cel_list_of_timestamp),                   \
		OVERLOAD(call_, function_, before_ "string" after_("string"),                      \
			 result_(&pq_cel_string), &pq_cel_list_of_string),                         \
		OVERLOAD(call_, function_, before_ "bytes" after_("bytes"),                        \
			 result_(&pq_cel_bytes), &pq_cel_list_of_bytes)
#define ITEM(type_)      type_
#define PREDICATE(type_) (&pq_cel_bool)
#define IS_SORTED(name_) "_is_sorted_bool"
#define MAX(name_)       "_max_" name_
#define MIN(name_)       "_min_" name_

static const struct pq_cel_overload overloads[] = {
	ORDERED(is_sorted, "isSorted", "list_", IS_SORTED, PREDICATE),
	OVERLOAD(sum_ints, "sum", "list_int_sum_int", &pq_cel_int, &pq_cel_list_of_int),
	OVERLOAD(sum_uints, "sum", "list_uint_sum_uint", &pq_cel_uint, &pq_cel_list_of_uint),
	OVERLOAD(sum_doubles, "sum", "list_double_sum_double", &pq_cel_double,
		 &pq_cel_list_of_double),
	OVERLOAD(sum_durations, "sum", "list_duration_sum_duration", &pq_cel_duration,
		 &pq_cel_list_of_duration),
	ORDERED(find_max, "max", "list_", MAX, ITEM),
	ORDERED(find_min, "min", "list_", MIN, ITEM),
	COSTLY_METHOD(items, items, index_of, "indexOf", "list_a_index_of_int", &pq_cel_int, 2,
		      &pq_cel_list_of_a, &pq_cel_parameter_a),
	COSTLY_METHOD(items, items, last_index_of, "lastIndexOf", "list_a_last_index_of_int",
		      &pq_cel_int, 2, &pq_cel_list_of_a, &pq_cel_parameter_a),
};

const struct pq_cel_library pq_cel_library_lists = {
	.name = "lists",
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
};
