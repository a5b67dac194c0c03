/*
 * allOf, anyOf, oneOf and not (schemaPropsValidator).
 *
 * Branches are judged apart, so that the problems of a branch are told or kept back as a whole. A
 * branch never knows of the old object: what is wrong in it is forgiven only with the whole value.
 */
#include "schema/validation.h"
#include "json/write.h"

#include <stdio.h>

/* Judges a branch into a result of its own. */
static bool judge_apart(struct pq_validation *validation, const struct pq_node *branch,
			const struct pq_value *value, const struct pq_path *path,
			struct pq_result *result)
{
	struct pq_result *outer = validation->result;
	if (result != NULL)
		pq_result_init(result, validation->arena);
	validation->result = result;
	bool valid = pq_validation_judge(validation, branch, value, path, NULL);
	validation->result = outer;
	return valid;
}

/* "P" must <text> */
static bool report(struct pq_validation *validation, const struct pq_value *value,
		   const struct pq_path *path, const char *text)
{
	struct pq_buffer name, message;
	pq_buffer_init_in(&name, validation->arena, 0);
	pq_problem_write_path(&name, validation, path);
	pq_buffer_init_in(&message, validation->arena, 0);
	pq_go_quote(&message, pq_buffer_view(&name));
	pq_buffer_append_text(&message, text);
	if (pq_buffer_failed(&name))
		message.failed = true;
	return pq_problem_add_composite(validation, value, &message);
}

/* How many branches are valid, without a text for those that are not; *first is the first one. */
static size_t probe(struct pq_validation *validation, const struct pq_node_branches *branches,
		    const struct pq_value *value, size_t enough, size_t *first)
{
	size_t valid = 0;
	for (size_t i = 0; i < branches->count && valid < enough; i++) {
		if (judge_apart(validation, branches->items[i], value, NULL, NULL) && valid++ == 0)
			*first = i;
	}
	return valid;
}

/* The matches of the branch that is valid count for the whole. */
static void count_branch(struct pq_validation *validation, const struct pq_node *branch,
			 const struct pq_value *value, const struct pq_path *path)
{
	struct pq_result result;
	judge_apart(validation, branch, value, path, &result);
	validation->result->matches += result.matches;
}

/* The problems of the branch that matched most, when none is valid. */
static void tell_best(struct pq_validation *validation, const struct pq_node_branches *branches,
		      const struct pq_value *value, const struct pq_path *path)
{
	struct pq_result best = { .matches = 0 };
	for (size_t i = 0; i < branches->count; i++) {
		struct pq_result result;
		judge_apart(validation, branches->items[i], value, path, &result);
		if (i == 0 || result.matches > best.matches)
			best = result;
	}
	pq_result_merge(validation->result, &best);
}

static bool check_any_of(struct pq_validation *validation, const struct pq_node_branches *branches,
			 const struct pq_value *value, const struct pq_path *path)
{
	size_t first = 0;
	bool valid = probe(validation, branches, value, 1, &first) == 1;
	if (!pq_validation_collects(validation))
		return valid;
	if (valid) {
		count_branch(validation, branches->items[first], value, path);
		return true;
	}
	report(validation, value, path, " must validate at least one schema (anyOf)");
	tell_best(validation, branches, value, path);
	return false;
}

static bool report_one_of(struct pq_validation *validation, const struct pq_value *value,
			  const struct pq_path *path, size_t valid)
{
	if (valid == 0)
		return report(validation, value, path,
			      " must validate one and only one schema (oneOf). Found none valid");
	char text[96];
	snprintf(text, sizeof text,
		 " must validate one and only one schema (oneOf). Found %zu valid alternatives",
		 valid);
	return report(validation, value, path, text);
}

static bool check_one_of(struct pq_validation *validation, const struct pq_node_branches *branches,
			 const struct pq_value *value, const struct pq_path *path)
{
	bool collects = pq_validation_collects(validation);
	size_t first = 0;
	size_t valid = probe(validation, branches, value, collects ? SIZE_MAX : 2, &first);
	if (!collects)
		return valid == 1;
	if (valid == 1) {
		count_branch(validation, branches->items[first], value, path);
		return true;
	}
	report_one_of(validation, value, path, valid);
	if (valid == 0)
		tell_best(validation, branches, value, path);
	return false;
}

static bool check_all_of(struct pq_validation *validation, const struct pq_node_branches *branches,
			 const struct pq_value *value, const struct pq_path *path)
{
	size_t valid = 0;
	for (size_t i = 0; i < branches->count; i++) {
		struct pq_result result;
		struct pq_result *apart = pq_validation_collects(validation) ? &result : NULL;
		if (judge_apart(validation, branches->items[i], value, path, apart))
			valid++;
		else if (apart == NULL)
			return false;
		if (apart != NULL)
			pq_result_merge(validation->result, apart);
	}
	if (valid == branches->count)
		return true;
	return report(validation, value, path,
		      valid == 0 ? " must validate all the schemas (allOf). None validated"
				 : " must validate all the schemas (allOf)");
}

static bool check_not(struct pq_validation *validation, const struct pq_node *branch,
		      const struct pq_value *value, const struct pq_path *path)
{
	if (!judge_apart(validation, branch, value, path, NULL))
		return true;
	return pq_validation_collects(validation) &&
	       report(validation, value, path, " must not validate the schema (not)");
}

bool pq_validation_check_junctors(struct pq_validation *validation, const struct pq_node *node,
				  const struct pq_value *value, const struct pq_path *path)
{
	const struct pq_node_junctors *junctors = node->junctors;
	bool valid = true, conceals_branch = validation->conceals_branch;
	validation->conceals_branch = validation->conceals;
	if (junctors->any_of.count > 0)
		valid = check_any_of(validation, &junctors->any_of, value, path);
	if (junctors->one_of.count > 0 && pq_validation_goes_on(validation, valid))
		valid = check_one_of(validation, &junctors->one_of, value, path) && valid;
	if (junctors->all_of.count > 0 && pq_validation_goes_on(validation, valid))
		valid = check_all_of(validation, &junctors->all_of, value, path) && valid;
	if (junctors->not != NULL && pq_validation_goes_on(validation, valid))
		valid = check_not(validation, junctors->not, value, path) && valid;
	validation->conceals_branch = conceals_branch;
	return valid;
}
