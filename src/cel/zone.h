/*
 * Time zones.
 *
 * They are read from the system's zoneinfo when an expression names one; without it (a minimal
 * image) every name but "UTC" and "Local" is the error "unknown time zone NAME", as in Go. Offsets
 * such as "+01:00" need nothing. "Local" is UTC, so that a verdict does not depend on the machine.
 */
#ifndef PQ_CEL_ZONE_H
#define PQ_CEL_ZONE_H

#include "base/arena.h"

/* The offset from UTC in seconds that a zone has at a time: hours and minutes may be any that fit
 * an int64, and wrap as Go's durations do. False with a message, static or in the arena, for a zone
 * that is not known. */
PQ_CHECKED bool pq_cel_zone_offset(struct pq_arena *arena, struct pq_string zone, int64_t seconds,
				   int64_t *offset, const char **message);

#endif
