#include "cel/cel.h"
#include "cel/check.h"
#include "cel/estimate_expression.h"
#include "cel/parse.h"
#include "cel/patch_type.h"
#include "cel/program.h"

#include <assert.h>

/* From what may be reset to what is kept. What has no parameters is static or of a declaration, but
 * for the objects of patches: each is named as the expression does. */
static const struct pq_cel_type *keep_type(struct pq_arena *arena, const struct pq_cel_type *type)
{
	bool is_named_here = pq_cel_patch_type_has(type->name);
	if (type->parameter_count == 0 && !is_named_here)
		return type;
	struct pq_cel_type *kept = pq_arena_alloc_raw(arena, sizeof *kept);
	if (kept == NULL)
		return NULL;
	*kept = *type;
	if (is_named_here)
		kept->name = pq_arena_copy(arena, type->name);
	if (kept->name.data == NULL)
		return NULL;
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
	assert(environment->variable_count <= PQ_CEL_VARIABLES_MAX);
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
