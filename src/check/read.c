#include "check/read.h"

#include "check/sink.h"
#include "yaml/read.h"
#include "json/read.h"

/* One text while it is read. */
struct reading {
	struct pq_arena *arena;
	struct pq_string text;
	check_visit_document *visit;
	void *context;
	struct check_document document;
};

static bool visit(struct reading *reading, const struct pq_value *value, size_t item)
{
	reading->document.value = *value;
	reading->document.item = item;
	return reading->visit(&reading->document, reading->context);
}

/* A list of several objects is taken apart, as kubectl does: whatever it calls itself, what has
 * items is one. */
static bool visit_or_split(struct reading *reading, const struct pq_value *value)
{
	const struct pq_value *items = pq_value_find(value, PQ_S("items"));
	if (value->kind == PQ_NULL)
		return true;
	if (items == NULL || items->kind != PQ_ARRAY)
		return visit(reading, value, PQ_CHECK_NO_ITEM);
	for (size_t i = 0; i < items->length; i++) {
		if (!visit(reading, &items->items[i], i))
			return false;
	}
	return true;
}

static bool visit_failure(struct reading *reading)
{
	struct pq_value none = pq_value_null();
	return visit(reading, &none, PQ_CHECK_NO_ITEM);
}

static bool read_json(struct reading *reading)
{
	struct check_document *document = &reading->document;
	struct pq_value value;
	pq_findings_init(&document->reading, reading->arena, 0);
	const struct pq_json_options options = { .findings = &document->reading };
	if (pq_json_read(reading->arena, reading->text, &options, &value, &document->error))
		return visit_or_split(reading, &value);
	return visit_failure(reading);
}

static bool read_yaml(struct reading *reading, struct pq_error *error)
{
	struct check_document *document = &reading->document;
	struct pq_findings found;
	struct pq_value value;
	pq_findings_init(&found, reading->arena, 0);
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON,
						 .findings = &found };
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream =
		pq_yaml_stream_new(reading->text, &options);
	if (stream == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to read YAML");
	for (;; document->index++) {
		enum pq_yaml_result result =
			pq_yaml_stream_next(stream, reading->arena, &value, NULL, &document->error);
		if (result == PQ_YAML_END)
			return true;
		/* What was found so far belongs to this document; the next starts afresh. */
		document->reading = found;
		pq_findings_init(&found, reading->arena, 0);
		if (result == PQ_YAML_FAILED)
			return visit_failure(reading);
		if (!visit_or_split(reading, &value))
			return false;
	}
}

static bool is_json(struct pq_string file, struct pq_string text)
{
	struct pq_string start = pq_string_trim(text);
	return pq_string_ends_with(file, PQ_S(".json")) ||
	       (start.length > 0 && (start.data[0] == '{' || start.data[0] == '['));
}

bool check_read_documents(struct pq_arena *arena, struct pq_string file, struct pq_string text,
			  check_visit_document *visit_document, void *context,
			  struct pq_error *error)
{
	struct reading reading = {
		.arena = arena,
		.text = text,
		.visit = visit_document,
		.context = context,
	};
	return is_json(file, text) ? read_json(&reading) : read_yaml(&reading, error);
}
