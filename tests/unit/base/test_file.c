#include "base/file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static char folder[] = "/tmp/pratique-test-file-XXXXXX";

static const char *in_folder(const char *name)
{
	static char path[256];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) == NULL;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(in_folder("file"));
	return rmdir(folder);
}

static void test_reads_back_what_replaced(void **state)
{
	(void)state;
	static const struct pq_string contents[] = { PQ_LITERAL("old"), PQ_LITERAL("new\0er"),
						     PQ_LITERAL("") };
	for (size_t i = 0; i < sizeof contents / sizeof contents[0]; i++) {
		struct pq_error error;
		struct pq_buffer read;
		struct stat facts;
		pq_buffer_init(&read, 0);
		assert_true(pq_file_replace(in_folder("file"), contents[i], 0640, &error));
		assert_true(pq_file_read(in_folder("file"), &read, &error));
		assert_true(pq_string_equal(pq_buffer_view(&read), contents[i]));
		assert_int_equal(stat(in_folder("file"), &facts), 0);
		assert_int_equal(facts.st_mode & 07777, 0640);
		pq_buffer_done(&read);
	}
}

static void test_pipes_are_not_waited_for(void **state)
{
	static const char *const links[] = { "/dev/zero", "/proc/self/fd/0" };
	struct pq_buffer read;
	struct pq_error error;
	(void)state;
	pq_buffer_init(&read, 1);
	unlink(in_folder("file"));
	assert_int_equal(mknod(in_folder("file"), S_IFSOCK | 0600, 0), 0);
	assert_false(pq_file_read_regular(in_folder("file"), &read, &error));
	assert_int_equal(error.code, PQ_ERROR_UNSUPPORTED);
	assert_int_equal(unlink(in_folder("file")), 0);
	assert_int_equal(mkfifo(in_folder("file"), 0600), 0);
	assert_false(pq_file_read_regular(in_folder("file"), &read, &error));
	assert_int_equal(error.code, PQ_ERROR_UNSUPPORTED);
	assert_string_equal(error.message, "is neither a file nor a folder");
	int ends[2], standard_input = dup(STDIN_FILENO);
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
	for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
		assert_int_equal(unlink(in_folder("file")), 0);
		assert_int_equal(symlink(links[i], in_folder("file")), 0);
		assert_false(pq_file_read_regular(in_folder("file"), &read, &error));
		assert_int_equal(error.code, PQ_ERROR_UNSUPPORTED);
	}
	assert_int_equal(dup2(standard_input, STDIN_FILENO), STDIN_FILENO);
	close(standard_input);
	close(ends[0]);
	close(ends[1]);
	assert_int_equal(unlink(in_folder("file")), 0);
}

/* A reader that had the old file open keeps it, and no temporary file stays behind. */
static void test_replaces_at_once(void **state)
{
	(void)state;
	struct pq_error error;
	assert_true(pq_file_replace(in_folder("file"), PQ_S("old"), 0600, &error));
	FILE *reader = fopen(in_folder("file"), "r");
	assert_true(pq_file_replace(in_folder("file"), PQ_S("brand new"), 0600, &error));
	char text[16] = "";
	assert_int_equal(fread(text, 1, sizeof text - 1, reader), 3);
	assert_string_equal(text, "old");
	fclose(reader);
	DIR *listing = opendir(folder);
	size_t count = 0;
	for (struct dirent *entry; (entry = readdir(listing)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(listing);
	assert_int_equal(count, 1);
}

static void test_limit_names_the_file(void **state)
{
	(void)state;
	struct pq_error error;
	struct pq_buffer read;
	assert_true(pq_file_replace(in_folder("file"), PQ_S("12345678"), 0600, &error));
	pq_buffer_init(&read, 8);
	assert_true(pq_file_read(in_folder("file"), &read, &error));
	pq_buffer_done(&read);
	pq_buffer_init(&read, 7);
	assert_false(pq_file_read(in_folder("file"), &read, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.path, in_folder("file"));
	pq_buffer_done(&read);
}

static void test_failures_say_why(void **state)
{
	(void)state;
	struct pq_error error;
	struct pq_buffer read;
	pq_buffer_init(&read, 0);
	assert_false(pq_file_read(in_folder("absent"), &read, &error));
	assert_int_equal(error.code, PQ_ERROR_NOT_FOUND);
	assert_string_equal(error.message, "No such file or directory");
	assert_false(pq_file_read(folder, &read, &error));
	assert_int_equal(error.code, PQ_ERROR_IO);
	assert_string_equal(error.message, "Is a directory");
	assert_false(pq_file_replace(in_folder("absent/file"), PQ_S(""), 0600, &error));
	assert_int_equal(error.code, PQ_ERROR_IO);
	pq_buffer_done(&read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_back_what_replaced),
		cmocka_unit_test(test_pipes_are_not_waited_for),
		cmocka_unit_test(test_replaces_at_once),
		cmocka_unit_test(test_limit_names_the_file),
		cmocka_unit_test(test_failures_say_why),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
