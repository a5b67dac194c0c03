#include "cel/macros.h"

#include "cel/copy.h"
#include "cel/expansion.h"
#include "cel/parse.h"

#define UNUSED PQ_S("#unused")

#define NOT_A_NAME        "argument must be a simple name"
#define NOT_AN_IDENTIFIER "argument is not an identifier"

/* Adds what is wrong with an argument. */
static bool refuse(struct pq_cel_expansion *expansion, const struct pq_cel_expression *argument,
		   const char *format, ...) PQ_PRINTF(3, 4);

static bool refuse(struct pq_cel_expansion *expansion, const struct pq_cel_expression *argument,
		   const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	pq_cel_issues_add_list(expansion->builder->issues, argument->offset, format, arguments);
	va_end(arguments);
	expansion->refused_offset = argument->offset;
	return false;
}

static bool check_name(struct pq_cel_expansion *expansion, uint32_t index)
{
	const struct pq_cel_expression *name = expansion->names[index];
	if (pq_string_equal(name->name, PQ_CEL_ACCUMULATOR) ||
	    pq_string_equal(name->name, PQ_S("__result__")))
		return refuse(expansion, name,
			      "iteration variable overwrites accumulator variable");
	return true;
}

/* The variables of a macro; problem is what is said of one that is no name. */
static bool read_names(struct pq_cel_expansion *expansion, uint32_t count, const char *problem,
		       struct pq_cel_comprehension *fold)
{
	struct pq_cel_expression **names = expansion->names;
	for (uint32_t i = 0; i < count; i++) {
		if (names[i]->kind != PQ_CEL_IDENTIFIER)
			return refuse(expansion, names[i], "%s", problem);
	}
	if (count == 2 && pq_string_equal(names[0]->name, names[1]->name))
		return refuse(expansion, names[1], "duplicate variable name: %.*s",
			      PQ_STRING_ARGUMENT(names[1]->name));
	for (uint32_t i = 0; i < count; i++) {
		if (!check_name(expansion, i))
			return false;
	}
	*fold = (struct pq_cel_comprehension){
		.variable = names[0]->name,
		.second_variable = count == 2 ? names[1]->name : (struct pq_string){ 0 },
		.accumulator = PQ_CEL_ACCUMULATOR,
	};
	return true;
}

static struct pq_cel_expression *expand_has(struct pq_cel_expansion *expansion,
					    struct pq_cel_comprehension *fold)
{
	(void)fold;
	if (expansion->body->kind != PQ_CEL_SELECT) {
		refuse(expansion, expansion->body, "invalid argument to has() macro");
		return NULL;
	}
	struct pq_cel_expression *node = pq_cel_make(expansion, PQ_CEL_SELECT);
	node->select = expansion->body->select;
	node->select.test_only = true;
	return node;
}

static struct pq_cel_expression *expand_all(struct pq_cel_expansion *expansion,
					    struct pq_cel_comprehension *fold)
{
	fold->initial = pq_cel_make_bool(expansion, true);
	struct pq_cel_expression *so_far = pq_cel_make_accumulator(expansion);
	fold->condition = pq_cel_make_call(expansion, "@not_strictly_false", so_far, NULL, NULL);
	so_far = pq_cel_make_accumulator(expansion);
	fold->step = pq_cel_make_call(expansion, "_&&_", so_far, expansion->body, NULL);
	fold->result = pq_cel_make_accumulator(expansion);
	return pq_cel_make_fold(expansion, expansion->target, fold);
}

static struct pq_cel_expression *expand_exists(struct pq_cel_expansion *expansion,
					       struct pq_cel_comprehension *fold)
{
	fold->initial = pq_cel_make_bool(expansion, false);
	struct pq_cel_expression *so_far = pq_cel_make_accumulator(expansion);
	so_far = pq_cel_make_call(expansion, "!_", so_far, NULL, NULL);
	fold->condition = pq_cel_make_call(expansion, "@not_strictly_false", so_far, NULL, NULL);
	so_far = pq_cel_make_accumulator(expansion);
	fold->step = pq_cel_make_call(expansion, "_||_", so_far, expansion->body, NULL);
	fold->result = pq_cel_make_accumulator(expansion);
	return pq_cel_make_fold(expansion, expansion->target, fold);
}

