/* What is checked of an expression once its types are right: cel-go v0.26 cel/validator.go. */
#include "cel/checking.h"
#include "formats/duration.h"
#include "formats/timestamp.h"
#include "regex/regex.h"

enum {
	CALLS_VALIDATED_SINCE = 29, /* 1.x */
};

static bool is_duration(const struct pq_cel_literal *literal)
{
	struct pq_error error;
	int64_t nanoseconds;
	return literal->kind == PQ_CEL_LITERAL_STRING &&
	       pq_duration_parse(literal->text, &nanoseconds, &error);
}

static bool is_timestamp(const struct pq_cel_literal *literal)
{
	int64_t seconds;
	int32_t nanoseconds;
	if (literal->kind == PQ_CEL_LITERAL_INT)
		seconds = literal->integer;
	else if (literal->kind != PQ_CEL_LITERAL_STRING ||
		 !pq_time_parse(literal->text, &seconds, &nanoseconds, NULL))
		return false;
	return seconds >= PQ_CEL_TIMESTAMP_MIN && seconds <= PQ_CEL_TIMESTAMP_MAX;
}

static bool is_pattern(const struct pq_cel_literal *literal)
{
	struct pq_error error;
	return literal->kind != PQ_CEL_LITERAL_STRING ||
	       pq_regex_syntax_check(literal->text, NULL, &error);
}

/* Functions whose first argument (not the target) is looked at when it is a literal. */
static const struct {
	const char *function;
	bool (*is_valid)(const struct pq_cel_literal *literal);
} argument_checks[] = {
	{ "duration", is_duration },
	{ "timestamp", is_timestamp },
	{ "matches", is_pattern },
};

static void validate_call(struct pq_cel_checker *checker, const struct pq_cel_expression *node)
{
	if (node->function.count == 0)
		return;
	const struct pq_cel_expression *argument = node->function.arguments[0];
	if (argument->kind != PQ_CEL_LITERAL)
		return;
	for (size_t i = 0; i < sizeof argument_checks / sizeof argument_checks[0]; i++) {
		if (pq_string_is(node->function.function, argument_checks[i].function) &&
		    !argument_checks[i].is_valid(&argument->literal))
			pq_cel_issues_add(checker->issues, argument->offset, "invalid %s argument",
					  argument_checks[i].function);
	}
}

/* An optional item's content is what the aggregate holds. */
static const struct pq_cel_type *content_type(const struct pq_cel_expression *item, bool optional)
{
	const struct pq_cel_type *type = item->type;
	return optional && type->parameter_count > 0 ? type->parameters[0] : type;
}

/* All but the first have the first's type. */
static bool is_like_first(struct pq_cel_checker *checker, const struct pq_cel_expression *node,
			  const struct pq_cel_type **first, const struct pq_cel_type *type)
{
	if (*first == NULL || (*first)->kind == PQ_CEL_TYPE_NOTHING)
		*first = type;
	if (pq_cel_type_equal(*first, type))
		return true;
	pq_cel_checker_report_mismatch(checker, node->offset, *first, type);
	return false;
}

static void validate_list(struct pq_cel_checker *checker, const struct pq_cel_expression *node)
{
	const struct pq_cel_type *first = NULL;
	for (uint32_t i = 0; i < node->list.count; i++) {
		const struct pq_cel_expression *item = node->list.items[i];
		bool optional = node->list.optional != NULL && node->list.optional[i];
		if (!is_like_first(checker, item, &first, content_type(item, optional)))
			return;
	}
}

static void validate_map(struct pq_cel_checker *checker, const struct pq_cel_expression *node)
{
	const struct pq_cel_type *key = NULL;
	const struct pq_cel_type *value = NULL;
	for (uint32_t i = 0; i < node->entries.count; i++) {
		const struct pq_cel_entry *entry = &node->entries.entries[i];
		is_like_first(checker, entry->key, &key, entry->key->type);
		is_like_first(checker, entry->value, &value,
			      content_type(entry->value, entry->optional));
	}
}

static void validate_literals(struct pq_cel_checker *checker)
{
	for (size_t i = 0; i < checker->checked_count; i++) {
		const struct pq_cel_expression *node = checker->checked[i].node;
		if (checker->checked[i].in_format)
			continue;
		if (node->kind == PQ_CEL_LIST)
			validate_list(checker, node);
		else if (node->kind == PQ_CEL_MAP)
			validate_map(checker, node);
	}
}

typedef void validate_node(struct pq_cel_checker *checker, const struct pq_cel_expression *node);

static void validate_calls(struct pq_cel_checker *checker, validate_node *validate)
{
	if (checker->environment->version < CALLS_VALIDATED_SINCE)
		return;
	for (size_t i = 0; i < checker->checked_count; i++) {
		if (checker->checked[i].node->kind == PQ_CEL_CALL)
			validate(checker, checker->checked[i].node);
	}
}

/* One after the other: of two issues about the same place, the one that was found first is told
 * first. */
void pq_cel_checker_validate(struct pq_cel_checker *checker)
{
	validate_calls(checker, validate_call);
	validate_literals(checker);
	validate_calls(checker, pq_cel_checker_validate_format);
}
