/*
 * Optional values: cel-go v0.26 cel/library.go (OptionalTypes, all versions). What chains them,
 * ".?",
 * "[?]", or() and orValue(), is the evaluator's.
 */
#include "cel/container.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/parse.h"
#include "cel/signature.h"
#include "cel/text.h"

static const struct pq_cel_type optional_of_list = OPTIONAL_TYPE(&pq_cel_list_of_a);
static const struct pq_cel_type optional_of_map = OPTIONAL_TYPE(&pq_cel_map_of_a_b);
static const struct pq_cel_type optional_of_b = OPTIONAL_TYPE(&pq_cel_parameter_b);
static const struct pq_cel_type optional_type = {
	.kind = PQ_CEL_TYPE_OPAQUE,
	.name = PQ_LITERAL("optional_type"),
};
static const struct pq_cel_type list_of_optionals = LIST_TYPE(&pq_cel_optional_of_a);

static void optional_of(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			struct pq_cel_value *result)
{
	*result = pq_cel_optional_of(run->arena, &arguments[0]);
}

static void optional_of_non_zero(struct pq_cel_run *run, const struct pq_cel_value *arguments,
				 struct pq_cel_value *result)
{
	*result = pq_cel_is_zero(&arguments[0]) ? pq_cel_from_optional(NULL)
						: pq_cel_optional_of(run->arena, &arguments[0]);
}

static void optional_none(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			  struct pq_cel_value *result)
{
	(void)run;
	(void)arguments;
	*result = pq_cel_from_optional(NULL);
}

static void get_value(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	(void)run;
	*result = arguments[0].present == NULL ? pq_cel_from_error("optional.none() dereference")
					       : *arguments[0].present;
}

static void has_value(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_bool(arguments[0].present != NULL);
}

static void get_item(struct pq_cel_run *run, const struct pq_cel_value *list, bool is_last,
		     struct pq_cel_value *result)
{
	uint32_t count = pq_cel_list_size(list);
	struct pq_cel_value item;
	*result = pq_cel_from_optional(NULL);
	if (count == 0)
		return;
	pq_cel_list_get(run->arena, list, is_last ? count - 1 : 0, &item);
	*result = pq_cel_optional_of(run->arena, &item);
}

static void get_first(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	get_item(run, &arguments[0], false, result);
}

static void get_last(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	get_item(run, &arguments[0], true, result);
}

static void unwrap(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		   struct pq_cel_value *result)
{
	uint32_t size = pq_cel_list_size(&arguments[0]), count = 0;
	struct pq_cel_value *items = pq_arena_alloc_raw(run->arena, size * sizeof *items);
	if (items == NULL) {
		*result = pq_cel_out_of_memory();
		return;
	}
	for (uint32_t i = 0; i < size; i++) {
		struct pq_cel_value item;
		pq_cel_list_get(run->arena, &arguments[0], i, &item);
		if (item.kind != PQ_CEL_OPTIONAL) {
			*result = pq_cel_error_format(
				run->arena, "value %.*s is not optional",
				PQ_STRING_ARGUMENT(pq_cel_to_go_text(run->arena, &item)));
			return;
		}
		if (item.present != NULL)
			items[count++] = *item.present;
	}
	*result = pq_cel_from_items(items, count);
}

/* The evaluator knows these. */
#define BUILT_IN(function_, id_, result_, first_, second_)                                         \
	{                                                                                          \
		.function = (function_), .id = (id_), .count = 2, .result = (result_),             \
		.arguments = { (first_), (second_) },                                              \
	}
#define BUILT_IN_METHOD(function_, id_, result_, first_, second_)                                  \
	{                                                                                          \
		.function = (function_), .id = (id_), .is_member = true, .count = 2,               \
		.result = (result_), .arguments = { (first_), (second_) },                         \
	}

static const struct pq_cel_overload overloads[] = {
	FUNCTION(optional_of, "optional.of", "optional_of", &pq_cel_optional_of_a, 1,
		 &pq_cel_parameter_a),
	FUNCTION(optional_of_non_zero, "optional.ofNonZeroValue", "optional_ofNonZeroValue",
		 &pq_cel_optional_of_a, 1, &pq_cel_parameter_a),
	FUNCTION(optional_none, "optional.none", "optional_none", &pq_cel_optional_of_a, 0, NULL),
	METHOD(get_value, "value", "optional_value", &pq_cel_parameter_a, 1, &pq_cel_optional_of_a),
	METHOD(has_value, "hasValue", "optional_hasValue", &pq_cel_bool, 1, &pq_cel_optional_of_a),
	BUILT_IN_METHOD("or", "optional_or_optional", &pq_cel_optional_of_a, &pq_cel_optional_of_a,
			&pq_cel_optional_of_a),
	BUILT_IN_METHOD("orValue", "optional_orValue_value", &pq_cel_parameter_a,
			&pq_cel_optional_of_a, &pq_cel_parameter_a),
	BUILT_IN("_?._", "select_optional_field", &pq_cel_optional_of_a, &pq_cel_dyn,
		 &pq_cel_string),
	BUILT_IN("_[?_]", "list_optindex_optional_int", &pq_cel_optional_of_a, &pq_cel_list_of_a,
		 &pq_cel_int),
	BUILT_IN("_[?_]", "optional_list_optindex_optional_int", &pq_cel_optional_of_a,
		 &optional_of_list, &pq_cel_int),
	BUILT_IN("_[?_]", "map_optindex_optional_value", &optional_of_b, &pq_cel_map_of_a_b,
		 &pq_cel_parameter_a),
	BUILT_IN("_[?_]", "optional_map_optindex_optional_value", &optional_of_b, &optional_of_map,
		 &pq_cel_parameter_a),
	BUILT_IN("_[_]", "optional_list_index_int", &pq_cel_optional_of_a, &optional_of_list,
		 &pq_cel_int),
	BUILT_IN("_[_]", "optional_map_index_value", &optional_of_b, &optional_of_map,
		 &pq_cel_parameter_a),
	METHOD(get_last, "last", "list_last", &pq_cel_optional_of_a, 1, &pq_cel_list_of_a),
	METHOD(get_first, "first", "list_first", &pq_cel_optional_of_a, 1, &pq_cel_list_of_a),
	FUNCTION(unwrap, "optional.unwrap", "optional_unwrap", &pq_cel_list_of_a, 1,
		 &list_of_optionals),
	METHOD(unwrap, "unwrapOpt", "optional_unwrapOpt", &pq_cel_list_of_a, 1, &list_of_optionals),
};

static const struct pq_cel_type *const types[] = { &optional_type };

const struct pq_cel_library pq_cel_library_optional = {
	.name = "optional",
	.introduced = PQ_CEL_OPTIONALS_INTRODUCED,
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
	.types = types,
	.type_count = 1,
};
