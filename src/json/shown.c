#include "json/shown.h"

#include "base/utf8.h"
#include "json/printable.h"

static void append_escape(struct pq_buffer *buffer, uint32_t character, bool is_byte)
{
	if (character == '\n')
		pq_buffer_append_text(buffer, "\\n");
	else if (character == '\t')
		pq_buffer_append_text(buffer, "\\t");
	else
		pq_buffer_append_format(buffer,
					character < 0x80 || is_byte ? "\\x%02x"
					: character < 0x10000       ? "\\u%04x"
								    : "\\U%08x",
					character);
}

void pq_shown_append(struct pq_buffer *buffer, struct pq_string text)
{
	size_t shown = 0, width;
	for (size_t at = 0; at < text.length; at += width) {
		width = 1;
		if (text.data[at] >= ' ' && text.data[at] < 0x7F)
			continue;
		uint32_t character =
			pq_utf8_decode(pq_string_slice(text, at, text.length - at), &width);
		bool is_invalid = character == PQ_UTF8_REPLACEMENT && width == 1;
		if (is_invalid)
			character = (unsigned char)text.data[at];
		else if (pq_go_is_printable(character))
			continue;
		pq_buffer_append_string(buffer, pq_string_slice(text, shown, at - shown));
		append_escape(buffer, character, is_invalid);
		shown = at + width;
	}
	pq_buffer_append_string(buffer, pq_string_slice(text, shown, text.length - shown));
}
