/* What every request goes through: being read, field validation, refusals, warnings. */
#include "registry/judging.h"

#include "base/utf8.h"
#include "formats/names.h"
#include "registry/type_meta.h"
#include "registry/warning.h"
#include "json/read.h"
#include "json/write.h"

#include <stdarg.h>
#include <stdio.h>

enum { SUMMARY_MAX = 30 };

bool judging_refuse(struct judging *judging, struct pq_status status)
{
	judging->outcome->status = status;
	return false;
}

bool judging_refuse_old(struct judging *judging, struct pq_status status)
{
	judging->outcome->is_old_refused = status.code != 413;
	return judging_refuse(judging, status);
}

bool judging_out_of_room(struct judging *judging)
{
	return judging_refuse(judging, pq_status_plain(413, PQ_S("RequestEntityTooLarge"),
						       PQ_S("Request entity too large: judging it "
							    "takes too much memory")));
}

bool judging_refuse_bad(struct judging *judging, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	struct pq_string text = pq_arena_format_list(judging->arena, format, arguments);
	va_end(arguments);
	if (text.data == NULL)
		return judging_out_of_room(judging);
	return judging_refuse(judging, pq_status_plain(400, PQ_S("BadRequest"), text));
}

bool judging_refuse_invalid(struct judging *judging, struct pq_string group, struct pq_string kind,
			    struct pq_string name)
{
	return judging_refuse(judging, pq_status_invalid(judging->arena, group, kind, name,
							 &judging->outcome->findings));
}

bool judging_refuse_if_found(struct judging *judging, struct pq_string kind)
{
	const struct pq_value *metadata = pq_value_find(&judging->document, PQ_S("metadata"));
	if (pq_arena_is_exhausted(judging->arena))
		return judging_out_of_room(judging);
	return pq_findings_is_empty(&judging->outcome->findings) ||
	       judging_refuse_invalid(judging, judging->request->crd->group, kind,
				      pq_value_find_string(metadata, PQ_S("name")));
}

void judging_init_outcome(const struct judging *judging)
{
	*judging->outcome = (struct pq_resource_outcome){ .refused_offset = PQ_OFFSET_NONE };
	pq_findings_init(&judging->outcome->forgiven, judging->arena, 0);
	pq_findings_init(&judging->outcome->findings, judging->arena, 0);
	pq_findings_init(&judging->outcome->strict, judging->arena, 0);
}

/* The server keeps warnings in a set and drops repetitions, and those that no header may hold,
 * however they are cut. */
void judging_warn(struct judging *judging, struct pq_string text)
{
	struct pq_resource_outcome *outcome = judging->outcome;
	size_t characters;
	if (!pq_warning_is_sendable(pq_utf8_cut(text, PQ_WARNING_LENGTH_MAX, &characters)))
		return;
	for (size_t i = 0; i < outcome->warning_count; i++) {
		if (pq_string_equal(outcome->warnings[i], text))
			return;
	}
	if (outcome->warning_count == judging->warning_room) {
		size_t room = judging->warning_room == 0 ? 8 : judging->warning_room * 2;
		struct pq_string *grown =
			pq_arena_grow(judging->arena, outcome->warnings,
				      judging->warning_room * sizeof *grown, room * sizeof *grown);
		if (grown == NULL)
			return;
		outcome->warnings = grown;
		judging->warning_room = room;
	}
	outcome->warnings[outcome->warning_count++] = text;
}

bool judging_set_member(struct judging *judging, const struct pq_value *object, const char *key,
			const struct pq_value *value, struct pq_value *result)
{
	return pq_value_with_member(judging->arena, object, pq_string_from(key), value, result) ||
	       judging_out_of_room(judging);
}

/* The first bytes of a body that is not understood, in hexadecimal unless it looks like JSON. */
static struct pq_string summarize(struct judging *judging)
{
	struct pq_string body = judging->request->body;
	struct pq_buffer text;
	if (body.length == 0)
		return PQ_S("<empty>");
	pq_buffer_init_in(&text, judging->arena, 0);
	struct pq_string shown = pq_string_slice(body, 0, SUMMARY_MAX);
	if (body.data[0] == '{')
		pq_buffer_append_string(&text, shown);
	for (size_t i = 0; body.data[0] != '{' && i < shown.length; i++)
		pq_buffer_append_format(&text, "%02x", (unsigned char)shown.data[i]);
	if (body.length > SUMMARY_MAX)
		pq_buffer_append_text(&text, " ...");
	return pq_buffer_failed(&text) ? PQ_S("") : pq_buffer_view(&text);
}

