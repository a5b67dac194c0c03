#include "config/option.h"

#include "base/nearest.h"
#include "config/option_value.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	NAME_MAX_LENGTH = 64,
	MISSPELT_MAX = 2, /* letters in which a variable differs from what was meant */
};

bool pq_options_set_defaults(const struct pq_option *table, void *settings, struct pq_arena *arena,
			     struct pq_error *error)
{
	for (const struct pq_option *option = table; option->name != NULL; option++) {
		if (option->default_value != NULL &&
		    !pq_option_store(option, pq_string_from(option->name),
				     pq_string_from(option->default_value), settings, arena, error))
			return false;
	}
	return true;
}

/* Flags of one command line while they are being taken. */
struct flags {
	const struct pq_option *table;
	char *const *argv;
	int argc;
	int at;
	void *settings;
	struct pq_arena *arena;
	/* Lists given by flags replace what file and environment said, at the first flag. */
	const struct pq_option *cleared[NAME_MAX_LENGTH];
	size_t cleared_count;
	struct pq_error *error;
};

static bool fail_unknown(struct flags *flags, struct pq_string name)
{
	char hint[PQ_NEAREST_HINT_MAX];
	struct pq_nearest nearest = pq_nearest_to(name);
	for (const struct pq_option *option = flags->table; option->name != NULL; option++) {
		if ((option->sources & PQ_OPTION_FLAG) != 0)
			pq_nearest_consider(&nearest, pq_string_from(option->name));
	}
	pq_nearest_hint(&nearest, "--", "", hint);
	return pq_error_set(flags->error, PQ_ERROR_USAGE, "unknown flag --%.*s%s",
			    PQ_STRING_ARGUMENT(name), hint[0] == '\0' ? "; see --help" : hint);
}

/* A letter in the other case may be meant, or a long flag that begins with it. */
static bool fail_unknown_letter(struct flags *flags, char letter)
{
	const char *meant = NULL;
	for (const struct pq_option *option = flags->table; option->name != NULL; option++) {
		if ((option->sources & PQ_OPTION_FLAG) == 0)
			continue;
		if (option->letter != 0 && option->letter == (letter ^ 0x20))
			return pq_error_set(flags->error, PQ_ERROR_USAGE,
					    "unknown flag -%c, did you mean -%c?", letter,
					    option->letter);
		if (meant == NULL && option->name[0] == letter)
			meant = option->name;
	}
	return pq_error_set(flags->error, PQ_ERROR_USAGE, "unknown flag -%c%s%s%s", letter,
			    meant == NULL ? "; see --help" : ", did you mean --",
			    meant == NULL ? "" : meant, meant == NULL ? "" : "?");
}

static void clear_list_once(struct flags *flags, const struct pq_option *option)
{
	if (option->type != PQ_OPTION_LIST)
		return;
	for (size_t i = 0; i < flags->cleared_count; i++) {
		if (flags->cleared[i] == option)
			return;
	}
	if (flags->cleared_count < NAME_MAX_LENGTH)
		flags->cleared[flags->cleared_count++] = option;
	*(struct pq_option_list *)((char *)flags->settings + option->offset) =
		(struct pq_option_list){ 0 };
}

/* Stores one flag whose inline value may be absent (data NULL): then the next argument is it. */
static bool take_value(struct flags *flags, const struct pq_option *option, struct pq_string shown,
		       struct pq_string value)
{
	if (value.data == NULL && option->type == PQ_OPTION_SWITCH)
		value = PQ_S("true");
	if (value.data == NULL) {
		if (flags->at + 1 >= flags->argc)
			return pq_error_set(flags->error, PQ_ERROR_USAGE, "%.*s needs a value",
					    PQ_STRING_ARGUMENT(shown));
		value = pq_string_from(flags->argv[++flags->at]);
	}
	clear_list_once(flags, option);
	return pq_option_store(option, shown, value, flags->settings, flags->arena, flags->error);
}

static const struct pq_option *find_flag(const struct flags *flags, struct pq_string name)
{
	const struct pq_option *option = pq_option_find(flags->table, name);
	return option != NULL && (option->sources & PQ_OPTION_FLAG) != 0 ? option : NULL;
}

static bool take_long(struct flags *flags, struct pq_string argument)
{
	struct pq_string name = pq_string_slice(argument, 2, argument.length);
	struct pq_string value = { 0 }, shown = argument;
	ptrdiff_t equals = pq_string_find_byte(name, '=');
	if (equals >= 0) {
		value = pq_string_slice(name, (size_t)equals + 1, name.length);
		name.length = (size_t)equals;
		shown.length = name.length + 2;
	}
	const struct pq_option *option = find_flag(flags, name);
	if (option == NULL)
		return fail_unknown(flags, name);
	return take_value(flags, option, shown, value);
}

/* "-output" and "-output=json", as Go's own flags are written: -o with a value is not meant. */
static bool is_long_with_one_dash(const struct flags *flags, struct pq_string argument)
{
	struct pq_string name = pq_string_slice(argument, 1, argument.length);
	ptrdiff_t equals = pq_string_find_byte(name, '=');
	if (equals >= 0)
		name.length = (size_t)equals;
	return name.length > 1 && find_flag(flags, name) != NULL;
}

