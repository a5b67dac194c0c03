/*
 * The standard library: signatures of cel-go v0.26 common/stdlib/standard.go, in its order.
 */
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

/* call is the implementation's name without its prefix: standard.h. */
#define ROW(function_, id_, is_member_, call_, estimator_, result_, count_, ...)                   \
	{                                                                                          \
		.function = (function_), .id = (id_), .is_member = (is_member_),                   \
		.count = (count_), .arguments = { __VA_ARGS__ }, .result = (result_),              \
		.estimator = (estimator_),                                                         \
	}
#define FUNCTION(function_, id_, ...) ROW(function_, #id_, false, id_, NULL, __VA_ARGS__)
#define METHOD(function_, id_, ...)   ROW(function_, #id_, true, id_, NULL, __VA_ARGS__)
#define COSTLY_FUNCTION(model_, function_, id_, ...)                                               \
	ROW(function_, #id_, false, id_, pq_cel_estimate_##model_, __VA_ARGS__)
#define COSTLY_METHOD(model_, function_, id_, ...)                                                 \
	ROW(function_, #id_, true, id_, pq_cel_estimate_##model_, __VA_ARGS__)
#define NON_STRICT(function_, id_, result_, count_, ...)                                           \
	{                                                                                          \
		.function = (function_), .id = #id_, .non_strict = true, .count = (count_),        \
		.arguments = { __VA_ARGS__ }, .result = (result_),                                 \
	}

#define COMPARISONS(function_, id_)                                                                \
	FUNCTION(function_, id_##_bool, BOOL, 2, BOOL, BOOL),                                      \
		FUNCTION(function_, id_##_int64, BOOL, 2, INT, INT),                               \
		FUNCTION(function_, id_##_int64_double, BOOL, 2, INT, DOUBLE),                     \
		FUNCTION(function_, id_##_int64_uint64, BOOL, 2, INT, UINT),                       \
		FUNCTION(function_, id_##_uint64, BOOL, 2, UINT, UINT),                            \
		FUNCTION(function_, id_##_uint64_double, BOOL, 2, UINT, DOUBLE),                   \
		FUNCTION(function_, id_##_uint64_int64, BOOL, 2, UINT, INT),                       \
		FUNCTION(function_, id_##_double, BOOL, 2, DOUBLE, DOUBLE),                        \
		FUNCTION(function_, id_##_double_int64, BOOL, 2, DOUBLE, INT),                     \
		FUNCTION(function_, id_##_double_uint64, BOOL, 2, DOUBLE, UINT),                   \
		COSTLY_FUNCTION(comparison, function_, id_##_string, BOOL, 2, STRING, STRING),     \
		COSTLY_FUNCTION(comparison, function_, id_##_bytes, BOOL, 2, BYTES, BYTES),        \
		FUNCTION(function_, id_##_timestamp, BOOL, 2, TIMESTAMP, TIMESTAMP),               \
		FUNCTION(function_, id_##_duration, BOOL, 2, DURATION, DURATION)

static const struct pq_cel_overload overloads[] = {
	NON_STRICT("_?_:_", conditional, A, 3, BOOL, A, A),
	NON_STRICT("_&&_", logical_and, BOOL, 2, BOOL, BOOL),
	NON_STRICT("_||_", logical_or, BOOL, 2, BOOL, BOOL),
	FUNCTION("!_", logical_not, BOOL, 1, BOOL),
	NON_STRICT("@not_strictly_false", not_strictly_false, BOOL, 1, BOOL),
	COSTLY_FUNCTION(equality, "_==_", equals, BOOL, 2, A, A),
	COSTLY_FUNCTION(comparison, "_!=_", not_equals, BOOL, 2, A, A),
	COSTLY_FUNCTION(concatenation, "_+_", add_bytes, BYTES, 2, BYTES, BYTES),
	FUNCTION("_+_", add_double, DOUBLE, 2, DOUBLE, DOUBLE),
	FUNCTION("_+_", add_duration_duration, DURATION, 2, DURATION, DURATION),
	FUNCTION("_+_", add_duration_timestamp, TIMESTAMP, 2, DURATION, TIMESTAMP),
	FUNCTION("_+_", add_timestamp_duration, TIMESTAMP, 2, TIMESTAMP, DURATION),
	FUNCTION("_+_", add_int64, INT, 2, INT, INT),
	COSTLY_FUNCTION(list_concatenation, "_+_", add_list, LIST_OF_A, 2, LIST_OF_A, LIST_OF_A),
	COSTLY_FUNCTION(concatenation, "_+_", add_string, STRING, 2, STRING, STRING),
	FUNCTION("_+_", add_uint64, UINT, 2, UINT, UINT),
	FUNCTION("_/_", divide_double, DOUBLE, 2, DOUBLE, DOUBLE),
	FUNCTION("_/_", divide_int64, INT, 2, INT, INT),
	FUNCTION("_/_", divide_uint64, UINT, 2, UINT, UINT),
	FUNCTION("_%_", modulo_int64, INT, 2, INT, INT),
	FUNCTION("_%_", modulo_uint64, UINT, 2, UINT, UINT),
	FUNCTION("_*_", multiply_double, DOUBLE, 2, DOUBLE, DOUBLE),
	FUNCTION("_*_", multiply_int64, INT, 2, INT, INT),
	FUNCTION("_*_", multiply_uint64, UINT, 2, UINT, UINT),
	FUNCTION("-_", negate_double, DOUBLE, 1, DOUBLE),
	FUNCTION("-_", negate_int64, INT, 1, INT),
	FUNCTION("_-_", subtract_double, DOUBLE, 2, DOUBLE, DOUBLE),
	FUNCTION("_-_", subtract_duration_duration, DURATION, 2, DURATION, DURATION),
	FUNCTION("_-_", subtract_int64, INT, 2, INT, INT),
	FUNCTION("_-_", subtract_timestamp_duration, TIMESTAMP, 2, TIMESTAMP, DURATION),
	FUNCTION("_-_", subtract_timestamp_timestamp, DURATION, 2, TIMESTAMP, TIMESTAMP),
	FUNCTION("_-_", subtract_uint64, UINT, 2, UINT, UINT),
	COMPARISONS("_<_", less),
	COMPARISONS("_<=_", less_equals),
	COMPARISONS("_>_", greater),
	COMPARISONS("_>=_", greater_equals),
	FUNCTION("_[_]", index_list, A, 2, LIST_OF_A, INT),
	FUNCTION("_[_]", index_map, B, 2, MAP_OF_A_B, A),
	COSTLY_FUNCTION(in_list, "@in", in_list, BOOL, 2, A, LIST_OF_A),
	FUNCTION("@in", in_map, BOOL, 2, A, MAP_OF_A_B),
	FUNCTION("size", size_bytes, INT, 1, BYTES),
	ROW("size", "bytes_size", true, size_bytes, NULL, INT, 1, BYTES),
	FUNCTION("size", size_list, INT, 1, LIST_OF_A),
	ROW("size", "list_size", true, size_list, NULL, INT, 1, LIST_OF_A),
	FUNCTION("size", size_map, INT, 1, MAP_OF_A_B),
	ROW("size", "map_size", true, size_map, NULL, INT, 1, MAP_OF_A_B),
	FUNCTION("size", size_string, INT, 1, STRING),
	ROW("size", "string_size", true, size_string, NULL, INT, 1, STRING),
	ROW("type", "type", false, type_of, NULL, TYPE_OF_A, 1, A),
	ROW("bool", "bool_to_bool", false, identity, NULL, BOOL, 1, BOOL),
	FUNCTION("bool", string_to_bool, BOOL, 1, STRING),
	ROW("bytes", "bytes_to_bytes", false, identity, NULL, BYTES, 1, BYTES),
	COSTLY_FUNCTION(string_to_bytes, "bytes", string_to_bytes, BYTES, 1, STRING),
	ROW("double", "double_to_double", false, identity, NULL, DOUBLE, 1, DOUBLE),
	FUNCTION("double", int64_to_double, DOUBLE, 1, INT),
	FUNCTION("double", string_to_double, DOUBLE, 1, STRING),
	FUNCTION("double", uint64_to_double, DOUBLE, 1, UINT),
	ROW("duration", "duration_to_duration", false, identity, NULL, DURATION, 1, DURATION),
	FUNCTION("duration", int64_to_duration, DURATION, 1, INT),
	FUNCTION("duration", string_to_duration, DURATION, 1, STRING),
	ROW("dyn", "to_dyn", false, identity, NULL, DYN, 1, A),
	ROW("int", "int64_to_int64", false, identity, NULL, INT, 1, INT),
	FUNCTION("int", double_to_int64, INT, 1, DOUBLE),
	FUNCTION("int", duration_to_int64, INT, 1, DURATION),
	FUNCTION("int", string_to_int64, INT, 1, STRING),
	FUNCTION("int", timestamp_to_int64, INT, 1, TIMESTAMP),
	FUNCTION("int", uint64_to_int64, INT, 1, UINT),
	ROW("string", "string_to_string", false, identity, NULL, STRING, 1, STRING),
	FUNCTION("string", bool_to_string, STRING, 1, BOOL),
	COSTLY_FUNCTION(bytes_to_string, "string", bytes_to_string, STRING, 1, BYTES),
	FUNCTION("string", double_to_string, STRING, 1, DOUBLE),
	FUNCTION("string", duration_to_string, STRING, 1, DURATION),
	FUNCTION("string", int64_to_string, STRING, 1, INT),
	FUNCTION("string", timestamp_to_string, STRING, 1, TIMESTAMP),
	FUNCTION("string", uint64_to_string, STRING, 1, UINT),
	ROW("timestamp", "timestamp_to_timestamp", false, identity, NULL, TIMESTAMP, 1, TIMESTAMP),
	FUNCTION("timestamp", int64_to_timestamp, TIMESTAMP, 1, INT),
	FUNCTION("timestamp", string_to_timestamp, TIMESTAMP, 1, STRING),
	ROW("uint", "uint64_to_uint64", false, identity, NULL, UINT, 1, UINT),
	FUNCTION("uint", double_to_uint64, UINT, 1, DOUBLE),
	FUNCTION("uint", int64_to_uint64, UINT, 1, INT),
	FUNCTION("uint", string_to_uint64, UINT, 1, STRING),
	COSTLY_METHOD(contains, "contains", contains_string, BOOL, 2, STRING, STRING),
	COSTLY_METHOD(affix, "endsWith", ends_with_string, BOOL, 2, STRING, STRING),
	COSTLY_METHOD(affix, "startsWith", starts_with_string, BOOL, 2, STRING, STRING),
	ROW("matches", "matches", false, matches_string, NULL, BOOL, 2, STRING, STRING),
	COSTLY_METHOD(matches, "matches", matches_string, BOOL, 2, STRING, STRING),
	METHOD("getFullYear", timestamp_to_year, INT, 1, TIMESTAMP),
	METHOD("getFullYear", timestamp_to_year_with_tz, INT, 2, TIMESTAMP, STRING),
	METHOD("getMonth", timestamp_to_month, INT, 1, TIMESTAMP),
	METHOD("getMonth", timestamp_to_month_with_tz, INT, 2, TIMESTAMP, STRING),
	METHOD("getDayOfYear", timestamp_to_day_of_year, INT, 1, TIMESTAMP),
	METHOD("getDayOfYear", timestamp_to_day_of_year_with_tz, INT, 2, TIMESTAMP, STRING),
	METHOD("getDayOfMonth", timestamp_to_day_of_month, INT, 1, TIMESTAMP),
	METHOD("getDayOfMonth", timestamp_to_day_of_month_with_tz, INT, 2, TIMESTAMP, STRING),
	METHOD("getDate", timestamp_to_day_of_month_1_based, INT, 1, TIMESTAMP),
	METHOD("getDate", timestamp_to_day_of_month_1_based_with_tz, INT, 2, TIMESTAMP, STRING),
	METHOD("getDayOfWeek", timestamp_to_day_of_week, INT, 1, TIMESTAMP),
	METHOD("getDayOfWeek", timestamp_to_day_of_week_with_tz, INT, 2, TIMESTAMP, STRING),
	METHOD("getHours", timestamp_to_hours, INT, 1, TIMESTAMP),
	METHOD("getHours", timestamp_to_hours_with_tz, INT, 2, TIMESTAMP, STRING),
	METHOD("getHours", duration_to_hours, INT, 1, DURATION),
	METHOD("getMinutes", timestamp_to_minutes, INT, 1, TIMESTAMP),
	METHOD("getMinutes", timestamp_to_minutes_with_tz, INT, 2, TIMESTAMP, STRING),
	METHOD("getMinutes", duration_to_minutes, INT, 1, DURATION),
	METHOD("getSeconds", timestamp_to_seconds, INT, 1, TIMESTAMP),
	METHOD("getSeconds", timestamp_to_seconds_tz, INT, 2, TIMESTAMP, STRING),
	METHOD("getSeconds", duration_to_seconds, INT, 1, DURATION),
	METHOD("getMilliseconds", timestamp_to_milliseconds, INT, 1, TIMESTAMP),
	METHOD("getMilliseconds", timestamp_to_milliseconds_with_tz, INT, 2, TIMESTAMP, STRING),
	METHOD("getMilliseconds", duration_to_milliseconds, INT, 1, DURATION),
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
