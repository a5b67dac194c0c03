#include "cel/evaluate.h"

#include "cel/cost.h"
#include "cel/equality.h"
#include "cel/estimate.h"
#include "cel/evaluate_attribute.h"
#include "cel/text.h"

void pq_cel_end_run(struct pq_cel_run *run, struct pq_cel_value end)
{
	if (run->is_over)
		return;
	run->is_over = true;
	run->end = end;
}

/* Looking into so many values takes about as long as a piece of work that interrupts count. */
enum { STEPS_OF_PIECE = 1000 };

static uint64_t find_free_steps(uint64_t steps)
{
	const uint64_t more = (uint64_t)STEPS_OF_PIECE * PQ_INTERRUPT_INTERVAL;
	return steps + more < PQ_CEL_STEPS_MAX ? steps + more : PQ_CEL_STEPS_MAX;
}

void pq_cel_look_at_steps(struct pq_cel_run *run)
{
	if (run->steps > PQ_CEL_STEPS_MAX)
		pq_cel_end_run(run, pq_cel_from_error(PQ_CEL_COST_LIMIT_EXCEEDED));
	else if (pq_interrupt_count(run->interrupt, PQ_INTERRUPT_INTERVAL))
		pq_cel_end_run(run, pq_cel_from_error(PQ_CEL_INTERRUPTED));
	run->steps_free = find_free_steps(run->steps);
}

/* && and ||: one side decides, whatever the other is; else an error is handed on. */
static void run_logical(struct pq_cel_run *run, const struct pq_cel_node *node, bool decides,
			struct pq_cel_value *result)
{
	pq_cel_run_node(run, node->operands[0], result);
	if (result->kind == PQ_CEL_BOOL) {
		if (result->boolean == decides)
			return;
		pq_cel_run_node(run, node->operands[1], result);
		if (result->kind != PQ_CEL_BOOL)
			*result = pq_cel_no_such_overload(result);
		return;
	}
	struct pq_cel_value left = *result;
	pq_cel_run_node(run, node->operands[1], result);
	if (result->kind != PQ_CEL_BOOL || result->boolean != decides)
		*result = pq_cel_no_such_overload(&left);
}

static void run_not(struct pq_cel_run *run, const struct pq_cel_node *node,
		    struct pq_cel_value *result)
{
	pq_cel_run_node(run, node->operands[0], result);
	if (result->kind == PQ_CEL_BOOL)
		result->boolean = !result->boolean;
	else if (!pq_cel_is_error(result))
		*result = pq_cel_no_such_overload(result);
	pq_cel_charge(run, 1);
}

static bool are_equal(struct pq_cel_run *run, const struct pq_cel_value operands[2],
		      struct pq_cel_value *error)
{
	struct pq_cel_comparison comparison = { .run = run };
	enum pq_cel_relation relation =
		pq_cel_compare_equal(&comparison, &operands[0], &operands[1]);
	if (relation == PQ_CEL_INCOMPARABLE) {
		*error = comparison.error;
		pq_cel_watch(run, error);
	}
	return relation == PQ_CEL_EQUAL;
}

static void run_equality(struct pq_cel_run *run, const struct pq_cel_node *node,
			 struct pq_cel_value *result)
{
	bool negates = node->operation == PQ_CEL_DO_NOT_EQUAL;
	struct pq_cel_value operands[2], error = { 0 };
	pq_cel_run_node(run, node->operands[0], &operands[0]);
	pq_cel_run_node(run, node->operands[1], &operands[1]);
	if (run->is_over) {
		*result = run->end;
		return;
	}
	if (operands[0].kind == PQ_CEL_STRING && operands[1].kind == PQ_CEL_STRING) {
		bool same = pq_cel_have_equal_bytes(run, &operands[0], &operands[1]);
		*result = pq_cel_from_bool(same != negates);
	} else if (pq_cel_is_error(&operands[0]) || pq_cel_is_error(&operands[1])) {
		*result = pq_cel_is_error(&operands[0]) ? operands[0] : operands[1];
	} else {
		*result = pq_cel_from_bool(are_equal(run, operands, &error) != negates);
		/* What cannot be compared is not equal, and so != does not fail. */
		if (pq_cel_is_error(&error) && !negates)
			*result = error;
	}
	const struct pq_cel_made_call made = { run, operands, 2, result };
	pq_cel_charge(run, negates ? pq_cel_cost_comparison(&made) : pq_cel_cost_equality(&made));
}

