#include "registry/warning.h"

#include "base/utf8.h"

/* C0, delete and C1, the latter two bytes long. */
bool pq_warning_is_sendable(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		unsigned char byte = (unsigned char)text.data[i];
		if (byte < 0x20 || byte == 0x7f)
			return false;
		if (byte == 0xc2 && i + 1 < text.length && (unsigned char)text.data[i + 1] < 0xa0)
			return false;
	}
	return true;
}

struct sending {
	struct pq_string *sent;
	size_t count;
	size_t characters;
	bool cuts; /* all that is sent, since it would be too much otherwise */
};

static void send_cut(struct sending *sending, struct pq_string text)
{
	size_t characters;
	text = pq_utf8_cut(text, PQ_WARNING_LENGTH_MAX, &characters);
	if (!pq_warning_is_sendable(text))
		return;
	sending->sent[sending->count++] = text;
	sending->characters += characters;
}

/* False when it would be too much. */
static bool send_whole(struct sending *sending, struct pq_string text)
{
	size_t characters = pq_utf8_count(text);
	if (!pq_warning_is_sendable(text))
		return true;
	if (sending->characters + characters > PQ_WARNINGS_LENGTH_MAX)
		return false;
	sending->sent[sending->count++] = text;
	sending->characters += characters;
	return true;
}

bool pq_warnings_send(struct pq_arena *arena, const struct pq_string *warnings, size_t count,
		      struct pq_string **sent, size_t *sent_count)
{
	struct sending sending = { .sent = pq_arena_alloc_array(arena, count, sizeof **sent) };
	if (sending.sent == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!sending.cuts && send_whole(&sending, warnings[i]))
			continue;
		if (!sending.cuts) {
			/* From the first on, whatever that comes to. */
			sending = (struct sending){ .sent = sending.sent, .cuts = true };
			for (size_t before = 0; before < i; before++)
				send_cut(&sending, warnings[before]);
			send_cut(&sending, warnings[i]);
		} else if (sending.characters < PQ_WARNINGS_LENGTH_MAX) {
			send_cut(&sending, warnings[i]);
		}
	}
	*sent = sending.sent;
	*sent_count = sending.count;
	return true;
}
