#include "yaml/resolve.h"

#include "base/base64.h"
#include "base/character.h"
#include "base/utf8.h"
#include "yaml/number.h"

#include <math.h>
#include <stdio.h>

#define TAG_PREFIX "tag:yaml.org,2002:"

enum tag { TAG_NONE, TAG_STR, TAG_BOOL, TAG_INT, TAG_FLOAT, TAG_NULL, TAG_TIMESTAMP, TAG_OTHER };

static const char *const tag_names[] = {
	[TAG_STR] = "str",     [TAG_BOOL] = "bool", [TAG_INT] = "int",
	[TAG_FLOAT] = "float", [TAG_NULL] = "null", [TAG_TIMESTAMP] = "timestamp",
};

static enum tag tag_from(const char *text)
{
	if (text == NULL || *text == '\0')
		return TAG_NONE;
	if (strncmp(text, TAG_PREFIX, strlen(TAG_PREFIX)) != 0)
		return TAG_OTHER;
	for (enum tag tag = TAG_STR; tag < TAG_OTHER; tag++) {
		if (strcmp(text + strlen(TAG_PREFIX), tag_names[tag]) == 0)
			return tag;
	}
	return TAG_OTHER;
}

struct word {
	struct pq_string text;
	struct pq_yaml_scalar scalar;
};

#define TRUE_WORD(text)                                                                            \
	{                                                                                          \
		PQ_LITERAL(text),                                                                  \
		{                                                                                  \
			.type = PQ_YAML_TYPE_BOOLEAN, .boolean = true                              \
		}                                                                                  \
	}
#define FALSE_WORD(text)                                                                           \
	{                                                                                          \
		PQ_LITERAL(text),                                                                  \
		{                                                                                  \
			.type = PQ_YAML_TYPE_BOOLEAN, .boolean = false                             \
		}                                                                                  \
	}
#define NULL_WORD(text)                                                                            \
	{                                                                                          \
		PQ_LITERAL(text),                                                                  \
		{                                                                                  \
			.type = PQ_YAML_TYPE_NULL                                                  \
		}                                                                                  \
	}
#define FLOAT_WORD(text, value)                                                                    \
	{                                                                                          \
		PQ_LITERAL(text),                                                                  \
		{                                                                                  \
			.type = PQ_YAML_TYPE_FLOAT, .number = (value)                              \
		}                                                                                  \
	}

static const struct word words[] = {
	TRUE_WORD("y"),
	TRUE_WORD("Y"),
	TRUE_WORD("yes"),
	TRUE_WORD("Yes"),
	TRUE_WORD("YES"),
	TRUE_WORD("true"),
	TRUE_WORD("True"),
	TRUE_WORD("TRUE"),
	TRUE_WORD("on"),
	TRUE_WORD("On"),
	TRUE_WORD("ON"),
	FALSE_WORD("n"),
	FALSE_WORD("N"),
	FALSE_WORD("no"),
	FALSE_WORD("No"),
	FALSE_WORD("NO"),
	FALSE_WORD("false"),
	FALSE_WORD("False"),
	FALSE_WORD("FALSE"),
	FALSE_WORD("off"),
	FALSE_WORD("Off"),
	FALSE_WORD("OFF"),
	NULL_WORD(""),
	NULL_WORD("~"),
	NULL_WORD("null"),
	NULL_WORD("Null"),
	NULL_WORD("NULL"),
	FLOAT_WORD(".nan", NAN),
	FLOAT_WORD(".NaN", NAN),
	FLOAT_WORD(".NAN", NAN),
	FLOAT_WORD(".inf", INFINITY),
	FLOAT_WORD(".Inf", INFINITY),
	FLOAT_WORD(".INF", INFINITY),
	FLOAT_WORD("+.inf", INFINITY),
	FLOAT_WORD("+.Inf", INFINITY),
	FLOAT_WORD("+.INF", INFINITY),
	FLOAT_WORD("-.inf", -INFINITY),
	FLOAT_WORD("-.Inf", -INFINITY),
	FLOAT_WORD("-.INF", -INFINITY),
};

enum { WORD_LENGTH_MAX = 5 };

/* Most short texts do not even begin as a word does. */
static bool may_be_word(struct pq_string text)
{
	static const char starts[] = "yYtToOnNfF~.+-";
	return text.length == 0 || (text.length <= WORD_LENGTH_MAX &&
				    memchr(starts, text.data[0], sizeof starts - 1) != NULL);
}

