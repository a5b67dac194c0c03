#include "base/buffer.h"
#include "base/file.h"
#include "base/walk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/pratique-walk-XXXXXX");
	return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof command, "rm -r %s", folder);
	return system(command);
}

static const char *path_of(const char *name)
{
	static char path[256];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static void put(const char *name)
{
	struct pq_error error;
	assert_true(pq_file_replace(path_of(name), PQ_S("x"), 0600, &error));
}

static void make(const char *name)
{
	assert_int_equal(mkdir(path_of(name), 0700), 0);
}

/* What a walk tells, a line each, without the folder. */
struct notes {
	struct pq_buffer text;
	bool passes_over;
};

static bool note(const char *path, void *context, struct pq_error *error)
{
	struct notes *notes = context;
	(void)error;
	pq_buffer_append_format(&notes->text, "%s\n", path + strlen(folder));
	return true;
}

static bool note_trouble(const struct pq_error *trouble, void *context)
{
	struct notes *notes = context;
	pq_buffer_append_format(&notes->text, "%s: %s\n", trouble->path + strlen(folder),
				trouble->message);
	return notes->passes_over;
}

static bool is_no_text(const char *path, enum pq_walk_kind kind, void *context)
{
	(void)context;
	return kind == PQ_WALK_FOLDER || !pq_string_ends_with(pq_string_from(path), PQ_S(".txt"));
}

static bool walk(struct notes *notes, struct pq_error *error)
{
	struct pq_walk walk = {
		.visit = note,
		.is_wanted = is_no_text,
		.pass_over = note_trouble,
		.context = notes,
	};
	pq_buffer_init(&notes->text, 0);
	pq_walk_init(&walk);
	bool fine = pq_walk_path(&walk, folder, error);
	pq_walk_done(&walk);
	pq_buffer_append_byte(&notes->text, '\0');
	return fine;
}

static void test_finds_files_in_order(void **state)
{
	struct notes notes = { 0 };
	struct pq_error error;
	(void)state;
	make("b");
	make(".git");
	put("c.yaml");
	put("a.yaml");
	put("b/d.yaml");
	put("b/e.txt");
	put("b/.f.yaml");
	put(".git/g.yaml");
	assert_int_equal(symlink(".", path_of("b/loop")), 0);
	assert_int_equal(symlink("..", path_of("b/up")), 0);
	assert_true(walk(&notes, &error));
	assert_string_equal(notes.text.data, "/a.yaml\n/b/d.yaml\n/c.yaml\n");
	pq_buffer_done(&notes.text);
}

static void test_passes_over_what_cannot_be_read(void **state)
{
	struct notes notes = { .passes_over = true };
	struct pq_error error;
	(void)state;
	put("a.yaml");
	put("z.yaml");
	assert_int_equal(symlink("nowhere", path_of("b.yaml")), 0);
	assert_int_equal(symlink("nowhere", path_of("not-wanted.txt")), 0);
	assert_int_equal(mkfifo(path_of("c.yaml"), 0600), 0);
	assert_true(walk(&notes, &error));
	assert_string_equal(notes.text.data, "/a.yaml\n/b.yaml: No such file or directory\n"
					     "/c.yaml: is neither a file nor a folder\n/z.yaml\n");
	pq_buffer_done(&notes.text);
	notes.passes_over = false;
	assert_false(walk(&notes, &error));
	assert_int_equal(error.code, PQ_ERROR_IO);
	assert_string_equal(error.path, path_of("b.yaml"));
	pq_buffer_done(&notes.text);
}

static void test_folders_in_folders_have_a_limit(void **state)
{
	struct notes notes = { .passes_over = true };
	struct pq_error error;
	char name[3 * PQ_WALK_DEPTH_MAX];
	(void)state;
	for (size_t i = 0; i <= PQ_WALK_DEPTH_MAX; i++) {
		memcpy(name + 2 * i, "a/", 3);
		make(name);
	}
	assert_true(walk(&notes, &error));
	assert_non_null(strstr(notes.text.data, ": folders are nested too deep\n"));
	pq_buffer_done(&notes.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_finds_files_in_order, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(test_passes_over_what_cannot_be_read, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(test_folders_in_folders_have_a_limit, make_folder,
						remove_folder),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
