#include "config/option_value.h"

#include "base/buffer.h"
#include "formats/duration.h"

#include <inttypes.h>
#include <stdio.h>

static void *field(const struct pq_option *option, void *settings)
{
	return (char *)settings + option->offset;
}

static bool refuse(struct pq_error *error, struct pq_string name, struct pq_string text,
		   const char *wanted)
{
	return pq_error_set(error, PQ_ERROR_USAGE, "%.*s: \"%.*s\" is not %s",
			    PQ_STRING_ARGUMENT(name), PQ_STRING_ARGUMENT(text), wanted);
}

static bool parse_boolean(struct pq_string text, bool *value)
{
	bool is_true = pq_string_is(text, "true");
	if (!is_true && !pq_string_is(text, "false"))
		return false;
	*value = is_true;
	return true;
}

/* Digits only, at most INT64_MAX; what follows them goes into *suffix. */
static bool parse_digits(struct pq_string text, int64_t *value, struct pq_string *suffix)
{
	size_t at = 0;
	int64_t sum = 0;
	for (; at < text.length && text.data[at] >= '0' && text.data[at] <= '9'; at++) {
		if (__builtin_mul_overflow(sum, 10, &sum) ||
		    __builtin_add_overflow(sum, text.data[at] - '0', &sum))
			return false;
	}
	*value = sum;
	*suffix = pq_string_slice(text, at, text.length);
	return at > 0;
}

static bool parse_integer(struct pq_string text, int64_t *value)
{
	struct pq_string suffix;
	bool is_negative = text.length > 0 && text.data[0] == '-';
	if (is_negative)
		text = pq_string_slice(text, 1, text.length);
	if (!parse_digits(text, value, &suffix) || suffix.length != 0)
		return false;
	if (is_negative)
		*value = -*value;
	return true;
}

static bool parse_size(struct pq_string text, int64_t *value)
{
	static const struct {
		const char *suffix;
		int64_t factor;
	} units[] = {
		{ "", 1 },
		{ "k", 1000 },
		{ "M", 1000 * 1000 },
		{ "G", 1000 * 1000 * 1000 },
		{ "Ki", INT64_C(1) << 10 },
		{ "Mi", INT64_C(1) << 20 },
		{ "Gi", INT64_C(1) << 30 },
	};
	struct pq_string suffix;
	if (!parse_digits(text, value, &suffix))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
		if (pq_string_is(suffix, units[i].suffix))
			return !__builtin_mul_overflow(*value, units[i].factor, value);
	}
	return false;
}

bool pq_option_has_range(const struct pq_option *option)
{
	return option->minimum != 0 || option->maximum != 0;
}

void pq_option_write_number(const struct pq_option *option, int64_t number, struct pq_buffer *text)
{
	if (option->type == PQ_OPTION_DURATION) {
		pq_duration_write(text, number);
		return;
	}
	static const char *const units[] = { "", "Ki", "Mi", "Gi" };
	size_t unit = 0;
	while (option->type == PQ_OPTION_SIZE && unit < 3 && number != 0 && number % 1024 == 0) {
		number /= 1024;
		unit++;
	}
	pq_buffer_append_format(text, "%" PRId64 "%s", number, units[unit]);
}

static bool check_range(const struct pq_option *option, struct pq_string name,
			struct pq_string text, int64_t value, struct pq_error *error)
{
	if (!pq_option_has_range(option) || (value >= option->minimum && value <= option->maximum))
		return true;
	pq_cleanup_buffer struct pq_buffer wanted;
	pq_buffer_init(&wanted, 0);
	pq_buffer_append_text(&wanted, "between ");
	pq_option_write_number(option, option->minimum, &wanted);
	pq_buffer_append_text(&wanted, " and ");
	pq_option_write_number(option, option->maximum, &wanted);
	pq_buffer_append_byte(&wanted, '\0');
	return refuse(error, name, text, pq_buffer_failed(&wanted) ? "in its range" : wanted.data);
}

static bool store_number(const struct pq_option *option, struct pq_string name,
			 struct pq_string text, void *settings, struct pq_error *error)
{
	int64_t value = 0;
	struct pq_error ignored;
	if (option->type == PQ_OPTION_INTEGER && !parse_integer(text, &value))
		return refuse(error, name, text, "a whole number");
	if (option->type == PQ_OPTION_SIZE && !parse_size(text, &value))
		return refuse(error, name, text, "a size such as 7Mi, 64Ki or 1000");
	if (option->type == PQ_OPTION_DURATION && !pq_duration_parse(text, &value, &ignored))
		return refuse(error, name, text, "a duration such as 10s, 500ms or 1m30s");
	if (!check_range(option, name, text, value, error))
		return false;
	*(int64_t *)field(option, settings) = value;
	return true;
}

