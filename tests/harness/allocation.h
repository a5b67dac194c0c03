/*
 * Allocation failures on demand, for torture tests: malloc, calloc and realloc of the test program
 * are replaced.
 *
 *     for (size_t n = 0; test_allocation_fail_from(n), !work(); n++)
 *             ;
 *     test_allocation_never_fail();
 *
 * runs work with ever later failures until it succeeds; with a leak sanitizer it also shows that
 * nothing is lost on the way.
 */
#ifndef PQ_TESTS_HARNESS_ALLOCATION_H
#define PQ_TESTS_HARNESS_ALLOCATION_H

#include <stdbool.h>
#include <stddef.h>

/* Every allocation after the next count ones fails. Thread-local. */
void test_allocation_fail_from(size_t count);
void test_allocation_never_fail(void);

#endif
