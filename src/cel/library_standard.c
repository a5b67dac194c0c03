/*
 * The standard library: signatures of cel-go v0.26 common/stdlib/standard.go, in its order.
 */
#include "cel/cost.h"
#include "cel/estimate.h"
#include "cel/signature.h"
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

#define COSTLY_SHARED(cost_, estimator_, ...)                                                      \
	{                                                                                          \
		ROW(__VA_ARGS__), OVERLOAD_COST(cost_, estimator_), .unguarded = true              \
	}
#define COSTLY_SHARED_METHOD(cost_, estimator_, ...)                                               \
	{                                                                                          \
		ROW(__VA_ARGS__), OVERLOAD_COST(cost_, estimator_), .is_member = true,             \
								    .unguarded = true              \
	}
/* The evaluator knows these. */
#define BUILT_IN(...) FUNCTION(NULL, __VA_ARGS__)
#define NON_STRICT(...)                                                                            \
	{                                                                                          \
		ROW(NULL, __VA_ARGS__), .non_strict = true                                         \
	}
#define EQUALITY(model_, ...)                                                                      \
	{                                                                                          \
		ROW(NULL, __VA_ARGS__), OVERLOAD_COST(model_, model_)                              \
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
		COSTLY_SHARED(comparison, comparison, call_, function_, id_ "_string", BOOL, 2,    \
			      STRING, STRING),                                                     \
		COSTLY_SHARED(comparison, comparison, call_, function_, id_ "_bytes", BOOL, 2,     \
			      BYTES, BYTES),                                                       \
		SHARED(call_, function_, id_ "_timestamp", BOOL, 2, TIMESTAMP, TIMESTAMP),         \
		SHARED(call_, function_, id_ "_duration", BOOL, 2, DURATION, DURATION)

static const struct pq_cel_overload overloads[] = {
	NON_STRICT("_?_:_", "conditional", A, 3, BOOL, A, A),
	NON_STRICT("_&&_", "logical_and", BOOL, 2, BOOL, BOOL),
	NON_STRICT("_||_", "logical_or", BOOL, 2, BOOL, BOOL),
	BUILT_IN("!_", "logical_not", BOOL, 1, BOOL),
	NON_STRICT("@not_strictly_false", "not_strictly_false", BOOL, 1, BOOL),
	EQUALITY(equality, "_==_", "equals", BOOL, 2, A, A),
	EQUALITY(comparison, "_!=_", "not_equals", BOOL, 2, A, A),
	COSTLY_SHARED(concatenation, concatenation, pq_cel_add, "_+_", "add_bytes", BYTES, 2, BYTES,
		      BYTES),
	SHARED(pq_cel_add, "_+_", "add_double", DOUBLE, 2, DOUBLE, DOUBLE),
	SHARED(pq_cel_add, "_+_", "add_duration_duration", DURATION, 2, DURATION, DURATION),
	SHARED(pq_cel_add, "_+_", "add_duration_timestamp", TIMESTAMP, 2, DURATION, TIMESTAMP),
	SHARED(pq_cel_add, "_+_", "add_timestamp_duration", TIMESTAMP, 2, TIMESTAMP, DURATION),
	SHARED(pq_cel_add, "_+_", "add_int64", INT, 2, INT, INT),
	{
		ROW(pq_cel_add, "_+_", "add_list", LIST_OF_A, 2, LIST_OF_A, LIST_OF_A),
		.estimator = pq_cel_estimate_list_concatenation,
		.unguarded = true,
	},
	COSTLY_SHARED(concatenation, concatenation, pq_cel_add, "_+_", "add_string", STRING, 2,
		      STRING, STRING),
	SHARED(pq_cel_add, "_+_", "add_uint64", UINT, 2, UINT, UINT),
	SHARED(pq_cel_divide, "_/_", "divide_double", DOUBLE, 2, DOUBLE, DOUBLE),
	SHARED(pq_cel_divide, "_/_", "divide_int64", INT, 2, INT, INT),
	SHARED(pq_cel_divide, "_/_", "divide_uint64", UINT, 2, UINT, UINT),
	SHARED(pq_cel_modulo, "_%_", "modulo_int64", INT, 2, INT, INT),
	SHARED(pq_cel_modulo, "_%_", "modulo_uint64", UINT, 2, UINT, UINT),
	SHARED(pq_cel_multiply, "_*_", "multiply_double", DOUBLE, 2, DOUBLE, DOUBLE),
	SHARED(pq_cel_multiply, "_*_", "multiply_int64", INT, 2, INT, INT),
	SHARED(pq_cel_multiply, "_*_", "multiply_uint64", UINT, 2, UINT, UINT),
	SHARED(pq_cel_negate, "-_", "negate_double", DOUBLE, 1, DOUBLE),
	SHARED(pq_cel_negate, "-_", "negate_int64", INT, 1, INT),
	SHARED(pq_cel_subtract, "_-_", "subtract_double", DOUBLE, 2, DOUBLE, DOUBLE),
	SHARED(pq_cel_subtract, "_-_", "subtract_duration_duration", DURATION, 2, DURATION,
	       DURATION),
	SHARED(pq_cel_subtract, "_-_", "subtract_int64", INT, 2, INT, INT),
	SHARED(pq_cel_subtract, "_-_", "subtract_timestamp_duration", TIMESTAMP, 2, TIMESTAMP,
	       DURATION),
	SHARED(pq_cel_subtract, "_-_", "subtract_timestamp_timestamp", DURATION, 2, TIMESTAMP,
	       TIMESTAMP),
	SHARED(pq_cel_subtract, "_-_", "subtract_uint64", UINT, 2, UINT, UINT),
	COMPARISONS(pq_cel_less, "_<_", "less"),
	COMPARISONS(pq_cel_less_equals, "_<=_", "less_equals"),
	COMPARISONS(pq_cel_greater, "_>_", "greater"),
	COMPARISONS(pq_cel_greater_equals, "_>=_", "greater_equals"),
	BUILT_IN("_[_]", "index_list", A, 2, LIST_OF_A, INT),
	BUILT_IN("_[_]", "index_map", B, 2, MAP_OF_A_B, A),
	COSTLY_SHARED(in_list, in_list, pq_cel_in, "@in", "in_list", BOOL, 2, A, LIST_OF_A),
	SHARED(pq_cel_in, "@in", "in_map", BOOL, 2, A, MAP_OF_A_B),
	SHARED(pq_cel_size, "size", "size_bytes", INT, 1, BYTES),
	SHARED_METHOD(pq_cel_size, "size", "bytes_size", INT, 1, BYTES),
	SHARED(pq_cel_size, "size", "size_list", INT, 1, LIST_OF_A),
	SHARED_METHOD(pq_cel_size, "size", "list_size", INT, 1, LIST_OF_A),
	SHARED(pq_cel_size, "size", "size_map", INT, 1, MAP_OF_A_B),
	SHARED_METHOD(pq_cel_size, "size", "map_size", INT, 1, MAP_OF_A_B),
	SHARED(pq_cel_size, "size", "size_string", INT, 1, STRING),
	SHARED_METHOD(pq_cel_size, "size", "string_size", INT, 1, STRING),
	SHARED(pq_cel_to_type, "type", "type", TYPE_OF_A, 1, A),
	FUNCTION(pq_cel_to_bool, "bool", "bool_to_bool", BOOL, 1, BOOL),
	FUNCTION(pq_cel_to_bool, "bool", "string_to_bool", BOOL, 1, STRING),
	FUNCTION(pq_cel_to_bytes, "bytes", "bytes_to_bytes", BYTES, 1, BYTES),
	{
		ROW(pq_cel_to_bytes, "bytes", "string_to_bytes", BYTES, 1, STRING),
		OVERLOAD_COST(standard_traversal, string_to_bytes),
	},
	FUNCTION(pq_cel_to_double, "double", "double_to_double", DOUBLE, 1, DOUBLE),
	FUNCTION(pq_cel_to_double, "double", "int64_to_double", DOUBLE, 1, INT),
	FUNCTION(pq_cel_to_double, "double", "string_to_double", DOUBLE, 1, STRING),
	FUNCTION(pq_cel_to_double, "double", "uint64_to_double", DOUBLE, 1, UINT),
	FUNCTION(pq_cel_to_duration, "duration", "duration_to_duration", DURATION, 1, DURATION),
	FUNCTION(pq_cel_to_duration, "duration", "int64_to_duration", DURATION, 1, INT),
	FUNCTION(pq_cel_to_duration, "duration", "string_to_duration", DURATION, 1, STRING),
	SHARED(pq_cel_identity, "dyn", "to_dyn", DYN, 1, A),
	FUNCTION(pq_cel_to_int, "int", "int64_to_int64", INT, 1, INT),
	FUNCTION(pq_cel_to_int, "int", "double_to_int64", INT, 1, DOUBLE),
	FUNCTION(pq_cel_to_int, "int", "duration_to_int64", INT, 1, DURATION),
	FUNCTION(pq_cel_to_int, "int", "string_to_int64", INT, 1, STRING),
	FUNCTION(pq_cel_to_int, "int", "timestamp_to_int64", INT, 1, TIMESTAMP),
	FUNCTION(pq_cel_to_int, "int", "uint64_to_int64", INT, 1, UINT),
	FUNCTION(pq_cel_to_string, "string", "string_to_string", STRING, 1, STRING),
	FUNCTION(pq_cel_to_string, "string", "bool_to_string", STRING, 1, BOOL),
	{
		ROW(pq_cel_to_string, "string", "bytes_to_string", STRING, 1, BYTES),
		OVERLOAD_COST(standard_traversal, bytes_to_string),
	},
	FUNCTION(pq_cel_to_string, "string", "double_to_string", STRING, 1, DOUBLE),
	FUNCTION(pq_cel_to_string, "string", "duration_to_string", STRING, 1, DURATION),
	FUNCTION(pq_cel_to_string, "string", "int64_to_string", STRING, 1, INT),
	FUNCTION(pq_cel_to_string, "string", "timestamp_to_string", STRING, 1, TIMESTAMP),
	FUNCTION(pq_cel_to_string, "string", "uint64_to_string", STRING, 1, UINT),
	FUNCTION(pq_cel_to_timestamp, "timestamp", "timestamp_to_timestamp", TIMESTAMP, 1,
		 TIMESTAMP),
	FUNCTION(pq_cel_to_timestamp, "timestamp", "int64_to_timestamp", TIMESTAMP, 1, INT),
	FUNCTION(pq_cel_to_timestamp, "timestamp", "string_to_timestamp", TIMESTAMP, 1, STRING),
	FUNCTION(pq_cel_to_uint, "uint", "uint64_to_uint64", UINT, 1, UINT),
	FUNCTION(pq_cel_to_uint, "uint", "double_to_uint64", UINT, 1, DOUBLE),
	FUNCTION(pq_cel_to_uint, "uint", "int64_to_uint64", UINT, 1, INT),
	FUNCTION(pq_cel_to_uint, "uint", "string_to_uint64", UINT, 1, STRING),
	COSTLY_SHARED_METHOD(contains, contains, pq_cel_contains, "contains", "contains_string",
			     BOOL, 2, STRING, STRING),
	COSTLY_SHARED_METHOD(standard_traversal, affix, pq_cel_ends_with, "endsWith",
			     "ends_with_string", BOOL, 2, STRING, STRING),
	COSTLY_SHARED_METHOD(standard_traversal, affix, pq_cel_starts_with, "startsWith",
			     "starts_with_string", BOOL, 2, STRING, STRING),
	SHARED(pq_cel_matches, "matches", "matches", BOOL, 2, STRING, STRING),
	COSTLY_SHARED_METHOD(matches, matches, pq_cel_matches, "matches", "matches_string", BOOL, 2,
			     STRING, STRING),
	METHOD(pq_cel_get_year, "getFullYear", "timestamp_to_year", INT, 1, TIMESTAMP),
	METHOD(pq_cel_get_year_in_zone, "getFullYear", "timestamp_to_year_with_tz", INT, 2,
	       TIMESTAMP, STRING),
	METHOD(pq_cel_get_month, "getMonth", "timestamp_to_month", INT, 1, TIMESTAMP),
	METHOD(pq_cel_get_month_in_zone, "getMonth", "timestamp_to_month_with_tz", INT, 2,
	       TIMESTAMP, STRING),
	METHOD(pq_cel_get_day_of_year, "getDayOfYear", "timestamp_to_day_of_year", INT, 1,
	       TIMESTAMP),
	METHOD(pq_cel_get_day_of_year_in_zone, "getDayOfYear", "timestamp_to_day_of_year_with_tz",
	       INT, 2, TIMESTAMP, STRING),
	METHOD(pq_cel_get_day_of_month, "getDayOfMonth", "timestamp_to_day_of_month", INT, 1,
	       TIMESTAMP),
	METHOD(pq_cel_get_day_of_month_in_zone, "getDayOfMonth",
	       "timestamp_to_day_of_month_with_tz", INT, 2, TIMESTAMP, STRING),
	METHOD(pq_cel_get_date, "getDate", "timestamp_to_day_of_month_1_based", INT, 1, TIMESTAMP),
	METHOD(pq_cel_get_date_in_zone, "getDate", "timestamp_to_day_of_month_1_based_with_tz", INT,
	       2, TIMESTAMP, STRING),
	METHOD(pq_cel_get_day_of_week, "getDayOfWeek", "timestamp_to_day_of_week", INT, 1,
	       TIMESTAMP),
	METHOD(pq_cel_get_day_of_week_in_zone, "getDayOfWeek", "timestamp_to_day_of_week_with_tz",
	       INT, 2, TIMESTAMP, STRING),
	METHOD(pq_cel_get_hours, "getHours", "timestamp_to_hours", INT, 1, TIMESTAMP),
	METHOD(pq_cel_get_hours_in_zone, "getHours", "timestamp_to_hours_with_tz", INT, 2,
	       TIMESTAMP, STRING),
	METHOD(pq_cel_duration_get_hours, "getHours", "duration_to_hours", INT, 1, DURATION),
	METHOD(pq_cel_get_minutes, "getMinutes", "timestamp_to_minutes", INT, 1, TIMESTAMP),
	METHOD(pq_cel_get_minutes_in_zone, "getMinutes", "timestamp_to_minutes_with_tz", INT, 2,
	       TIMESTAMP, STRING),
	METHOD(pq_cel_duration_get_minutes, "getMinutes", "duration_to_minutes", INT, 1, DURATION),
	METHOD(pq_cel_get_seconds, "getSeconds", "timestamp_to_seconds", INT, 1, TIMESTAMP),
	METHOD(pq_cel_get_seconds_in_zone, "getSeconds", "timestamp_to_seconds_tz", INT, 2,
	       TIMESTAMP, STRING),
	METHOD(pq_cel_duration_get_seconds, "getSeconds", "duration_to_seconds", INT, 1, DURATION),
	METHOD(pq_cel_get_milliseconds, "getMilliseconds", "timestamp_to_milliseconds", INT, 1,
	       TIMESTAMP),
	METHOD(pq_cel_get_milliseconds_in_zone, "getMilliseconds",
	       "timestamp_to_milliseconds_with_tz", INT, 2, TIMESTAMP, STRING),
	METHOD(pq_cel_duration_get_milliseconds, "getMilliseconds", "duration_to_milliseconds", INT,
	       1, DURATION),
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
