#include "cel/url_escape.h"

#include "base/character.h"

/* Besides letters, digits, "-", "_", "." and "~". */
static bool is_allowed(unsigned char byte, enum pq_cel_url_part part)
{
	static const char *const allowed[] = {
		[PQ_CEL_URL_PATH] = "$&+,/:;=@",
		[PQ_CEL_URL_HOST] = "!\"$&'()*+,:;<=>[]",
		[PQ_CEL_URL_ZONE] = "!\"$&'()*+,:;<=>[]",
		[PQ_CEL_URL_USER] = "$&+,;=",
		[PQ_CEL_URL_QUERY] = "",
		[PQ_CEL_URL_FRAGMENT] = "!$&()*+,/:;=?@",
	};
	return pq_is_alphanumeric(byte) || (byte != '\0' && (strchr("-_.~", byte) != NULL ||
							     strchr(allowed[part], byte) != NULL));
}

/* The byte that an escape stands for, or -1. */
static int read_escape(struct pq_string text, size_t at)
{
	if (text.length - at < 3)
		return -1;
	int high = pq_hexadecimal_value((unsigned char)text.data[at + 1]);
	int low = pq_hexadecimal_value((unsigned char)text.data[at + 2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* A host's escapes are for what is not ASCII, a zone's for what it could have as it is; "%25" is
 * fine in both. */
static bool may_be_escaped(int byte, enum pq_cel_url_part part)
{
	if (byte == '%' || byte < 0)
		return byte >= 0;
	if (part == PQ_CEL_URL_HOST)
		return byte >= 0x80;
	return part != PQ_CEL_URL_ZONE || byte == ' ' ||
	       is_allowed((unsigned char)byte, PQ_CEL_URL_HOST);
}

bool pq_cel_url_unescape(struct pq_buffer *buffer, struct pq_string text, enum pq_cel_url_part part,
			 struct pq_string *problem, bool *is_escape)
{
	bool is_host = part == PQ_CEL_URL_HOST || part == PQ_CEL_URL_ZONE;
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		*is_escape = byte == '%';
		*problem = pq_string_slice(text, i, *is_escape ? 3 : 1);
		if (byte == '%') {
			int escaped = read_escape(text, i);
			if (!may_be_escaped(escaped, part))
				return false;
			pq_buffer_append_byte(buffer, (char)escaped);
			i += 2;
		} else if (is_host && byte < 0x80 && !is_allowed(byte, part)) {
			return false;
		} else {
			bool is_space = byte == '+' && part == PQ_CEL_URL_QUERY;
			pq_buffer_append_byte(buffer, is_space ? ' ' : (char)byte);
		}
	}
	return true;
}

void pq_cel_url_escape(struct pq_buffer *buffer, struct pq_string text, enum pq_cel_url_part part)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (is_allowed(byte, part))
			pq_buffer_append_byte(buffer, (char)byte);
		else
			pq_buffer_append_format(buffer, "%%%02X", byte);
	}
}

bool pq_cel_url_is_path_escaped(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		bool is_fine = byte != '\0' && strchr("!$&'()*+,;=:@[]%", byte) != NULL;
		if (!is_fine && !is_allowed(byte, PQ_CEL_URL_PATH))
			return false;
	}
	return true;
}
