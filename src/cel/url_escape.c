#include "cel/url_escape.h"

#include "base/character.h"

/* Besides letters, digits, "-", "_", "." and "~". */
static bool is_allowed(unsigned char byte, enum pq_cel_url_part part)
{
	static const char *const allowed[] = {
		[PQ_CEL_URL_PATH] = "$&+,/:;=@",
		[PQ_CEL_URL_HOST] = "!\"$&'()*+,:;<=>[]",
		[PQ_CEL_URL_USER] = "$&+,;=",
		[PQ_CEL_URL_FRAGMENT] = "!$&()*+,/:;=?@",
	};
	return pq_is_alphanumeric(byte) || (byte != '\0' && (strchr("-_.~", byte) != NULL ||
							     strchr(allowed[part], byte) != NULL));
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
