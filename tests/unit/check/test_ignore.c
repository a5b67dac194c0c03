#include "check/ignore.h"
#include "folder.h"

static struct check_working_directory working_directory;

static void begin(struct check_ignores *ignores)
{
	check_working_directory_init(&working_directory);
	check_ignores_init(ignores, &working_directory);
}

/* The rules are those of gitignore(5), and so are the verdicts, which `git check-ignore` gave. */
static void test_follows_rules_of_gitignore(void **state)
{
	(void)state;
	static const struct {
		const char *rules;
		const char *path;
		bool is_folder;
		bool want;
	} cases[] = {
		{ "a.yaml", "a.yaml", false, true },
		{ "a.yaml", "x/y/a.yaml", false, true },
		{ "/a.yaml", "x/a.yaml", false, false },
		{ "x/a.yaml", "x/a.yaml", false, true },
		{ "x/a.yaml", "y/x/a.yaml", false, false },
		{ "x/", "x", false, false },
		{ "x/", "x", true, true },
		{ "x/", "x/a.yaml", false, true },
		{ "x", "y/x/z/a.yaml", false, true },
		{ "*.yaml\n!a.yaml", "a.yaml", false, false },
		{ "*.yaml\n!a.yaml", "b.yaml", false, true },
		{ "!a.yaml\n*.yaml", "a.yaml", false, true },
		{ "x/\n!x/a.yaml", "x/a.yaml", false, true },
		{ "x/*\n!x/a.yaml", "x/a.yaml", false, false },
		{ "**/gen/*.yaml", "a/b/gen/c.yaml", false, true },
		{ "x/**", "x/y/a.yaml", false, true },
		{ "# a.yaml\n\n", "a.yaml", false, false },
		{ "\\#a.yaml", "#a.yaml", false, true },
		{ "a.yaml  ", "a.yaml", false, true },
		{ "*", ".", true, false },
		{ "a.yaml", "./a.yaml", false, true },
		{ "a.yaml\r\n", "a.yaml", false, true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct check_ignores ignores;
		struct pq_error error;
		const char *rule;
		put(".pratiqueignore", cases[i].rules);
		begin(&ignores);
		print_message("%s against %s\n", cases[i].rules, cases[i].path);
		assert_true(check_ignores_find(&ignores, cases[i].path, cases[i].is_folder, &rule,
					       &error));
		assert_int_equal(rule != NULL, cases[i].want);
		check_ignores_done(&ignores);
	}
}

static void test_looks_into_folders_on_the_way(void **state)
{
	struct check_ignores ignores;
	struct pq_error error;
	const char *rule;
	(void)state;
	make("x");
	make("x/y");
	put(".pratiqueignore", "*.json\n/x/y/b.yaml\n");
	put("x/.pratiqueignore", "\n/y/a.yaml\n");
	put("x/y/.pratiqueignore", "!c.json\n");
	begin(&ignores);
	assert_true(check_ignores_find(&ignores, "x/y/a.yaml", false, &rule, &error));
	assert_string_equal(rule, "x/.pratiqueignore:2");
	assert_true(check_ignores_find(&ignores, "x/y/b.yaml", false, &rule, &error));
	assert_string_equal(rule, ".pratiqueignore:2");
	assert_true(check_ignores_find(&ignores, "x/y/c.json", false, &rule, &error));
	assert_null(rule);
	assert_true(check_ignores_find(&ignores, "x/y/d.json", false, &rule, &error));
	assert_string_equal(rule, ".pratiqueignore:1");
	check_ignores_done(&ignores);
}

static void test_asks_the_folders_above(void **state)
{
	struct check_ignores ignores;
	struct pq_error error;
	const char *rule;
	(void)state;
	make("x");
	make("x/y");
	make("x/y/z");
	put(".pratiqueignore", "/x/y/z/\n*.json\n");
	assert_int_equal(chdir("x/y"), 0);
	static const struct {
		const char *path;
		bool is_folder, want;
	} cases[] = {
		{ "z", true, true },          { "z/a.yaml", false, true },
		{ "../y/z", true, true },     { "a.json", false, true },
		{ "../a.json", false, true }, { "a.yaml", false, false },
		{ ".", true, false },         { "../../a.json", false, true },
	};
	begin(&ignores);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		print_message("%s\n", cases[i].path);
		assert_true(check_ignores_find(&ignores, cases[i].path, cases[i].is_folder, &rule,
					       &error));
		assert_int_equal(rule != NULL, cases[i].want);
	}
	check_ignores_done(&ignores);
	assert_int_equal(chdir("z"), 0);
	begin(&ignores);
	assert_true(check_ignores_find(&ignores, ".", true, &rule, &error));
	assert_non_null(rule);
	check_ignores_done(&ignores);
	assert_int_equal(chdir("../../.."), 0);
}

