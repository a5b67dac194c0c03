/*
 * One evaluation as functions of the libraries see it.
 */
#ifndef PQ_CEL_EVALUATE_H
#define PQ_CEL_EVALUATE_H

#include "cel/cel.h"

struct pq_cel_frame;
struct pq_cel_zone;

struct pq_cel_run {
	struct pq_arena *arena;
	const struct pq_cel_value *variables;
	struct pq_cel_frame *frames; /* one a comprehension that is being folded, by its depth */
	uint64_t cost;
	uint64_t cost_limit;
	uint64_t steps;      /* see pq_cel_take_steps */
	uint64_t steps_free; /* up to so many nothing need be asked */
	bool is_over; /* nothing more is evaluated: limit exceeded or a fatal error, as in end */
	struct pq_cel_value end;
	struct pq_interrupt *interrupt; /* or NULL */
	struct pq_cel_zone *zone;       /* of time, that was asked for last; or NULL */
	/* The constant argument of the call that is made, prepared when the program was planned: a
	 * struct pq_regex; or NULL. */
	const void *prepared;
};

/* Ends an evaluation with an error that nothing absorbs. */
void pq_cel_end_run(struct pq_cel_run *run, struct pq_cel_value end);

#define PQ_CEL_INTERRUPTED "operation interrupted"

/* Adds to the cost and ends the run when the limit is exceeded. */
static inline void pq_cel_charge(struct pq_cel_run *run, uint64_t cost)
{
	if (run->is_over)
		return;
	run->cost += cost;
	if (__builtin_expect(run->cost > run->cost_limit, 0))
		pq_cel_end_run(run, pq_cel_from_error(PQ_CEL_COST_LIMIT_EXCEEDED));
}

/* Takes a cost back. Below 0 it wraps as in cel-go, and so exceeds any limit. */
static inline void pq_cel_refund(struct pq_cel_run *run, uint64_t cost)
{
	pq_cel_charge(run, UINT64_C(0) - cost);
}

/* pq_cel_charge for several costs of 1, one after the other. */
static inline void pq_cel_charge_units(struct pq_cel_run *run, uint64_t count)
{
	if (run->is_over)
		return;
	run->cost += count;
	if (__builtin_expect(run->cost > run->cost_limit, 0)) {
		run->cost = run->cost_limit + 1;
		pq_cel_end_run(run, pq_cel_from_error(PQ_CEL_COST_LIMIT_EXCEEDED));
	}
}

/* Ends the run when there were too many steps, or an interrupt has come. */
void pq_cel_look_at_steps(struct pq_cel_run *run);

/* Counts values that are looked at in another one, for which costs are no measure: what a rule
 * builds may hold the same list many times, and so be endless to walk though it was cheap to make.
 * False, and the run is over, when there were too many. */
static inline bool pq_cel_take_steps(struct pq_cel_run *run, uint64_t count)
{
	run->steps += count;
	if (__builtin_expect(run->steps > run->steps_free, 0))
		pq_cel_look_at_steps(run);
	return !run->is_over;
}

/* Bytes of a text that are compared, or walked through character by character, in the time of a
 * step. */
enum { PQ_CEL_COMPARED_BYTES_OF_STEP = 64, PQ_CEL_WALKED_BYTES_OF_STEP = 8 };

/* Counts texts of so many bytes that are compared, as steps. */
static inline bool pq_cel_take_comparison(struct pq_cel_run *run, uint64_t bytes)
{
	return bytes < PQ_CEL_COMPARED_BYTES_OF_STEP ||
	       pq_cel_take_steps(run, bytes / PQ_CEL_COMPARED_BYTES_OF_STEP);
}

/* Whether two strings, or the bytes of two values, are the same. False also when the run is over,
 * for there were too many steps. */
static inline bool pq_cel_have_equal_bytes(struct pq_cel_run *run, const struct pq_cel_value *a,
					   const struct pq_cel_value *b)
{
	return a->length == b->length && pq_cel_take_comparison(run, a->length) &&
	       pq_bytes_equal(a->bytes, b->bytes, a->length);
}

/* Ends the run when a call of this cost would: what it gives need not be made then. */
static inline bool pq_cel_costs_too_much(struct pq_cel_run *run, uint64_t cost)
{
	if (cost <= run->cost_limit && run->cost + cost <= run->cost_limit)
		return false;
	pq_cel_charge(run, cost);
	return true;
}

#endif
