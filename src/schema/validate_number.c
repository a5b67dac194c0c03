/*
 * maximum, minimum, multipleOf and the range of number formats (numberValidator).
 *
 * Bounds are doubles. An integer is compared with a bound cut to int64, unless the bound does not
 * fit the type and format of the schema: that is told, and then doubles are compared.
 */
#include "schema/validation.h"
#include "json/write.h"

#include <inttypes.h>
#include <math.h>

struct number_check {
	struct pq_validation *validation;
	const struct pq_node *node;
	const struct pq_value *value;
	const struct pq_path *path;
};

#define TWO_TO_63 9223372036854775808.0

int64_t pq_double_to_int64(double number)
{
	return number >= -TWO_TO_63 && number < TWO_TO_63 ? (int64_t)number : INT64_MIN;
}

/* Go parses the shortest decimal text of the double, and that of -2^63 is below -2^63. */
bool pq_double_fits_int64(double number)
{
	return number == trunc(number) && number > -TWO_TO_63 && number < TWO_TO_63;
}

static double as_double(const struct pq_value *value)
{
	return value->kind == PQ_INTEGER ? (double)value->integer : value->number;
}

/* Whether the value is in the range of its schema's type and format. */
static bool value_fits(const struct pq_node *node, const struct pq_value *value)
{
	if (node->types == 1 << PQ_INTEGER && node->number_format == PQ_NUMBER_INT32) {
		double number = as_double(value);
		return number == trunc(number) && number >= INT32_MIN && number <= INT32_MAX;
	}
	if (node->types == 1 << PQ_INTEGER && value->kind == PQ_DOUBLE)
		return pq_double_fits_int64(value->number);
	if (node->number_format == PQ_NUMBER_FLOAT)
		return !isinf((float)as_double(value));
	return true;
}

static bool report_range(const struct number_check *check, const char *what)
{
	if (!pq_validation_collects(check->validation))
		return false;
	struct pq_buffer text;
	pq_buffer_init_in(&text, check->validation->arena, 0);
	bool is_integer = check->node->types == 1 << PQ_INTEGER;
	pq_buffer_append_format(&text, "%s value must be of type %s ", what,
				is_integer ? "integer" : "number");
	if (check->node->number_format != PQ_NUMBER_ANY)
		pq_buffer_append_format(&text, "with format %.*s",
					PQ_STRING_ARGUMENT(check->node->format));
	else
		pq_buffer_append_text(&text, "(default format)");
	pq_buffer_append_text(&text, " in ");
	pq_problem_write_path(&text, check->validation, check->path);
	return pq_problem_add_composite(check->validation, check->value, &text);
}

/* "should be <relation> <bound>", the bound as it was compared. */
static bool report_bound(const struct number_check *check, const struct pq_node_bound *bound,
			 const char *relation, bool as_integer)
{
	if (!pq_validation_collects(check->validation))
		return false;
	struct pq_buffer text;
	pq_buffer_init_in(&text, check->validation->arena, 0);
	struct pq_value shown = *check->value;
	if (as_integer) {
		pq_buffer_append_format(&text, "%" PRId64, pq_double_to_int64(bound->value));
	} else {
		pq_go_write_double(&text, bound->value);
		shown = pq_value_from_double(as_double(check->value));
	}
	return pq_problem_add_invalid(check->validation, check->path, check->value, shown,
				      "should be %s %.*s", relation,
				      PQ_STRING_ARGUMENT(pq_buffer_view(&text)));
}

/* -1, 0 or 1, as the value stands to the bound. */
static int compare(const struct pq_value *value, const struct pq_node_bound *bound, bool as_integer)
{
	if (as_integer) {
		int64_t limit = pq_double_to_int64(bound->value);
		return (value->integer > limit) - (value->integer < limit);
	}
	double number = as_double(value);
	return (number > bound->value) - (number < bound->value);
}

static bool check_maximum(const struct number_check *check, const struct pq_node_bound *bound)
{
	bool as_integer = bound->fits && check->value->kind == PQ_INTEGER;
	bool fits = bound->fits || report_range(check, "Maximum boundary");
	int order = compare(check->value, bound, as_integer);
	if (order < 0 || (order == 0 && !bound->exclusive))
		return fits;
	return report_bound(check, bound, bound->exclusive ? "less than" : "less than or equal to",
			    as_integer);
}

static bool check_minimum(const struct number_check *check, const struct pq_node_bound *bound)
{
	bool as_integer = bound->fits && check->value->kind == PQ_INTEGER;
	bool fits = bound->fits || report_range(check, "Minimum boundary");
	int order = compare(check->value, bound, as_integer);
	if (order > 0 || (order == 0 && !bound->exclusive))
		return fits;
	return report_bound(check, bound,
			    bound->exclusive ? "greater than" : "greater than or equal to",
			    as_integer);
}

static bool report_factor(const struct number_check *check, struct pq_value factor)
{
	if (!pq_validation_collects(check->validation))
		return false;
	struct pq_buffer shown, name;
	pq_buffer_init_in(&shown, check->validation->arena, 0);
	pq_go_write_value(&shown, &factor);
	pq_buffer_init_in(&name, check->validation->arena, 0);
	pq_problem_write_path(&name, check->validation, check->path);
	struct pq_string text = pq_buffer_view(&shown);
	return pq_problem_add(check->validation, PQ_FINDING_INVALID, check->path, check->value,
			      "Invalid value: %.*s: factor MultipleOf declared for %.*s must be "
			      "positive: %.*s",
			      PQ_STRING_ARGUMENT(text), PQ_STRING_ARGUMENT(pq_buffer_view(&name)),
			      PQ_STRING_ARGUMENT(text));
}

static bool check_multiple_of(const struct number_check *check, const struct pq_node_bound *bound)
{
	bool fits = bound->fits || report_range(check, "MultipleOf");
	if (bound->fits && check->value->kind == PQ_INTEGER) {
		int64_t factor = pq_double_to_int64(bound->value);
		if (factor <= 0)
			return report_factor(check, pq_value_from_integer(factor));
		return check->value->integer % factor == 0 ||
		       report_bound(check, bound, "a multiple of", true);
	}
	if (bound->value <= 0)
		return report_factor(check, pq_value_from_double(bound->value));
	double number = as_double(check->value);
	double quotient = bound->value < 1 ? 1 / bound->value * number : number / bound->value;
	if (pq_double_is_integer(quotient))
		return fits;
	return report_bound(check, bound, "a multiple of", false);
}

bool pq_validation_check_number(struct pq_validation *validation, const struct pq_node *node,
				const struct pq_value *value, const struct pq_path *path)
{
	const struct number_check check = { validation, node, value, path };
	pq_validation_count(validation, 2);
	bool valid = value_fits(node, value) || report_range(&check, "Checked");
	const struct pq_node_number *number = node->number;
	if (number == NULL)
		return valid;
	if (number->multiple_of.given && pq_validation_goes_on(validation, valid))
		valid = check_multiple_of(&check, &number->multiple_of) && valid;
	if (number->minimum.given && pq_validation_goes_on(validation, valid))
		valid = check_minimum(&check, &number->minimum) && valid;
	if (number->maximum.given && pq_validation_goes_on(validation, valid))
		valid = check_maximum(&check, &number->maximum) && valid;
	return valid;
}
