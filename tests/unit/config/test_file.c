#include "config/option.h"
#include "config/settings.h"

#include "base/clock.h"
#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static char path[64];

static int make_path(void **state)
{
	(void)state;
	snprintf(path, sizeof path, "/tmp/pratique-config-XXXXXX");
	int file = mkstemp(path);
	return file < 0 ? -1 : close(file);
}

static int remove_path(void **state)
{
	(void)state;
	return unlink(path);
}

static void write_file(const char *text)
{
	struct pq_error error;
	assert_true(pq_file_replace(path, pq_string_from(text), 0600, &error));
}

/* Arguments are a NULL-ended list. */
static bool load_with(struct pq_arena *arena, const char *const *arguments,
		      struct pq_settings *settings, struct pq_error *error)
{
	int count = 0;
	while (arguments[count] != NULL)
		count++;
	return pq_settings_load(count, (char *const *)arguments, arena, settings, error);
}

static bool load(struct pq_arena *arena, const char *text, struct pq_settings *settings,
		 struct pq_error *error)
{
	write_file(text);
	const char *const arguments[] = { "serve", "--config", path, NULL };
	return load_with(arena, arguments, settings, error);
}

static const struct {
	const char *name;
	const char *in;
	const char *error; /* behind the file's path */
} refusals[] = {
	{ "unknown key with a guess", "threads: 2\nlistn: :1\n",
	  ":2:1: unknown key \"listn\", did you mean \"listen\"?" },
	{ "unknown key without", "frobnicationLevel: 2\n",
	  ":1:1: unknown key \"frobnicationLevel\"" },
	{ "the flag's spelling", "log-level: info\n",
	  ":1:1: unknown key \"log-level\", did you mean \"logLevel\"?" },
	{ "a key for flags only", "config: other.yaml\n", ":1:1: unknown key \"config\"" },
	{ "duplicate", "threads: 2\nlisten: :1\nthreads: 3\n",
	  ":3:1: key \"threads\" already set in map" },
	{ "no number", "# first\nthreads: many\n",
	  ":2:10: threads: \"many\" is not a whole number" },
	{ "out of range", "threads: 257\n", ":1:10: threads: \"257\" is not between 0 and 256" },
	{ "size out of range", "bodyLimit: 1Ki\n",
	  ":1:12: bodyLimit: \"1Ki\" is not between 64Ki and 64Mi" },
	{ "duration out of range", "idleTimeout: 2h\n",
	  ":1:14: idleTimeout: \"2h\" is not between 1s and 1h0m0s" },
	{ "wrong unit", "bodyLimit: 7MB\n",
	  ":1:12: bodyLimit: \"7MB\" is not a size such as 7Mi, 64Ki or 1000" },
	{ "no unit", "idleTimeout: 10\n",
	  ":1:14: idleTimeout: \"10\" is not a duration such as 10s, 500ms or 1m30s" },
	{ "no choice", "unmatched: maybe\n",
	  ":1:12: unmatched: \"maybe\" is not one of allow, warn, deny" },
	{ "mapping for a text", "listen: {port: 1}\n",
	  ":1:9: listen: wants one value, not object" },
	{ "text for a list", "schemas: crds\n",
	  ":1:10: schemas: wants a list, one \"- …\" a line" },
	{ "list in a list", "schemas:\n- a\n- [b]\n", ":3:3: schemas[1]: wants a text, not array" },
	{ "no value", "listen:\n", ":1:1: listen: has no value; give one or take the key out" },
	{ "two documents", "threads: 2\n---\nthreads: 3\n",
	  ":2:1: a second YAML document starts here; a configuration is one" },
	{ "a list", "- threads\n",
	  ":1:1: a configuration is a mapping of keys to values, not array" },
	{ "no YAML", "threads: 2\nlisten: [\n", ":3:1: did not find expected node content" },
};

