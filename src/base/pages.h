/*
 * Memory of whole pages, for what grows very large: growing copies nothing and leaves no gap
 * behind, and pages that have not been written to take no memory.
 */
#ifndef PQ_BASE_PAGES_H
#define PQ_BASE_PAGES_H

#include "base/compiler.h"

#include <stddef.h>

/* Makes old_size bytes new_size, which is more; they may move. old is NULL when old_size is 0. What
 * is new is zero. NULL without memory: old is as it was. */
PQ_CHECKED void *pq_pages_grow(void *old, size_t old_size, size_t new_size);

void pq_pages_free(void *pages, size_t size);

#endif
