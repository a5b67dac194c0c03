/* Sorting where an array stands: qsort(3) may take as much memory again. */
#ifndef PQ_BASE_SORT_H
#define PQ_BASE_SORT_H

#include <stddef.h>

/* As qsort(3), in time O(n log n) and without any memory. */
void pq_sort_in_place(void *items, size_t count, size_t size,
		      int (*compare)(const void *a, const void *b));

#endif
