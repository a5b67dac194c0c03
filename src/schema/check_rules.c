/*
 * x-kubernetes-validations as far as it can be judged without compiling an expression: presence
 * of the parts, line breaks, reasons.
 */
#include "schema/check.h"

#include "base/utf8.h"
#include "json/write.h"

static bool has_line_break(struct pq_string text)
{
	return pq_string_find_byte(text, '\n') >= 0 || pq_string_find_byte(text, '\r') >= 0;
}

struct rule_check {
	const struct pq_check *check;
	const struct pq_value *rule;
	const struct pq_path *path; /* of the rule */
};

static void report(const struct rule_check *check, enum pq_finding_type type, const char *keyword,
		   const char *detail)
{
	struct pq_path step = pq_path_property(check->path, pq_string_from(keyword));
	const struct pq_value *value = pq_value_find(check->rule, step.name);
	if (type == PQ_FINDING_REQUIRED)
		pq_check_add(check->check, type, &step, value == NULL ? check->rule : value,
			     pq_string_from(detail));
	else
		pq_check_add_value(check->check, type, &step, value, value, pq_string_from(detail));
}

static void check_message(const struct rule_check *check, struct pq_string rule)
{
	struct pq_string message = pq_value_find_string(check->rule, PQ_S("message"));
	struct pq_string trimmed = pq_utf8_trim(message);
	if (rule.length == 0)
		report(check, PQ_FINDING_REQUIRED, "rule", "rule is not specified");
	else if (message.length > 0 && trimmed.length == 0)
		report(check, PQ_FINDING_INVALID, "message", "must be non-empty if specified");
	else if (has_line_break(trimmed))
		report(check, PQ_FINDING_INVALID, "message", "must not contain line breaks");
	else if (has_line_break(rule) && trimmed.length == 0)
		report(check, PQ_FINDING_REQUIRED, "message",
		       "message must be specified if rule contains line breaks");
}

static void check_reason(const struct rule_check *check)
{
	static const char *const reasons[] = { "FieldValueDuplicate", "FieldValueForbidden",
					       "FieldValueInvalid", "FieldValueRequired" };
	struct pq_string reason = pq_value_find_string(check->rule, PQ_S("reason"));
	if (reason.data == NULL)
		return;
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
		if (pq_string_is(reason, reasons[i]))
			return;
	}
	/* A type of its own in Go, and so shown as JSON. */
	struct pq_path step = pq_path_property(check->path, PQ_S("reason"));
	struct pq_buffer shown;
	pq_buffer_init_in(&shown, check->check->arena, 0);
	pq_json_write_string(&shown, reason, PQ_JSON_ESCAPE_HTML);
	pq_check_add_shown(check->check, PQ_FINDING_NOT_SUPPORTED, &step,
			   pq_value_find(check->rule, PQ_S("reason")), &shown,
			   PQ_S("supported values: \"FieldValueDuplicate\", "
				"\"FieldValueForbidden\", \"FieldValueInvalid\", "
				"\"FieldValueRequired\""));
}

static void check_field_path(const struct rule_check *check, const struct pq_source *source)
{
	struct pq_string path = pq_value_find_string(check->rule, PQ_S("fieldPath"));
	if (path.length == 0)
		return;
	if (pq_utf8_trim(path).length == 0)
		report(check, PQ_FINDING_INVALID, "fieldPath", "must be non-empty if specified");
	if (has_line_break(path))
		report(check, PQ_FINDING_INVALID, "fieldPath", "must not contain line breaks");
	if (!pq_source_has_field(source, path))
		report(check, PQ_FINDING_INVALID, "fieldPath", "must be a valid path");
}

void pq_check_rules(const struct pq_check *check, const struct pq_source *source,
		    const struct pq_path *path)
{
	struct pq_path keyword = pq_path_property(path, PQ_S("x-kubernetes-validations"));
	for (uint32_t i = 0; source->rules != NULL && i < source->rules->length; i++) {
		struct pq_path step = pq_path_index(&keyword, i);
		const struct rule_check rule = { check, &source->rules->items[i], &step };
		struct pq_string expression =
			pq_value_find_string(rule.rule, PQ_S("messageExpression"));
		check_message(&rule, pq_utf8_trim(pq_value_find_string(rule.rule, PQ_S("rule"))));
		if (expression.length > 0 && pq_utf8_trim(expression).length == 0)
			report(&rule, PQ_FINDING_REQUIRED, "messageExpression",
			       "messageExpression must be non-empty if specified");
		check_reason(&rule);
		check_field_path(&rule, source);
	}
}
