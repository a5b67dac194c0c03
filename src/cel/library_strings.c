/*
 * Strings: cel-go v0.26 ext/strings.go, version 2. Positions count characters.
 */
#include "base/utf8.h"
#include "cel/container.h"
#include "cel/cost.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/signature.h"
#include "cel/string_format.h"
#include "cel/string_positions.h"
#include "cel/text.h"

static struct pq_string text_of(const struct pq_cel_value *value)
{
	return pq_cel_value_string(value);
}

static void change_case(struct pq_cel_run *run, struct pq_string text, char first, char last,
			struct pq_cel_value *result)
{
	char *bytes = pq_arena_alloc_bytes(run->arena, text.length);
	if (bytes == NULL) {
		*result = pq_cel_out_of_memory();
		return;
	}
	for (size_t i = 0; i < text.length; i++) {
		char byte = text.data[i];
		bool changes = byte >= first && byte <= last;
		bytes[i] = changes ? (char)(byte ^ 0x20) : byte;
	}
	*result = pq_cel_from_string((struct pq_string){ bytes, text.length });
}

static void lower_ascii(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			struct pq_cel_value *result)
{
	change_case(run, text_of(&arguments[0]), 'A', 'Z', result);
}

static void upper_ascii(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			struct pq_cel_value *result)
{
	change_case(run, text_of(&arguments[0]), 'a', 'z', result);
}

/* strings.Replace: an empty old stands before every character and at the end; count < 0 is all. */
static struct pq_cel_value replace_times(struct pq_cel_run *run,
					 const struct pq_cel_value *arguments, int64_t count)
{
	struct pq_string text = text_of(&arguments[0]), old = text_of(&arguments[1]);
	struct pq_string new = text_of(&arguments[2]);
	struct pq_buffer buffer;
	size_t start = 0, width;
	pq_buffer_init_in(&buffer, run->arena, 0);
	for (int64_t i = 0; i != count && !pq_buffer_failed(&buffer); i++) {
		size_t at = start;
		if (old.length > 0) {
			const char *found = start == text.length
						    ? NULL
						    : memmem(text.data + start, text.length - start,
							     old.data, old.length);
			if (found == NULL)
				break;
			at = (size_t)(found - text.data);
		} else if (i > 0) {
			if (start == text.length)
				break;
			pq_utf8_decode(pq_string_slice(text, start, text.length), &width);
			at += width;
		}
		pq_buffer_append_string(&buffer, pq_string_slice(text, start, at - start));
		pq_buffer_append_string(&buffer, new);
		start = at + old.length;
	}
	pq_buffer_append_string(&buffer, pq_string_slice(text, start, text.length));
	return pq_cel_from_buffer(&buffer);
}

static void replace_all(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			struct pq_cel_value *result)
{
	*result = replace_times(run, arguments, -1);
}

static void replace_some(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			 struct pq_cel_value *result)
{
	*result = replace_times(run, arguments, arguments[3].integer);
}

/* Where the next part ends; the text's length when there is no separator. */
static size_t find_separator(struct pq_string text, size_t start, struct pq_string separator)
{
	size_t width = 0;
	if (separator.length == 0 && start < text.length)
		pq_utf8_decode(pq_string_slice(text, start, text.length), &width);
	if (separator.length == 0)
		return start + width;
	const char *found = start == text.length ? NULL
						 : memmem(text.data + start, text.length - start,
							  separator.data, separator.length);
	return found == NULL ? text.length : (size_t)(found - text.data);
}

/* strings.SplitN: an empty separator splits after every character; count < 0 is all. */
static struct pq_cel_value split_times(struct pq_cel_run *run, const struct pq_cel_value *arguments,
				       int64_t count)
{
	struct pq_string text = text_of(&arguments[0]), separator = text_of(&arguments[1]);
	struct pq_cel_value list = pq_cel_list_grow(run->arena);
	size_t start = 0;
	bool more = count != 0 && (separator.length > 0 || text.length > 0);
	if (pq_cel_is_error(&list))
		return list;
	for (int64_t i = 1; more; i++) {
		size_t end = i == count ? text.length : find_separator(text, start, separator);
		struct pq_cel_value part =
			pq_cel_from_string(pq_string_slice(text, start, end - start));
		if (!pq_cel_list_append(run->arena, list.growing, &part))
			return pq_cel_out_of_memory();
		start = end + separator.length;
		more = i != count &&
		       (separator.length > 0 ? end < text.length : start < text.length);
	}
	return pq_cel_settle(&list);
}

static void split_all(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	*result = split_times(run, arguments, -1);
}

static void split_some(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		       struct pq_cel_value *result)
{
	*result = split_times(run, arguments, arguments[2].integer);
}

static void trim(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		 struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_string(pq_utf8_trim(text_of(&arguments[0])));
}

