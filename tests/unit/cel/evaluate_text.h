/* Tests' way from the text of an expression to its value. */
#ifndef PQ_TEST_EVALUATE_TEXT_H
#define PQ_TEST_EVALUATE_TEXT_H

#include "cel/cel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Fails the test when the expression does not compile. The value lives in the evaluation's arena.
 */
static inline struct pq_cel_value evaluate_text(const struct pq_cel_environment *environment,
						const char *text,
						struct pq_cel_evaluation *evaluation)
{
	struct pq_arena *arena = evaluation->arena;
	struct pq_cel_compilation compilation;
	struct pq_cel_value result;
	assert_true(pq_cel_compile(environment, pq_string_from(text), arena, arena, &compilation));
	assert_non_null(compilation.program);
	pq_cel_evaluate(compilation.program, evaluation, &result);
	pq_cel_program_done(compilation.program);
	return result;
}

#endif
