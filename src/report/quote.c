#include "report/quote.h"

#include "base/character.h"
#include "base/utf8.h"
#include "json/printable.h"
#include "json/shown.h"
#include "json/write.h"

static void append_escape(struct pq_buffer *out, uint32_t character)
{
	if (character >= 0x10000) {
		character -= 0x10000;
		pq_buffer_append_format(out, "\\u%04x", 0xD800 + (character >> 10));
		character = 0xDC00 + (character & 0x3FF);
	}
	pq_buffer_append_format(out, "\\u%04x", character);
}

/* Outside of its strings JSON is of printable characters, spaces and line ends. */
void report_append_json(struct pq_buffer *out, struct pq_string json)
{
	size_t copied = 0, width;
	for (size_t at = 0; at < json.length; at += width) {
		width = 1;
		if (json.data[at] >= ' ' && json.data[at] < 0x7F)
			continue;
		uint32_t character =
			pq_utf8_decode(pq_string_slice(json, at, json.length - at), &width);
		if (character == '\n' || pq_go_is_printable(character))
			continue;
		pq_buffer_append_string(out, pq_string_slice(json, copied, at - copied));
		append_escape(out, character);
		copied = at + width;
	}
	pq_buffer_append_string(out, pq_string_slice(json, copied, json.length - copied));
}

void report_quote_json(struct pq_buffer *out, struct pq_string text)
{
	pq_cleanup_buffer struct pq_buffer quoted;
	pq_buffer_init(&quoted, 0);
	pq_json_write_string(&quoted, text, 0);
	report_append_json(out, pq_buffer_view(&quoted));
	out->failed |= pq_buffer_failed(&quoted);
}

void report_append_json_member(struct pq_buffer *out, const char *key, struct pq_string text)
{
	pq_buffer_append_format(out, ",\"%s\":", key);
	report_quote_json(out, text);
}

static const char *xml_entity(char byte)
{
	switch (byte) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

/* What Go calls printable XML allows. */
void report_quote_xml(struct pq_buffer *out, struct pq_string text)
{
	pq_cleanup_buffer struct pq_buffer shown;
	pq_buffer_init(&shown, 0);
	pq_shown_append(&shown, text);
	for (size_t i = 0; i < shown.length; i++) {
		const char *entity = xml_entity(shown.data[i]);
		if (entity != NULL)
			pq_buffer_append_text(out, entity);
		else
			pq_buffer_append_byte(out, shown.data[i]);
	}
	out->failed |= pq_buffer_failed(&shown);
}

void report_quote_yaml(struct pq_buffer *out, struct pq_string text)
{
	pq_cleanup_buffer struct pq_buffer shown;
	pq_buffer_init(&shown, 0);
	pq_shown_append(&shown, text);
	pq_json_write_string(out, pq_buffer_view(&shown), 0);
	out->failed |= pq_buffer_failed(&shown);
}

static bool is_unreserved(char byte)
{
	return pq_is_alphanumeric((unsigned char)byte) || strchr("-._~/", byte) != NULL;
}

void report_quote_uri(struct pq_buffer *out, struct pq_string path)
{
	if (pq_string_starts_with(path, PQ_S("/")))
		pq_buffer_append_text(out, "file://");
	while (pq_string_starts_with(path, PQ_S("./")))
		path = pq_string_slice(path, 2, path.length);
	for (size_t i = 0; i < path.length; i++) {
		if (path.data[i] != '\0' && is_unreserved(path.data[i]))
			pq_buffer_append_byte(out, path.data[i]);
		else
			pq_buffer_append_format(out, "%%%02X", (unsigned char)path.data[i]);
	}
}
