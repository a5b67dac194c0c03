/* maxLength, minLength, pattern (the first that fails is told) and format of strings. */
#include "base/release.h"
#include "base/utf8.h"
#include "schema/validation.h"

#include <inttypes.h>

static bool report_too_long(struct pq_validation *validation, int64_t most,
			    const struct pq_value *value, const struct pq_path *path)
{
	if (!pq_release_has(PQ_CHANGE_LENGTHS_IN_BYTES))
		return pq_problem_add(validation, PQ_FINDING_TOO_LONG, path, value,
				      "Too long: may not be longer than %" PRId64, most);
	return pq_problem_add(validation, PQ_FINDING_TOO_LONG, path, value,
			      "Too long: may not be more than %" PRId64 " byte%s", most,
			      pq_release_plural(most));
}

static bool check_lengths(struct pq_validation *validation, const struct pq_node_text *text,
			  const struct pq_value *value, const struct pq_path *path)
{
	/* A string of n bytes has at most n code points and at least a quarter of that. */
	if ((int64_t)value->length <= text->max_length &&
	    (int64_t)value->length / 4 >= text->min_length)
		return true;
	int64_t length = (int64_t)pq_utf8_count(pq_value_string(value));
	if (length > text->max_length && text->max_length < 0)
		return pq_problem_add(validation, PQ_FINDING_TOO_LONG, path, value,
				      "Too long: value is too long");
	if (length > text->max_length)
		return report_too_long(validation, text->max_length, value, path);
	if (length < text->min_length)
		return pq_problem_add_invalid(validation, path, value, *value,
					      "should be at least %" PRId64 " chars long",
					      text->min_length);
	return true;
}

static bool check_constraints(struct pq_validation *validation, const struct pq_node_text *text,
			      const struct pq_value *value, const struct pq_path *path)
{
	if (!check_lengths(validation, text, value, path))
		return false;
	if (text->regex == NULL || pq_regex_search_known(text->regex, pq_value_string(value)))
		return true;
	return pq_problem_add_invalid(validation, path, value, *value, "should match '%.*s'",
				      PQ_STRING_ARGUMENT(text->pattern));
}

static bool check_format(struct pq_validation *validation, const struct pq_node *node,
			 const struct pq_value *value, const struct pq_path *path)
{
	pq_validation_count(validation, 1);
	if (node->string_format->check(pq_value_string(value)))
		return true;
	return pq_problem_add_type(validation, path, value, node->format,
				   validation->conceals ? pq_problem_concealed
							: pq_value_string(value));
}

bool pq_validation_check_text(struct pq_validation *validation, const struct pq_node *node,
			      const struct pq_value *value, const struct pq_path *path)
{
	pq_validation_count(validation, 1);
	bool valid = node->text == NULL || check_constraints(validation, node->text, value, path);
	if (node->string_format == NULL || !pq_validation_goes_on(validation, valid))
		return valid;
	return check_format(validation, node, value, path) && valid;
}
