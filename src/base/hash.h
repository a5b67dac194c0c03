/*
 * Hash of bytes for in-memory tables.
 *
 * Seeded once per process from the system's random source, so that nobody who chooses keys can
 * choose collisions. Values must not be stored or sent.
 */
#ifndef PQ_BASE_HASH_H
#define PQ_BASE_HASH_H

#include "base/string_view.h"

/* Thread-safe. */
uint32_t pq_hash(struct pq_string text);

#endif
