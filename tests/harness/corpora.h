/* Where test data is: the published corpora (../shared/corpora or PRATIQUE_CORPORA) and our own in
 * tests/data. */
#ifndef PQ_TESTS_HARNESS_CORPORA_H
#define PQ_TESTS_HARNESS_CORPORA_H

#include "base/buffer.h"

/* The path of a file or folder of the corpora, or NULL when it is not there; the first time
 * anything is missing, a line on standard error says so. Valid until the next call. */
const char *test_corpus(const char *relative);

/* skip()s the running test, with the reason printed, when the corpus is not there. */
const char *test_corpus_or_skip(const char *relative);

/* The path of a file in tests/. Valid until the next call. */
const char *test_data(const char *relative);

/* A whole file; fails the running test when it cannot be read. Ends in a NUL that its length does
 * not count. */
struct pq_string test_read_file(struct pq_arena *arena, const char *path);

/* Sorted paths of the files below a folder whose name ends with suffix; allocated in the arena. */
size_t test_list_files(struct pq_arena *arena, const char *folder, const char *suffix,
		       const char ***paths);

#endif
