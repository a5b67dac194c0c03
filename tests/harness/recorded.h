/* Tables of answers that were recorded from other programs (tests/data): a line a case, columns
 * separated by tabs, %xx a byte; lines that start with "#" are comments. */
#ifndef PQ_TESTS_HARNESS_RECORDED_H
#define PQ_TESTS_HARNESS_RECORDED_H

#include "base/arena.h"

/* Moves *rest behind the next case and sets its columns, whose bytes are in the arena, each in an
 * allocation of its own so that address sanitizer sees reads past the end. False at the end; fails
 * the running test when there are other than count columns. */
bool test_recorded_next(struct pq_string *rest, struct pq_arena *arena, struct pq_string *columns,
			size_t count);

#endif
