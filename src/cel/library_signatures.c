/*
 * Libraries whose functions are known to the checker but not to the evaluator yet: signatures of
 * cel-go v0.26 cel/library.go and ext/ and of k8s.io/apiserver v0.36 pkg/cel/library/.
 */
#include "cel/estimate.h"
#include "cel/library.h"

#define BOOL           &pq_cel_bool
#define BYTES          &pq_cel_bytes
#define DOUBLE         &pq_cel_double
#define DURATION       &pq_cel_duration
#define DYN            &pq_cel_dyn
#define INT            &pq_cel_int
#define STRING         &pq_cel_string
#define TIMESTAMP      &pq_cel_timestamp
#define UINT           &pq_cel_uint
#define A              &pq_cel_parameter_a
#define LIST_OF_A      &pq_cel_list_of_a
#define LIST_OF_DYN    &pq_cel_list_of_dyn
#define LIST_OF_STRING &pq_cel_list_of_string
#define MAP_OF_A_B     &pq_cel_map_of_a_b
#define OPTIONAL_OF_A  &pq_cel_optional_of_a

#define ROW(function_, id_, is_member_, estimator_, result_, count_, ...)                          \
	{                                                                                          \
		.function = (function_), .id = (id_), .is_member = (is_member_),                   \
		.estimator = (estimator_), .result = (result_), .count = (count_),                 \
		.arguments = { __VA_ARGS__ },                                                      \
	}
