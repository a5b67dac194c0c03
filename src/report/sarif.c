/*
 * SARIF 2.1.0 (OASIS), as code scanning of GitHub and others take it. A result for each finding;
 * the rule is the finding's reason.
 */
#include "report/format.h"

#include "report/quote.h"

/* The reasons of findings, and the rule for those without one. Names as a StatusCause has them. */
static const struct rule {
	const char *id;
	const char *description;
} rules[] = {
	{ "Document", "A document cannot be read, or is refused or warned of as a whole." },
	{ "FieldValueRequired", "A required field is missing." },
	{ "FieldValueInvalid", "A value breaks a rule of the schema." },
	{ "FieldValueTypeInvalid", "A value is of the wrong type." },
	{ "FieldValueNotSupported", "A value is none of those that are supported." },
	{ "FieldValueNotFound", "A value refers to something that does not exist." },
	{ "FieldValueDuplicate", "A value may stand in its list only once." },
	{ "FieldValueForbidden", "A field or a value is forbidden here." },
	{ "FieldValueTooLong", "A text is too long." },
	{ "FieldValueTooShort", "A text is too short." },
	{ "FieldValueTooMany", "A list has too many items." },
	{ "InternalError", "A rule could not be evaluated." },
	{ "UnknownField", "The schema knows no such field." },
	{ "DuplicateField", "A field stands twice in its object." },
	{ "InvalidUTF8", "A text is not valid UTF-8." },
};

enum { RULE_COUNT = sizeof rules / sizeof rules[0] };

static size_t rule_of(const struct pq_check_finding *finding)
{
	for (size_t i = 0; i < RULE_COUNT; i++) {
		if (pq_string_is(finding->reason, rules[i].id))
			return i;
	}
	return 0;
}

static void begin(struct pq_report *report)
{
	struct pq_buffer *out = &report->out;
	pq_buffer_append_text(out,
			      "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\","
			      "\"version\":\"2.1.0\",\"runs\":[{\"tool\":{\"driver\":{\"name\":"
			      "\"pratique\",\"semanticVersion\":\"" PQ_VERSION "\",\"rules\":[");
	for (size_t i = 0; i < RULE_COUNT; i++)
		pq_buffer_append_format(
			out, "%s\n{\"id\":\"%s\",\"shortDescription\":{\"text\":\"%s\"}}",
			i > 0 ? "," : "", rules[i].id, rules[i].description);
	pq_buffer_append_text(out, "]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[");
}

/* "MyApp/team/hello/spec.replicas": the same wherever the document stands. */
static void write_logical_name(struct pq_report *report, const struct pq_check_outcome *outcome,
			       const struct pq_check_finding *finding)
{
	struct pq_buffer *name = &report->message;
	const struct pq_string parts[] = { outcome->kind, outcome->namespace, outcome->name,
					   finding->field };
	name->length = 0;
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		if (parts[i].length == 0)
			continue;
		pq_buffer_append_text(name, name->length > 0 ? "/" : "");
		pq_buffer_append_string(name, parts[i]);
	}
	report_quote_json(&report->out, pq_buffer_view(name));
}

static void write_location(struct pq_report *report, const struct pq_check_outcome *outcome,
			   const struct pq_check_finding *finding)
{
	struct pq_buffer *out = &report->out;
	bool is_absolute = pq_string_starts_with(outcome->file, PQ_S("/"));
	pq_buffer_append_text(out, ",\"locations\":[{\"physicalLocation\":{"
				   "\"artifactLocation\":{\"uri\":\"");
	report_quote_uri(out, outcome->file);
	pq_buffer_append_format(out, "\"%s}", is_absolute ? "" : ",\"uriBaseId\":\"%SRCROOT%\"");
	if (finding->line > 0)
		pq_buffer_append_format(out, ",\"region\":{\"startLine\":%u,\"startColumn\":%u}",
					finding->line, finding->column);
	pq_buffer_append_text(out, "},\"logicalLocations\":[{\"fullyQualifiedName\":");
	write_logical_name(report, outcome, finding);
	pq_buffer_append_text(out, "}]}]");
}

static void write_message(struct pq_report *report, const struct pq_check_finding *finding)
{
	struct pq_buffer *message = &report->message;
	message->length = 0;
	pq_buffer_append_string(message, pq_buffer_view(&report->title));
	pq_buffer_append_text(message, ": ");
	report_write_finding(message, finding);
	report_quote_json(&report->out, pq_buffer_view(message));
}

static void tell(struct pq_report *report, const struct pq_check_outcome *outcome)
{
	struct pq_buffer *out = &report->out;
	for (size_t i = 0; i < outcome->finding_count; i++) {
		const struct pq_check_finding *finding = &outcome->findings[i];
		size_t rule = rule_of(finding);
		pq_buffer_append_format(out,
					"%s\n{\"ruleId\":\"%s\",\"ruleIndex\":%zu,"
					"\"level\":\"%s\",\"message\":{\"text\":",
					report->told++ > 0 ? "," : "", rules[rule].id, rule,
					report_severity_name(finding->severity));
		write_message(report, finding);
		pq_buffer_append_byte(out, '}');
		write_location(report, outcome, finding);
		pq_buffer_append_byte(out, '}');
	}
}

static void end(struct pq_report *report)
{
	pq_buffer_append_format(
		&report->out, "],\"invocations\":[{\"executionSuccessful\":%s}]}]}\n",
		report->summary.verdicts[PQ_CHECK_UNREADABLE] == 0 ? "true" : "false");
}

const struct report_format report_sarif = { .begin = begin, .tell = tell, .end = end };