static struct pq_cel_expression *expand_exists_one(struct pq_cel_expansion *expansion,
						   struct pq_cel_comprehension *fold)
{
	fold->initial = pq_cel_make_int(expansion, 0);
	fold->condition = pq_cel_make_bool(expansion, true);
	struct pq_cel_expression *so_far = pq_cel_make_accumulator(expansion);
	struct pq_cel_expression *one = pq_cel_make_int(expansion, 1);
	struct pq_cel_expression *more = pq_cel_make_call(expansion, "_+_", so_far, one, NULL);
	so_far = pq_cel_make_accumulator(expansion);
	fold->step = pq_cel_make_call(expansion, "_?_:_", expansion->body, more, so_far);
	so_far = pq_cel_make_accumulator(expansion);
	one = pq_cel_make_int(expansion, 1);
	fold->result = pq_cel_make_call(expansion, "_==_", so_far, one, NULL);
	return pq_cel_make_fold(expansion, expansion->target, fold);
}

/* The step only where the filter holds. */
static struct pq_cel_expression *filtered(struct pq_cel_expansion *expansion,
					  struct pq_cel_expression *filter,
					  struct pq_cel_expression *step)
{
	if (filter == NULL)
		return step;
	struct pq_cel_expression *so_far = pq_cel_make_accumulator(expansion);
	return pq_cel_make_call(expansion, "_?_:_", filter, step, so_far);
}

static struct pq_cel_expression *make_append(struct pq_cel_expansion *expansion,
					     struct pq_cel_expression *item)
{
	struct pq_cel_expression *so_far = pq_cel_make_accumulator(expansion);
	struct pq_cel_expression *list = pq_cel_make_list(expansion, item);
	return pq_cel_make_call(expansion, "_+_", so_far, list, NULL);
}

static struct pq_cel_expression *make_list_fold(struct pq_cel_expansion *expansion,
						struct pq_cel_comprehension *fold,
						struct pq_cel_expression *range,
						struct pq_cel_expression *filter,
						struct pq_cel_expression *item)
{
	fold->initial = pq_cel_make_list(expansion, NULL);
	fold->condition = pq_cel_make_bool(expansion, true);
	fold->step = filtered(expansion, filter, make_append(expansion, item));
	fold->result = pq_cel_make_accumulator(expansion);
	return pq_cel_make_fold(expansion, range, fold);
}

static struct pq_cel_expression *expand_map(struct pq_cel_expansion *expansion,
					    struct pq_cel_comprehension *fold)
{
	return make_list_fold(expansion, fold, expansion->target, expansion->filter,
			      expansion->body);
}

static struct pq_cel_expression *expand_filter(struct pq_cel_expansion *expansion,
					       struct pq_cel_comprehension *fold)
{
	return make_list_fold(expansion, fold, expansion->target, expansion->body,
			      expansion->names[0]);
}

/* The transforming macros make their step first. */
static struct pq_cel_expression *make_transform(struct pq_cel_expansion *expansion,
						struct pq_cel_comprehension *fold,
						struct pq_cel_expression *step,
						enum pq_cel_expression_kind kind)
{
	fold->step = filtered(expansion, expansion->filter, step);
	fold->initial = pq_cel_make(expansion, kind);
	fold->condition = pq_cel_make_bool(expansion, true);
	fold->result = pq_cel_make_accumulator(expansion);
	return pq_cel_make_fold(expansion, expansion->target, fold);
}

static struct pq_cel_expression *expand_transform_list(struct pq_cel_expansion *expansion,
						       struct pq_cel_comprehension *fold)
{
	return make_transform(expansion, fold, make_append(expansion, expansion->body),
			      PQ_CEL_LIST);
}

static struct pq_cel_expression *expand_transform_map(struct pq_cel_expansion *expansion,
						      struct pq_cel_comprehension *fold)
{
	struct pq_cel_expression *so_far = pq_cel_make_accumulator(expansion);
	struct pq_cel_expression *key = pq_cel_make_identifier(expansion, fold->variable);
	return make_transform(
		expansion, fold,
		pq_cel_make_call(expansion, "cel.@mapInsert", so_far, key, expansion->body),
		PQ_CEL_MAP);
}