static bool find_word(struct pq_string text, struct pq_yaml_scalar *scalar)
{
	if (!may_be_word(text))
		return false;
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (pq_string_equal(words[i].text, text)) {
			*scalar = words[i].scalar;
			return true;
		}
	}
	return false;
}

/* Longer digits are texts to us; Go would read them, in time that grows with their square. */
enum { NUMBER_LENGTH_MAX = 4096 };

/* The text without underscores, ended by a NUL. Go's float reader wants those between digits. */
static bool strip_underscores(struct pq_string text, bool between_digits, char *plain)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] != '_') {
			*plain++ = text.data[i];
			continue;
		}
		bool is_between = i > 0 && pq_is_digit(text.data[i - 1]) && i + 1 < text.length &&
				  pq_is_digit(text.data[i + 1]);
		if (between_digits && !is_between)
			return false;
	}
	*plain = '\0';
	return true;
}

static bool is_number_byte(char byte)
{
	return pq_hexadecimal_value(byte) >= 0 || memchr("+-._xXoO", byte, 8) != NULL;
}

static bool find_number(struct pq_string text, struct pq_yaml_scalar *scalar)
{
	if (text.length > NUMBER_LENGTH_MAX)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		if (!is_number_byte(text.data[i]))
			return false;
	}
	char plain[NUMBER_LENGTH_MAX + 1];
	if (text.data[0] != '.') {
		strip_underscores(text, false, plain);
		return pq_yaml_parse_number(plain, scalar);
	}
	double number;
	if (!strip_underscores(text, true, plain) || !pq_yaml_parse_float(plain, &number))
		return false;
	*scalar = (struct pq_yaml_scalar){ .type = PQ_YAML_TYPE_FLOAT, .number = number };
	return true;
}

/* What a text says by itself; *found is the tag it deserves. */
static struct pq_yaml_scalar resolve_text(enum tag tag, struct pq_string text, enum tag *found)
{
	struct pq_yaml_scalar scalar = { .type = PQ_YAML_TYPE_STRING, .text = text };
	*found = TAG_STR;
	char first = text.length == 0 ? '\0' : text.data[0];
	if (find_word(text, &scalar)) {
		*found = scalar.type == PQ_YAML_TYPE_NULL      ? TAG_NULL
			 : scalar.type == PQ_YAML_TYPE_BOOLEAN ? TAG_BOOL
							       : TAG_FLOAT;
	} else if (tag == TAG_TIMESTAMP && pq_is_digit(first) && pq_yaml_is_timestamp(text)) {
		*found = TAG_TIMESTAMP;
	} else if (pq_is_digit(first) || (first != '\0' && strchr("+-.", first) != NULL)) {
		if (find_number(text, &scalar))
			*found = scalar.type == PQ_YAML_TYPE_FLOAT ? TAG_FLOAT : TAG_INT;
	}
	return scalar;
}

/* JSON has characters only: as Go writes it, each byte that is in none becomes U+FFFD. */
static bool replace_invalid(struct pq_arena *arena, struct pq_string *bytes)
{
	if (pq_utf8_find_invalid(*bytes) == bytes->length)
		return true;
	char *text = pq_arena_alloc_bytes(arena, bytes->length * 3);
	if (text == NULL)
		return false;
	size_t length = 0;
	for (struct pq_string rest = *bytes; rest.length > 0;) {
		size_t width;
		length += pq_utf8_encode(pq_utf8_decode(rest, &width), text + length);
		rest = pq_string_slice(rest, width, rest.length);
	}
	*bytes = (struct pq_string){ .data = text, .length = length };
	return true;
}

static bool resolve_other(struct pq_arena *arena, const char *tag, struct pq_string text,
			  struct pq_yaml_scalar *scalar, struct pq_error *error)
{
	struct pq_string bytes = text;
	if (strcmp(tag, TAG_PREFIX "binary") == 0) {
		bytes = pq_base64_decode(arena, text);
		if (bytes.data == NULL && !pq_arena_is_exhausted(arena))
			return pq_error_set(error, PQ_ERROR_INVALID,
					    "yaml: !!binary value contains invalid base64 data");
		if (bytes.data == NULL || !replace_invalid(arena, &bytes))
			return pq_error_set(error, PQ_ERROR_TOO_LARGE, "document is too large");
	}
	*scalar = (struct pq_yaml_scalar){ .type = PQ_YAML_TYPE_STRING, .text = bytes };
	return true;
}