#define FUNCTION(function_, id_, ...) ROW(function_, id_, false, NULL, __VA_ARGS__)
#define METHOD(function_, id_, ...)   ROW(function_, id_, true, NULL, __VA_ARGS__)
#define COSTLY_FUNCTION(model_, function_, id_, ...)                                               \
	ROW(function_, id_, false, pq_cel_estimate_##model_, __VA_ARGS__)
#define COSTLY_METHOD(model_, function_, id_, ...)                                                 \
	ROW(function_, id_, true, pq_cel_estimate_##model_, __VA_ARGS__)

#define OBJECT(variable, text)                                                                     \
	static const struct pq_cel_type variable = { .kind = PQ_CEL_TYPE_OBJECT,                   \
						     .name = PQ_LITERAL(text) }
#define OPAQUE(variable, text)                                                                     \
	static const struct pq_cel_type variable = { .kind = PQ_CEL_TYPE_OPAQUE,                   \
						     .name = PQ_LITERAL(text) }
#define LIST_OF(variable, item)                                                                    \
	static const struct pq_cel_type variable = { .kind = PQ_CEL_TYPE_LIST,                     \
						     .parameter_count = 1,                         \
						     .name = PQ_LITERAL("list"),                   \
						     .parameters = { item } }
#define OPTIONAL_OF(variable, value)                                                               \
	static const struct pq_cel_type variable = { .kind = PQ_CEL_TYPE_OPAQUE,                   \
						     .parameter_count = 1,                         \
						     .name = PQ_LITERAL("optional_type"),          \
						     .parameters = { value } }

#define LIBRARY(name_, introduced_)                                                                \
	{                                                                                          \
		.name = #name_, .introduced = (introduced_), .overloads = name_##_overloads,       \
		.count = sizeof name_##_overloads / sizeof name_##_overloads[0],                   \
	}

LIST_OF(list_of_int, INT);
LIST_OF(list_of_uint, UINT);
LIST_OF(list_of_double, DOUBLE);
LIST_OF(list_of_bool, BOOL);
LIST_OF(list_of_duration, DURATION);
LIST_OF(list_of_timestamp, TIMESTAMP);
LIST_OF(list_of_bytes, BYTES);
LIST_OF(list_of_lists, LIST_OF_A);
LIST_OF(list_of_optionals, OPTIONAL_OF_A);
OPTIONAL_OF(optional_list, LIST_OF_A);
OPTIONAL_OF(optional_map, MAP_OF_A_B);
static const struct pq_cel_type optional_of_b = { .kind = PQ_CEL_TYPE_OPAQUE,
						  .parameter_count = 1,
						  .name = PQ_LITERAL("optional_type"),
						  .parameters = { &pq_cel_parameter_b } };

OBJECT(url, "kubernetes.URL");
static const struct pq_cel_type query = { .kind = PQ_CEL_TYPE_MAP,
					  .parameter_count = 2,
					  .name = PQ_LITERAL("map"),
					  .parameters = { STRING, LIST_OF_STRING } };

static const struct pq_cel_overload urls_overloads[] = {
	COSTLY_FUNCTION(rewriting, "url", "string_to_url", &url, 1, STRING),
	METHOD("getScheme", "url_get_scheme", STRING, 1, &url),
	METHOD("getHost", "url_get_host", STRING, 1, &url),
	METHOD("getHostname", "url_get_hostname", STRING, 1, &url),
	METHOD("getPort", "url_get_port", STRING, 1, &url),
	METHOD("getEscapedPath", "url_get_escaped_path", STRING, 1, &url),
	METHOD("getQuery", "url_get_query", &query, 1, &url),
	FUNCTION("isURL", "is_url_string", BOOL, 1, STRING),
};

static const struct pq_cel_overload regex_overloads[] = {
	COSTLY_METHOD(find, "find", "string_find_string", STRING, 2, STRING, STRING),
	COSTLY_METHOD(find, "findAll", "string_find_all_string", LIST_OF_STRING, 2, STRING, STRING),
	COSTLY_METHOD(find, "findAll", "string_find_all_string_int", LIST_OF_STRING, 3, STRING,
		      STRING, INT),
};

/* Of every type that can be ordered. */
#define ORDERED(function_, before_, after_, result_)                                               \
	COSTLY_METHOD(items, function_, before_ "int" after_ "int", result_(INT), 1,               \
		      &list_of_int),                                                               \
		COSTLY_METHOD(items, function_, before_ "uint" after_ "uint", result_(UINT), 1,    \
			      &list_of_uint),                                                      \
		COSTLY_METHOD(items, function_, before_ "double" after_ "double", result_(DOUBLE), \
			      1, &list_of_double),                                                 \
		COSTLY_METHOD(items, function_, before_ "bool" after_ "bool", result_(BOOL), 1,    \
			      &list_of_bool),                                                      \
		COSTLY_METHOD(items, function_, before_ "duration" after_ "duration",              \
			      result_(DURATION), 1, &list_of_duration),                            \
		COSTLY_METHOD(items, function_, before_ "timestamp" after_ "timestamp",            \
			      result_(TIMESTAMP), 1, &list_of_timestamp),                          \
		COSTLY_METHOD(items, function_, before_ "string" after_ "string", result_(STRING), \
			      1, LIST_OF_STRING),                                                  \
		COSTLY_METHOD(items, function_, before_ "bytes" after_ "bytes", result_(BYTES), 1, \
			      &list_of_bytes)
#define ITEM(type_)      type_
#define PREDICATE(type_) BOOL

static const struct pq_cel_overload lists_overloads[] = {
	ORDERED("isSorted", "list_", "_is_sorted_", PREDICATE),
	COSTLY_METHOD(items, "sum", "list_int_sum_int", INT, 1, &list_of_int),
	COSTLY_METHOD(items, "sum", "list_uint_sum_uint", UINT, 1, &list_of_uint),
	COSTLY_METHOD(items, "sum", "list_double_sum_double", DOUBLE, 1, &list_of_double),
	COSTLY_METHOD(items, "sum", "list_duration_sum_duration", DURATION, 1, &list_of_duration),
	ORDERED("max", "list_", "_max_", ITEM),
	ORDERED("min", "list_", "_min_", ITEM),
	COSTLY_METHOD(items, "indexOf", "list_a_index_of_int", INT, 2, LIST_OF_A, A),
	COSTLY_METHOD(items, "lastIndexOf", "list_a_last_index_of_int", INT, 2, LIST_OF_A, A),
};

OBJECT(authorizer, "kubernetes.authorization.Authorizer");
OBJECT(path_check, "kubernetes.authorization.PathCheck");
OBJECT(group_check, "kubernetes.authorization.GroupCheck");
OBJECT(resource_check, "kubernetes.authorization.ResourceCheck");
OBJECT(decision, "kubernetes.authorization.Decision");

static const struct pq_cel_overload authz_overloads[] = {
	METHOD("path", "authorizer_path", &path_check, 2, &authorizer, STRING),
	METHOD("group", "authorizer_group", &group_check, 2, &authorizer, STRING),
	METHOD("serviceAccount", "authorizer_serviceaccount", &authorizer, 3, &authorizer, STRING,
	       STRING),
	METHOD("resource", "groupcheck_resource", &resource_check, 2, &group_check, STRING),
	METHOD("subresource", "resourcecheck_subresource", &resource_check, 2, &resource_check,
	       STRING),
	METHOD("namespace", "resourcecheck_namespace", &resource_check, 2, &resource_check, STRING),
	METHOD("name", "resourcecheck_name", &resource_check, 2, &resource_check, STRING),
	COSTLY_METHOD(authorization, "check", "pathcheck_check", &decision, 2, &path_check, STRING),
	COSTLY_METHOD(authorization, "check", "resourcecheck_check", &decision, 2, &resource_check,
		      STRING),
	METHOD("errored", "decision_errored", BOOL, 1, &decision),
	METHOD("error", "decision_error", STRING, 1, &decision),
	METHOD("allowed", "decision_allowed", BOOL, 1, &decision),
	METHOD("reason", "decision_reason", STRING, 1, &decision),
};

static const struct pq_cel_overload optional_overloads[] = {
	FUNCTION("optional.of", "optional_of", OPTIONAL_OF_A, 1, A),
	FUNCTION("optional.ofNonZeroValue", "optional_ofNonZeroValue", OPTIONAL_OF_A, 1, A),
	ROW("optional.none", "optional_none", false, NULL, OPTIONAL_OF_A, 0, NULL),
	METHOD("value", "optional_value", A, 1, OPTIONAL_OF_A),
	METHOD("hasValue", "optional_hasValue", BOOL, 1, OPTIONAL_OF_A),
	METHOD("or", "optional_or_optional", OPTIONAL_OF_A, 2, OPTIONAL_OF_A, OPTIONAL_OF_A),
	METHOD("orValue", "optional_orValue_value", A, 2, OPTIONAL_OF_A, A),
	FUNCTION("_?._", "select_optional_field", OPTIONAL_OF_A, 2, DYN, STRING),
	FUNCTION("_[?_]", "list_optindex_optional_int", OPTIONAL_OF_A, 2, LIST_OF_A, INT),
	FUNCTION("_[?_]", "optional_list_optindex_optional_int", OPTIONAL_OF_A, 2, &optional_list,
		 INT),
	FUNCTION("_[?_]", "map_optindex_optional_value", &optional_of_b, 2, MAP_OF_A_B, A),
	FUNCTION("_[?_]", "optional_map_optindex_optional_value", &optional_of_b, 2, &optional_map,
		 A),
	FUNCTION("_[_]", "optional_list_index_int", OPTIONAL_OF_A, 2, &optional_list, INT),
	FUNCTION("_[_]", "optional_map_index_value", &optional_of_b, 2, &optional_map, A),
	METHOD("last", "list_last", OPTIONAL_OF_A, 1, LIST_OF_A),
	METHOD("first", "list_first", OPTIONAL_OF_A, 1, LIST_OF_A),
	FUNCTION("optional.unwrap", "optional_unwrap", LIST_OF_A, 1, &list_of_optionals),
	METHOD("unwrapOpt", "optional_unwrapOpt", LIST_OF_A, 1, &list_of_optionals),
};

static const struct pq_cel_type optional_type = { .kind = PQ_CEL_TYPE_OPAQUE,
						  .name = PQ_LITERAL("optional_type") };
static const struct pq_cel_type *const optional_types[] = { &optional_type };

OBJECT(quantity, "kubernetes.Quantity");

static const struct pq_cel_overload quantity_overloads[] = {
	COSTLY_FUNCTION(traversal, "quantity", "string_to_quantity", &quantity, 1, STRING),
	COSTLY_FUNCTION(traversal, "isQuantity", "is_quantity_string", BOOL, 1, STRING),
	FUNCTION("sign", "quantity_sign", INT, 1, &quantity),
	METHOD("isGreaterThan", "quantity_is_greater_than", BOOL, 2, &quantity, &quantity),
	METHOD("isLessThan", "quantity_is_less_than", BOOL, 2, &quantity, &quantity),
	METHOD("compareTo", "quantity_compare_to", INT, 2, &quantity, &quantity),
	METHOD("asApproximateFloat", "quantity_get_float", DOUBLE, 1, &quantity),
	METHOD("asInteger", "quantity_get_int", INT, 1, &quantity),
	METHOD("isInteger", "quantity_is_integer", BOOL, 1, &quantity),
	METHOD("add", "quantity_add", &quantity, 2, &quantity, &quantity),
	METHOD("add", "quantity_add_int", &quantity, 2, &quantity, INT),
	METHOD("sub", "quantity_sub", &quantity, 2, &quantity, &quantity),
	METHOD("sub", "quantity_sub_int", &quantity, 2, &quantity, INT),
};

static const struct pq_cel_overload strings_overloads[] = {
	METHOD("charAt", "string_char_at_int", STRING, 2, STRING, INT),
	COSTLY_METHOD(items, "indexOf", "string_index_of_string", INT, 2, STRING, STRING),
	COSTLY_METHOD(items, "indexOf", "string_index_of_string_int", INT, 3, STRING, STRING, INT),
	COSTLY_METHOD(items, "lastIndexOf", "string_last_index_of_string", INT, 2, STRING, STRING),
	COSTLY_METHOD(items, "lastIndexOf", "string_last_index_of_string_int", INT, 3, STRING,
		      STRING, INT),
	COSTLY_METHOD(rewriting, "lowerAscii", "string_lower_ascii", STRING, 1, STRING),
	COSTLY_METHOD(replace, "replace", "string_replace_string_string", STRING, 3, STRING, STRING,
		      STRING),
	COSTLY_METHOD(replace, "replace", "string_replace_string_string_int", STRING, 4, STRING,
		      STRING, STRING, INT),
	COSTLY_METHOD(split, "split", "string_split_string", LIST_OF_STRING, 2, STRING, STRING),
	COSTLY_METHOD(split, "split", "string_split_string_int", LIST_OF_STRING, 3, STRING, STRING,
		      INT),
	COSTLY_METHOD(rewriting, "substring", "string_substring_int", STRING, 2, STRING, INT),
	COSTLY_METHOD(rewriting, "substring", "string_substring_int_int", STRING, 3, STRING, INT,
		      INT),
	COSTLY_METHOD(rewriting, "trim", "string_trim", STRING, 1, STRING),
	COSTLY_METHOD(rewriting, "upperAscii", "string_upper_ascii", STRING, 1, STRING),
	COSTLY_METHOD(format, "format", "string_format", STRING, 2, STRING, LIST_OF_DYN),
	COSTLY_FUNCTION(quote, "strings.quote", "strings_quote", STRING, 1, STRING),
	COSTLY_METHOD(join, "join", "list_join", STRING, 1, LIST_OF_STRING),
	COSTLY_METHOD(join, "join", "list_join_string", STRING, 2, LIST_OF_STRING, STRING),
};

static const struct pq_cel_overload sets_overloads[] = {
	COSTLY_FUNCTION(set_relation, "sets.contains", "list_sets_contains_list", BOOL, 2,
			LIST_OF_A, LIST_OF_A),
	COSTLY_FUNCTION(set_equivalence, "sets.equivalent", "list_sets_equivalent_list", BOOL, 2,
			LIST_OF_A, LIST_OF_A),
	COSTLY_FUNCTION(set_relation, "sets.intersects", "list_sets_intersects_list", BOOL, 2,
			LIST_OF_A, LIST_OF_A),
};

OPAQUE(ip, "net.IP");
OPAQUE(cidr, "net.CIDR");

static const struct pq_cel_overload ip_overloads[] = {
	COSTLY_FUNCTION(traversal, "ip", "string_to_ip", &ip, 1, STRING),
	METHOD("family", "ip_family", INT, 1, &ip),
	COSTLY_FUNCTION(traversal_twice, "ip.isCanonical", "ip_is_canonical", BOOL, 1, STRING),
	METHOD("isUnspecified", "ip_is_unspecified", BOOL, 1, &ip),
	METHOD("isLoopback", "ip_is_loopback", BOOL, 1, &ip),
	METHOD("isLinkLocalMulticast", "ip_is_link_local_multicast", BOOL, 1, &ip),
	METHOD("isLinkLocalUnicast", "ip_is_link_local_unicast", BOOL, 1, &ip),
	METHOD("isGlobalUnicast", "ip_is_global_unicast", BOOL, 1, &ip),
	COSTLY_FUNCTION(traversal, "isIP", "is_ip", BOOL, 1, STRING),
	FUNCTION("string", "ip_to_string", STRING, 1, &ip),
};
static const struct pq_cel_type *const ip_types[] = { &ip };

static const struct pq_cel_overload cidr_overloads[] = {
	COSTLY_FUNCTION(traversal, "cidr", "string_to_cidr", &cidr, 1, STRING),
	COSTLY_METHOD(contains_ip_text, "containsIP", "cidr_contains_ip_string", BOOL, 2, &cidr,
		      STRING),
	COSTLY_METHOD(contains_ip, "containsIP", "cidr_contains_ip_ip", BOOL, 2, &cidr, &ip),
	COSTLY_METHOD(contains_cidr_text, "containsCIDR", "cidr_contains_cidr_string", BOOL, 2,
		      &cidr, STRING),
	COSTLY_METHOD(contains_cidr, "containsCIDR", "cidr_contains_cidr", BOOL, 2, &cidr, &cidr),
	METHOD("ip", "cidr_ip", &ip, 1, &cidr),
	METHOD("prefixLength", "cidr_prefix_length", INT, 1, &cidr),
	METHOD("masked", "cidr_masked", &cidr, 1, &cidr),
	COSTLY_FUNCTION(traversal, "isCIDR", "is_cidr", BOOL, 1, STRING),
	FUNCTION("string", "cidr_to_string", STRING, 1, &cidr),
};
static const struct pq_cel_type *const cidr_types[] = { &cidr };

OBJECT(format, "kubernetes.NamedFormat");
OPTIONAL_OF(optional_format, &format);
OPTIONAL_OF(optional_texts, LIST_OF_STRING);

#define FORMAT(name_) ROW("format." name_, "format." name_, false, NULL, &format, 0, NULL)

static const struct pq_cel_overload format_overloads[] = {
	FORMAT("dns1123Label"),
	FORMAT("dns1123Subdomain"),
	FORMAT("dns1035Label"),
	FORMAT("qualifiedName"),
	FORMAT("dns1123LabelPrefix"),
	FORMAT("dns1123SubdomainPrefix"),
	FORMAT("dns1035LabelPrefix"),
	FORMAT("labelValue"),
	FORMAT("uri"),
	FORMAT("uuid"),
	FORMAT("byte"),
	FORMAT("date"),
	FORMAT("datetime"),
	COSTLY_METHOD(validate, "validate", "format-validate", &optional_texts, 2, &format, STRING),
	FUNCTION("format.named", "format-named", &optional_format, 1, STRING),
};

static const struct pq_cel_overload authz_selectors_overloads[] = {
	COSTLY_METHOD(selector, "fieldSelector", "authorizer_fieldselector", &resource_check, 2,
		      &resource_check, STRING),
	COSTLY_METHOD(selector, "labelSelector", "authorizer_labelselector", &resource_check, 2,
		      &resource_check, STRING),
};

static const struct pq_cel_overload comprehensions_overloads[] = {
	FUNCTION("cel.@mapInsert", "@mapInsert_map_key_value", MAP_OF_A_B, 3, MAP_OF_A_B, A,
		 &pq_cel_parameter_b),
	FUNCTION("cel.@mapInsert", "@mapInsert_map_map", MAP_OF_A_B, 2, MAP_OF_A_B, MAP_OF_A_B),
};

OBJECT(semver, "kubernetes.Semver");

static const struct pq_cel_overload semver_overloads[] = {
	COSTLY_FUNCTION(traversal, "semver", "string_to_semver", &semver, 1, STRING),
	COSTLY_FUNCTION(traversal, "semver", "string_bool_to_semver", &semver, 2, STRING, BOOL),
	COSTLY_FUNCTION(traversal, "isSemver", "is_semver_string", BOOL, 1, STRING),
	COSTLY_FUNCTION(traversal, "isSemver", "is_semver_string_bool", BOOL, 2, STRING, BOOL),
	METHOD("isGreaterThan", "semver_is_greater_than", BOOL, 2, &semver, &semver),
	METHOD("isLessThan", "semver_is_less_than", BOOL, 2, &semver, &semver),
	METHOD("compareTo", "semver_compare_to", INT, 2, &semver, &semver),
	METHOD("major", "semver_major", INT, 1, &semver),
	METHOD("minor", "semver_minor", INT, 1, &semver),
	METHOD("patch", "semver_patch", INT, 1, &semver),
};

#define SORT(name_, list_, model_)                                                                 \
	COSTLY_METHOD(model_, "sort", "list_" name_ "_sort", list_, 1, list_)
#define SORT_BY(name_, list_, model_)                                                              \
	COSTLY_METHOD(model_, "@sortByAssociatedKeys", "list_" name_ "_sortByAssociatedKeys",      \
		      LIST_OF_A, 2, LIST_OF_A, list_)

static const struct pq_cel_overload extended_lists_overloads[] = {
	COSTLY_METHOD(slice, "slice", "list_slice", LIST_OF_A, 3, LIST_OF_A, INT, INT),
	COSTLY_METHOD(flatten, "flatten", "list_flatten", LIST_OF_A, 1, &list_of_lists),
	COSTLY_METHOD(flatten, "flatten", "list_flatten_int", LIST_OF_DYN, 2, LIST_OF_DYN, INT),
	SORT("int", &list_of_int, sort),
	SORT("uint", &list_of_uint, sort),
	SORT("double", &list_of_double, sort),
	SORT("bool", &list_of_bool, sort),
	SORT("google.protobuf.Duration", &list_of_duration, sort),
	SORT("google.protobuf.Timestamp", &list_of_timestamp, sort),
	SORT("string", LIST_OF_STRING, sort_texts),
	SORT("bytes", &list_of_bytes, sort_texts),
	SORT_BY("int", &list_of_int, sort_by),
	SORT_BY("uint", &list_of_uint, sort_by),
	SORT_BY("double", &list_of_double, sort_by),
	SORT_BY("bool", &list_of_bool, sort_by),
	SORT_BY("google.protobuf.Duration", &list_of_duration, sort_by),
	SORT_BY("google.protobuf.Timestamp", &list_of_timestamp, sort_by),
	SORT_BY("string", LIST_OF_STRING, sort_by_texts),
	SORT_BY("bytes", &list_of_bytes, sort_by_texts),
	COSTLY_FUNCTION(range, "lists.range", "lists_range", &list_of_int, 1, INT),
	COSTLY_METHOD(reverse, "reverse", "list_reverse", LIST_OF_A, 1, LIST_OF_A),
	COSTLY_METHOD(distinct, "distinct", "list_distinct", LIST_OF_A, 1, LIST_OF_A),
};

#define WITH_TYPES(name_, introduced_)                                                             \
	{                                                                                          \
		.name = #name_, .introduced = (introduced_), .overloads = name_##_overloads,       \
		.count = sizeof name_##_overloads / sizeof name_##_overloads[0],                   \
		.types = name_##_types,                                                            \
		.type_count = sizeof name_##_types / sizeof name_##_types[0],                      \
	}

const struct pq_cel_library pq_cel_library_urls = LIBRARY(urls, 0);
const struct pq_cel_library pq_cel_library_regex = LIBRARY(regex, 0);
const struct pq_cel_library pq_cel_library_lists = LIBRARY(lists, 0);
const struct pq_cel_library pq_cel_library_authz = LIBRARY(authz, 27);
const struct pq_cel_library pq_cel_library_optional = WITH_TYPES(optional, 28);
const struct pq_cel_library pq_cel_library_quantity = LIBRARY(quantity, 28);
const struct pq_cel_library pq_cel_library_strings = LIBRARY(strings, 0);
const struct pq_cel_library pq_cel_library_sets = LIBRARY(sets, 29);
const struct pq_cel_library pq_cel_library_ip = WITH_TYPES(ip, 30);
const struct pq_cel_library pq_cel_library_cidr = WITH_TYPES(cidr, 30);
const struct pq_cel_library pq_cel_library_format = LIBRARY(format, 31);
const struct pq_cel_library pq_cel_library_authz_selectors = LIBRARY(authz_selectors, 31);
const struct pq_cel_library pq_cel_library_comprehensions = LIBRARY(comprehensions, 32);
const struct pq_cel_library pq_cel_library_semver = LIBRARY(semver, 33);
const struct pq_cel_library pq_cel_library_extended_lists = LIBRARY(extended_lists, 34);
