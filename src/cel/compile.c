#include "cel/cel.h"
#include "cel/check.h"
#include "cel/cost_static.h"
#include "cel/parse.h"
#include "cel/program.h"

/* From what may be reset to what is kept. */
static const struct pq_cel_type *keep_type(struct pq_arena *arena, const struct pq_cel_type *type)
{
	if (type->parameter_count == 0)
		return type;
	struct pq_cel_type *kept = pq_arena_alloc_raw(arena, sizeof *kept);
	if (kept == NULL)
		return NULL;
	*kept = *type;
	for (uint8_t i = 0; i < type->parameter_count; i++) {
		kept->parameters[i] = keep_type(arena, type->parameters[i]);
		if (kept->parameters[i] == NULL)
			return NULL;
	}
	return kept;
}

static bool report(const struct pq_cel_issues *issues, struct pq_arena *arena,
		   struct pq_cel_compilation *compilation)
{
	struct pq_string text = pq_cel_issues_format(issues, arena);
	if (text.data == NULL)
		return false;
	*compilation = (struct pq_cel_compilation){ .issues = text };
	return true;
}

bool pq_cel_compile(const struct pq_cel_environment *environment, struct pq_string expression,
		    struct pq_arena *program_arena, struct pq_arena *scratch,
		    struct pq_cel_compilation *compilation)
{
	struct pq_cel_compilation made = { 0 };
	struct pq_cel_issues issues;
	struct pq_cel_tree tree;
	pq_cel_issues_init(&issues, scratch, expression);
	if (!pq_cel_parse(scratch, expression, environment->version, &tree, &issues) ||
	    !pq_cel_check(environment, &tree, scratch, &made, &issues))
		return !pq_arena_is_exhausted(scratch) &&
		       report(&issues, program_arena, compilation);
	struct pq_cel_estimate cost = { 0 };
	if (!environment->leaves_cost_open &&
	    !pq_cel_estimate_cost(environment, &tree, scratch, &cost))
		return false;
	made.max_cost = cost.max;
	made.type = keep_type(program_arena, tree.root->type);
	if (made.type == NULL)
		return false;
	made.program = pq_cel_plan(program_arena, environment, tree.root, &made.plan_error);
	if (made.program == NULL && made.plan_error.data == NULL)
		return false;
	*compilation = made;
	return true;
}
