#include "formats/quote.h"

void pq_quote(struct pq_string text, char quoted[PQ_QUOTED_MAX])
{
	static const char digits[] = "0123456789abcdef";
	size_t length = 0;
	quoted[length++] = '"';
	/* The longest form of a byte is four, and the end takes two. */
	for (size_t i = 0; i < text.length && length + 6 <= PQ_QUOTED_MAX; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (byte < ' ' || byte >= 0x80) {
			quoted[length++] = '\\';
			quoted[length++] = 'x';
			quoted[length++] = digits[byte >> 4];
			quoted[length++] = digits[byte & 0xf];
			continue;
		}
		if (byte == '"' || byte == '\\')
			quoted[length++] = '\\';
		quoted[length++] = (char)byte;
	}
	quoted[length++] = '"';
	quoted[length] = '\0';
}
