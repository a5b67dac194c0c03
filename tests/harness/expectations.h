/*
 * Lists of cases that do not pass yet, checked both ways: a case that fails and is not listed fails
 * the run, and so does one that is listed and passes, until its line is taken out. A listed case
 * that never ran fails too, unless some cases are known not to be there.
 *
 * A list is a text file in tests/conformance/expected/: one case name per line, "#" and what
 * follows is the reason.
 */
#ifndef PQ_TESTS_HARNESS_EXPECTATIONS_H
#define PQ_TESTS_HARNESS_EXPECTATIONS_H

#include "base/map.h"

struct test_expectations {
	const char *file;
	struct pq_map listed;
	size_t passed;
	size_t failed_as_expected;
	size_t wrong;
	bool is_partial; /* set by the test: not all cases are there, nor need those listed be */
};

/* file is relative to tests/conformance/expected; one that is not there is an empty list. */
void test_expectations_load(struct test_expectations *expectations, const char *file);

/* Records a case. detail, printed for an unexpected failure, may be NULL. */
void test_expectations_record(struct test_expectations *expectations, const char *name, bool passed,
			      const char *detail);

/* Prints a summary, frees, and fails the running cmocka test when anything was unexpected. With
 * PRATIQUE_EXPECTED_REPORT set to a folder, writes the names that failed there, as a new list. */
void test_expectations_finish(struct test_expectations *expectations);

#endif