static bool refuse_unrecognized(struct judging *judging, struct pq_string expected_kind,
				struct pq_string reason)
{
	struct pq_string summary = summarize(judging);
	return judging_refuse_bad(
		judging, "the object provided is unrecognized (must be of type %.*s): %.*s (%.*s)",
		PQ_STRING_ARGUMENT(expected_kind), PQ_STRING_ARGUMENT(reason),
		PQ_STRING_ARGUMENT(summary));
}

bool judging_refuse_undecodable(struct judging *judging, struct pq_string kind,
				struct pq_string version, struct pq_string expected_kind,
				struct pq_string reason)
{
	struct pq_buffer quoted;
	pq_buffer_init_in(&quoted, judging->arena, 0);
	pq_go_quote(&quoted, version);
	if (pq_buffer_failed(&quoted))
		return judging_out_of_room(judging);
	return judging_refuse_bad(judging, "%.*s in version %.*s cannot be handled as a %.*s: %.*s",
				  PQ_STRING_ARGUMENT(kind), (int)quoted.length, quoted.data,
				  PQ_STRING_ARGUMENT(expected_kind), PQ_STRING_ARGUMENT(reason));
}

static const char *go_name(const struct pq_value *value)
{
	return value->kind == PQ_BOOLEAN                               ? "bool"
	       : value->kind == PQ_INTEGER || value->kind == PQ_DOUBLE ? "number"
								       : pq_kind_name(value->kind);
}

static bool refuse_type(struct judging *judging, struct pq_string expected_kind,
			const struct pq_value *value, const char *target)
{
	char reason[256];
	snprintf(reason, sizeof reason,
		 "couldn't get version/kind; json parse error: json: cannot unmarshal %s into Go "
		 "%s",
		 go_name(value), target);
	return refuse_unrecognized(judging, expected_kind, pq_string_from(reason));
}

/* Finds kind and apiVersion. */
static bool read_type_meta(struct judging *judging, struct pq_string expected_kind)
{
	const struct pq_value *document = &judging->document;
	if (document->kind != PQ_OBJECT && document->kind != PQ_NULL)
		return refuse_type(judging, expected_kind, document,
				   "value of type struct { APIVersion string "
				   "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
				   "\"json:\\\"kind,omitempty\\\"\" }");
	struct type_meta sent;
	type_meta_find(document, &judging->text.replaced, &sent);
	judging->api_version = sent.api_version;
	judging->kind = sent.kind;
	if (sent.wrong != NULL) {
		char target[64];
		snprintf(target, sizeof target, "struct field .%s of type string",
			 sent.wrong_field);
		return refuse_type(judging, expected_kind, sent.wrong, target);
	}
	struct pq_string rest = pq_names_version_of(judging->api_version);
	if (pq_string_is(judging->api_version, "/"))
		judging->api_version = PQ_S("");
	if (rest.length == judging->api_version.length || pq_string_find_byte(rest, '/') < 0)
		return true;
	struct pq_string reason =
		pq_arena_format(judging->arena, "unexpected GroupVersion string: %.*s",
				PQ_STRING_ARGUMENT(judging->api_version));
	return reason.data == NULL ? judging_out_of_room(judging)
				   : refuse_unrecognized(judging, expected_kind, reason);
}

/* A kind that was not sent is that of the URL. */
static struct pq_string sent_kind(const struct judging *judging, struct pq_string expected)
{
	return judging->kind.length > 0 ? judging->kind : expected;
}

/* The server quotes the whole body; where it is not strict, the object in it. */
static bool refuse_without_kind(struct judging *judging, struct pq_string expected_kind,
				struct pq_string expected_version)
{
	bool ignores = judging->request->field_validation == PQ_FIELDS_IGNORE;
	struct pq_string body = judging->request->body;
	struct pq_buffer reason;
	pq_buffer_init_in(&reason, judging->arena, 0);
	pq_buffer_append_text(&reason, "Object 'Kind' is missing in '");
	pq_buffer_append_string(&reason, ignores ? pq_string_trim(body) : body);
	pq_buffer_append_text(&reason, "'");
	if (pq_buffer_failed(&reason))
		return judging_out_of_room(judging);
	if (ignores)
		return judging_refuse_undecodable(
			judging, sent_kind(judging, expected_kind),
			judging->api_version.length > 0 ? pq_names_version_of(judging->api_version)
							: expected_version,
			expected_kind, pq_buffer_view(&reason));
	return refuse_unrecognized(judging, expected_kind, pq_buffer_view(&reason));
}

