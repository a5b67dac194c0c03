/*
 * Clock: where code gets its time from, so that tests give it theirs.
 *
 * Monotonic time is for deadlines and durations, wall time for what people and certificates read.
 * Both are nanoseconds in int64; wall time counts from 1970-01-01T00:00:00Z.
 */
#ifndef PQ_BASE_CLOCK_H
#define PQ_BASE_CLOCK_H

#include <stdint.h>

#define PQ_MICROSECOND INT64_C(1000)
#define PQ_MILLISECOND (1000 * PQ_MICROSECOND)
#define PQ_SECOND      (1000 * PQ_MILLISECOND)
#define PQ_MINUTE      (60 * PQ_SECOND)
#define PQ_HOUR        (60 * PQ_MINUTE)

struct pq_clock {
	int64_t (*monotonic)(const struct pq_clock *clock);
	int64_t (*wall)(const struct pq_clock *clock);
};

/* The system's clocks; thread-safe. */
extern const struct pq_clock pq_clock_system;

static inline int64_t pq_clock_monotonic(const struct pq_clock *clock)
{
	return clock->monotonic(clock);
}

static inline int64_t pq_clock_wall(const struct pq_clock *clock)
{
	return clock->wall(clock);
}

#endif