/* In the work tree of the working directory, other work trees are folders like any; elsewhere each
 * has its own rules only. */
static void test_work_trees(void **state)
{
	static const struct {
		const char *from, *path;
		bool is_folder, want;
	} cases[] = {
		{ "repository", ".", true, false },
		{ "repository", "../repository", true, false },
		{ "repository", "a.yaml", false, false },
		{ "repository", "sub", true, false },
		{ "repository", "sub/a.yaml", false, false },
		{ "repository", "sub/a.json", false, true },
		{ "repository", "sub/deep", true, true },
		{ "repository", "../repository/sub/deep/a.yaml", false, true },
		{ "repository", "../a.yaml", false, true },
		{ "repository/sub", "a.json", false, false },
		{ "repository/sub", "deep/a.yaml", false, false },
		{ "repository/sub", "../a.yaml", false, false },
		{ "repository/sub", "../a.json", false, true },
		{ "other", "a.yaml", false, true },
		{ "other", "../repository", true, false },
		{ "other", "../repository/a.json", false, true },
		{ "other", "../repository/sub", true, false },
		{ "other", "../repository/sub/a.json", false, false },
		{ "other", "../repository/sub/deep/a.yaml", false, false },
	};
	(void)state;
	static const char *const folders[] = { "other", "repository", "repository/.git",
					       "repository/sub", "repository/sub/.git" };
	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++)
		make(folders[i]);
	put(".pratiqueignore", "*\n");
	put("repository/.pratiqueignore", "/sub/deep/\n*.json\n");
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct check_ignores ignores;
		struct pq_error error;
		const char *rule;
		print_message("%s from %s\n", cases[i].path, cases[i].from);
		assert_int_equal(chdir(cases[i].from), 0);
		begin(&ignores);
		assert_true(check_ignores_find(&ignores, cases[i].path, cases[i].is_folder, &rule,
					       &error));
		assert_int_equal(rule != NULL, cases[i].want);
		check_ignores_done(&ignores);
		assert_int_equal(chdir(folder), 0);
	}
}

/* Whether asking for a.yaml fails, by somebody whom permissions bind. */
static bool fails(const char *from, struct pq_error *error)
{
	struct check_ignores ignores;
	const char *rule;
	bool is_root = geteuid() == 0;
	assert_int_equal(chdir(from), 0);
	assert_true(!is_root || seteuid(65534) == 0);
	begin(&ignores);
	bool fine = check_ignores_find(&ignores, "a.yaml", false, &rule, error);
	check_ignores_done(&ignores);
	assert_true(!is_root || seteuid(0) == 0);
	assert_int_equal(chdir(folder), 0);
	return !fine;
}

