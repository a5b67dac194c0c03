#include "conversion/work.h"

/* What an interrupt takes for one piece of work. */
enum { COST_OF_PIECE = 10 * 1000 };

bool pq_conversion_work_is_over(const struct pq_conversion_work *work)
{
	return work->cost_left < 0 || (work->interrupt != NULL && work->interrupt->has_come);
}

struct pq_conversion_work pq_conversion_work_begin(int64_t cost_max, struct pq_interrupt *interrupt)
{
	return (struct pq_conversion_work){
		.cost_left = cost_max == 0 ? PQ_CONVERSION_COST_NONE : cost_max,
		.trial_bytes_left = PQ_CONVERSION_TRIAL_BYTES_MAX,
		.interrupt = interrupt,
	};
}

bool work_spend_pass(struct pq_conversion_work *work)
{
	return work_spend(work, COST_OF_PASS + work->object_bytes * COST_OF_BYTE);
}

bool work_spend(struct pq_conversion_work *work, size_t cost)
{
	work->cost_left -= (int64_t)cost;
	work->uncounted += (int64_t)cost;
	if (work->uncounted >= COST_OF_PIECE) {
		pq_interrupt_count(work->interrupt, (uint32_t)(work->uncounted / COST_OF_PIECE));
		work->uncounted %= COST_OF_PIECE;
	}
	return !pq_conversion_work_is_over(work);
}
