/* What a real kube-apiserver answered: our own cases in tests/golden, compressed, and all others of
 * the corpora (apiserver-golden) when these are there. */
#ifndef PQ_TESTS_HARNESS_GOLDEN_H
#define PQ_TESTS_HARNESS_GOLDEN_H

#include "base/buffer.h"

typedef void test_golden_case(void *context, struct pq_string line);

/* Calls judge for each case, a JSON text, of a folder ("objects"); for the same text once. */
void test_golden_each(const char *folder, test_golden_case *judge, void *context);

/* The same of the compressed cases in a folder of tests/ alone. */
void test_golden_each_in(const char *relative, test_golden_case *judge, void *context);

/* Whether all recordings are there, and not only those of tests/golden. */
bool test_golden_is_whole(void);

/* The path of a CRD that a case names, or NULL. Valid until the next call. */
const char *test_golden_crd(const char *relative);

#endif