static bool read_body(struct judging *judging, struct pq_string expected_kind)
{
	struct pq_findings found;
	pq_findings_init(&found, judging->arena, 0);
	const struct pq_json_options options = {
		.findings = &found,
		.replaced = &judging->text.replaced,
	};
	struct pq_error error;
	judging->text.json = judging->request->body;
	if (!pq_json_read(judging->arena, judging->request->body, &options, &judging->document,
			  &error)) {
		if (error.code == PQ_ERROR_MEMORY ||
		    (error.code == PQ_ERROR_TOO_LARGE && pq_arena_is_exhausted(judging->arena)))
			return judging_out_of_room(judging);
		char reason[PQ_ERROR_TEXT_MAX];
		snprintf(reason, sizeof reason, "couldn't get version/kind; json parse error: %s",
			 error.message);
		return refuse_unrecognized(judging, expected_kind, pq_string_from(reason));
	}
	for (size_t i = 0; i < found.count && !judging->is_struct; i++) {
		if (found.items[i].type == PQ_FINDING_DUPLICATE_FIELD)
			pq_findings_add(&judging->outcome->strict, found.items[i]);
	}
	return true;
}

/* In a Go map each number must be one that a double holds; a struct's fields look for themselves.
 */
static bool check_range(struct judging *judging, struct pq_string expected_kind,
			struct pq_string expected_version)
{
	struct pq_string number = judging->text.replaced.out_of_range;
	if (judging->is_struct || number.data == NULL)
		return true;
	struct pq_string reason = pq_arena_format(
		judging->arena, "json: cannot unmarshal number %.*s into Go value of type float64",
		PQ_STRING_ARGUMENT(number));
	struct pq_string version = pq_names_version_of(judging->api_version);
	if (reason.data == NULL)
		return judging_out_of_room(judging);
	return judging_refuse_undecodable(judging, sent_kind(judging, expected_kind),
					  version.length > 0 ? version : expected_version,
					  expected_kind, reason);
}

bool judging_read(struct judging *judging, struct pq_string expected_kind,
		  struct pq_string expected_version)
{
	const struct pq_resource_request *request = judging->request;
	if (request->document != NULL) {
		judging->document = *request->document;
		if (request->reading != NULL)
			pq_findings_add_all(&judging->outcome->strict, request->reading);
	} else if (request->body.length > PQ_REQUEST_BODY_MAX) {
		return judging_refuse(
			judging,
			pq_status_plain(413, PQ_S("RequestEntityTooLarge"),
					PQ_S("Request entity too large: limit is 3145728")));
	} else if (!read_body(judging, expected_kind)) {
		return false;
	}
	if (!read_type_meta(judging, expected_kind) ||
	    !check_range(judging, expected_kind, expected_version))
		return false;
	if (!judging->is_typed &&
	    pq_value_find_string(&judging->document, PQ_S("kind")).length == 0)
		return refuse_without_kind(judging, expected_kind, expected_version);
	return true;
}

bool judging_refuse_many_repetitions(struct judging *judging)
{
	return judging->text.replaced.count < PQ_JSON_REPLACED_MAX ||
	       judging_refuse_bad(judging, "fields are repeated %d times or more: send each once",
				  PQ_JSON_REPLACED_MAX);
}

bool judging_apply_field_validation(struct judging *judging, struct pq_string kind,
				    struct pq_string version, struct pq_string expected_kind)
{
	const struct pq_findings *strict = &judging->outcome->strict;
	enum pq_field_validation mode = judging->request->field_validation;
	if (mode == PQ_FIELDS_IGNORE || strict->count == 0)
		return true;
	struct pq_buffer all;
	pq_buffer_init_in(&all, judging->arena, 0);
	pq_buffer_append_text(&all, "strict decoding error: ");
	for (size_t i = 0; i < strict->count; i++) {
		if (mode == PQ_FIELDS_WARN)
			judging_warn(judging, strict->items[i].message);
		pq_buffer_append_text(&all, i == 0 ? "" : ", ");
		pq_buffer_append_string(&all, strict->items[i].message);
	}
	if (pq_buffer_failed(&all))
		return judging_out_of_room(judging);
	if (mode == PQ_FIELDS_WARN)
		return true;
	/* The object has been read, and the server looks it up by its type for the text. */
	if (!judging->is_typed && version.length == 0)
		return judging_refuse_bad(judging, "Object 'apiVersion' is missing in 'object has "
						   "no apiVersion field'");
	return judging_refuse_undecodable(judging, kind, version, expected_kind,
					  pq_buffer_view(&all));
}
