/*
 * Literals that texts are formatted by: "%s is %d".format([name, count]) has a clause for every
 * argument, of a type that it takes. cel-go v0.26 ext/formatting.go (stringFormatValidator).
 */
#include "cel/checking.h"
#include "cel/string_format.h"

#include <inttypes.h>

struct format_check {
	struct pq_cel_checker *checker;
	const struct pq_cel_expression *node;
	const struct pq_cel_expression *arguments; /* a list */
	struct pq_string rest;                     /* of the format */
	uint32_t used;                             /* arguments asked for */
};

/* The argument, or what is in it as a literal, that a clause does not take; NULL: none. Only what
 * is written as text goes into aggregates. */
static const struct pq_cel_expression *find_misfit(const struct pq_cel_expression *node,
						   const struct pq_cel_format_verb *verb)
{
	if (node->type->kind != PQ_CEL_TYPE_DYN && !pq_cel_format_takes(verb, node->type))
		return node;
	const struct pq_cel_expression *misfit = NULL;
	if (node->kind == PQ_CEL_LIST) {
		for (uint32_t i = 0; misfit == NULL && i < node->list.count; i++)
			misfit = find_misfit(node->list.items[i], verb);
	} else if (node->kind == PQ_CEL_MAP) {
		for (uint32_t i = 0; misfit == NULL && i < node->entries.count; i++) {
			misfit = find_misfit(node->entries.entries[i].key, verb);
			if (misfit == NULL)
				misfit = find_misfit(node->entries.entries[i].value, verb);
		}
	}
	return misfit;
}

PQ_PRINTF(2, 3)
static bool fail(struct format_check *check, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	pq_cel_issues_add_list(check->checker->issues, check->node->offset, format, arguments);
	va_end(arguments);
	return false;
}

static bool check_argument(struct format_check *check, uint32_t index,
			   const struct pq_cel_format_verb *verb)
{
	const struct pq_cel_expression *argument = check->arguments->list.items[index];
	const struct pq_cel_expression *misfit = find_misfit(argument, verb);
	if (misfit == NULL)
		return true;
	struct pq_string type = misfit->type->name;
	if (misfit->type->declaration != NULL)
		type = pq_cel_checker_show(check->checker, misfit->type);
	pq_cel_issues_add(check->checker->issues, misfit->offset,
			  "error during formatting: %s, was given %.*s", verb->message,
			  PQ_STRING_ARGUMENT(type));
	return false;
}

/* After a percent sign that is not doubled. */
static bool check_clause(struct format_check *check)
{
	uint32_t index = check->used++;
	struct pq_cel_format_clause clause;
	struct pq_string problem;
	size_t length = 0;
	if (check->rest.length == 0)
		return fail(check, "unexpected end of string");
	if (index >= check->arguments->list.count)
		return fail(check, "index %" PRIu32 " out of range", index);
	if (!pq_cel_format_read_clause(check->checker->arena, check->rest, &length, &clause,
				       &problem))
		return fail(check, "could not parse formatting clause: %.*s",
			    PQ_STRING_ARGUMENT(problem));
	check->rest = pq_string_slice(check->rest, length, SIZE_MAX);
	return check_argument(check, index, clause.verb);
}

static bool check_clauses(struct format_check *check)
{
	ptrdiff_t percent;
	while ((percent = pq_string_find_byte(check->rest, '%')) >= 0) {
		check->rest = pq_string_slice(check->rest, (size_t)percent + 1, SIZE_MAX);
		if (check->rest.length > 0 && check->rest.data[0] == '%')
			check->rest = pq_string_slice(check->rest, 1, SIZE_MAX);
		else if (!check_clause(check))
			return false;
	}
	return true;
}

void pq_cel_checker_validate_format(struct pq_cel_checker *checker,
				    const struct pq_cel_expression *node)
{
	const struct pq_cel_expression *target = node->function.target;
	if (target == NULL || target->kind != PQ_CEL_LITERAL ||
	    target->literal.kind != PQ_CEL_LITERAL_STRING || node->function.count != 1 ||
	    node->function.arguments[0]->kind != PQ_CEL_LIST ||
	    !pq_string_is(node->function.function, "format"))
		return;
	struct format_check check = {
		.checker = checker,
		.node = node,
		.arguments = node->function.arguments[0],
		.rest = target->literal.text,
	};
	if (!check_clauses(&check) || check.used >= check.arguments->list.count)
		return;
	pq_cel_issues_add(checker->issues, node->offset,
			  "too many arguments supplied to string.format (expected %u, got %u)",
			  check.used, check.arguments->list.count);
}
