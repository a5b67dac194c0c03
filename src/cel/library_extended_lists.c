/*
 * Lists of cel-go: v0.26 ext/lists.go, version 3.
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

enum {
	FLATTEN_DEPTH_MAX = 1000,
};

static const struct pq_cel_type list_of_lists = LIST_TYPE(&pq_cel_list_of_a);

static struct pq_cel_value *new_items(struct pq_cel_run *run, uint64_t count,
				      struct pq_cel_value *result)
{
	struct pq_cel_value *items = pq_arena_alloc_raw(run->arena, (size_t)count * sizeof *items);
	if (items == NULL)
		*result = pq_cel_out_of_memory();
	return items;
}

static void slice(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		  struct pq_cel_value *result)
{
	long long start = arguments[1].integer, end = arguments[2].integer;
	const char *message =
		start < 0 || end < 0 ? "cannot slice(%lld, %lld), negative indexes not supported"
		: start > end        ? "cannot slice(%lld, %lld), start index must be less than or "
				       "equal to end index"
				     : NULL;
	uint32_t size = pq_cel_list_size(&arguments[0]);
	if (message != NULL) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		*result = pq_cel_error_format(run->arena, message, start, end);
#pragma GCC diagnostic pop
		return;
	}
	if (end > size) {
		*result = pq_cel_error_format(run->arena,
					      "cannot slice(%lld, %lld), list is length %lu", start,
					      end, (unsigned long)size);
		return;
	}
	struct pq_cel_value *items = new_items(run, (uint64_t)(end - start), result);
	for (long long i = start; items != NULL && i < end; i++)
		pq_cel_list_get(run->arena, &arguments[0], (uint32_t)i, &items[i - start]);
	if (items != NULL)
		*result = pq_cel_from_items(items, (size_t)(end - start));
}

/* False with an error in *error. */
static bool append_flat(struct pq_cel_run *run, const struct pq_cel_value *list, int64_t depth,
			struct pq_cel_list *flat, struct pq_cel_value *error)
{
	for (uint32_t i = 0; i < pq_cel_list_size(list); i++) {
		struct pq_cel_value item;
		if (!pq_cel_take_steps(run, 1)) {
			*error = run->end;
			return false;
		}
		pq_cel_list_get(run->arena, list, i, &item);
		if (item.kind == PQ_CEL_LIST_VALUE && depth > 0) {
			if (!append_flat(run, &item, depth - 1, flat, error))
				return false;
		} else if (!pq_cel_list_append(run->arena, flat, &item)) {
			*error = pq_cel_out_of_memory();
			return false;
		}
	}
	return true;
}

/* "no such overload: int.flatten()", with the types in full, unlike elsewhere. */
static struct pq_cel_value refuse_to_flatten(struct pq_cel_run *run,
					     const struct pq_cel_value *arguments, uint32_t count)
{
	static const char *const containers[] = {
		[PQ_CEL_LIST_VALUE] = "list(dyn)",
		[PQ_CEL_MAP_VALUE] = "map(dyn, dyn)",
		[PQ_CEL_OBJECT_VALUE] = "map(dyn, dyn)",
		[PQ_CEL_ERROR] = NULL,
	};
	struct pq_string shown[2] = { { 0 } };
	for (uint32_t i = 0; i < count; i++) {
		const char *container = containers[arguments[i].kind];
		shown[i] = container != NULL ? pq_string_from(container)
					     : pq_cel_runtime_type(&arguments[i])->name;
	}
	return pq_cel_error_format(run->arena, "no such overload: %.*s.flatten(%.*s)",
				   PQ_STRING_ARGUMENT(shown[0]), PQ_STRING_ARGUMENT(shown[1]));
}

static void flatten_to(struct pq_cel_run *run, const struct pq_cel_value *list, int64_t depth,
		       struct pq_cel_value *result)
{
	struct pq_cel_list flat = { 0 };
	if (depth < 0) {
		*result = pq_cel_from_error("level must be non-negative");
		return;
	}
	if (depth > FLATTEN_DEPTH_MAX)
		depth = FLATTEN_DEPTH_MAX;
	if (append_flat(run, list, depth, &flat, result))
		*result = pq_cel_from_items(flat.items, flat.count);
}

static void flatten(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	if (arguments[0].kind != PQ_CEL_LIST_VALUE)
		*result = refuse_to_flatten(run, arguments, 1);
	else
		flatten_to(run, &arguments[0], 1, result);
}

static void flatten_deep(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			 struct pq_cel_value *result)
{
	if (arguments[0].kind != PQ_CEL_LIST_VALUE || arguments[1].kind != PQ_CEL_INT)
		*result = refuse_to_flatten(run, arguments, 2);
	else
		flatten_to(run, &arguments[0], arguments[1].integer, result);
}

