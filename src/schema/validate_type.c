/* type, nullable and the part of format that concerns types (typeValidator). */
#include "schema/validation.h"

#include <math.h>

enum { NUMBERS = 1 << PQ_INTEGER | 1 << PQ_DOUBLE };

static struct pq_string type_text(const struct pq_node *node)
{
	if (node->types == (1 << PQ_INTEGER | 1 << PQ_STRING))
		return PQ_S("integer,string");
	if (node->types == PQ_NODE_TYPE_UNKNOWN)
		return node->extras->unknown_type;
	for (int kind = PQ_NULL; kind <= PQ_OBJECT; kind++) {
		if (node->types == 1 << kind)
			return pq_string_from(pq_kind_name((enum pq_kind)kind));
	}
	return PQ_S("");
}

/* The format that Go infers from a decoded value. */
static struct pq_string implied_format(const struct pq_value *value)
{
	if (value->kind == PQ_INTEGER)
		return PQ_S("int64");
	return value->kind == PQ_DOUBLE ? PQ_S("float64") : PQ_S("");
}

bool pq_double_is_integer(double number)
{
	const double largest = 0x1p53 - 1; /* that JSON tools agree on */
	const double tolerance = 1e-9;
	if (!(number >= -largest && number <= largest))
		return false;
	if (number == trunc(number))
		return true;
	/* Below zero Go's detour over uint64 leaves only whole numbers. */
	double whole = trunc(number);
	if (number < 0 || whole == 0)
		return false;
	return (number - whole) / (number + whole) < tolerance;
}

static bool matches_type(const struct pq_node *node, const struct pq_value *value)
{
	if ((node->types & 1 << value->kind) != 0)
		return true;
	if (value->kind == PQ_INTEGER)
		return (node->types & 1 << PQ_DOUBLE) != 0;
	return value->kind == PQ_DOUBLE && (node->types & 1 << PQ_INTEGER) != 0 &&
	       pq_double_is_integer(value->number);
}

static bool refuse(struct pq_validation *validation, const struct pq_node *node,
		   const struct pq_value *value, const struct pq_path *path)
{
	return pq_problem_add_type(validation, path, value, type_text(node),
				   pq_string_from(pq_kind_name((enum pq_kind)value->kind)));
}

static bool check_value(struct pq_validation *validation, const struct pq_node *node,
			const struct pq_value *value, const struct pq_path *path)
{
	bool matches = matches_type(node, value);
	if (node->format.length > 0) {
		bool is_sequence = value->kind == PQ_STRING || value->kind == PQ_ARRAY;
		if (!is_sequence && !matches &&
		    !pq_string_equal(node->format, implied_format(value)))
			return pq_problem_add_type(validation, path, value, node->format,
						   implied_format(value));
		if (is_sequence && (node->types & NUMBERS) == 0)
			return true;
	}
	return matches || refuse(validation, node, value, path);
}

bool pq_validation_check_type(struct pq_validation *validation, const struct pq_node *node,
			      const struct pq_value *value, const struct pq_path *path)
{
	if (value->kind == PQ_NULL) {
		if (node->types != 0 && (node->types & 1 << PQ_NULL) == 0 &&
		    (node->flags & PQ_NODE_NULLABLE) == 0)
			return refuse(validation, node, value, path);
		pq_validation_count(validation, 1);
		return true;
	}
	if (node->types == 0 && node->format.length == 0)
		return true;
	bool valid = check_value(validation, node, value, path);
	pq_validation_count(validation, valid ? 2 : 1);
	return valid;
}