static struct pq_cel_expression *expand_transform_map_entry(struct pq_cel_expansion *expansion,
							    struct pq_cel_comprehension *fold)
{
	struct pq_cel_expression *so_far = pq_cel_make_accumulator(expansion);
	return make_transform(
		expansion, fold,
		pq_cel_make_call(expansion, "cel.@mapInsert", so_far, expansion->body, NULL),
		PQ_CEL_MAP);
}

/* A comprehension over nothing, which gives a name to a value. */
static struct pq_cel_expression *make_binding(struct pq_cel_expansion *expansion,
					      struct pq_cel_comprehension *fold,
					      struct pq_cel_expression *nothing)
{
	fold->variable = UNUSED;
	return pq_cel_make_fold(expansion, nothing, fold);
}

static struct pq_cel_expression *expand_optional(struct pq_cel_expansion *expansion,
						 struct pq_cel_comprehension *fold, bool wraps)
{
	const struct pq_cel_expression *name = expansion->names[0];
	if (name->kind != PQ_CEL_IDENTIFIER) {
		refuse(expansion, name, "%.*s() variable name must be a simple identifier",
		       PQ_STRING_ARGUMENT(expansion->call->function.function));
		return NULL;
	}
	struct pq_cel_expression *has_value =
		pq_cel_make_member_call(expansion, "hasValue", expansion->target, NULL);
	struct pq_cel_expression *nothing = pq_cel_make_list(expansion, NULL);
	struct pq_cel_expression *again =
		pq_cel_copy(expansion->builder, expansion->target, expansion->call->offset);
	*fold = (struct pq_cel_comprehension){ .accumulator = name->name };
	fold->initial = pq_cel_make_member_call(expansion, "value", again, NULL);
	fold->condition = pq_cel_make_bool(expansion, false);
	fold->step = pq_cel_make_identifier(expansion, fold->accumulator);
	fold->result = expansion->body;
	struct pq_cel_expression *present = make_binding(expansion, fold, nothing);
	if (wraps)
		present = pq_cel_make_call(expansion, "optional.of", present, NULL, NULL);
	struct pq_cel_expression *absent =
		pq_cel_make_call(expansion, "optional.none", NULL, NULL, NULL);
	return pq_cel_make_call(expansion, "_?_:_", has_value, present, absent);
}

static struct pq_cel_expression *expand_optional_map(struct pq_cel_expansion *expansion,
						     struct pq_cel_comprehension *fold)
{
	return expand_optional(expansion, fold, true);
}

static struct pq_cel_expression *expand_optional_flat_map(struct pq_cel_expansion *expansion,
							  struct pq_cel_comprehension *fold)
{
	return expand_optional(expansion, fold, false);
}

static bool can_be_sorted(const struct pq_cel_expression *target)
{
	return target->kind == PQ_CEL_LIST || target->kind == PQ_CEL_SELECT ||
	       target->kind == PQ_CEL_IDENTIFIER || target->kind == PQ_CEL_COMPREHENSION ||
	       target->kind == PQ_CEL_CALL;
}

/* The range is named, mapped to its keys and sorted by them. */
static struct pq_cel_expression *expand_sort_by(struct pq_cel_expansion *expansion,
						struct pq_cel_comprehension *fold)
{
	struct pq_cel_builder *builder = expansion->builder;
	uint32_t offset = expansion->call->offset;
	struct pq_cel_expression *input =
		pq_cel_make_identifier(expansion, PQ_S("@__sortBy_input__"));
	if (!can_be_sorted(expansion->target)) {
		refuse(expansion, expansion->target,
		       "sortBy can only be applied to a list, identifier, comprehension, call or "
		       "select expression");
		return NULL;
	}
	struct pq_cel_expression *range = pq_cel_copy(builder, input, offset);
	if (!read_names(expansion, 1, NOT_AN_IDENTIFIER, fold))
		return NULL;
	struct pq_cel_expression *keys =
		make_list_fold(expansion, fold, range, NULL, expansion->body);
	struct pq_cel_expression *unsorted = pq_cel_copy(builder, input, offset);
	*fold = (struct pq_cel_comprehension){ .accumulator = input->name,
					       .initial = expansion->target };
	fold->result = pq_cel_make_member_call(expansion, "@sortByAssociatedKeys", unsorted, keys);
	struct pq_cel_expression *nothing = pq_cel_make_list(expansion, NULL);
	fold->condition = pq_cel_make_bool(expansion, false);
	fold->step = input;
	return make_binding(expansion, fold, nothing);
}

