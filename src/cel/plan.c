#include "cel/planning.h"

#include "cel/environment.h"
#include "cel/message.h"
#include "regex/regex.h"

struct pq_cel_node *pq_cel_plan_node(struct pq_cel_planner *planner,
				     enum pq_cel_operation operation)
{
	struct pq_cel_node *node = pq_arena_alloc(planner->arena, sizeof *node);
	if (node != NULL)
		node->operation = (uint8_t)operation;
	return node;
}

struct pq_cel_node *pq_cel_plan_constant(struct pq_cel_planner *planner, struct pq_cel_value value)
{
	struct pq_cel_node *node = pq_cel_plan_node(planner, PQ_CEL_DO_CONSTANT);
	if (node != NULL)
		node->constant = value;
	return node;
}

struct pq_cel_node *pq_cel_plan_fail(struct pq_cel_planner *planner, struct pq_string message)
{
	if (planner->problem.data == NULL)
		planner->problem = message;
	return NULL;
}

static struct pq_cel_node *plan_literal(struct pq_cel_planner *planner,
					const struct pq_cel_literal *literal)
{
	struct pq_string text;
	switch (literal->kind) {
	case PQ_CEL_LITERAL_BOOL:
		return pq_cel_plan_constant(planner, pq_cel_from_bool(literal->boolean));
	case PQ_CEL_LITERAL_INT:
		return pq_cel_plan_constant(planner, pq_cel_from_int(literal->integer));
	case PQ_CEL_LITERAL_UINT:
		return pq_cel_plan_constant(planner, pq_cel_from_uint(literal->natural));
	case PQ_CEL_LITERAL_DOUBLE:
		return pq_cel_plan_constant(planner, pq_cel_from_double(literal->number));
	case PQ_CEL_LITERAL_STRING:
	case PQ_CEL_LITERAL_BYTES:
		text = pq_arena_copy(planner->arena, literal->text);
		if (text.data == NULL)
			return NULL;
		return pq_cel_plan_constant(planner, literal->kind == PQ_CEL_LITERAL_STRING
							     ? pq_cel_from_string(text)
							     : pq_cel_from_bytes(text));
	default:
		return pq_cel_plan_constant(planner, pq_cel_null_value());
	}
}

static struct pq_cel_node *plan_identifier(struct pq_cel_planner *planner,
					   const struct pq_cel_expression *identifier)
{
	if (pq_string_is(identifier->name, PQ_CEL_NULL_VALUE))
		return pq_cel_plan_constant(planner, pq_cel_from_int(0));
	/* cel-go takes every name whose type is "type" for that of a type, variables too. */
	if (identifier->type_value == NULL && identifier->type->kind != PQ_CEL_TYPE_TYPE)
		return pq_cel_plan_name(planner, identifier->name);
	const struct pq_cel_type *type =
		pq_cel_environment_find_runtime_type(planner->version, identifier->name);
	if (type != NULL)
		return pq_cel_plan_constant(planner, pq_cel_from_type(type));
	struct pq_cel_value problem =
		pq_cel_error_format(planner->arena, "reference to undefined type: %.*s",
				    PQ_STRING_ARGUMENT(identifier->name));
	return pq_cel_plan_fail(planner, pq_cel_value_string(&problem));
}

static bool is_constant(const struct pq_cel_node *node)
{
	return node == NULL || node->operation == PQ_CEL_DO_CONSTANT;
}

/* A list or map of constants becomes one. */
static struct pq_cel_node *fold_elements(struct pq_cel_planner *planner, struct pq_cel_node *node)
{
	struct pq_cel_value value;
	for (uint32_t i = 0; i < node->count; i++) {
		if (!is_constant(node->elements[i].key) || !is_constant(node->elements[i].value))
			return node;
	}
	pq_cel_run_node(&planner->run, node, &value);
	return pq_cel_plan_constant(planner, value);
}

static struct pq_cel_node *plan_list(struct pq_cel_planner *planner,
				     const struct pq_cel_expression *list)
{
	struct pq_cel_node *node = pq_cel_plan_node(planner, PQ_CEL_DO_LIST);
	struct pq_cel_element *elements =
		pq_arena_alloc_array(planner->arena, list->list.count, sizeof *elements);
	if (node == NULL || elements == NULL)
		return NULL;
	for (uint32_t i = 0; i < list->list.count; i++) {
		elements[i].is_optional = list->list.optional != NULL && list->list.optional[i];
		elements[i].value = pq_cel_plan_expression(planner, list->list.items[i]);
		if (elements[i].value == NULL)
			return NULL;
	}
	node->elements = elements;
	node->count = list->list.count;
	return fold_elements(planner, node);
}

static struct pq_cel_element *plan_entries(struct pq_cel_planner *planner,
					   const struct pq_cel_expression *map)
{
	struct pq_cel_element *elements =
		pq_arena_alloc_array(planner->arena, map->entries.count, sizeof *elements);
	if (elements == NULL)
		return NULL;
	for (uint32_t i = 0; i < map->entries.count; i++) {
		const struct pq_cel_entry *entry = &map->entries.entries[i];
		elements[i].is_optional = entry->optional;
		elements[i].field = pq_arena_copy(planner->arena, entry->field);
		if (entry->key != NULL) {
			elements[i].key = pq_cel_plan_expression(planner, entry->key);
			if (elements[i].key == NULL)
				return NULL;
		}
		elements[i].value = pq_cel_plan_expression(planner, entry->value);
		if (elements[i].value == NULL)
			return NULL;
	}
	return elements;
}