static void test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_settings settings = { .threads = 77 };
		struct pq_error error;
		if (load(&arena, refusals[i].in, &settings, &error))
			fail_msg("%s: accepted", refusals[i].name);
		char message[PQ_ERROR_TEXT_MAX];
		pq_error_format(&error, message, sizeof message);
		if (strncmp(message, path, strlen(path)) != 0 ||
		    strcmp(message + strlen(path), refusals[i].error) != 0)
			fail_msg("%s: error is\n  %s, not\n  %s", refusals[i].name, message,
				 refusals[i].error);
		assert_int_equal(settings.threads, 77);
	}
}

static void test_every_type(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_settings settings;
	struct pq_error error;
	assert_true(load(&arena,
			 "# ours\nlisten: '127.0.0.1:0'\nhealthListen: \"\"\n"
			 "schemas:\n- crds\n- \"more crds\"\nthreads: 4\nbodyLimit: 1Mi\n"
			 "idleTimeout: 1m30s\nunmatched: deny\nlogFormat: json\n",
			 &settings, &error));
	assert_string_equal(settings.listen, "127.0.0.1:0");
	assert_string_equal(settings.health_listen, "");
	assert_int_equal(settings.schemas.count, 2);
	assert_string_equal(settings.schemas.items[0], "crds");
	assert_string_equal(settings.schemas.items[1], "more crds");
	assert_int_equal(settings.threads, 4);
	assert_int_equal(settings.body_limit, 1024 * 1024);
	assert_int_equal(settings.idle_timeout, 90 * PQ_SECOND);
	assert_int_equal(settings.unmatched, 2);
	assert_int_equal(settings.log_format, PQ_LOG_CHOICE_JSON);
	assert_string_equal(settings.certs, "certs");
}

static void test_empty_files(void **state)
{
	(void)state;
	static const char *const texts[] = { "", "\n", "# nothing\n", "---\n", "{}\n" };
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_settings settings;
		struct pq_error error;
		if (!load(&arena, texts[i], &settings, &error))
			fail_msg("\"%s\": %s", texts[i], error.message);
		assert_string_equal(settings.listen, ":9443");
		assert_int_equal(settings.body_limit, 7 * 1024 * 1024);
	}
}

static void test_precedence(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_settings settings;
	struct pq_error error;
	write_file("threads: 1\nfindingsLimit: 11\nconnectionLimit: 21\nschemas: [file]\n");
	setenv("PRATIQUE_CONFIG", path, 1);
	setenv("PRATIQUE_THREADS", "2", 1);
	setenv("PRATIQUE_FINDINGS_LIMIT", "12", 1);
	const char *const arguments[] = { "serve", "--threads=3", "--schemas", "flag", NULL };
	bool loaded = load_with(&arena, arguments, &settings, &error);
	unsetenv("PRATIQUE_CONFIG");
	unsetenv("PRATIQUE_THREADS");
	unsetenv("PRATIQUE_FINDINGS_LIMIT");
	assert_true(loaded);
	assert_int_equal(settings.threads, 3);
	assert_int_equal(settings.findings_limit, 12);
	assert_int_equal(settings.connection_limit, 21);
	assert_int_equal(settings.schemas.count, 1);
	assert_string_equal(settings.schemas.items[0], "flag");
}

static void test_missing_file(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_settings settings;
	struct pq_error error;
	const char *const arguments[] = { "serve", "--config", "/nowhere/pratique.yaml", NULL };
	assert_false(load_with(&arena, arguments, &settings, &error));
	assert_int_equal(error.code, PQ_ERROR_NOT_FOUND);
	assert_string_equal(error.path, "/nowhere/pratique.yaml");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),     cmocka_unit_test(test_every_type),
		cmocka_unit_test(test_empty_files),  cmocka_unit_test(test_precedence),
		cmocka_unit_test(test_missing_file),
	};
	return cmocka_run_group_tests(tests, make_path, remove_path);
}