const struct pq_cel_macro pq_cel_macros[] = {
	{ "has", false, 1, 0, 0, NULL, expand_has },
	{ "all", true, 2, 1, 0, NOT_A_NAME, expand_all },
	{ "exists", true, 2, 1, 0, NOT_A_NAME, expand_exists },
	{ "exists_one", true, 2, 1, 0, NOT_A_NAME, expand_exists_one },
	{ "map", true, 2, 1, 0, NOT_AN_IDENTIFIER, expand_map },
	{ "map", true, 3, 1, 0, NOT_AN_IDENTIFIER, expand_map },
	{ "filter", true, 2, 1, 0, NOT_AN_IDENTIFIER, expand_filter },
	{ "optMap", true, 2, 0, PQ_CEL_OPTIONALS_INTRODUCED, NULL, expand_optional_map },
	{ "optFlatMap", true, 2, 0, PQ_CEL_OPTIONALS_INTRODUCED, NULL, expand_optional_flat_map },
	{ "all", true, 3, 2, 32, NOT_A_NAME, expand_all },
	{ "exists", true, 3, 2, 32, NOT_A_NAME, expand_exists },
	{ "exists_one", true, 3, 2, 32, NOT_A_NAME, expand_exists_one },
	{ "existsOne", true, 3, 2, 32, NOT_A_NAME, expand_exists_one },
	{ "transformList", true, 3, 2, 32, NOT_A_NAME, expand_transform_list },
	{ "transformList", true, 4, 2, 32, NOT_A_NAME, expand_transform_list },
	{ "transformMap", true, 3, 2, 32, NOT_A_NAME, expand_transform_map },
	{ "transformMap", true, 4, 2, 32, NOT_A_NAME, expand_transform_map },
	{ "transformMapEntry", true, 3, 2, 32, NOT_A_NAME, expand_transform_map_entry },
	{ "transformMapEntry", true, 4, 2, 32, NOT_A_NAME, expand_transform_map_entry },
	{ "sortBy", true, 2, 0, 34, NULL, expand_sort_by },
};

const size_t pq_cel_macro_count = sizeof pq_cel_macros / sizeof *pq_cel_macros;

static const struct pq_cel_macro *find(const struct pq_cel_expression *call, uint8_t version)
{
	struct pq_string name = call->function.function;
	bool is_member = call->function.target != NULL;
	for (size_t i = 0; i < pq_cel_macro_count; i++) {
		const struct pq_cel_macro *macro = &pq_cel_macros[i];
		if (macro->count == call->function.count && macro->is_member == is_member &&
		    macro->introduced <= version && pq_string_is(name, macro->name))
			return macro;
	}
	return NULL;
}

/* cel-go takes the call's id back when it was the last one. */
static void take_back_id(struct pq_cel_builder *builder, uint32_t id)
{
	if (id + 1 == builder->next_id)
		builder->next_id--;
}

struct pq_cel_expression *pq_cel_macro_expand(struct pq_cel_builder *builder,
					      struct pq_cel_expression *call)
{
	const struct pq_cel_macro *macro = find(call, builder->version);
	if (macro == NULL)
		return call;
	struct pq_cel_expression **arguments = call->function.arguments;
	struct pq_cel_expansion expansion = {
		.builder = builder,
		.call = call,
		.target = call->function.target,
		.names = arguments,
		.filter = macro->count == macro->names + 2 ? arguments[macro->names] : NULL,
		.body = arguments[macro->count - 1],
	};
	struct pq_cel_comprehension fold;
	struct pq_cel_expression *node = NULL;
	if (macro->names == 0 || read_names(&expansion, macro->names, macro->problem, &fold))
		node = macro->expand(&expansion, &fold);
	take_back_id(builder, call->id);
	if (node == NULL)
		return pq_cel_build(builder, PQ_CEL_UNSPECIFIED, pq_cel_build_id(builder),
				    expansion.refused_offset);
	node->is_macro = true;
	node->call = call;
	return node;
}
