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

static size_t count_valid(struct pq_validation *validation, const struct pq_node_branches *branches,
			  const struct pq_value *value, size_t enough)
{
	size_t valid = 0;
	for (size_t i = 0; i < branches->count && valid < enough; i++)
		valid += judge_apart(validation, branches->items[i], value, NULL, NULL);
	return valid;
}

static bool check_any_of(struct pq_validation *validation, const struct pq_node_branches *branches,
			 const struct pq_value *value, const struct pq_path *path)
{
	if (!pq_validation_collects(validation))
		return count_valid(validation, branches, value, 1) == 1;
	struct pq_result best = { .matches = 0 };
	for (size_t i = 0; i < branches->count; i++) {
		struct pq_result result;
		if (judge_apart(validation, branches->items[i], value, path, &result)) {
			pq_result_merge(validation->result, &result);
			return true;
		}
		if (i == 0 || result.matches > best.matches)
			best = result;
	}
	report(validation, value, path, " must validate at least one schema (anyOf)");
	pq_result_merge(validation->result, &best);
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
	if (!pq_validation_collects(validation))
		return count_valid(validation, branches, value, 2) == 1;
	struct pq_result best = { .matches = 0 }, first = { .matches = 0 };
	size_t valid = 0;
	for (size_t i = 0; i < branches->count; i++) {
		struct pq_result result;
		if (judge_apart(validation, branches->items[i], value, path, &result)) {
			if (valid++ == 0)
				first = result;
		} else if (i == 0 || result.matches > best.matches) {
			best = result;
		}
	}
	if (valid != 1)
		report_one_of(validation, value, path, valid);
	if (valid < 2)
		pq_result_merge(validation->result, valid == 1 ? &first : &best);
	return valid == 1;
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
	bool valid = true;
	if (junctors->any_of.count > 0)
		valid = check_any_of(validation, &junctors->any_of, value, path);
	if (junctors->one_of.count > 0 && pq_validation_goes_on(validation, valid))
		valid = check_one_of(validation, &junctors->one_of, value, path) && valid;
	if (junctors->all_of.count > 0 && pq_validation_goes_on(validation, valid))
		valid = check_all_of(validation, &junctors->all_of, value, path) && valid;
	if (junctors->not != NULL && pq_validation_goes_on(validation, valid))
		valid = check_not(validation, junctors->not, value, path) && valid;
	return valid;
}
