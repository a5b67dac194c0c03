#include "registry/builtin/refuse.h"

#include "json/write.h"

/* text holds the message once it is complete. */
static void add(const struct place *place, enum pq_finding_type type, const struct pq_buffer *text)
{
	struct pq_findings *findings = place->findings;
	struct pq_string field = pq_path_render(findings->arena, place_path(place));
	if (pq_buffer_failed(text) || field.data == NULL)
		findings->dropped++;
	else
		pq_findings_add(findings, (struct pq_finding){ .type = type,
							       .field = field,
							       .message = pq_buffer_view(text),
							       .offset = place->offset });
}

/* Nothing is written of what nobody will see: there is no room in the buffer then. */
static void begin(const struct place *place, struct pq_buffer *text)
{
	bool is_full = place->findings->count >= place->findings->limit;
	pq_buffer_init_in(text, place->findings->arena, is_full ? 1 : 0);
}

static void start(const struct place *place, struct pq_buffer *text, enum pq_finding_type type)
{
	begin(place, text);
	pq_buffer_append_text(text, pq_finding_type_text(type));
}

static void add_detail(const struct place *place, enum pq_finding_type type, const char *detail)
{
	struct pq_buffer text;
	start(place, &text, type);
	if (detail[0] != '\0')
		pq_buffer_append_format(&text, ": %s", detail);
	add(place, type, &text);
}

void refuse_required(const struct place *place, const char *detail)
{
	add_detail(place, PQ_FINDING_REQUIRED, detail);
}

void refuse_forbidden(const struct place *place, const char *detail)
{
	add_detail(place, PQ_FINDING_FORBIDDEN, detail);
}

void refuse_internal(const struct place *place, const char *detail)
{
	add_detail(place, PQ_FINDING_INTERNAL, detail);
}

static void start_string(const struct place *place, struct pq_buffer *text,
			 enum pq_finding_type type, struct pq_string shown)
{
	start(place, text, type);
	pq_buffer_append_text(text, ": ");
	pq_go_quote(text, shown);
}

static void start_json(const struct place *place, struct pq_buffer *text, enum pq_finding_type type,
		       struct pq_string json)
{
	start(place, text, type);
	pq_buffer_append_text(text, ": ");
	pq_buffer_append_string(text, json);
}

static void finish_invalid(const struct place *place, struct pq_buffer *text, const char *format,
			   va_list arguments)
{
	pq_buffer_append_text(text, ": ");
	pq_buffer_append_format_list(text, format, arguments);
	add(place, PQ_FINDING_INVALID, text);
}

void refuse_string(const struct place *place, struct pq_string shown, const char *format, ...)
{
	struct pq_buffer text;
	va_list arguments;
	start_string(place, &text, PQ_FINDING_INVALID, shown);
	va_start(arguments, format);
	finish_invalid(place, &text, format, arguments);
	va_end(arguments);
}

void refuse_word(const struct place *place, struct pq_string shown, const char *format, ...)
{
	struct pq_value value = pq_value_from_string(shown);
	struct pq_buffer text;
	va_list arguments;
	start_json(place, &text, PQ_FINDING_INVALID, refuse_json(place, &value));
	va_start(arguments, format);
	finish_invalid(place, &text, format, arguments);
	va_end(arguments);
}

void refuse_number(const struct place *place, int64_t shown, const char *format, ...)
{
	struct pq_buffer text;
	va_list arguments;
	start(place, &text, PQ_FINDING_INVALID);
	pq_buffer_append_format(&text, ": %lld", (long long)shown);
	va_start(arguments, format);
	finish_invalid(place, &text, format, arguments);
	va_end(arguments);
}

void refuse_shown(const struct place *place, struct pq_string json, const char *format, ...)
{
	struct pq_buffer text;
	va_list arguments;
	start_json(place, &text, PQ_FINDING_INVALID, json);
	va_start(arguments, format);
	finish_invalid(place, &text, format, arguments);
	va_end(arguments);
}

struct pq_string refuse_json(const struct place *place, const struct pq_value *value)
{
	struct pq_buffer text;
	begin(place, &text);
	pq_json_write(&text, value, PQ_JSON_ESCAPE_HTML);
	return pq_buffer_failed(&text) ? PQ_S("") : pq_buffer_view(&text);
}

static bool has_texts(const struct pq_value *list)
{
	for (size_t i = 0; i < list->length; i++) {
		if (list->items[i].kind != PQ_STRING && list->items[i].kind != PQ_NULL)
			return false;
	}
	return true;
}