static bool store_choice(const struct pq_option *option, struct pq_string name,
			 struct pq_string text, void *settings, struct pq_error *error)
{
	char wanted[256] = "one of";
	for (int i = 0; option->choices[i] != NULL; i++) {
		if (pq_string_is(text, option->choices[i])) {
			*(int *)field(option, settings) = i;
			return true;
		}
		size_t length = strlen(wanted);
		snprintf(wanted + length, sizeof wanted - length, "%s %s", i == 0 ? "" : ",",
			 option->choices[i]);
	}
	return refuse(error, name, text, wanted);
}

static bool append(struct pq_option_list *list, const char *item, struct pq_arena *arena)
{
	const char **items = pq_arena_grow(arena, list->items, list->count * sizeof *items,
					   (list->count + 1) * sizeof *items);
	if (items == NULL)
		return false;
	items[list->count] = item;
	*list = (struct pq_option_list){ .items = items, .count = list->count + 1 };
	return true;
}

static bool store_text(const struct pq_option *option, struct pq_string name, struct pq_string text,
		       void *settings, struct pq_arena *arena, struct pq_error *error)
{
	if (text.length > 0 && memchr(text.data, '\0', text.length) != NULL)
		return refuse(error, name, text, "a text without NUL");
	const char *copy = pq_arena_copy(arena, text).data;
	if (copy == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	if (option->type == PQ_OPTION_TEXT) {
		*(const char **)field(option, settings) = copy;
		return true;
	}
	struct pq_option_list *list = field(option, settings);
	if (list->count >= PQ_OPTION_LIST_MAX)
		return pq_error_set(error, PQ_ERROR_USAGE, "%.*s: given more than %d times",
				    PQ_STRING_ARGUMENT(name), PQ_OPTION_LIST_MAX);
	if (!append(list, copy, arena))
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	return true;
}

bool pq_option_store(const struct pq_option *option, struct pq_string name, struct pq_string text,
		     void *settings, struct pq_arena *arena, struct pq_error *error)
{
	switch (option->type) {
	case PQ_OPTION_SWITCH:
		if (!parse_boolean(text, field(option, settings)))
			return refuse(error, name, text, "true or false");
		return true;
	case PQ_OPTION_TEXT:
	case PQ_OPTION_LIST:
		return store_text(option, name, text, settings, arena, error);
	case PQ_OPTION_INTEGER:
	case PQ_OPTION_DURATION:
	case PQ_OPTION_SIZE:
		return store_number(option, name, text, settings, error);
	case PQ_OPTION_CHOICE:
		return store_choice(option, name, text, settings, error);
	}
	return pq_error_set(error, PQ_ERROR_INTERNAL, "unknown type of option");
}

const struct pq_option *pq_option_find(const struct pq_option *table, struct pq_string name)
{
	for (const struct pq_option *option = table; option->name != NULL; option++) {
		if (pq_string_is(name, option->name))
			return option;
	}
	return NULL;
}

static bool texts_equal(const char *one, const char *other)
{
	return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

static bool lists_equal(const struct pq_option_list *one, const struct pq_option_list *other)
{
	if (one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++) {
		if (!texts_equal(one->items[i], other->items[i]))
			return false;
	}
	return true;
}

bool pq_option_equal(const struct pq_option *option, const void *one, const void *other)
{
	const void *left = (const char *)one + option->offset;
	const void *right = (const char *)other + option->offset;
	switch (option->type) {
	case PQ_OPTION_SWITCH:
		return *(const bool *)left == *(const bool *)right;
	case PQ_OPTION_TEXT:
		return texts_equal(*(const char *const *)left, *(const char *const *)right);
	case PQ_OPTION_LIST:
		return lists_equal(left, right);
	case PQ_OPTION_INTEGER:
	case PQ_OPTION_DURATION:
	case PQ_OPTION_SIZE:
		return *(const int64_t *)left == *(const int64_t *)right;
	case PQ_OPTION_CHOICE:
		return *(const int *)left == *(const int *)right;
	}
	return false;
}