static struct pq_cel_value join_with(struct pq_cel_run *run, const struct pq_cel_value *list,
				     struct pq_string separator)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, run->arena, 0);
	for (uint32_t i = 0; i < pq_cel_list_size(list) && !pq_buffer_failed(&buffer); i++) {
		struct pq_cel_value item;
		pq_cel_list_get(run->arena, list, i, &item);
		if (item.kind != PQ_CEL_STRING)
			return pq_cel_error_format(
				run->arena, "join: invalid input: %.*s",
				PQ_STRING_ARGUMENT(pq_cel_to_go_text(run->arena, &item)));
		if (i > 0)
			pq_buffer_append_string(&buffer, separator);
		pq_buffer_append_string(&buffer, text_of(&item));
	}
	return pq_cel_from_buffer(&buffer);
}

static void join(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		 struct pq_cel_value *result)
{
	*result = join_with(run, &arguments[0], PQ_S(""));
}

static void join_separated(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			   struct pq_cel_value *result)
{
	*result = join_with(run, &arguments[0], text_of(&arguments[1]));
}

static void quote(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		  struct pq_cel_value *result)
{
	static const char escaped[] = "\a\b\f\n\r\t\v\\\"", letters[] = "abfnrtv\\\"";
	struct pq_string text = text_of(&arguments[0]);
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, run->arena, 0);
	pq_buffer_append_byte(&buffer, '"');
	for (size_t i = 0; i < text.length; i++) {
		const char *escape = text.data[i] == '\0' ? NULL : strchr(escaped, text.data[i]);
		if (escape != NULL)
			pq_buffer_append_byte(&buffer, '\\');
		pq_buffer_append_byte(&buffer,
				      escape != NULL ? letters[escape - escaped] : text.data[i]);
	}
	pq_buffer_append_byte(&buffer, '"');
	*result = pq_cel_from_buffer(&buffer);
}

#define STRING &pq_cel_string
#define INT    &pq_cel_int
#define LIST   &pq_cel_list_of_string

static const struct pq_cel_overload overloads[] = {
	METHOD(pq_cel_char_at, "charAt", "string_char_at_int", STRING, 2, STRING, INT),
	COSTLY_METHOD(items, items, pq_cel_index_of, "indexOf", "string_index_of_string", INT, 2,
		      STRING, STRING),
	COSTLY_METHOD(items, items, pq_cel_index_of_from, "indexOf", "string_index_of_string_int",
		      INT, 3, STRING, STRING, INT),
	COSTLY_METHOD(items, items, pq_cel_last_index_of, "lastIndexOf",
		      "string_last_index_of_string", INT, 2, STRING, STRING),
	COSTLY_METHOD(items, items, pq_cel_last_index_of_from, "lastIndexOf",
		      "string_last_index_of_string_int", INT, 3, STRING, STRING, INT),
	COSTLY_METHOD(traversal, rewriting, lower_ascii, "lowerAscii", "string_lower_ascii", STRING,
		      1, STRING),
	COSTLY_METHOD(traversal_twice, replace, replace_all, "replace",
		      "string_replace_string_string", STRING, 3, STRING, STRING, STRING),
	COSTLY_METHOD(traversal_twice, replace, replace_some, "replace",
		      "string_replace_string_string_int", STRING, 4, STRING, STRING, STRING, INT),
	COSTLY_METHOD(traversal_twice, split, split_all, "split", "string_split_string", LIST, 2,
		      STRING, STRING),
	COSTLY_METHOD(traversal_twice, split, split_some, "split", "string_split_string_int", LIST,
		      3, STRING, STRING, INT),
	COSTLY_METHOD(traversal, rewriting, pq_cel_substring_from, "substring",
		      "string_substring_int", STRING, 2, STRING, INT),
	COSTLY_METHOD(traversal, rewriting, pq_cel_substring, "substring",
		      "string_substring_int_int", STRING, 3, STRING, INT, INT),
	COSTLY_METHOD(traversal, rewriting, trim, "trim", "string_trim", STRING, 1, STRING),
	COSTLY_METHOD(traversal, rewriting, upper_ascii, "upperAscii", "string_upper_ascii", STRING,
		      1, STRING),
	COSTLY_METHOD(join, join, join, "join", "list_join", STRING, 1, LIST),
	COSTLY_METHOD(join, join, join_separated, "join", "list_join_string", STRING, 2, LIST,
		      STRING),
};

/* Of the library's second version. */
static const struct pq_cel_overload formatting[] = {
	{
		ROW(pq_cel_format, "format", "string_format", STRING, 2, STRING,
		    &pq_cel_list_of_dyn),
		.is_member = true,
		.stops_early = true,
		OVERLOAD_COST(standard_traversal, traversal),
	},
	{
		ROW(quote, "strings.quote", "strings_quote", STRING, 1, STRING),
		OVERLOAD_COST(standard_traversal, quote),
	},
};

const struct pq_cel_library pq_cel_library_strings = {
	.name = "strings",
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
};

const struct pq_cel_library pq_cel_library_formatting = {
	.name = "strings",
	.introduced = 29,
	.overloads = formatting,
	.count = sizeof formatting / sizeof *formatting,
};
