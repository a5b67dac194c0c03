#include "conversion/work.h"

/* What an interrupt takes for one piece of work. */
enum { COST_OF_PIECE = 10 * 1000 };

bool pq_conversion_work_is_over(const struct pq_conversion_work *work)
{
	return work->cost_left < 0 || (work->interrupt != NULL && work->interrupt->has_come);
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