/* The value of an element of a list, map or message; false when there is none, which is an error in
 * result or an optional without value. */
static bool run_element(struct pq_cel_run *run, const struct pq_cel_element *element,
			struct pq_string what, struct pq_cel_value *value,
			struct pq_cel_value *result)
{
	pq_cel_run_node(run, element->value, value);
	if (pq_cel_is_error(value)) {
		*result = *value;
		return false;
	}
	if (!element->is_optional)
		return true;
	if (value->kind != PQ_CEL_OPTIONAL) {
		*result = pq_cel_error_format(
			run->arena, "cannot initialize optional %.*s from non-optional value %.*s",
			PQ_STRING_ARGUMENT(what),
			PQ_STRING_ARGUMENT(pq_cel_to_go_text(run->arena, value)));
		return false;
	}
	if (value->present == NULL)
		return false;
	*value = *value->present;
	return true;
}

static void run_list(struct pq_cel_run *run, const struct pq_cel_node *node,
		     struct pq_cel_value *result)
{
	struct pq_cel_value *items = pq_arena_alloc_raw(run->arena, node->count * sizeof *items);
	uint32_t count = 0;
	*result = pq_cel_null_value();
	if (items == NULL)
		*result = pq_cel_out_of_memory();
	for (uint32_t i = 0; i < node->count && !pq_cel_is_error(result); i++)
		count += run_element(run, &node->elements[i], PQ_S("list element"), &items[count],
				     result);
	if (!pq_cel_is_error(result))
		*result = pq_cel_from_items(items, count);
	pq_cel_watch(run, result);
	pq_cel_charge(run, PQ_CEL_COST_OF_LIST);
}

static void run_entry(struct pq_cel_run *run, const struct pq_cel_element *entry,
		      struct pq_cel_map *map, struct pq_cel_value *result)
{
	struct pq_cel_value key, value;
	pq_cel_run_node(run, entry->key, &key);
	if (pq_cel_is_error(&key)) {
		*result = key;
		return;
	}
	struct pq_string what = PQ_S("entry");
	if (entry->is_optional)
		what = pq_arena_format(run->arena, "entry '%.*s'",
				       PQ_STRING_ARGUMENT(pq_cel_to_go_text(run->arena, &key)));
	bool has_value = run_element(run, entry, what, &value, result);
	if (pq_cel_is_error(result))
		return;
	if (pq_cel_map_refuses(run->arena, &key, result))
		return;
	if (!has_value)
		pq_cel_map_remove(map, &key);
	else if (!pq_cel_map_put(run->arena, map, &key, &value))
		*result = pq_cel_out_of_memory();
}

static void run_map(struct pq_cel_run *run, const struct pq_cel_node *node,
		    struct pq_cel_value *result)
{
	struct pq_cel_value map = pq_cel_map_grow(run->arena);
	*result = map;
	for (uint32_t i = 0; i < node->count && !pq_cel_is_error(result); i++)
		run_entry(run, &node->elements[i], map.map, result);
	if (!pq_cel_is_error(result))
		*result = pq_cel_settle(&map);
	pq_cel_watch(run, result);
	pq_cel_charge(run, PQ_CEL_COST_OF_MAP);
}

