#include "cel/evaluate_attribute.h"

#include "cel/data.h"

/* One step; false when the loop is to end. */
static bool fold_once(struct pq_cel_run *run, struct pq_cel_frame *frame, bool *is_interrupted)
{
	struct pq_cel_value condition, accumulator;
	pq_cel_run_node(run, frame->fold->condition, &condition);
	if (run->is_over || (condition.kind == PQ_CEL_BOOL && !condition.boolean))
		return false;
	pq_cel_run_node(run, frame->fold->step, &accumulator);
	frame->accumulator = accumulator;
	frame->is_initialized = true;
	if (run->is_over)
		return false;
	if (++run->iterations % PQ_CEL_INTERRUPT_INTERVAL == 0 && run->is_interrupted != NULL &&
	    run->is_interrupted(run->context)) {
		*is_interrupted = true;
		return false;
	}
	return true;
}

static bool fold_list(struct pq_cel_run *run, struct pq_cel_frame *frame,
		      const struct pq_cel_value *list)
{
	bool is_interrupted = false;
	uint32_t count = pq_cel_list_size(list);
	for (uint32_t i = 0; i < count; i++) {
		if (frame->fold->has_second) {
			frame->first = pq_cel_from_int(i);
			pq_cel_list_get(run->arena, list, i, &frame->second);
		} else {
			pq_cel_list_get(run->arena, list, i, &frame->first);
		}
		if (!fold_once(run, frame, &is_interrupted))
			break;
	}
	return !is_interrupted;
}

static bool fold_map(struct pq_cel_run *run, struct pq_cel_frame *frame,
		     const struct pq_cel_value *map)
{
	bool is_interrupted = false;
	struct pq_cel_value *value = frame->fold->has_second ? &frame->second : NULL;
	for (uint32_t i = 0; pq_cel_map_next(run->arena, map, &i, &frame->first, value);) {
		if (!fold_once(run, frame, &is_interrupted))
			break;
	}
	return !is_interrupted;
}

void pq_cel_run_fold(struct pq_cel_run *run, const struct pq_cel_node *node,
		     struct pq_cel_value *result)
{
	const struct pq_cel_fold *fold = node->fold;
	struct pq_cel_frame *frame = &run->frames[fold->frame];
	struct pq_cel_value range;
	pq_cel_run_node(run, fold->range, &range);
	*result = range;
	if (pq_cel_is_error(&range) || run->is_over)
		return;
	*frame = (struct pq_cel_frame){ .fold = fold };
	bool completed;
	if (range.kind == PQ_CEL_LIST_VALUE) {
		completed = fold_list(run, frame, &range);
	} else if (pq_cel_is_map(&range)) {
		completed = fold_map(run, frame, &range);
	} else {
		*result = pq_cel_error_format(run->arena,
					      fold->has_second
						      ? "unsupported comprehension range type: %s"
						      : "got '%s', expected iterable type",
					      pq_cel_value_go_type(&range));
		return;
	}
	if (!completed) {
		*result = pq_cel_from_error("operation interrupted");
		return;
	}
	if (run->is_over)
		return;
	pq_cel_run_node(run, fold->result, result);
	if (frame->grows)
		*result = pq_cel_settle(result);
}