/* The value stands behind the letter, "=" between them or not, or is the next argument. */
static bool take_short(struct flags *flags, struct pq_string argument)
{
	struct pq_string value = { 0 };
	if (is_long_with_one_dash(flags, argument))
		return pq_error_set(flags->error, PQ_ERROR_USAGE,
				    "unknown flag %.*s, did you mean -%.*s?",
				    PQ_STRING_ARGUMENT(argument), PQ_STRING_ARGUMENT(argument));
	if (argument.length > 2)
		value = pq_string_slice(argument, argument.data[2] == '=' ? 3 : 2, argument.length);
	for (const struct pq_option *option = flags->table; option->name != NULL; option++) {
		if (option->letter == argument.data[1] && (option->sources & PQ_OPTION_FLAG) != 0)
			return take_value(flags, option, pq_string_slice(argument, 0, 2), value);
	}
	return fail_unknown_letter(flags, argument.data[1]);
}

bool pq_options_parse(const struct pq_option *table, int argc, char *const *argv, void *settings,
		      struct pq_arena *arena, struct pq_option_list *rest, struct pq_error *error)
{
	struct flags flags = {
		.table = table,
		.argc = argc,
		.argv = argv,
		.settings = settings,
		.arena = arena,
		.error = error,
	};
	const char **left = pq_arena_alloc_array(arena, (size_t)argc + 1, sizeof *left);
	if (left == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	size_t left_count = 0;
	bool only_operands = false;
	for (flags.at = 1; flags.at < argc; flags.at++) {
		struct pq_string argument = pq_string_from(argv[flags.at]);
		bool is_flag = !only_operands && argument.length > 1 && argument.data[0] == '-';
		if (!is_flag)
			left[left_count++] = argv[flags.at];
		else if (pq_string_is(argument, "--"))
			only_operands = true;
		else if (argument.data[1] == '-' ? !take_long(&flags, argument)
						 : !take_short(&flags, argument))
			return false;
	}
	*rest = (struct pq_option_list){ .items = left, .count = left_count };
	return true;
}

void pq_option_file_key(const struct pq_option *option, char *key, size_t size)
{
	size_t length = 0;
	bool upper = false;
	for (const char *at = option->name; *at != '\0' && length + 1 < size; at++) {
		if (*at == '-') {
			upper = true;
			continue;
		}
		key[length++] = upper && *at >= 'a' && *at <= 'z' ? (char)(*at - 'a' + 'A') : *at;
		upper = false;
	}
	key[length] = '\0';
}

void pq_option_variable(const struct pq_option *option, char *name, size_t size)
{
	int written = snprintf(name, size, "PRATIQUE_%s", option->name);
	for (int i = 0; i < written && (size_t)i < size; i++) {
		if (name[i] == '-')
			name[i] = '_';
		else if (name[i] >= 'a' && name[i] <= 'z')
			name[i] = (char)(name[i] - 'a' + 'A');
	}
}

/* A list in a variable is separated by colons, as PATH is. An empty one is more likely a mistake of
 * what makes the variable than the wish to do without what the file says. */
static bool read_list(const struct pq_option *option, struct pq_string name, struct pq_string text,
		      void *settings, struct pq_arena *arena, struct pq_error *error)
{
	*(struct pq_option_list *)((char *)settings + option->offset) =
		(struct pq_option_list){ 0 };
	struct pq_string part;
	if (text.length == 0)
		return pq_error_set(error, PQ_ERROR_USAGE,
				    "%.*s: has no value; give one or unset it",
				    PQ_STRING_ARGUMENT(name));
	while (pq_string_split(&text, ':', &part)) {
		if (part.length > 0 && !pq_option_store(option, name, part, settings, arena, error))
			return false;
	}
	return true;
}

/* Whether a variable of a row is nearly this one, but not quite: the nearest is it then. */
static bool is_misspelt(const struct pq_option *table, struct pq_nearest *nearest)
{
	for (const struct pq_option *option = table; option->name != NULL; option++) {
		char name[NAME_MAX_LENGTH];
		pq_option_variable(option, name, sizeof name);
		if ((option->sources & PQ_OPTION_ENVIRONMENT) != 0)
			pq_nearest_consider(nearest, pq_string_from(name));
	}
	return nearest->name[0] != '\0' && nearest->edits > 0 && nearest->edits <= MISSPELT_MAX;
}

/* Kubernetes makes variables for Services, also for one that is named pratique (PRATIQUE_PORT):
 * what is not nearly one of ours is let be. */
static bool check_spelling(const struct pq_option *table, struct pq_error *error)
{
	for (char **entry = environ; *entry != NULL; entry++) {
		const struct pq_string variable = { .data = *entry,
						    .length = strcspn(*entry, "=") };
		if (!pq_string_starts_with(variable, PQ_S("PRATIQUE_")))
			continue;
		char hint[PQ_NEAREST_HINT_MAX];
		struct pq_nearest nearest = pq_nearest_to(variable);
		if (is_misspelt(table, &nearest))
			return pq_error_set(error, PQ_ERROR_USAGE, "unknown variable %.*s%s",
					    PQ_STRING_ARGUMENT(variable),
					    pq_nearest_hint(&nearest, "", "", hint));
	}
	return true;
}

bool pq_options_read_environment(const struct pq_option *table, void *settings,
				 struct pq_arena *arena, struct pq_error *error)
{
	for (const struct pq_option *option = table; option->name != NULL; option++) {
		char name[NAME_MAX_LENGTH];
		pq_option_variable(option, name, sizeof name);
		const char *text = getenv(name);
		if (text == NULL || (option->sources & PQ_OPTION_ENVIRONMENT) == 0)
			continue;
		bool stored =
			option->type == PQ_OPTION_LIST
				? read_list(option, pq_string_from(name), pq_string_from(text),
					    settings, arena, error)
				: pq_option_store(option, pq_string_from(name),
						  pq_string_from(text), settings, arena, error);
		if (!stored)
			return false;
	}
	return check_spelling(table, error);
}