static void range(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		  struct pq_cel_value *result)
{
	int64_t count = arguments[0].integer < 0 ? 0 : arguments[0].integer;
	/* A list that would cost more than there is need not be made. */
	*result = pq_cel_from_items(NULL, 0);
	if (pq_cel_costs_too_much(run, (uint64_t)count + PQ_CEL_COST_OF_CALL + PQ_CEL_COST_OF_LIST))
		return;
	struct pq_cel_value *items = new_items(run, (uint64_t)count, result);
	if (items == NULL)
		return;
	for (int64_t i = 0; i < count; i++)
		items[i] = pq_cel_from_int(i);
	*result = pq_cel_from_items(items, (size_t)count);
}

static void reverse(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	uint32_t count = pq_cel_list_size(&arguments[0]);
	struct pq_cel_value *items = new_items(run, count, result);
	if (items == NULL)
		return;
	for (uint32_t i = 0; i < count; i++)
		pq_cel_list_get(run->arena, &arguments[0], count - 1 - i, &items[i]);
	*result = pq_cel_from_items(items, count);
}

static bool has_equal(struct pq_cel_run *run, const struct pq_cel_value *items, uint32_t count,
		      const struct pq_cel_value *item)
{
	struct pq_cel_comparison comparison = { .run = run };
	for (uint32_t i = 0; i < count; i++) {
		if (pq_cel_ask_equal(&comparison, item, &items[i]) == PQ_CEL_EQUAL)
			return true;
	}
	return false;
}

static void distinct(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	uint64_t size = pq_cel_list_size(&arguments[0]);
	uint32_t count = 0;
	*result = arguments[0];
	if (size == 0)
		return;
	const struct pq_cel_made_call made = { run, arguments, 1, result };
	if (pq_cel_costs_too_much(run, pq_cel_cost_self_comparison(&made)))
		return;
	struct pq_cel_value *items = new_items(run, size, result);
	for (uint32_t i = 0; items != NULL && i < size; i++) {
		pq_cel_list_get(run->arena, &arguments[0], i, &items[count]);
		count += !has_equal(run, items, count, &items[count]);
	}
	if (items != NULL)
		*result = pq_cel_from_items(items, count);
}

struct sortable {
	struct pq_cel_value key;
	struct pq_cel_value value;
};

static bool is_less(const struct pq_cel_value *a, const struct pq_cel_value *b)
{
	struct pq_cel_value error;
	int order;
	return pq_cel_order(a, b, &order, &error) && order < 0;
}

/* Merges two sorted halves; stable, so that what is equal keeps its order. */
static void sort_items(struct sortable *items, struct sortable *scratch, uint32_t count)
{
	if (count < 2)
		return;
	uint32_t half = count / 2, left = 0, right = half;
	sort_items(items, scratch, half);
	sort_items(items + half, scratch, count - half);
	for (uint32_t i = 0; i < count; i++) {
		bool takes_right = left == half ||
				   (right < count && is_less(&items[right].key, &items[left].key));
		scratch[i] = items[takes_right ? right++ : left++];
	}
	memcpy(items, scratch, count * sizeof *items);
}

/* Reads both lists; false with an error in *result. */
static bool read_sortables(struct pq_cel_run *run, const struct pq_cel_value *list,
			   const struct pq_cel_value *keys, struct sortable *items,
			   struct pq_cel_value *result)
{
	uint32_t count = pq_cel_list_size(list);
	for (uint32_t i = 0; i < count; i++) {
		pq_cel_list_get(run->arena, list, i, &items[i].value);
		pq_cel_list_get(run->arena, keys, i, &items[i].key);
		if (i == 0 && !pq_cel_is_comparable(&items[0].key)) {
			*result = pq_cel_from_error("list elements must be comparable");
			return false;
		}
		if (pq_cel_runtime_type(&items[i].key) != pq_cel_runtime_type(&items[0].key)) {
			*result = pq_cel_from_error("list elements must have the same type");
			return false;
		}
	}
	return true;
}

static void sort_by_keys(struct pq_cel_run *run, const struct pq_cel_value *list,
			 const struct pq_cel_value *keys, struct pq_cel_value *result)
{
	uint32_t count = pq_cel_list_size(list);
	if (count != pq_cel_list_size(keys)) {
		*result = pq_cel_error_format(
			run->arena,
			"@sortByAssociatedKeys() expected a list of the same size as the "
			"associated keys list, but got %lu and %lu elements respectively",
			(unsigned long)count, (unsigned long)pq_cel_list_size(keys));
		return;
	}
	*result = *list;
	if (count == 0)
		return;
	struct sortable *items = pq_arena_alloc_array(run->arena, count, 2 * sizeof *items);
	struct pq_cel_value *sorted = new_items(run, count, result);
	if (items == NULL || sorted == NULL) {
		*result = pq_cel_out_of_memory();
		return;
	}
	if (!read_sortables(run, list, keys, items, result))
		return;
	sort_items(items, items + count, count);
	for (uint32_t i = 0; i < count; i++)
		sorted[i] = items[i].value;
	*result = pq_cel_from_items(sorted, count);
}

