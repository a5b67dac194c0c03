/*
 * Paths of fields as rules name them (fieldPath): ".spec.ports['a.b']", checked against the schema
 * (cel.ValidFieldPath).
 */
#include "schema/source.h"

static bool is_delimiter(char byte)
{
	return byte == '.' || byte == '[' || byte == ']';
}

/* A delimiter, a quoted string with its quotes, or what stands before the next delimiter. */
static bool take_token(struct pq_string *rest, struct pq_string *token)
{
	if (rest->length == 0)
		return false;
	size_t length = 1;
	bool is_quoted = rest->data[0] == '\'';
	if (is_quoted) {
		while (length < rest->length &&
		       (rest->data[length] != '\'' || rest->data[length - 1] == '\\'))
			length++;
		length += length < rest->length;
	} else if (!is_delimiter(rest->data[0])) {
		while (length < rest->length && !is_delimiter(rest->data[length]))
			length++;
	}
	*token = pq_string_slice(*rest, 0, length);
	*rest = pq_string_slice(*rest, length, rest->length);
	return true;
}

/* What an escape in a quoted string means: the character behind the backslash. */
static bool find_meaning(char name, char *meaning)
{
	static const char names[] = "abfnrtv\\'", meanings[] = "\a\b\f\n\r\t\v\\'";
	const char *found = name == '\0' ? NULL : strchr(names, name);
	if (found != NULL)
		*meaning = meanings[found - names];
	return found != NULL;
}

static bool has_good_escapes(struct pq_string quoted)
{
	char meaning;
	for (size_t i = 0; i + 1 < quoted.length; i++) {
		if (quoted.data[i] == '\\' && !find_meaning(quoted.data[++i], &meaning))
			return false;
	}
	return true;
}

/* Compares a name with the inside of a quoted string whose escapes are good. */
static bool equals_quoted(struct pq_string name, struct pq_string quoted)
{
	size_t at = 0;
	for (size_t i = 0; i < quoted.length; i++, at++) {
		char byte = quoted.data[i];
		if (byte == '\\' && i + 1 < quoted.length)
			find_meaning(quoted.data[++i], &byte);
		if (at == name.length || name.data[at] != byte)
			return false;
	}
	return at == name.length;
}

static const struct pq_source *step_into(const struct pq_source *source, struct pq_string name,
					 bool is_quoted)
{
	for (size_t i = 0; i < source->properties.count; i++) {
		const struct pq_source_member *member = &source->properties.items[i];
		if (is_quoted ? equals_quoted(member->name, name)
			      : pq_string_equal(member->name, name))
			return member->schema;
	}
	return source->properties.count == 0 ? source->additional_properties : NULL;
}

/* What is noted of a path on the way. */
struct notes {
	struct pq_arena *arena;
	struct pq_buffer text;
	struct pq_string *names;
	size_t count;
};

/* A step as findings have it: fields of objects by name, values of maps in brackets. */
static void note_step(struct notes *notes, const struct pq_source *source, struct pq_string name,
		      bool is_quoted)
{
	bool is_key = source->properties.count == 0;
	struct pq_buffer *text = &notes->text;
	if (is_key)
		pq_buffer_append_byte(text, '[');
	else if (text->length > 0)
		pq_buffer_append_byte(text, '.');
	size_t start = text->length;
	for (size_t i = 0; i < name.length; i++) {
		char byte = name.data[i];
		if (is_quoted && byte == '\\' && i + 1 < name.length)
			find_meaning(name.data[++i], &byte);
		pq_buffer_append_byte(text, byte);
	}
	struct pq_string meant = pq_string_slice(pq_buffer_view(text), start, text->length);
	notes->names[notes->count++] = pq_arena_copy(notes->arena, meant);
	if (is_key)
		pq_buffer_append_byte(text, ']');
}

/* Follows the path, with notes unless they are NULL; false when it leads nowhere. */
static bool follow(const struct pq_source *source, struct pq_string path, struct notes *notes)
{
	struct pq_string token;
	while (take_token(&path, &token)) {
		bool is_quoted = pq_string_is(token, "[");
		if ((!is_quoted && !pq_string_is(token, ".")) || !take_token(&path, &token))
			return false;
		if (is_quoted) {
			if (token.length < 2 || token.data[0] != '\'' ||
			    token.data[token.length - 1] != '\'')
				return false;
			token = pq_string_slice(token, 1, token.length - 2);
			if (!has_good_escapes(token))
				return false;
		}
		if (notes != NULL)
			note_step(notes, source, token, is_quoted);
		source = step_into(source, token, is_quoted);
		if (source == NULL)
			return false;
		if (is_quoted && (!take_token(&path, &token) || !pq_string_is(token, "]")))
			return false;
	}
	return true;
}

bool pq_source_has_field(const struct pq_source *source, struct pq_string path)
{
	return follow(source, path, NULL);
}

bool pq_source_read_field(const struct pq_source *source, struct pq_string path,
			  struct pq_arena *arena, struct pq_source_field *field)
{
	struct notes notes = { .arena = arena };
	*field = (struct pq_source_field){ .count = 0 };
	pq_buffer_init_in(&notes.text, arena, 0);
	/* A step is a delimiter and a name at least. */
	notes.names = pq_arena_alloc_array(arena, path.length / 2 + 1, sizeof *notes.names);
	if (notes.names == NULL)
		return false;
	if (follow(source, path, &notes))
		*field = (struct pq_source_field){ pq_buffer_view(&notes.text), notes.names,
						   notes.count };
	return !pq_arena_is_exhausted(arena);
}