static bool check_tag(enum tag tag, enum tag found, struct pq_string text,
		      struct pq_yaml_scalar *scalar, struct pq_error *error)
{
	if (tag == TAG_NONE || tag == found)
		return true;
	if (tag == TAG_FLOAT && scalar->type == PQ_YAML_TYPE_INTEGER) {
		*scalar = (struct pq_yaml_scalar){ .type = PQ_YAML_TYPE_FLOAT,
						   .number = (double)scalar->integer };
		return true;
	}
	return pq_error_set(error, PQ_ERROR_INVALID, "yaml: cannot decode !!%s `%.*s` as a !!%s",
			    tag_names[found], PQ_STRING_ARGUMENT(text), tag_names[tag]);
}

bool pq_yaml_resolve(struct pq_arena *arena, const char *tag_text, bool implicit,
		     struct pq_string text, struct pq_yaml_scalar *scalar, struct pq_error *error)
{
	enum tag tag = tag_from(tag_text);
	struct pq_yaml_scalar resolved = { .type = PQ_YAML_TYPE_STRING, .text = text };
	if (tag == TAG_OTHER) {
		if (!resolve_other(arena, tag_text, text, &resolved, error))
			return false;
	} else if (tag != TAG_STR && (tag != TAG_NONE || implicit)) {
		enum tag found;
		resolved = resolve_text(tag, text, &found);
		if (!check_tag(tag, found, text, &resolved, error))
			return false;
	}
	if (resolved.type == PQ_YAML_TYPE_STRING && resolved.text.data == text.data) {
		resolved.text = pq_arena_copy(arena, text);
		if (resolved.text.data == NULL)
			return pq_error_set(error, PQ_ERROR_TOO_LARGE, "document is too large");
	}
	*scalar = resolved;
	return true;
}

static struct pq_value float_to_value(double number, enum pq_yaml_conversion conversion)
{
	int64_t integer;
	if (conversion == PQ_YAML_TO_JSON && pq_yaml_float_to_integer(number, &integer))
		return pq_value_from_integer(integer);
	return pq_value_from_double(number);
}

bool pq_yaml_scalar_to_value(const struct pq_yaml_scalar *scalar,
			     enum pq_yaml_conversion conversion, struct pq_value *value,
			     struct pq_error *error)
{
	switch (scalar->type) {
	case PQ_YAML_TYPE_NULL:
		*value = pq_value_null();
		return true;
	case PQ_YAML_TYPE_BOOLEAN:
		*value = pq_value_from_boolean(scalar->boolean);
		return true;
	case PQ_YAML_TYPE_INTEGER:
		*value = pq_value_from_integer(scalar->integer);
		return true;
	case PQ_YAML_TYPE_UNSIGNED:
		*value = pq_value_from_double((double)scalar->natural);
		return true;
	case PQ_YAML_TYPE_STRING:
		*value = pq_value_from_string(scalar->text);
		return true;
	case PQ_YAML_TYPE_FLOAT:
		break;
	}
	if (isnan(scalar->number) || isinf(scalar->number))
		return pq_error_set(error, PQ_ERROR_INVALID, "json: unsupported value: %s",
				    isnan(scalar->number)  ? "NaN"
				    : scalar->number < 0.0 ? "-Inf"
							   : "+Inf");
	*value = float_to_value(scalar->number, conversion);
	return true;
}

bool pq_yaml_scalar_to_key(struct pq_arena *arena, const struct pq_yaml_scalar *scalar,
			   struct pq_string *key, struct pq_error *error)
{
	char text[32];
	switch (scalar->type) {
	case PQ_YAML_TYPE_STRING:
		*key = scalar->text;
		return true;
	case PQ_YAML_TYPE_NULL:
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "unsupported map key of type: null; put it in quotes");
	case PQ_YAML_TYPE_UNSIGNED:
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "unsupported map key of type: uint64; put it in quotes");
	case PQ_YAML_TYPE_BOOLEAN:
		snprintf(text, sizeof text, "%s", scalar->boolean ? "true" : "false");
		break;
	case PQ_YAML_TYPE_INTEGER:
		snprintf(text, sizeof text, "%lld", (long long)scalar->integer);
		break;
	case PQ_YAML_TYPE_FLOAT:
		pq_yaml_format_float_key(scalar->number, text, sizeof text);
		break;
	}
	struct pq_string copy = pq_arena_copy(arena, pq_string_from(text));
	if (copy.data == NULL)
		return pq_error_set(error, PQ_ERROR_TOO_LARGE, "document is too large");
	*key = copy;
	return true;
}