static struct pq_cel_value refuse_to_sort(const struct pq_cel_value *value)
{
	return pq_cel_from_error(pq_cel_is_receiver(value) ? "no such overload"
							   : "no such overload: sort");
}

static void sort(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		 struct pq_cel_value *result)
{
	if (arguments[0].kind != PQ_CEL_LIST_VALUE)
		*result = refuse_to_sort(&arguments[0]);
	else
		sort_by_keys(run, &arguments[0], &arguments[0], result);
}

static void sort_by(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	if (arguments[0].kind != PQ_CEL_LIST_VALUE)
		*result = pq_cel_from_error("no such overload: @sortByAssociatedKeys");
	else
		sort_by_keys(run, &arguments[0], &arguments[1], result);
}

#define OVERLOAD(cost_, estimator_, ...)                                                           \
	{                                                                                          \
		ROW(__VA_ARGS__), .is_member = true, OVERLOAD_COST(cost_, estimator_)              \
	}
#define FLATTEN(...)                                                                               \
	{                                                                                          \
		ROW(__VA_ARGS__), .is_member = true, .unguarded = true,                            \
				  OVERLOAD_COST(flatten, flatten)                                  \
	}
#define SORT(name_, list_, model_)                                                                 \
	{                                                                                          \
		ROW(sort, "sort", "list_" name_ "_sort", list_, 1, list_),                         \
			.is_member = true, .unguarded = true,                                      \
			OVERLOAD_COST(self_comparison, model_)                                     \
	}
#define SORT_BY(name_, list_, model_)                                                              \
	{                                                                                          \
		ROW(sort_by, "@sortByAssociatedKeys", "list_" name_ "_sortByAssociatedKeys",       \
		    &pq_cel_list_of_a, 2, &pq_cel_list_of_a, list_),                               \
			.is_member = true, .unguarded = true, OVERLOAD_COST(sort_by, model_)       \
	}

static const struct pq_cel_overload overloads[] = {
	OVERLOAD(new_list, slice, slice, "slice", "list_slice", &pq_cel_list_of_a, 3,
		 &pq_cel_list_of_a, &pq_cel_int, &pq_cel_int),
	FLATTEN(flatten, "flatten", "list_flatten", &pq_cel_list_of_a, 1, &list_of_lists),
	FLATTEN(flatten_deep, "flatten", "list_flatten_int", &pq_cel_list_of_dyn, 2,
		&pq_cel_list_of_dyn, &pq_cel_int),
	SORT("int", &pq_cel_list_of_int, sort),
	SORT("uint", &pq_cel_list_of_uint, sort),
	SORT("double", &pq_cel_list_of_double, sort),
	SORT("bool", &pq_cel_list_of_bool, sort),
	SORT("google.protobuf.Duration", &pq_cel_list_of_duration, sort),
	SORT("google.protobuf.Timestamp", &pq_cel_list_of_timestamp, sort),
	SORT("string", &pq_cel_list_of_string, sort_texts),
	SORT("bytes", &pq_cel_list_of_bytes, sort_texts),
	SORT_BY("int", &pq_cel_list_of_int, sort_by),
	SORT_BY("uint", &pq_cel_list_of_uint, sort_by),
	SORT_BY("double", &pq_cel_list_of_double, sort_by),
	SORT_BY("bool", &pq_cel_list_of_bool, sort_by),
	SORT_BY("google.protobuf.Duration", &pq_cel_list_of_duration, sort_by),
	SORT_BY("google.protobuf.Timestamp", &pq_cel_list_of_timestamp, sort_by),
	SORT_BY("string", &pq_cel_list_of_string, sort_by_texts),
	SORT_BY("bytes", &pq_cel_list_of_bytes, sort_by_texts),
	{
		ROW(range, "lists.range", "lists_range", &pq_cel_list_of_int, 1, &pq_cel_int),
		OVERLOAD_COST(new_list, range),
	},
	OVERLOAD(new_list, reverse, reverse, "reverse", "list_reverse", &pq_cel_list_of_a, 1,
		 &pq_cel_list_of_a),
	{
		ROW(distinct, "distinct", "list_distinct", &pq_cel_list_of_a, 1, &pq_cel_list_of_a),
		.is_member = true,
		OVERLOAD_COST(self_comparison, distinct),
	},
};

const struct pq_cel_library pq_cel_library_extended_lists = {
	.name = "extended_lists",
	.introduced = 34,
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
};
