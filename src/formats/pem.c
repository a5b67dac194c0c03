#include "formats/pem.h"

#include "base/base64.h"

#define BEGIN  "-----BEGIN "
#define END    "\n-----END "
#define DASHES "-----"

static struct pq_string behind(struct pq_string text, size_t offset)
{
	return pq_string_slice(text, offset, text.length - offset);
}

static ptrdiff_t find(struct pq_string text, struct pq_string wanted)
{
	const char *found = text.length == 0
				    ? NULL
				    : memmem(text.data, text.length, wanted.data, wanted.length);
	return found == NULL ? -1 : found - text.data;
}

static ptrdiff_t find_last(struct pq_string text, struct pq_string wanted)
{
	for (size_t i = text.length + 1; i-- > wanted.length;) {
		size_t start = i - wanted.length;
		if (memcmp(text.data + start, wanted.data, wanted.length) == 0)
			return (ptrdiff_t)start;
	}
	return -1;
}

/* Takes a line off the text, without its end and the white space before it. */
static struct pq_string take_line(struct pq_string *text)
{
	ptrdiff_t end = pq_string_find_byte(*text, '\n');
	struct pq_string line = end < 0 ? *text : pq_string_slice(*text, 0, (size_t)end);
	*text = end < 0 ? behind(*text, text->length) : behind(*text, (size_t)end + 1);
	while (line.length > 0 && strchr(" \t\r", line.data[line.length - 1]) != NULL)
		line.length--;
	return line;
}

/* The bytes of the lines before the end line; blanks within them are passed over. */
static bool decode(struct pq_arena *arena, struct pq_string text, struct pq_string *bytes)
{
	char *digits = pq_arena_alloc_bytes(arena, text.length + 1);
	size_t count = 0;
	if (digits == NULL)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] != ' ' && text.data[i] != '\t')
			digits[count++] = text.data[i];
	}
	*bytes = pq_base64_decode(arena, (struct pq_string){ .data = digits, .length = count });
	return bytes->data != NULL;
}

/* A block whose first line follows in text, and whose end line begins at end. */
static bool read_block(struct pq_arena *arena, struct pq_string text, const char *end,
		       struct pq_pem_block *block, struct pq_string *rest)
{
	struct pq_string line = take_line(&text);
	if (!pq_string_ends_with(line, PQ_S(DASHES)))
		return false;
	*block = (struct pq_pem_block){
		.type = pq_string_slice(line, 0, line.length - strlen(DASHES)),
	};
	for (;;) {
		struct pq_string next = text;
		if (text.length == 0)
			return false;
		if (pq_string_find_byte(take_line(&next), ':') < 0)
			break;
		block->has_headers = true;
		text = next;
	}
	/* An empty block may end in the line after its first. */
	ptrdiff_t length = end - text.data;
	if (length < (block->has_headers ? 0 : -1))
		return false;
	struct pq_string trailer = behind(text, (size_t)(length + (ptrdiff_t)strlen(END)));
	if (!pq_string_starts_with(trailer, block->type))
		return false;
	trailer = behind(trailer, block->type.length);
	if (!pq_string_starts_with(trailer, PQ_S(DASHES)))
		return false;
	trailer = behind(trailer, strlen(DASHES));
	if (take_line(&trailer).length > 0)
		return false;
	*rest = trailer;
	return decode(arena, pq_string_slice(text, 0, length < 0 ? 0 : (size_t)length),
		      &block->bytes);
}

bool pq_pem_next_block(struct pq_arena *arena, struct pq_string *rest, struct pq_pem_block *block)
{
	struct pq_string text = *rest;
	for (;;) {
		ptrdiff_t end = find(text, PQ_S(END));
		if (end < 0)
			return false;
		ptrdiff_t begin = find_last(pq_string_slice(text, 0, (size_t)end), PQ_S(BEGIN));
		if (begin == 0 || (begin > 0 && text.data[begin - 1] == '\n')) {
			struct pq_string inner = behind(text, (size_t)begin + strlen(BEGIN));
			if (read_block(arena, inner, text.data + end, block, rest))
				return true;
		}
		text = behind(text, (size_t)end + strlen(END));
	}
}
