/*
 * Literals that texts are formatted by: "%s is %d".format([name, count]) has a clause for every
 * argument, of a type that it takes. cel-go v0.26 ext/formatting.go (stringFormatValidator).
 */
#include "base/utf8.h"
#include "cel/checker.h"
#include "cel/string_format.h"

struct format_check {
	struct pq_cel_checker *checker;
	const struct pq_cel_expression *node;
	const struct pq_cel_expression *arguments; /* a list */
	struct pq_string rest;                     /* of the format */
	uint32_t used;                             /* arguments asked for */
};

#define KIND(kind_) (1u << PQ_CEL_TYPE_##kind_)

static const struct {
	const char *clauses;
	unsigned kinds;
	const char *text;
} clauses[] = {
	{ "d", KIND(INT) | KIND(UINT), "decimal clause can only be used on integers" },
	{ "f", KIND(DOUBLE) | KIND(STRING), "fixed-point clause can only be used on doubles" },
	{ "e", KIND(DOUBLE) | KIND(STRING), "scientific clause can only be used on doubles" },
	{ "b", KIND(INT) | KIND(UINT) | KIND(BOOL),
	  "only integers and bools can be formatted as binary" },
	{ "xX", KIND(INT) | KIND(UINT) | KIND(STRING) | KIND(BYTES),
	  "only integers, byte buffers, and strings can be formatted as hex" },
	{ "o", KIND(INT) | KIND(UINT), "octal clause can only be used on integers" },
	{ "s",
	  KIND(LIST) | KIND(MAP) | KIND(INT) | KIND(UINT) | KIND(DOUBLE) | KIND(BOOL) |
		  KIND(STRING) | KIND(TIMESTAMP) | KIND(BYTES) | KIND(DURATION) | KIND(TYPE) |
		  KIND(NULL),
	  "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, "
	  "types, durations, and timestamps" },
};

static bool has_kind(const struct pq_cel_expression *node, unsigned kinds)
{
	return node->type->kind == PQ_CEL_TYPE_DYN || (kinds & (1u << node->type->kind)) != 0;
}

/* The argument, or what is in it as a literal, that a clause does not take; NULL: none. Only what
 * is written as text goes into aggregates. */
static const struct pq_cel_expression *find_misfit(const struct pq_cel_expression *node,
						   unsigned kinds)
{
	if (!has_kind(node, kinds))
		return node;
	const struct pq_cel_expression *misfit = NULL;
	if (node->kind == PQ_CEL_LIST) {
		for (uint32_t i = 0; misfit == NULL && i < node->list.count; i++)
			misfit = find_misfit(node->list.items[i], kinds);
	} else if (node->kind == PQ_CEL_MAP) {
		for (uint32_t i = 0; misfit == NULL && i < node->entries.count; i++) {
			misfit = find_misfit(node->entries.entries[i].key, kinds);
			if (misfit == NULL)
				misfit = find_misfit(node->entries.entries[i].value, kinds);
		}
	}
	return misfit;
}

static bool fail(struct format_check *check, const char *text, struct pq_string detail)
{
	pq_cel_issues_add(check->checker->issues, check->node->offset, "%s%.*s", text,
			  PQ_STRING_ARGUMENT(detail));
	return false;
}

static bool check_argument(struct format_check *check, unsigned kinds, const char *text)
{
	const struct pq_cel_expression *argument = check->arguments->list.items[check->used - 1];
	const struct pq_cel_expression *misfit = find_misfit(argument, kinds);
	if (misfit == NULL)
		return true;
	struct pq_string type = misfit->type->name;
	if (misfit->type->declaration != NULL)
		type = pq_cel_checker_show(check->checker, misfit->type);
	pq_cel_issues_add(check->checker->issues, misfit->offset,
			  "error during formatting: %s, was given %.*s", text,
			  PQ_STRING_ARGUMENT(type));
	return false;
}

/* ".2" between the percent sign and the letter. */
static bool skip_precision(struct format_check *check)
{
	size_t end = 1;
	if (check->rest.data[0] != '.')
		return true;
	while (end < check->rest.length && check->rest.data[end] >= '0' &&
	       check->rest.data[end] <= '9')
		end++;
	if (end == check->rest.length)
		return fail(check,
			    "could not parse formatting clause: error while parsing precision: "
			    "could not find end of precision specifier",
			    PQ_S(""));
	struct pq_string digits = pq_string_slice(check->rest, 1, end - 1);
	int64_t precision;
	const char *problem = pq_cel_precision_problem(digits, &precision);
	if (problem != NULL)
		return fail(check,
			    "could not parse formatting clause: error while parsing precision: "
			    "error while converting precision to integer: ",
			    pq_arena_format(check->checker->arena,
					    "strconv.Atoi: parsing \"%.*s\": %s",
					    PQ_STRING_ARGUMENT(digits), problem));
	check->rest = pq_string_slice(check->rest, end, SIZE_MAX);
	return true;
}

static bool check_letter(struct format_check *check)
{
	unsigned char letter = (unsigned char)check->rest.data[0];
	check->rest = pq_string_slice(check->rest, 1, SIZE_MAX);
	for (size_t i = 0; letter != 0 && i < sizeof clauses / sizeof clauses[0]; i++) {
		if (strchr(clauses[i].clauses, letter) != NULL)
			return check_argument(check, clauses[i].kinds, clauses[i].text);
	}
	/* A byte is shown as the character of its number. */
	char shown[PQ_UTF8_BYTES_MAX];
	size_t length = pq_utf8_encode(letter, shown);
	return fail(check, "could not parse formatting clause: unrecognized formatting clause ",
		    pq_arena_format(check->checker->arena, "\"%.*s\"", (int)length, shown));
}

/* After a percent sign that is not doubled. */
static bool check_clause(struct format_check *check)
{
	uint32_t index = check->used++;
	if (check->rest.length == 0)
		return fail(check, "unexpected end of string", PQ_S(""));
	if (index >= check->arguments->list.count)
		return fail(check, "index ",
			    pq_arena_format(check->checker->arena, "%u out of range", index));
	return skip_precision(check) && check_letter(check);
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
