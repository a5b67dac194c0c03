/*
 * Quantities: k8s.io/apiserver v0.36 pkg/cel/library/quantity.go.
 */
#include "cel/cost.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/opaque.h"
#include "cel/signature.h"
#include "formats/quantity.h"

static bool equal(const void *a, const void *b)
{
	return pq_quantity_compare(a, b) == 0;
}

static void write(struct pq_buffer *buffer, const void *quantity)
{
	pq_quantity_write(buffer, quantity);
}

static const struct pq_cel_opaque_kind quantity_kind = {
	.type = { .kind = PQ_CEL_TYPE_OBJECT, .name = PQ_LITERAL("kubernetes.Quantity") },
	.equal = equal,
	.go_name = "*cel.Quantity",
	.go_type = "*resource.Quantity",
	.write = write,
};

static struct pq_cel_value from_quantity(struct pq_arena *arena, const struct pq_quantity *quantity)
{
	struct pq_quantity *copy = pq_arena_alloc_raw(arena, sizeof *copy);
	if (copy == NULL)
		return pq_cel_out_of_memory();
	*copy = *quantity;
	return pq_cel_from_opaque(&quantity_kind.type, copy);
}

/* What the API server could compute with, and we cannot: nothing may take it for an answer. */
static struct pq_cel_value too_many_digits(void)
{
	struct pq_cel_value error =
		pq_cel_from_error("the quantity has more digits than can be held");
	error.form = PQ_CEL_FATAL;
	return error;
}

static void to_quantity(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			struct pq_cel_value *result)
{
	struct pq_quantity quantity;
	struct pq_error error;
	if (pq_quantity_parse(pq_cel_value_string(&arguments[0]), &quantity, &error))
		*result = from_quantity(run->arena, &quantity);
	else if (error.code == PQ_ERROR_TOO_LARGE)
		*result = too_many_digits();
	else
		*result = pq_cel_error_format(run->arena, "%s", error.message);
}

static void is_quantity(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			struct pq_cel_value *result)
{
	struct pq_quantity quantity;
	struct pq_error error;
	(void)run;
	*result = pq_cel_from_bool(
		pq_quantity_parse(pq_cel_value_string(&arguments[0]), &quantity, &error));
	if (!result->boolean && error.code == PQ_ERROR_TOO_LARGE)
		*result = too_many_digits();
}

static void sign(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		 struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_int(pq_quantity_sign(arguments[0].opaque));
}

static void is_greater(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		       struct pq_cel_value *result)
{
	(void)run;
	*result =
		pq_cel_from_bool(pq_quantity_compare(arguments[0].opaque, arguments[1].opaque) > 0);
}

static void is_less(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	(void)run;
	*result =
		pq_cel_from_bool(pq_quantity_compare(arguments[0].opaque, arguments[1].opaque) < 0);
}

static void compare(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_int(pq_quantity_compare(arguments[0].opaque, arguments[1].opaque));
}

static void as_double(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_double(pq_quantity_to_double(arguments[0].opaque));
}

static void as_integer(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		       struct pq_cel_value *result)
{
	int64_t integer;
	(void)run;
	*result = pq_quantity_to_int64(arguments[0].opaque, &integer)
			  ? pq_cel_from_int(integer)
			  : pq_cel_from_error("cannot convert value to integer");
}

static void is_integer(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		       struct pq_cel_value *result)
{
	int64_t integer;
	(void)run;
	*result = pq_cel_from_bool(pq_quantity_to_int64(arguments[0].opaque, &integer));
}

/* A quantity, or an int as one. */
static struct pq_quantity operand_of(const struct pq_cel_value *value)
{
	if (value->kind == PQ_CEL_OPAQUE_VALUE)
		return *(const struct pq_quantity *)value->opaque;
	return (struct pq_quantity){ .mantissa = value->integer,
				     .form = PQ_QUANTITY_DECIMAL_EXPONENT,
				     .is_int64 = true };
}

static struct pq_cel_value sum_or_error(struct pq_cel_run *run, bool made,
					const struct pq_quantity *sum)
{
	if (!made)
		return too_many_digits();
	struct pq_cel_value result = from_quantity(run->arena, sum);
	if (!pq_cel_is_error(&result))
		result.form = PQ_CEL_BY_POINTER;
	return result;
}

static void add(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		struct pq_cel_value *result)
{
	struct pq_quantity operand = operand_of(&arguments[1]), sum;
	bool made = pq_quantity_add(arguments[0].opaque, &operand, &sum);
	*result = sum_or_error(run, made, &sum);
}

static void subtract(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	struct pq_quantity operand = operand_of(&arguments[1]), difference;
	bool made = pq_quantity_subtract(arguments[0].opaque, &operand, &difference);
	*result = sum_or_error(run, made, &difference);
}

#define QUANTITY &quantity_kind.type
#define BOOL     &pq_cel_bool
#define INT      &pq_cel_int
#define STRING   &pq_cel_string

static const struct pq_cel_overload overloads[] = {
	COSTLY_FUNCTION(traversal, traversal, to_quantity, "quantity", "string_to_quantity",
			QUANTITY, 1, STRING),
	COSTLY_FUNCTION(traversal, traversal, is_quantity, "isQuantity", "is_quantity_string", BOOL,
			1, STRING),
	FUNCTION(sign, "sign", "quantity_sign", INT, 1, QUANTITY),
	METHOD(is_greater, "isGreaterThan", "quantity_is_greater_than", BOOL, 2, QUANTITY,
	       QUANTITY),
	METHOD(is_less, "isLessThan", "quantity_is_less_than", BOOL, 2, QUANTITY, QUANTITY),
	METHOD(compare, "compareTo", "quantity_compare_to", INT, 2, QUANTITY, QUANTITY),
	METHOD(as_double, "asApproximateFloat", "quantity_get_float", &pq_cel_double, 1, QUANTITY),
	METHOD(as_integer, "asInteger", "quantity_get_int", INT, 1, QUANTITY),
	METHOD(is_integer, "isInteger", "quantity_is_integer", BOOL, 1, QUANTITY),
	METHOD(add, "add", "quantity_add", QUANTITY, 2, QUANTITY, QUANTITY),
	METHOD(add, "add", "quantity_add_int", QUANTITY, 2, QUANTITY, INT),
	METHOD(subtract, "sub", "quantity_sub", QUANTITY, 2, QUANTITY, QUANTITY),
	METHOD(subtract, "sub", "quantity_sub_int", QUANTITY, 2, QUANTITY, INT),
};

const struct pq_cel_library pq_cel_library_quantity = {
	.name = "quantity",
	.introduced = 28,
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
};