static struct pq_cel_node *plan_map(struct pq_cel_planner *planner,
				    const struct pq_cel_expression *map)
{
	struct pq_cel_node *node = pq_cel_plan_node(planner, PQ_CEL_DO_MAP);
	struct pq_cel_element *elements = plan_entries(planner, map);
	if (node == NULL || elements == NULL)
		return NULL;
	node->elements = elements;
	node->count = map->entries.count;
	return fold_elements(planner, node);
}

static struct pq_cel_node *plan_message(struct pq_cel_planner *planner,
					const struct pq_cel_expression *message)
{
	struct pq_cel_node *node = pq_cel_plan_node(planner, PQ_CEL_DO_MESSAGE);
	struct pq_cel_element *elements = plan_entries(planner, message);
	if (node == NULL || elements == NULL)
		return NULL;
	node->message.fields = elements;
	node->message.kind = pq_cel_message_find(message->entries.name);
	node->count = message->entries.count;
	return node;
}

static bool plan_loop(struct pq_cel_planner *planner, const struct pq_cel_expression *expression,
		      struct pq_cel_fold *fold)
{
	struct pq_cel_planner_scope scope = {
		.outer = planner->scope,
		.frame = fold->frame,
		.accumulator = expression->comprehension.accumulator,
		.first = expression->comprehension.variable,
		.second = expression->comprehension.second_variable,
	};
	planner->scope = &scope;
	fold->condition = pq_cel_plan_expression(planner, expression->comprehension.condition);
	if (fold->condition != NULL)
		fold->step = pq_cel_plan_expression(planner, expression->comprehension.step);
	/* The result does not see the variables. */
	scope.first.data = NULL;
	scope.second.data = NULL;
	if (fold->step != NULL)
		fold->result = pq_cel_plan_expression(planner, expression->comprehension.result);
	planner->scope = scope.outer;
	return fold->result != NULL;
}

static struct pq_cel_node *plan_comprehension(struct pq_cel_planner *planner,
					      const struct pq_cel_expression *expression)
{
	struct pq_cel_node *node = pq_cel_plan_node(planner, PQ_CEL_DO_FOLD);
	struct pq_cel_fold *fold = pq_arena_alloc(planner->arena, sizeof *fold);
	if (node == NULL || fold == NULL)
		return NULL;
	fold->frame = planner->frame_count++;
	fold->has_second = expression->comprehension.second_variable.data != NULL;
	fold->initial = pq_cel_plan_expression(planner, expression->comprehension.initial);
	if (fold->initial != NULL)
		fold->range = pq_cel_plan_expression(planner, expression->comprehension.range);
	node->fold = fold;
	return fold->range != NULL && plan_loop(planner, expression, fold) ? node : NULL;
}

struct pq_cel_node *pq_cel_plan_expression(struct pq_cel_planner *planner,
					   const struct pq_cel_expression *expression)
{
	switch (expression->kind) {
	case PQ_CEL_LITERAL:
		return plan_literal(planner, &expression->literal);
	case PQ_CEL_IDENTIFIER:
		return plan_identifier(planner, expression);
	case PQ_CEL_SELECT:
		return pq_cel_plan_select(planner, expression);
	case PQ_CEL_CALL:
		return pq_cel_plan_call(planner, expression);
	case PQ_CEL_LIST:
		return plan_list(planner, expression);
	case PQ_CEL_MAP:
		return plan_map(planner, expression);
	case PQ_CEL_STRUCT:
		return plan_message(planner, expression);
	case PQ_CEL_COMPREHENSION:
		return plan_comprehension(planner, expression);
	default:
		return pq_cel_plan_fail(planner, PQ_S("unsupported expression"));
	}
}

static void release(const struct pq_cel_held *held)
{
	for (; held != NULL; held = held->next)
		pq_regex_unref(held->regex);
}

const struct pq_cel_program *pq_cel_plan(struct pq_arena *arena,
					 const struct pq_cel_environment *environment,
					 const struct pq_cel_expression *expression,
					 struct pq_string *problem)
{
	struct pq_cel_planner planner = {
		.arena = arena,
		.variables = environment->variables,
		.variable_count = environment->variable_count,
		.version = environment->version,
		.run = { .arena = arena, .cost_limit = UINT64_MAX, .steps_free = PQ_CEL_STEPS_MAX },
	};
	struct pq_cel_program *program = pq_arena_alloc(arena, sizeof *program);
	*problem = (struct pq_string){ 0 };
	if (program == NULL)
		return NULL;
	program->root = pq_cel_plan_expression(&planner, expression);
	if (program->root == NULL || pq_arena_is_exhausted(arena)) {
		release(planner.held);
		*problem = planner.problem;
		return NULL;
	}
	program->frame_count = planner.frame_count;
	program->held = planner.held;
	return program;
}

void pq_cel_program_done(const struct pq_cel_program *program)
{
	if (program != NULL)
		release(program->held);
}