static void run_optional_or(struct pq_cel_run *run, const struct pq_cel_node *node,
			    struct pq_cel_value *result)
{
	pq_cel_run_node(run, node->operands[0], result);
	if (result->kind != PQ_CEL_OPTIONAL)
		return;
	if (result->present == NULL)
		pq_cel_run_node(run, node->operands[1], result);
	else if (node->operation == PQ_CEL_DO_OPTIONAL_OR_VALUE)
		*result = *result->present;
}

static void run_membership(struct pq_cel_run *run, const struct pq_cel_node *node,
			   struct pq_cel_value *result)
{
	pq_cel_run_node(run, node->membership.element, result);
	if (pq_cel_is_error(result))
		return;
	if (!pq_cel_map_refuses(run->arena, result, result))
		*result = pq_cel_from_bool(pq_cel_map_has(node->membership.set, result));
	pq_cel_watch(run, result);
}

static void run_not_strictly_false(struct pq_cel_run *run, const struct pq_cel_node *node,
				   struct pq_cel_value *result)
{
	pq_cel_run_node(run, node->operands[0], result);
	if (result->kind != PQ_CEL_BOOL)
		*result = pq_cel_from_bool(true);
	pq_cel_charge(run, 1);
}

static void run_and(struct pq_cel_run *run, const struct pq_cel_node *node,
		    struct pq_cel_value *result)
{
	run_logical(run, node, false, result);
}

static void run_or(struct pq_cel_run *run, const struct pq_cel_node *node,
		   struct pq_cel_value *result)
{
	run_logical(run, node, true, result);
}

void pq_cel_run_operation(struct pq_cel_run *run, const struct pq_cel_node *node,
			  struct pq_cel_value *result)
{
	static void (*const runners[])(struct pq_cel_run *, const struct pq_cel_node *,
				       struct pq_cel_value *) = {
		[PQ_CEL_DO_ATTRIBUTE] = pq_cel_run_attribute,
		[PQ_CEL_DO_CONDITIONAL] = pq_cel_run_conditional,
		[PQ_CEL_DO_PRESENCE] = pq_cel_run_presence,
		[PQ_CEL_DO_AND] = run_and,
		[PQ_CEL_DO_OR] = run_or,
		[PQ_CEL_DO_NOT] = run_not,
		[PQ_CEL_DO_EQUAL] = run_equality,
		[PQ_CEL_DO_NOT_EQUAL] = run_equality,
		[PQ_CEL_DO_NOT_STRICTLY_FALSE] = run_not_strictly_false,
		[PQ_CEL_DO_CALL] = pq_cel_run_call,
		[PQ_CEL_DO_IS_IN_SET] = run_membership,
		[PQ_CEL_DO_OPTIONAL_OR] = run_optional_or,
		[PQ_CEL_DO_OPTIONAL_OR_VALUE] = run_optional_or,
		[PQ_CEL_DO_LIST] = run_list,
		[PQ_CEL_DO_MAP] = run_map,
		[PQ_CEL_DO_MESSAGE] = pq_cel_run_message,
		[PQ_CEL_DO_FOLD] = pq_cel_run_fold,
	};
	runners[node->operation](run, node, result);
}

void pq_cel_evaluate(const struct pq_cel_program *program, struct pq_cel_evaluation *evaluation,
		     struct pq_cel_value *result)
{
	struct pq_cel_run run = {
		.arena = evaluation->arena,
		.variables = evaluation->variables,
		.cost_limit = evaluation->cost_limit,
		.steps = evaluation->steps,
		.steps_free = find_free_steps(evaluation->steps),
		.interrupt = evaluation->interrupt,
	};
	*result = pq_cel_null_value();
	if (program->frame_count > 0)
		run.frames =
			pq_arena_alloc_raw(run.arena, program->frame_count * sizeof *run.frames);
	if (program->frame_count > 0 && run.frames == NULL)
		pq_cel_end_run(&run, pq_cel_out_of_memory());
	else
		pq_cel_run_node(&run, program->root, result);
	if (run.is_over)
		*result = run.end;
	evaluation->steps = run.steps;
	evaluation->cost = run.cost;
}
