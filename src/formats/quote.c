#include "formats/quote.h"

enum { FORM_MAX = 4 }; /* bytes of the longest form of one: \x7f */

/* Writes the form of one byte and returns its length. */
static size_t write_form(unsigned char byte, char form[FORM_MAX])
{
	static const char digits[] = "0123456789abcdef";
	size_t length = 0;
	if (byte < ' ' || byte >= 0x80) {
		form[length++] = '\\';
		form[length++] = 'x';
		form[length++] = digits[byte >> 4];
		form[length++] = digits[byte & 0xf];
		return length;
	}
	if (byte == '"' || byte == '\\')
		form[length++] = '\\';
	form[length++] = (char)byte;
	return length;
}

void pq_quote(struct pq_string text, char quoted[PQ_QUOTED_MAX])
{
	size_t length = 0;
	quoted[length++] = '"';
	/* The end takes two. */
	for (size_t i = 0; i < text.length && length + FORM_MAX + 2 <= PQ_QUOTED_MAX; i++)
		length += write_form((unsigned char)text.data[i], quoted + length);
	quoted[length++] = '"';
	quoted[length] = '\0';
}

void pq_quote_write(struct pq_buffer *buffer, struct pq_string text)
{
	char form[FORM_MAX];
	pq_buffer_append_byte(buffer, '"');
	for (size_t i = 0; i < text.length; i++)
		pq_buffer_append(buffer, form, write_form((unsigned char)text.data[i], form));
	pq_buffer_append_byte(buffer, '"');
}
