#include "cel/evaluate_attribute.h"

#include "cel/data.h"

/* One step; false when the loop is to end. */
static bool fold_once(struct pq_cel_run *run, struct pq_cel_frame *frame)
{
	struct pq_cel_value condition, accumulator;
	pq_cel_run_node(run, frame->fold->condition, &condition);
	if (run->is_over || (condition.kind == PQ_CEL_BOOL && !condition.boolean))
		return false;
	pq_cel_run_node(run, frame->fold->step, &accumulator);
	frame->accumulator = accumulator;
	frame->is_initialized = true;
	if (pq_interrupt_count(run->interrupt, 1))
		pq_cel_end_run(run, pq_cel_from_error(PQ_CEL_INTERRUPTED));
	return !run->is_over;
}

static void fold_list(struct pq_cel_run *run, struct pq_cel_frame *frame,
		      const struct pq_cel_value *list)
{
	bool has_second = frame->fold->has_second;
	struct pq_cel_value *item = has_second ? &frame->second : &frame->first;
	uint32_t count = pq_cel_list_size(list);
	for (uint32_t i = 0; i < count; i++) {
		if (has_second)
			frame->first = pq_cel_from_int(i);
		pq_cel_list_get(run->arena, list, i, item);
		if (!fold_once(run, frame))
			return;
	}
}

static void fold_map(struct pq_cel_run *run, struct pq_cel_frame *frame,
		     const struct pq_cel_value *map)
{
	struct pq_cel_value *value = frame->fold->has_second ? &frame->second : NULL;
	for (uint32_t i = 0; pq_cel_map_next(run->arena, map, &i, &frame->first, value);) {
		if (!fold_once(run, frame))
			return;
	}
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
	if (range.kind == PQ_CEL_LIST_VALUE) {
		fold_list(run, frame, &range);
	} else if (pq_cel_is_map(&range)) {
		fold_map(run, frame, &range);
	} else {
		*result = pq_cel_error_format(run->arena,
					      fold->has_second
						      ? "unsupported comprehension range type: %s"
						      : "got '%s', expected iterable type",
					      pq_cel_value_go_type(&range));
		return;
	}
	if (run->is_over)
		return;
	pq_cel_run_node(run, fold->result, result);
	if (frame->grows)
		*result = pq_cel_settle(result);
}
