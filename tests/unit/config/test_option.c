#include "config/option.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

struct settings {
	bool wait;
	const char *name;
	struct pq_option_list file;
	int64_t count;
	int64_t delay;
	int64_t size;
	int format;
};

#define FIELD(name) offsetof(struct settings, name)

static const char *const formats[] = { "text", "json", NULL };

static const struct pq_option table[] = {
	{ .name = "wait",
	  .letter = 'w',
	  .type = PQ_OPTION_SWITCH,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(wait),
	  .help = "Wait" },
	{ .name = "user-name",
	  .letter = 'u',
	  .type = PQ_OPTION_TEXT,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(name),
	  .default_value = "nobody",
	  .help = "Who" },
	{ .name = "file",
	  .letter = 'f',
	  .type = PQ_OPTION_LIST,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(file),
	  .value_name = "FILE",
	  .help = "Which" },
	{ .name = "count",
	  .type = PQ_OPTION_INTEGER,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(count),
	  .default_value = "3",
	  .minimum = 1,
	  .maximum = 10,
	  .help = "How many" },
	{ .name = "delay",
	  .type = PQ_OPTION_DURATION,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(delay),
	  .default_value = "10s",
	  .help = "How long" },
	{ .name = "size",
	  .type = PQ_OPTION_SIZE,
	  .sources = PQ_OPTION_EVERYWHERE,
	  .offset = FIELD(size),
	  .default_value = "7Mi",
	  .help = "How large" },
	{ .name = "format",
	  .letter = 'o',
	  .type = PQ_OPTION_CHOICE,
	  .sources = PQ_OPTION_FLAG,
	  .offset = FIELD(format),
	  .default_value = "text",
	  .choices = formats,
	  .help = "Which form" },
	{ 0 },
};

enum { ARGUMENTS_MAX = 8 };

static bool parse(const char *const *arguments, struct settings *settings, struct pq_arena *arena,
		  struct pq_option_list *rest, struct pq_error *error)
{
	char *argv[ARGUMENTS_MAX + 1] = { NULL };
	int argc = 0;
	for (; arguments[argc] != NULL; argc++)
		argv[argc] = (char *)arguments[argc];
	return pq_options_set_defaults(table, settings, arena, error) &&
	       pq_options_parse(table, argc, argv, settings, arena, rest, error);
}

static void defaults_are_parsed_like_input(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct settings settings = { 0 };
	struct pq_option_list rest;
	struct pq_error error;
	assert_true(parse((const char *const[]){ "x", NULL }, &settings, &arena, &rest, &error));
	assert_false(settings.wait);
	assert_string_equal(settings.name, "nobody");
	assert_int_equal(settings.count, 3);
	assert_int_equal(settings.delay, INT64_C(10000000000));
	assert_int_equal(settings.size, 7 * 1024 * 1024);
	assert_int_equal(settings.format, 0);
}

static void flags_in_every_form(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct settings settings = { 0 };
	struct pq_option_list rest;
	struct pq_error error;
	const char *const arguments[] = { "x",      "-w", "--user-name=a=b", "one", "-fa",
					  "--file", "b",  "-ojson",          NULL };
	assert_true(parse(arguments, &settings, &arena, &rest, &error));
	assert_true(settings.wait);
	assert_string_equal(settings.name, "a=b");
	assert_int_equal(settings.file.count, 2);
	assert_string_equal(settings.file.items[0], "a");
	assert_string_equal(settings.file.items[1], "b");
	assert_int_equal(settings.format, 1);
	assert_int_equal(rest.count, 1);
	assert_string_equal(rest.items[0], "one");
}

static void a_short_flag_takes_its_value_behind_an_equals_sign(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct settings settings = { 0 };
	struct pq_option_list rest;
	struct pq_error error;
	const char *const arguments[] = { "x", "-o=json", "-w=false", "-u==a", NULL };
	assert_true(parse(arguments, &settings, &arena, &rest, &error));
	assert_int_equal(settings.format, 1);
	assert_false(settings.wait);
	assert_string_equal(settings.name, "=a");
	assert_int_equal(rest.count, 0);
}

static void operands_after_two_dashes(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct settings settings = { 0 };
	struct pq_option_list rest;
	struct pq_error error;
	assert_true(parse((const char *const[]){ "x", "-", "--", "--wait", NULL }, &settings,
			  &arena, &rest, &error));
	assert_false(settings.wait);
	assert_int_equal(rest.count, 2);
	assert_string_equal(rest.items[0], "-");
	assert_string_equal(rest.items[1], "--wait");
}

