#include "cel/declaration.h"

#include "base/buffer.h"
#include "base/character.h"

const struct pq_cel_declaration pq_cel_declaration_any = {
	.kind = PQ_CEL_DECLARED_ANY,
	.nullable = true,
	.type = &pq_cel_dyn,
	.min_serialized_size = 1,
};

const struct pq_cel_field *pq_cel_declaration_find(const struct pq_cel_declaration *declaration,
						   struct pq_string name)
{
	size_t low = 0;
	size_t high = declaration->field_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = pq_string_compare(declaration->fields[middle].name, name);
		if (order == 0)
			return &declaration->fields[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

bool pq_cel_is_reserved(struct pq_string word)
{
	static const char *const words[] = {
		"true",     "false",   "null",      "in",       "as",  "break",  "const",
		"continue", "else",    "for",       "function", "if",  "import", "let",
		"loop",     "package", "namespace", "return",   "var", "void",   "while",
	};
	enum { SHORTEST = sizeof "as" - 1, LONGEST = sizeof "namespace" - 1 };
	if (word.length < SHORTEST || word.length > LONGEST)
		return false;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (words[i][0] == word.data[0] && pq_string_is(word, words[i]))
			return true;
	}
	return false;
}

/* What stands for the character at text[i], whose length is *length; NULL when nothing does. */
static const char *escape_of(struct pq_string text, size_t i, size_t *length)
{
	*length = 1;
	switch (text.data[i]) {
	case '.':
		return "__dot__";
	case '-':
		return "__dash__";
	case '/':
		return "__slash__";
	case '_':
		if (i + 1 == text.length || text.data[i + 1] != '_')
			return NULL;
		*length = 2;
		return "__underscores__";
	default:
		return NULL;
	}
}

struct pq_string pq_cel_escape(struct pq_arena *arena, struct pq_string property)
{
	if (property.length == 0 || pq_is_digit(property.data[0]))
		return (struct pq_string){ 0 };
	if (pq_cel_is_reserved(property))
		return pq_arena_format(arena, "__%.*s__", PQ_STRING_ARGUMENT(property));
	struct pq_buffer name;
	pq_buffer_init_in(&name, arena, 0);
	for (size_t i = 0, length; i < property.length; i += length) {
		char c = property.data[i];
		const char *escape = escape_of(property, i, &length);
		if (escape != NULL)
			pq_buffer_append_text(&name, escape);
		else if (c == '_' || pq_is_alphanumeric(c))
			pq_buffer_append_byte(&name, c);
		else
			return (struct pq_string){ 0 };
	}
	if (pq_buffer_failed(&name))
		return (struct pq_string){ 0 };
	return pq_buffer_view(&name);
}
