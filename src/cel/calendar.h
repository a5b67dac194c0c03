/*
 * Dates of the Gregorian calendar, and time zones.
 *
 * Zones are read from the system's zoneinfo when an expression names one; without it (a minimal
 * image) every name but "UTC" and "Local" is the error "unknown time zone NAME", as in Go. Offsets
 * such as "+01:00" need nothing. "Local" is UTC, so that a verdict does not depend on the machine.
 */
#ifndef PQ_CEL_CALENDAR_H
#define PQ_CEL_CALENDAR_H

#include "base/arena.h"

struct pq_cel_date {
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
struct pq_cel_date pq_cel_date_from(int64_t seconds);

/* The offset from UTC in seconds that a zone has at a time. False with a message, static or in the
 * arena, for a zone that is not known. */
PQ_CHECKED bool pq_cel_zone_offset(struct pq_arena *arena, struct pq_string zone, int64_t seconds,
				   int32_t *offset, const char **message);

#endif