/* A null in a list of texts is an empty one. */
static struct pq_string show_texts(const struct place *place)
{
	struct pq_buffer text;
	begin(place, &text);
	pq_buffer_append_byte(&text, '[');
	for (size_t i = 0; i < place->value->length; i++) {
		const struct place item = place_item(place, i);
		pq_buffer_append_text(&text, i == 0 ? "" : ",");
		pq_json_write_string(&text, place_text(&item), PQ_JSON_ESCAPE_HTML);
	}
	pq_buffer_append_byte(&text, ']');
	return pq_buffer_failed(&text) ? PQ_S("") : pq_buffer_view(&text);
}

struct pq_string refuse_place_json(const struct place *place)
{
	const struct pq_value null = pq_value_null();
	if (place->value == NULL)
		return refuse_json(place, &null);
	if (place->value->kind == PQ_ARRAY && has_texts(place->value))
		return show_texts(place);
	return refuse_json(place, place->value);
}

void refuse_value(const struct place *place, const char *detail)
{
	refuse_shown(place, refuse_place_json(place), "%s", detail);
}

void refuse_only_shown(const struct place *place, struct pq_string json)
{
	struct pq_buffer text;
	start_json(place, &text, PQ_FINDING_INVALID, json);
	add(place, PQ_FINDING_INVALID, &text);
}

void refuse_without_value(const struct place *place, const char *detail)
{
	add_detail(place, PQ_FINDING_INVALID, detail);
}

void refuse_unsupported_json(const struct place *place, struct pq_string json,
			     const char *const *texts)
{
	struct pq_buffer text;
	start_json(place, &text, PQ_FINDING_NOT_SUPPORTED, json);
	pq_buffer_append_text(&text, ": supported values: ");
	for (size_t i = 0; texts[i] != NULL; i++) {
		pq_buffer_append_text(&text, i == 0 ? "" : ", ");
		pq_go_quote(&text, pq_string_from(texts[i]));
	}
	add(place, PQ_FINDING_NOT_SUPPORTED, &text);
}

void refuse_unsupported(const struct place *place, const char *const *texts)
{
	struct pq_value value = pq_value_from_string(place_text(place));
	refuse_unsupported_json(place, refuse_json(place, &value), texts);
}

void refuse_unsupported_text(const struct place *place, struct pq_string shown,
			     const char *const *texts)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, place->findings->arena, 0);
	pq_go_quote(&text, shown);
	refuse_unsupported_json(place, pq_buffer_view(&text), texts);
}

void refuse_duplicate(const struct place *place, struct pq_string shown)
{
	struct pq_buffer text;
	start_string(place, &text, PQ_FINDING_DUPLICATE, shown);
	add(place, PQ_FINDING_DUPLICATE, &text);
}

void refuse_duplicate_json(const struct place *place, struct pq_string json)
{
	struct pq_buffer text;
	start_json(place, &text, PQ_FINDING_DUPLICATE, json);
	add(place, PQ_FINDING_DUPLICATE, &text);
}

void refuse_not_found(const struct place *place, struct pq_string shown)
{
	struct pq_buffer text;
	start_string(place, &text, PQ_FINDING_NOT_FOUND, shown);
	add(place, PQ_FINDING_NOT_FOUND, &text);
}

void refuse_not_found_among(const struct place *place, struct pq_string shown, const char *detail)
{
	struct pq_buffer text;
	start_string(place, &text, PQ_FINDING_NOT_FOUND, shown);
	pq_buffer_append_format(&text, ": %s", detail);
	add(place, PQ_FINDING_NOT_FOUND, &text);
}

void refuse_too_long(const struct place *place, int64_t bytes)
{
	struct pq_buffer text;
	start(place, &text, PQ_FINDING_TOO_LONG);
	pq_buffer_append_format(&text, ": may not be more than %lld byte%s", (long long)bytes,
				bytes == 1 ? "" : "s");
	add(place, PQ_FINDING_TOO_LONG, &text);
}

void refuse_too_many(const struct place *place, size_t count, size_t maximum)
{
	struct pq_buffer text;
	start(place, &text, PQ_FINDING_TOO_MANY);
	pq_buffer_append_format(&text, ": %zu: must have at most %zu item%s", count, maximum,
				maximum == 1 ? "" : "s");
	add(place, PQ_FINDING_TOO_MANY, &text);
}
