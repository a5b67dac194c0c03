#include "cel_trial.h"

#include "cel/show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

enum { VERSION = 35, CALL_COST_LIMIT = 1000000 };

void cel_trial_init(struct cel_trial *trial)
{
	*trial = (struct cel_trial){ .count = 0 };
	pq_arena_init(&trial->arena, 0);
}

void cel_trial_done(struct cel_trial *trial)
{
	pq_cel_program_done(trial->compilation.program);
	pq_arena_done(&trial->arena);
}

void cel_trial_declare(struct cel_trial *trial, struct pq_string name,
		       const struct pq_cel_type *type, const struct pq_cel_declaration *sizes,
		       struct pq_cel_value value)
{
	assert_true(trial->count < PQ_CEL_VARIABLES_MAX);
	trial->variables[trial->count] = (struct pq_cel_variable){ name, type, sizes };
	trial->values[trial->count++] = value;
}

void cel_trial_run(struct cel_trial *trial, struct pq_string expression)
{
	const struct pq_cel_environment environment = { .version = VERSION,
							.variables = trial->variables,
							.variable_count = trial->count };
	struct pq_cel_evaluation evaluation = {
		.arena = &trial->arena,
		.variables = trial->values,
		.cost_limit = CALL_COST_LIMIT,
	};
	assert_true(pq_cel_compile(&environment, expression, &trial->arena, &trial->arena,
				   &trial->compilation));
	trial->result = pq_cel_from_error("not compiled");
	if (trial->compilation.program != NULL)
		pq_cel_evaluate(trial->compilation.program, &evaluation, &trial->result);
	trial->cost = evaluation.cost;
}

struct pq_string cel_trial_problem(const struct cel_trial *trial)
{
	if (trial->compilation.issues.data != NULL)
		return trial->compilation.issues;
	if (trial->compilation.plan_error.data != NULL)
		return trial->compilation.plan_error;
	return pq_cel_is_error(&trial->result) ? pq_cel_value_string(&trial->result)
					       : (struct pq_string){ 0 };
}

struct pq_string cel_trial_show(struct cel_trial *trial, const struct pq_cel_value *value)
{
	struct pq_buffer shown;
	if (pq_cel_is_error(value))
		return pq_cel_value_string(value);
	pq_buffer_init_in(&shown, &trial->arena, 0);
	pq_cel_show_value(&shown, &trial->arena, value);
	return pq_buffer_view(&shown);
}
