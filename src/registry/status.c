#include "registry/status.h"

#include "base/error.h"
#include "base/map.h"
#include "json/write.h"

static const struct pq_status exhausted = {
	.code = 500,
	.reason = PQ_LITERAL("InternalError"),
	.message = PQ_LITERAL("out of memory while writing what is wrong with the object"),
};

/* "Kind.group", or "Kind" for the core group: GroupKind.String. */
static void write_group_kind(struct pq_buffer *buffer, struct pq_string group,
			     struct pq_string kind)
{
	pq_buffer_append_string(buffer, kind);
	if (group.length > 0) {
		pq_buffer_append_byte(buffer, '.');
		pq_buffer_append_string(buffer, group);
	}
}

/* field.Error.Error */
static void write_finding(struct pq_buffer *buffer, const struct pq_finding *finding)
{
	pq_buffer_append_string(buffer, finding->field);
	pq_buffer_append_text(buffer, ": ");
	pq_buffer_append_string(buffer, finding->message);
}

/* Writes each distinct error once, separated by commas, and returns how many there are. */
static bool write_distinct(struct pq_buffer *buffer, const struct pq_findings *findings,
			   size_t *count)
{
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < findings->count; i++) {
		struct pq_buffer text;
		pq_buffer_init_in(&text, findings->arena, 0);
		write_finding(&text, &findings->items[i]);
		if (pq_buffer_failed(&text))
			return false;
		struct pq_string key = pq_buffer_view(&text);
		if (pq_map_find(&seen, key) != NULL)
			continue;
		if (!pq_map_put(&seen, key, (void *)findings, NULL))
			return false;
		if (seen.count > 1)
			pq_buffer_append_text(buffer, ", ");
		pq_buffer_append_string(buffer, key);
	}
	*count = seen.count;
	return true;
}

struct pq_status pq_status_invalid(struct pq_arena *arena, struct pq_string group,
				   struct pq_string kind, struct pq_string name,
				   const struct pq_findings *findings)
{
	size_t distinct;
	struct pq_buffer errors, message;
	pq_buffer_init_in(&errors, arena, 0);
	if (!write_distinct(&errors, findings, &distinct))
		return exhausted;
	if (findings->dropped > 0) {
		pq_buffer_append_format(&errors, "%sand at least %zu more",
					distinct > 0 ? ", " : "", findings->dropped);
		distinct++;
	}
	pq_buffer_init_in(&message, arena, 0);
	write_group_kind(&message, group, kind);
	pq_buffer_append_byte(&message, ' ');
	pq_go_quote(&message, name);
	pq_buffer_append_text(&message, " is invalid");
	if (distinct > 0) {
		pq_buffer_append_text(&message, distinct > 1 ? ": [" : ": ");
		pq_buffer_append_string(&message, pq_buffer_view(&errors));
		pq_buffer_append_text(&message, distinct > 1 ? "]" : "");
	}
	if (pq_buffer_failed(&errors) || pq_buffer_failed(&message))
		return exhausted;
	return (struct pq_status){
		.code = 422,
		.reason = PQ_S("Invalid"),
		.message = pq_buffer_view(&message),
		.name = name,
		.group = group,
		.kind = kind,
		.causes = findings->items,
		.cause_count = findings->count,
		.has_details = true,
	};
}

struct pq_status pq_status_plain(int code, struct pq_string reason, struct pq_string message)
{
	return (struct pq_status){ .code = code, .reason = reason, .message = message };
}

struct pq_status pq_status_from_error(struct pq_arena *arena, const struct pq_error *error)
{
	const struct pq_error_facts *facts = pq_error_facts(error->code);
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_format(error, text, sizeof text);
	struct pq_string message = pq_arena_copy(arena, pq_string_from(text));
	if (message.data == NULL)
		message = pq_string_from(facts->name);
	return pq_status_plain(facts->http_status, pq_string_from(facts->reason), message);
}

/* One member, unless its value is empty; omitempty in Go's words. */
static void write_member(struct pq_buffer *buffer, const char *key, struct pq_string value,
			 bool *first)
{
	if (value.length == 0)
		return;
	pq_buffer_append_format(buffer, "%s\"%s\":", *first ? "" : ",", key);
	pq_json_write_string(buffer, value, PQ_JSON_ESCAPE_HTML);
	*first = false;
}

static void write_causes(struct pq_buffer *buffer, const struct pq_status *status, bool *first)
{
	if (status->cause_count == 0)
		return;
	pq_buffer_append_text(buffer, *first ? "\"causes\":[" : ",\"causes\":[");
	*first = false;
	for (size_t i = 0; i < status->cause_count; i++) {
		const struct pq_finding *finding = &status->causes[i];
		bool first_member = true;
		pq_buffer_append_text(buffer, i == 0 ? "{" : ",{");
		write_member(buffer, "reason",
			     pq_string_from(pq_finding_type_reason(finding->type)), &first_member);
		write_member(buffer, "message", finding->message, &first_member);
		write_member(buffer, "field", finding->field, &first_member);
		pq_buffer_append_byte(buffer, '}');
	}
	pq_buffer_append_byte(buffer, ']');
}

static void write_details(struct pq_buffer *buffer, const struct pq_status *status)
{
	bool first = true;
	pq_buffer_append_text(buffer, ",\"details\":{");
	write_member(buffer, "name", status->name, &first);
	write_member(buffer, "group", status->group, &first);
	write_member(buffer, "kind", status->kind, &first);
	write_member(buffer, "uid", status->uid, &first);
	write_causes(buffer, status, &first);
	if (status->retry_after_seconds > 0)
		pq_buffer_append_format(buffer, "%s\"retryAfterSeconds\":%d", first ? "" : ",",
					status->retry_after_seconds);
	pq_buffer_append_byte(buffer, '}');
}

void pq_status_write(struct pq_buffer *buffer, const struct pq_status *status, bool bare)
{
	bool first = false;
	pq_buffer_append_text(buffer, bare ? "{" : "{\"kind\":\"Status\",\"apiVersion\":\"v1\",");
	pq_buffer_append_text(buffer, "\"metadata\":{},\"status\":");
	pq_buffer_append_text(buffer, status->code == 0 ? "\"Success\"" : "\"Failure\"");
	write_member(buffer, "message", status->message, &first);
	write_member(buffer, "reason", status->reason, &first);
	if (status->has_details)
		write_details(buffer, status);
	if (status->code != 0)
		pq_buffer_append_format(buffer, ",\"code\":%d", status->code);
	pq_buffer_append_byte(buffer, '}');
}