static void bad_flags_say_what_and_how(void **state)
{
	(void)state;
	static const struct {
		const char *arguments[4];
		const char *want;
	} cases[] = {
		{ { "x", "--usr-name", "a" },
		  "unknown flag --usr-name, did you mean --user-name?" },
		{ { "x", "--entirely-else" }, "unknown flag --entirely-else; see --help" },
		{ { "x", "-z" }, "unknown flag -z; see --help" },
		{ { "x", "--count" }, "--count needs a value" },
		{ { "x", "--count", "0" }, "--count: \"0\" is not between 1 and 10" },
		{ { "x", "--count=1x" }, "--count: \"1x\" is not a whole number" },
		{ { "x", "--count=99999999999999999999" },
		  "--count: \"99999999999999999999\" is not a whole number" },
		{ { "x", "--delay=10" },
		  "--delay: \"10\" is not a duration such as 10s, 500ms or 1m30s" },
		{ { "x", "--size=7MB" },
		  "--size: \"7MB\" is not a size such as 7Mi, 64Ki or 1000" },
		{ { "x", "--size=9223372036854775807Ki" },
		  "--size: \"9223372036854775807Ki\" is not a size such as 7Mi, 64Ki or 1000" },
		{ { "x", "--wait=yes" }, "--wait: \"yes\" is not true or false" },
		{ { "x", "-o", "xml" }, "-o: \"xml\" is not one of text, json" },
		{ { "x", "-o=xml" }, "-o: \"xml\" is not one of text, json" },
		{ { "x", "-o=" }, "-o: \"\" is not one of text, json" },
		{ { "x", "-user-name", "a" },
		  "unknown flag -user-name, did you mean --user-name?" },
		{ { "x", "-file=a" }, "unknown flag -file=a, did you mean --file=a?" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct settings settings = { 0 };
		struct pq_option_list rest;
		struct pq_error error;
		assert_false(parse(cases[i].arguments, &settings, &arena, &rest, &error));
		assert_int_equal(error.code, PQ_ERROR_USAGE);
		assert_string_equal(error.message, cases[i].want);
	}
}

static void a_flag_replaces_a_variable(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct settings settings = { 0 };
	struct pq_option_list rest;
	struct pq_error error;
	setenv("PRATIQUE_FILE", "a:b", 1);
	setenv("PRATIQUE_USER_NAME", "from-variable", 1);
	setenv("PRATIQUE_FORMAT", "json", 1); /* takes no variable */
	assert_true(pq_options_read_environment(table, &settings, &arena, &error));
	assert_int_equal(settings.file.count, 2);
	assert_string_equal(settings.name, "from-variable");
	assert_int_equal(settings.format, 0);
	char name[] = "x", flag[] = "-fc";
	char *argv[] = { name, flag, NULL };
	assert_true(pq_options_parse(table, 2, argv, &settings, &arena, &rest, &error));
	assert_int_equal(settings.file.count, 1);
	assert_string_equal(settings.file.items[0], "c");
	unsetenv("PRATIQUE_FILE");
	unsetenv("PRATIQUE_USER_NAME");
	unsetenv("PRATIQUE_FORMAT");
}

static void help_lists_every_flag_with_its_default(void **state)
{
	(void)state;
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	pq_options_write_help(table, &text);
	pq_buffer_append_byte(&text, '\0');
	assert_non_null(strstr(text.data, "  -u, --user-name TEXT        Who (default nobody)\n"));
	assert_non_null(
		strstr(text.data, "  -o, --format text|json      Which form (default text)\n"));
	assert_non_null(
		strstr(text.data, "      --delay TIME            How long (default 10s)\n"));
}

static void names_in_file_and_environment(void **state)
{
	(void)state;
	char text[64];
	pq_option_file_key(&table[1], text, sizeof text);
	assert_string_equal(text, "userName");
	pq_option_variable(&table[1], text, sizeof text);
	assert_string_equal(text, "PRATIQUE_USER_NAME");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_parsed_like_input),
		cmocka_unit_test(flags_in_every_form),
		cmocka_unit_test(a_short_flag_takes_its_value_behind_an_equals_sign),
		cmocka_unit_test(operands_after_two_dashes),
		cmocka_unit_test(bad_flags_say_what_and_how),
		cmocka_unit_test(a_flag_replaces_a_variable),
		cmocka_unit_test(help_lists_every_flag_with_its_default),
		cmocka_unit_test(names_in_file_and_environment),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
