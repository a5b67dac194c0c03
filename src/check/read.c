#include "check/read.h"

#include "base/utf8.h"
#include "check/classify.h"
#include "check/list.h"
#include "check/sink.h"
#include "check/split.h"
#include "yaml/read.h"
#include "json/detect.h"
#include "json/read.h"

enum { ARENA_KEPT = 1 << 20 }; /* bytes that one document leaves for the next */

/* One text while it is read. */
struct reading {
	struct pq_arena *arena;
	check_visit_document *visit;
	void *context;
	struct check_source source;
	struct check_document document;
	struct pq_error *error;
};

bool check_is_wide(struct pq_string start)
{
	return pq_string_starts_with(start, PQ_S("\xff\xfe")) ||
	       pq_string_starts_with(start, PQ_S("\xfe\xff"));
}

static bool visit(struct reading *reading, const struct pq_value *value)
{
	reading->document.value = *value;
	return reading->visit(&reading->source, &reading->document, reading->context);
}

static bool visit_or_split(struct reading *reading, const struct pq_value *value)
{
	struct check_document *document = &reading->document;
	if (value->kind == PQ_NULL)
		return true;
	if (!check_is_list(value) || check_is_encrypted(value))
		return visit(reading, value);
	const struct pq_findings whole = document->reading;
	size_t taken = 0;
	bool fine = true;
	for (document->item = 0; fine && document->item < check_list_length(value);
	     document->item++) {
		struct pq_value item;
		check_list_take_findings(reading->arena, document->item, &whole, &taken,
					 &document->reading);
		fine = check_list_item(reading->arena, value, document->item, &item)
			       ? visit(reading, &item)
			       : pq_error_set(reading->error, PQ_ERROR_MEMORY, "no memory to read");
	}
	document->item = PQ_CHECK_NO_ITEM;
	return fine;
}

/* A document that cannot be read has the comments at the text's start. */
static bool visit_failure(struct reading *reading)
{
	const struct pq_value none = pq_value_null();
	reading->document.head = check_find_head(reading->source.text);
	bool fine = visit(reading, &none);
	reading->document.error.code = PQ_ERROR_NONE;
	return fine;
}

static bool read_json(struct reading *reading, struct pq_value *value)
{
	struct check_document *document = &reading->document;
	pq_findings_init(&document->reading, reading->arena, 0);
	const struct pq_json_options options = { .findings = &document->reading };
	return pq_json_read(reading->arena, reading->source.text, &options, value,
			    &document->error);
}

static struct pq_string head_of(struct pq_string text, uint32_t start, const struct pq_value *value)
{
	if (value->offset == PQ_OFFSET_NONE || value->offset < start)
		return PQ_S("");
	return pq_string_slice(text, start, value->offset - start);
}

/* Usually one document; line breaks that only YAML knows may hide more. */
static bool read_yaml(struct reading *reading)
{
	struct check_document *document = &reading->document;
	struct pq_string text = reading->source.text;
	struct pq_findings found;
	struct pq_value value;
	pq_findings_init(&found, reading->arena, 0);
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON,
						 .findings = &found };
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream = pq_yaml_stream_new(text, &options);
	if (stream == NULL)
		return pq_error_set(reading->error, PQ_ERROR_MEMORY, "no memory to read YAML");
	for (bool is_first = true;; is_first = false) {
		uint32_t start;
		enum pq_yaml_result result = pq_yaml_stream_next(stream, reading->arena, &value,
								 &start, &document->error);
		if (result == PQ_YAML_END)
			return true;
		/* What was found so far belongs to this document; the next starts afresh. */
		document->reading = found;
		pq_findings_init(&found, reading->arena, 0);
		if (result == PQ_YAML_FAILED)
			return visit_failure(reading);
		document->head = head_of(text, is_first ? 0 : start, &value);
		document->index += !is_first;
		if (!visit_or_split(reading, &value))
			return false;
	}
}

static void move_to_line(struct reading *reading, uint32_t line)
{
	const struct check_place place = { .line = line, .column = 1 };
	reading->source.start = reading->source.place = place;
}

/* Forgets the document that was read. */
static void move_on(struct reading *reading)
{
	uint32_t lines = (uint32_t)check_count_lines(reading->source.text);
	reading->document.index++;
	move_to_line(reading, reading->source.start.line + lines);
	pq_arena_reset(reading->arena, ARENA_KEPT);
}

