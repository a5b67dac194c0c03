/* Points in time: RFC 3339 as Go's time package and metav1.Time read and write it. */
#ifndef PQ_FORMATS_TIMESTAMP_H
#define PQ_FORMATS_TIMESTAMP_H

#include "base/buffer.h"

/* time.Parse(time.RFC3339, …); seconds since 1970 and nanoseconds within the second. What Go
 * says of another text is appended to problem, unless NULL, here as in the next:
 * `parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse …`. */
PQ_CHECKED bool pq_time_parse(struct pq_string text, int64_t *seconds, int32_t *nanoseconds,
			      struct pq_buffer *problem);

struct pq_time {
	int64_t seconds;     /* since 1970 */
	int32_t nanoseconds; /* within the second */
	int32_t utc_offset;  /* of the zone that was written: seconds east of UTC */
};

/* The same with the zone. */
PQ_CHECKED bool pq_zoned_time_parse(struct pq_string text, struct pq_time *time,
				    struct pq_buffer *problem);

/* A time without a zone, taken for UTC: "2026-11-23T00:00:00". */
PQ_CHECKED bool pq_local_time_parse(struct pq_string text, struct pq_time *time,
				    struct pq_buffer *problem);

/* time.Parse(time.DateOnly, …): "2026-11-23". */
PQ_CHECKED bool pq_date_parse(struct pq_string text, struct pq_time *time,
			      struct pq_buffer *problem);
bool pq_date_is_valid(struct pq_string text);

/* What the Gregorian calendar and the clock show. */
struct pq_date_time {
	int64_t year;
	int month; /* 1 to 12 */
	int day;   /* 1 to 31 */
	int hour;
	int minute;
	int second;
	int day_of_week; /* 0: Sunday */
	int day_of_year; /* 0 to 365 */
};

/* Of seconds since 1970-01-01T00:00:00. */
struct pq_date_time pq_date_time_from(int64_t seconds);

/* "2026-11-23T00:00:00Z" */
void pq_time_write(struct pq_buffer *buffer, int64_t seconds);

#endif
