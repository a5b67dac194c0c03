/*
 * The standard library: signatures of cel-go v0.26 common/stdlib/standard.go, in its order.
 */
#include "cel/cost.h"
#include "cel/estimate.h"
#include "cel/library.h"
#include "cel/standard.h"

#define BOOL       &pq_cel_bool
#define BYTES      &pq_cel_bytes
#define DOUBLE     &pq_cel_double
#define DURATION   &pq_cel_duration
#define DYN        &pq_cel_dyn
#define INT        &pq_cel_int
#define STRING     &pq_cel_string
#define TIMESTAMP  &pq_cel_timestamp
#define UINT       &pq_cel_uint
#define A          &pq_cel_parameter_a
#define B          &pq_cel_parameter_b
#define LIST_OF_A  &pq_cel_list_of_a
#define MAP_OF_A_B &pq_cel_map_of_a_b
#define TYPE_OF_A  &pq_cel_type_of_a

#define ROW(function_, id_, is_member_, call_, result_, count_, ...)                               \
	.function = (function_), .id = (id_), .is_member = (is_member_), .call = pq_cel_##call_,   \
	.result = (result_), .count = (count_), .arguments = { __VA_ARGS__ }
#define FUNCTION(call_, function_, id_, ...)                                                       \
	{                                                                                          \
		ROW(function_, id_, false, call_, __VA_ARGS__)                                     \
	}
#define METHOD(call_, function_, id_, ...)                                                         \
	{                                                                                          \
		ROW(function_, id_, true, call_, __VA_ARGS__)                                      \
	}
/* One implementation for all rows of the function. */
#define SHARED(call_, function_, id_, ...)                                                         \
	{                                                                                          \
		ROW(function_, id_, false, call_, __VA_ARGS__), .unguarded = true                  \
	}
#define SHARED_METHOD(call_, function_, id_, ...)                                                  \
	{                                                                                          \
		ROW(function_, id_, true, call_, __VA_ARGS__), .unguarded = true                   \
	}
/* What a call costs, and may cost at most. */
#define COST(model_) .cost = pq_cel_cost_##model_, .estimator = pq_cel_estimate_##model_
#define COSTLY_FUNCTION(model_, call_, function_, id_, ...)                                        \
	{                                                                                          \
		ROW(function_, id_, false, call_, __VA_ARGS__), COST(model_)                       \
	}
#define COSTLY_SHARED(model_, call_, function_, id_, ...)                                          \
	{                                                                                          \
		ROW(function_, id_, false, call_, __VA_ARGS__), COST(model_), .unguarded = true    \
	}
#define COSTLY_METHOD(model_, call_, function_, id_, ...)                                          \
	{                                                                                          \
		ROW(function_, id_, true, call_, __VA_ARGS__), COST(model_), .unguarded = true     \
	}
/* The evaluator knows these. */
#define BUILT_IN(function_, id_, result_, count_, ...)                                             \
	.function = (function_), .id = (id_), .result = (result_), .count = (count_),              \
	.arguments = { __VA_ARGS__ }
#define NON_STRICT(...)                                                                            \
	{                                                                                          \
		BUILT_IN(__VA_ARGS__), .non_strict = true                                          \
	}
#define EQUALITY(model_, ...)                                                                      \
	{                                                                                          \
		BUILT_IN(__VA_ARGS__), COST(model_)                                                \
	}
#define PLANNED(...)                                                                               \
	{                                                                                          \
		BUILT_IN(__VA_ARGS__)                                                              \
	}

#define COMPARISONS(call_, function_, id_)                                                         \
	SHARED(call_, function_, id_ "_bool", BOOL, 2, BOOL, BOOL),                                \
		SHARED(call_, function_, id_ "_int64", BOOL, 2, INT, INT),                         \
		SHARED(call_, function_, id_ "_int64_double", BOOL, 2, INT, DOUBLE),               \
		SHARED(call_, function_, id_ "_int64_uint64", BOOL, 2, INT, UINT),                 \
		SHARED(call_, function_, id_ "_uint64", BOOL, 2, UINT, UINT),                      \
		SHARED(call_, function_, id_ "_uint64_double", BOOL, 2, UINT, DOUBLE),             \
		SHARED(call_, function_, id_ "_uint64_int64", BOOL, 2, UINT, INT),                 \
		SHARED(call_, function_, id_ "_double", BOOL, 2, DOUBLE, DOUBLE),                  \
		SHARED(call_, function_, id_ "_double_int64", BOOL, 2, DOUBLE, INT),               \
		SHARED(call_, function_, id_ "_double_uint64", BOOL, 2, DOUBLE, UINT),             \
		COSTLY_SHARED(comparison, call_, function_, id_ "_string", BOOL, 2, STRING,        \
			      STRING),                                                             \
		COSTLY_SHARED(comparison, call_, function_, id_ "_bytes", BOOL, 2, BYTES, BYTES),  \
		SHARED(call_, function_, id_ "_timestamp", BOOL, 2, TIMESTAMP, TIMESTAMP),         \
		SHARED(call_, function_, id_ "_duration", BOOL, 2, DURATION, DURATION)

