/*
 * Time zones.
 *
 * They are read from the system's zoneinfo when an expression names one; without it (a minimal
 * image) every name but "UTC" and "Local" is the error "unknown time zone NAME", as in Go. Offsets
 * such as "+01:00" need nothing. "Local" is UTC, so that a verdict does not depend on the machine.
 */
#ifndef PQ_CEL_ZONE_H
#define PQ_CEL_ZONE_H

#include "cel/value.h"

/* A zone that has been read. */
struct pq_cel_zone;

/* The offset from UTC in seconds that the zone of a name has at a time: hours and minutes may be
 * any that fit an int64, and wrap as Go's durations do. What is read of a file is kept in *last,
 * which is NULL at first, until another zone takes its place: so a loop reads the file of a zone
 * once, and its memory is that of one file. *last lives in the arena, and the name must live as
 * long. False with an error in *error for a zone that is not known. */
PQ_CHECKED bool pq_cel_zone_offset(struct pq_arena *arena, struct pq_string name, int64_t seconds,
				   struct pq_cel_zone **last, int64_t *offset,
				   struct pq_cel_value *error);

#endif
