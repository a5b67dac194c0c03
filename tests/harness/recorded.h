/* Tables of answers that were recorded from other programs (tests/data): a line a case, columns
 * separated by tabs, %xx a byte; lines that start with "#" are comments. */
#ifndef PQ_TESTS_HARNESS_RECORDED_H
#define PQ_TESTS_HARNESS_RECORDED_H

#include "base/buffer.h"

/* Writes what we answer. The bytes of what and text are each in an allocation of their own, so that
 * address sanitizer sees reads past the end. */
typedef void test_answerer(struct pq_string what, struct pq_string text, struct pq_buffer *answer);

/* Asks the question of every line of a file in tests/, of which the first two columns are what and
 * text, and fails the running test when an answer is not the third column, or when there are fewer
 * than least lines. */
void test_recorded_replay(const char *relative, size_t least, test_answerer *answer);

#endif
