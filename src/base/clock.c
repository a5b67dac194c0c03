#include "base/clock.h"

#include <time.h>

static int64_t read_clock(clockid_t id)
{
	struct timespec now;
	clock_gettime(id, &now);
	return now.tv_sec * PQ_SECOND + now.tv_nsec;
}

static int64_t system_monotonic(const struct pq_clock *clock)
{
	(void)clock;
	return read_clock(CLOCK_MONOTONIC);
}

static int64_t system_wall(const struct pq_clock *clock)
{
	(void)clock;
	return read_clock(CLOCK_REALTIME);
}

const struct pq_clock pq_clock_system = { .monotonic = system_monotonic, .wall = system_wall };
