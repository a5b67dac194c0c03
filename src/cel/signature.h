/* How the rows of the function tables are written. */
#ifndef PQ_CEL_SIGNATURE_H
#define PQ_CEL_SIGNATURE_H

#include "cel/library.h"

#define LIST_TYPE(item)                                                                            \
	{                                                                                          \
		.kind = PQ_CEL_TYPE_LIST, .parameter_count = 1, .name = PQ_LITERAL("list"),        \
		.parameters = {                                                                    \
			(item)                                                                     \
		}                                                                                  \
	}
#define OPTIONAL_TYPE(value)                                                                       \
	{                                                                                          \
		.kind = PQ_CEL_TYPE_OPAQUE, .parameter_count = 1,                                  \
		.name = PQ_LITERAL("optional_type"), .parameters = {                               \
			(value)                                                                    \
		}                                                                                  \
	}

/* FUNCTION(call, name, id, result, count of arguments, their types ...); METHOD has its target as
 * the first argument. The others add .cost and .estimator, or more. */
#define ROW(call_, function_, id_, result_, count_, ...)                                           \
	.function = (function_), .id = (id_), .call = (call_), .result = (result_),                \
	.count = (count_), .arguments = { __VA_ARGS__ }
#define FUNCTION(...)                                                                              \
	{                                                                                          \
		ROW(__VA_ARGS__)                                                                   \
	}
#define METHOD(...)                                                                                \
	{                                                                                          \
		ROW(__VA_ARGS__), .is_member = true                                                \
	}
#define COST(cost_, estimator_)                                                                    \
	.cost = pq_cel_cost_##cost_, .unresolved_cost = pq_cel_cost_##cost_,                       \
	.estimator = pq_cel_estimate_##estimator_
/* Of functions whose costs cel-go knows by the overload only. */
#define OVERLOAD_COST(cost_, estimator_)                                                           \
	.cost = pq_cel_cost_##cost_, .estimator = pq_cel_estimate_##estimator_
#define COSTLY_FUNCTION(cost_, estimator_, ...)                                                    \
	{                                                                                          \
		ROW(__VA_ARGS__), COST(cost_, estimator_)                                          \
	}
#define COSTLY_METHOD(cost_, estimator_, ...)                                                      \
	{                                                                                          \
		ROW(__VA_ARGS__), COST(cost_, estimator_), .is_member = true                       \
	}
/* One implementation for all overloads of the function: when it is called, its arguments are not
 * held against the types of the row. */
#define SHARED(...)                                                                                \
	{                                                                                          \
		ROW(__VA_ARGS__), .unguarded = true                                                \
	}
#define SHARED_METHOD(...)                                                                         \
	{                                                                                          \
		ROW(__VA_ARGS__), .is_member = true, .unguarded = true                             \
	}

#endif