static void test_a_file_of_rules_that_cannot_be_read(void **state)
{
	struct pq_error error;
	(void)state;
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(mkdir("x", 0755), 0);
	assert_int_equal(mkdir(".pratiqueignore", 0755), 0);
	assert_true(fails(".", &error));
	assert_string_equal(error.path, ".pratiqueignore");
	assert_string_equal(error.message, "Is a directory; it says what is not judged: make it "
					   "a file that can be read, or remove it");
	assert_true(fails("x", &error));
	assert_non_null(strstr(error.path, "/.pratiqueignore"));
	assert_int_equal(rmdir(".pratiqueignore"), 0);
	put(".pratiqueignore", "*.yaml\n");
	assert_int_equal(chmod(".pratiqueignore", 0), 0);
	assert_true(fails(".", &error));
	assert_false(fails("x", &error));
	make(".git");
	assert_true(fails("x", &error));
	assert_non_null(strstr(error.message, "Permission denied; "));
}

/* Nobody waits for who might write into them. */
static void test_a_pipe_for_a_file_of_rules(void **state)
{
	struct pq_error error;
	(void)state;
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(mkdir("x", 0755), 0);
	assert_int_equal(mkfifo(".pratiqueignore", 0644), 0);
	assert_false(fails("x", &error));
	assert_true(fails(".", &error));
	assert_string_equal(error.message, "is neither a file nor a folder; it says what is not "
					   "judged: make it a file that can be read, or remove it");
	make(".git");
	assert_true(fails("x", &error));
}

/* What it holds is told of as unreadable, one by one. */
static void test_a_folder_that_may_not_be_entered(void **state)
{
	struct check_ignores ignores;
	struct pq_error error;
	const char *rule;
	bool is_root = geteuid() == 0;
	(void)state;
	assert_int_equal(chmod(folder, 0755), 0);
	assert_int_equal(mkdir("x", 0755), 0);
	put("x/.pratiqueignore", "*\n");
	assert_int_equal(chmod("x", 0), 0);
	assert_true(!is_root || seteuid(65534) == 0);
	begin(&ignores);
	assert_true(check_ignores_find(&ignores, "x/a.yaml", false, &rule, &error));
	assert_null(rule);
	check_ignores_done(&ignores);
	assert_true(!is_root || seteuid(0) == 0);
	assert_int_equal(chmod("x", 0755), 0);
}

static void test_files_of_rules_that_are_too_large(void **state)
{
	static char rules[PQ_CHECK_IGNORE_BYTES_MAX + 2];
	struct pq_error error;
	(void)state;
	assert_int_equal(chmod(folder, 0755), 0);
	for (size_t length = 4096; length <= 4097; length++) {
		memset(rules, '[', sizeof rules);
		memcpy(rules, "a\n!/", 4);
		strcpy(rules + 4 + length, "/\nb\n");
		put(".pratiqueignore", rules);
		assert_int_equal(fails(".", &error), length == 4097);
	}
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.path, ".pratiqueignore");
	assert_int_equal(error.line, 2);
	memset(rules, '\n', sizeof rules);
	for (size_t more = 0; more <= 1; more++) {
		rules[PQ_CHECK_IGNORE_BYTES_MAX + more] = '\0';
		put(".pratiqueignore", rules);
		assert_int_equal(fails(".", &error), more);
		memset(rules, '\n', sizeof rules);
	}
	assert_string_equal(error.message, "file is too large: more than 65536 bytes; name folders "
					   "in it, or files by patterns");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_follows_rules_of_gitignore, enter_folder,
						leave_folder),
		cmocka_unit_test_setup_teardown(test_looks_into_folders_on_the_way, enter_folder,
						leave_folder),
		cmocka_unit_test_setup_teardown(test_asks_the_folders_above, enter_folder,
						leave_folder),
		cmocka_unit_test_setup_teardown(test_work_trees, enter_folder, leave_folder),
		cmocka_unit_test_setup_teardown(test_a_file_of_rules_that_cannot_be_read,
						enter_folder, leave_folder),
		cmocka_unit_test_setup_teardown(test_a_pipe_for_a_file_of_rules, enter_folder,
						leave_folder),
		cmocka_unit_test_setup_teardown(test_a_folder_that_may_not_be_entered, enter_folder,
						leave_folder),
		cmocka_unit_test_setup_teardown(test_files_of_rules_that_are_too_large,
						enter_folder, leave_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
