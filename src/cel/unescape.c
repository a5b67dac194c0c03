#include "base/buffer.h"
#include "cel/declaration.h"

/* "__" of one of the sequences that Unescape's expression finds: two underscores, no underscores,
 * two underscores. Gives what is between, and how long all of it is; 0 when none starts here. */
static size_t find_sequence(struct pq_string text, size_t at, struct pq_string *contents)
{
	if (!pq_string_starts_with(pq_string_slice(text, at, text.length), PQ_S("__")))
		return 0;
	size_t end = at + 2;
	while (end < text.length && text.data[end] != '_')
		end++;
	*contents = pq_string_slice(text, at + 2, end - at - 2);
	bool closed = pq_string_starts_with(pq_string_slice(text, end, text.length), PQ_S("__"));
	return contents->length > 0 && closed ? end + 2 - at : 0;
}

/* What a sequence stands for; data NULL when it stands for nothing. */
static struct pq_string expand(struct pq_string contents, bool is_whole)
{
	if (pq_string_is(contents, "underscores"))
		return PQ_S("__");
	if (pq_string_is(contents, "dot"))
		return PQ_S(".");
	if (pq_string_is(contents, "dash"))
		return PQ_S("-");
	if (pq_string_is(contents, "slash"))
		return PQ_S("/");
	if (is_whole && pq_cel_is_reserved(contents))
		return contents;
	return (struct pq_string){ 0 };
}

struct pq_string pq_cel_unescape(struct pq_arena *arena, struct pq_string name)
{
	struct pq_string none = { 0 };
	struct pq_string contents;
	struct pq_buffer unescaped;
	if (name.data == NULL || name.length == 0)
		return PQ_S("");
	if (memmem(name.data, name.length, "__", 2) == NULL)
		return name;
	pq_buffer_init_in(&unescaped, arena, 0);
	for (size_t i = 0; i < name.length;) {
		size_t length = find_sequence(name, i, &contents);
		if (length == 0) {
			pq_buffer_append_byte(&unescaped, name.data[i++]);
			continue;
		}
		struct pq_string meaning = expand(contents, length == name.length);
		if (meaning.data == NULL)
			return none;
		pq_buffer_append_string(&unescaped, meaning);
		i += length;
	}
	return pq_buffer_failed(&unescaped) ? none : pq_buffer_view(&unescaped);
}