static bool read_all_yaml(struct reading *reading, struct pq_string text)
{
	struct pq_string *document = &reading->source.text;
	if (check_is_wide(text)) {
		*document = text;
		return read_yaml(reading);
	}
	while (check_split_yaml(&text, document)) {
		if (!read_yaml(reading))
			return false;
		move_on(reading);
	}
	return true;
}

static bool is_collection_or_null(const struct pq_value *value)
{
	return value->kind == PQ_OBJECT || value->kind == PQ_ARRAY || value->kind == PQ_NULL;
}

/* Whether a text is YAML from beginning to end, and no plain text. */
static bool is_yaml(struct pq_string text)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_findings ignored;
	struct pq_value value = pq_value_null();
	struct pq_error error;
	enum pq_yaml_result result = PQ_YAML_DOCUMENT;
	pq_arena_init(&arena, CHECK_READ_MEMORY_MAX);
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON,
						 .findings = &ignored };
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream = pq_yaml_stream_new(text, &options);
	if (stream == NULL)
		return false;
	while (result == PQ_YAML_DOCUMENT && is_collection_or_null(&value)) {
		pq_arena_reset(&arena, ARENA_KEPT);
		pq_findings_init(&ignored, &arena, 1);
		result = pq_yaml_stream_next(stream, &arena, &value, NULL, &error);
	}
	return result == PQ_YAML_END;
}

/* Whether what could not be read as JSON, with what is behind it, is to be told of as such. */
static bool is_json(const struct reading *reading, struct pq_string left)
{
	return pq_json_is_well_formed(reading->source.text) ||
	       (pq_json_is_meant(left, reading->source.file) && !is_yaml(left));
}

/* What is wrong behind two JSON values, where YAML would have been right behind one. */
static void explain_json_only(struct pq_string left, struct pq_error *error)
{
	if (!pq_json_begins(left))
		pq_error_add_advice(error, "behind two JSON values kubectl takes JSON only");
}

/* What begins as JSON may be YAML in flow style, a template, or go on as YAML. As kubectl has it
 * (k8s.io/apimachinery, util/yaml, YAMLOrJSONDecoder), two values make it JSON to the end. */
static bool read_all_json(struct reading *reading, struct pq_string text)
{
	struct pq_string *document = &reading->source.text;
	struct pq_value value;
	size_t values = 0;
	bool is_surely_json = false;
	text = pq_utf8_skip_mark(text);
	for (struct pq_string left = text; check_split_json(&text, document); left = text) {
		bool is_read = read_json(reading, &value);
		reading->document.head = PQ_S("");
		is_surely_json |= values > 1 || (!is_read && is_json(reading, left));
		if (!is_read && !is_surely_json) {
			reading->document.error.code = PQ_ERROR_NONE;
			return read_all_yaml(reading, left);
		}
		if (!is_read && values > 1)
			explain_json_only(left, &reading->document.error);
		if (!(is_read ? visit_or_split(reading, &value) : visit_failure(reading)))
			return false;
		values++;
		move_on(reading);
	}
	return true;
}

bool check_read_documents(struct pq_arena *arena, const struct check_text *text,
			  check_visit_document *visit_document, void *context,
			  struct pq_error *error)
{
	struct reading reading = {
		.arena = arena,
		.visit = visit_document,
		.context = context,
		.source = { .input = text->input, .file = text->file },
		.document = { .index = text->first_document, .item = PQ_CHECK_NO_ITEM },
		.error = error,
	};
	move_to_line(&reading, text->first_line);
	return pq_json_begins(text->bytes) ? read_all_json(&reading, text->bytes)
					   : read_all_yaml(&reading, text->bytes);
}

bool check_read_first(struct pq_arena *arena, struct pq_string text, struct pq_value *value,
		      struct pq_error *error)
{
	struct pq_findings ignored;
	if (pq_json_begins(text) &&
	    pq_json_read(arena, pq_utf8_skip_mark(text), NULL, value, error))
		return true;
	pq_findings_init(&ignored, arena, 1);
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON,
						 .findings = &ignored };
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream = pq_yaml_stream_new(text, &options);
	if (stream == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to read YAML");
	switch (pq_yaml_stream_next(stream, arena, value, NULL, error)) {
	case PQ_YAML_DOCUMENT:
		return true;
	case PQ_YAML_END:
		return pq_error_set(error, PQ_ERROR_INVALID, "is empty");
	case PQ_YAML_FAILED:
		return false;
	}
	return false;
}