static const struct pq_cel_overload overloads[] = {
	NON_STRICT("_?_:_", "conditional", A, 3, BOOL, A, A),
	NON_STRICT("_&&_", "logical_and", BOOL, 2, BOOL, BOOL),
	NON_STRICT("_||_", "logical_or", BOOL, 2, BOOL, BOOL),
	PLANNED("!_", "logical_not", BOOL, 1, BOOL),
	NON_STRICT("@not_strictly_false", "not_strictly_false", BOOL, 1, BOOL),
	EQUALITY(equality, "_==_", "equals", BOOL, 2, A, A),
	EQUALITY(comparison, "_!=_", "not_equals", BOOL, 2, A, A),
	COSTLY_SHARED(concatenation, add, "_+_", "add_bytes", BYTES, 2, BYTES, BYTES),
	SHARED(add, "_+_", "add_double", DOUBLE, 2, DOUBLE, DOUBLE),
	SHARED(add, "_+_", "add_duration_duration", DURATION, 2, DURATION, DURATION),
	SHARED(add, "_+_", "add_duration_timestamp", TIMESTAMP, 2, DURATION, TIMESTAMP),
	SHARED(add, "_+_", "add_timestamp_duration", TIMESTAMP, 2, TIMESTAMP, DURATION),
	SHARED(add, "_+_", "add_int64", INT, 2, INT, INT),
	{
		ROW("_+_", "add_list", false, add, LIST_OF_A, 2, LIST_OF_A, LIST_OF_A),
		.estimator = pq_cel_estimate_list_concatenation,
		.unguarded = true,
	},
	COSTLY_SHARED(concatenation, add, "_+_", "add_string", STRING, 2, STRING, STRING),
	SHARED(add, "_+_", "add_uint64", UINT, 2, UINT, UINT),
	SHARED(divide, "_/_", "divide_double", DOUBLE, 2, DOUBLE, DOUBLE),
	SHARED(divide, "_/_", "divide_int64", INT, 2, INT, INT),
	SHARED(divide, "_/_", "divide_uint64", UINT, 2, UINT, UINT),
	SHARED(modulo, "_%_", "modulo_int64", INT, 2, INT, INT),
	SHARED(modulo, "_%_", "modulo_uint64", UINT, 2, UINT, UINT),
	SHARED(multiply, "_*_", "multiply_double", DOUBLE, 2, DOUBLE, DOUBLE),
	SHARED(multiply, "_*_", "multiply_int64", INT, 2, INT, INT),
	SHARED(multiply, "_*_", "multiply_uint64", UINT, 2, UINT, UINT),
	SHARED(negate, "-_", "negate_double", DOUBLE, 1, DOUBLE),
	SHARED(negate, "-_", "negate_int64", INT, 1, INT),
	SHARED(subtract, "_-_", "subtract_double", DOUBLE, 2, DOUBLE, DOUBLE),
	SHARED(subtract, "_-_", "subtract_duration_duration", DURATION, 2, DURATION, DURATION),
	SHARED(subtract, "_-_", "subtract_int64", INT, 2, INT, INT),
	SHARED(subtract, "_-_", "subtract_timestamp_duration", TIMESTAMP, 2, TIMESTAMP, DURATION),
	SHARED(subtract, "_-_", "subtract_timestamp_timestamp", DURATION, 2, TIMESTAMP, TIMESTAMP),
	SHARED(subtract, "_-_", "subtract_uint64", UINT, 2, UINT, UINT),
	COMPARISONS(less, "_<_", "less"),
	COMPARISONS(less_equals, "_<=_", "less_equals"),
	COMPARISONS(greater, "_>_", "greater"),
	COMPARISONS(greater_equals, "_>=_", "greater_equals"),
	PLANNED("_[_]", "index_list", A, 2, LIST_OF_A, INT),
	PLANNED("_[_]", "index_map", B, 2, MAP_OF_A_B, A),
	COSTLY_SHARED(in_list, in, "@in", "in_list", BOOL, 2, A, LIST_OF_A),
	SHARED(in, "@in", "in_map", BOOL, 2, A, MAP_OF_A_B),
	SHARED(size, "size", "size_bytes", INT, 1, BYTES),
	SHARED_METHOD(size, "size", "bytes_size", INT, 1, BYTES),
	SHARED(size, "size", "size_list", INT, 1, LIST_OF_A),
	SHARED_METHOD(size, "size", "list_size", INT, 1, LIST_OF_A),
	SHARED(size, "size", "size_map", INT, 1, MAP_OF_A_B),
	SHARED_METHOD(size, "size", "map_size", INT, 1, MAP_OF_A_B),
	SHARED(size, "size", "size_string", INT, 1, STRING),
	SHARED_METHOD(size, "size", "string_size", INT, 1, STRING),
	SHARED(to_type, "type", "type", TYPE_OF_A, 1, A),
	FUNCTION(to_bool, "bool", "bool_to_bool", BOOL, 1, BOOL),
	FUNCTION(to_bool, "bool", "string_to_bool", BOOL, 1, STRING),
	FUNCTION(to_bytes, "bytes", "bytes_to_bytes", BYTES, 1, BYTES),
	COSTLY_FUNCTION(string_to_bytes, to_bytes, "bytes", "string_to_bytes", BYTES, 1, STRING),
	FUNCTION(to_double, "double", "double_to_double", DOUBLE, 1, DOUBLE),
	FUNCTION(to_double, "double", "int64_to_double", DOUBLE, 1, INT),
	FUNCTION(to_double, "double", "string_to_double", DOUBLE, 1, STRING),
	FUNCTION(to_double, "double", "uint64_to_double", DOUBLE, 1, UINT),
	FUNCTION(to_duration, "duration", "duration_to_duration", DURATION, 1, DURATION),
	FUNCTION(to_duration, "duration", "int64_to_duration", DURATION, 1, INT),
	FUNCTION(to_duration, "duration", "string_to_duration", DURATION, 1, STRING),
	SHARED(identity, "dyn", "to_dyn", DYN, 1, A),
	FUNCTION(to_int, "int", "int64_to_int64", INT, 1, INT),
	FUNCTION(to_int, "int", "double_to_int64", INT, 1, DOUBLE),
	FUNCTION(to_int, "int", "duration_to_int64", INT, 1, DURATION),
	FUNCTION(to_int, "int", "string_to_int64", INT, 1, STRING),
	FUNCTION(to_int, "int", "timestamp_to_int64", INT, 1, TIMESTAMP),
	FUNCTION(to_int, "int", "uint64_to_int64", INT, 1, UINT),
	FUNCTION(to_string, "string", "string_to_string", STRING, 1, STRING),
	FUNCTION(to_string, "string", "bool_to_string", STRING, 1, BOOL),
	COSTLY_FUNCTION(bytes_to_string, to_string, "string", "bytes_to_string", STRING, 1, BYTES),
	FUNCTION(to_string, "string", "double_to_string", STRING, 1, DOUBLE),
	FUNCTION(to_string, "string", "duration_to_string", STRING, 1, DURATION),
	FUNCTION(to_string, "string", "int64_to_string", STRING, 1, INT),
	FUNCTION(to_string, "string", "timestamp_to_string", STRING, 1, TIMESTAMP),
	FUNCTION(to_string, "string", "uint64_to_string", STRING, 1, UINT),
	FUNCTION(to_timestamp, "timestamp", "timestamp_to_timestamp", TIMESTAMP, 1, TIMESTAMP),
	FUNCTION(to_timestamp, "timestamp", "int64_to_timestamp", TIMESTAMP, 1, INT),
	FUNCTION(to_timestamp, "timestamp", "string_to_timestamp", TIMESTAMP, 1, STRING),
	FUNCTION(to_uint, "uint", "uint64_to_uint64", UINT, 1, UINT),
	FUNCTION(to_uint, "uint", "double_to_uint64", UINT, 1, DOUBLE),
	FUNCTION(to_uint, "uint", "int64_to_uint64", UINT, 1, INT),
	FUNCTION(to_uint, "uint", "string_to_uint64", UINT, 1, STRING),
	COSTLY_METHOD(contains, contains, "contains", "contains_string", BOOL, 2, STRING, STRING),
	COSTLY_METHOD(affix, ends_with, "endsWith", "ends_with_string", BOOL, 2, STRING, STRING),
	COSTLY_METHOD(affix, starts_with, "startsWith", "starts_with_string", BOOL, 2, STRING,
		      STRING),
	SHARED(matches, "matches", "matches", BOOL, 2, STRING, STRING),
	COSTLY_METHOD(matches, matches, "matches", "matches_string", BOOL, 2, STRING, STRING),
	METHOD(get_year, "getFullYear", "timestamp_to_year", INT, 1, TIMESTAMP),
	METHOD(get_year_in_zone, "getFullYear", "timestamp_to_year_with_tz", INT, 2, TIMESTAMP,
	       STRING),
	METHOD(get_month, "getMonth", "timestamp_to_month", INT, 1, TIMESTAMP),
	METHOD(get_month_in_zone, "getMonth", "timestamp_to_month_with_tz", INT, 2, TIMESTAMP,
	       STRING),
	METHOD(get_day_of_year, "getDayOfYear", "timestamp_to_day_of_year", INT, 1, TIMESTAMP),
	METHOD(get_day_of_year_in_zone, "getDayOfYear", "timestamp_to_day_of_year_with_tz", INT, 2,
	       TIMESTAMP, STRING),
	METHOD(get_day_of_month, "getDayOfMonth", "timestamp_to_day_of_month", INT, 1, TIMESTAMP),
	METHOD(get_day_of_month_in_zone, "getDayOfMonth", "timestamp_to_day_of_month_with_tz", INT,
	       2, TIMESTAMP, STRING),
	METHOD(get_date, "getDate", "timestamp_to_day_of_month_1_based", INT, 1, TIMESTAMP),
	METHOD(get_date_in_zone, "getDate", "timestamp_to_day_of_month_1_based_with_tz", INT, 2,
	       TIMESTAMP, STRING),
	METHOD(get_day_of_week, "getDayOfWeek", "timestamp_to_day_of_week", INT, 1, TIMESTAMP),
	METHOD(get_day_of_week_in_zone, "getDayOfWeek", "timestamp_to_day_of_week_with_tz", INT, 2,
	       TIMESTAMP, STRING),
	METHOD(get_hours, "getHours", "timestamp_to_hours", INT, 1, TIMESTAMP),
	METHOD(get_hours_in_zone, "getHours", "timestamp_to_hours_with_tz", INT, 2, TIMESTAMP,
	       STRING),
	METHOD(duration_get_hours, "getHours", "duration_to_hours", INT, 1, DURATION),
	METHOD(get_minutes, "getMinutes", "timestamp_to_minutes", INT, 1, TIMESTAMP),
	METHOD(get_minutes_in_zone, "getMinutes", "timestamp_to_minutes_with_tz", INT, 2, TIMESTAMP,
	       STRING),
	METHOD(duration_get_minutes, "getMinutes", "duration_to_minutes", INT, 1, DURATION),
	METHOD(get_seconds, "getSeconds", "timestamp_to_seconds", INT, 1, TIMESTAMP),
	METHOD(get_seconds_in_zone, "getSeconds", "timestamp_to_seconds_tz", INT, 2, TIMESTAMP,
	       STRING),
	METHOD(duration_get_seconds, "getSeconds", "duration_to_seconds", INT, 1, DURATION),
	METHOD(get_milliseconds, "getMilliseconds", "timestamp_to_milliseconds", INT, 1, TIMESTAMP),
	METHOD(get_milliseconds_in_zone, "getMilliseconds", "timestamp_to_milliseconds_with_tz",
	       INT, 2, TIMESTAMP, STRING),
	METHOD(duration_get_milliseconds, "getMilliseconds", "duration_to_milliseconds", INT, 1,
	       DURATION),
};

static const struct pq_cel_type *const types[] = {
	BOOL,         BYTES,  DOUBLE,    DURATION,          INT,  LIST_OF_A, MAP_OF_A_B,
	&pq_cel_null, STRING, TIMESTAMP, &pq_cel_type_type, UINT,
};

const struct pq_cel_library pq_cel_library_standard = {
	.name = "standard",
	.overloads = overloads,
	.count = sizeof overloads / sizeof overloads[0],
	.types = types,
	.type_count = sizeof types / sizeof types[0],
};
