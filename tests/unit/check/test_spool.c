/* Files without a name: what is told when there is no room for them. */
#include "check/spool.h"
#include "folder.h"

#include <fcntl.h>

static void test_a_folder_that_cannot_be_written_to(void **state)
{
	struct pq_error error;
	int file = -1;
	(void)state;
	assert_int_equal(setenv("TMPDIR", "nowhere", 1), 0);
	assert_false(check_spool_open(&file, &error));
	assert_string_equal(error.path, "nowhere");
	assert_string_equal(error.message, "No such file or directory; set TMPDIR to a folder with "
					   "room that can be written to");
	assert_int_equal(file, -1);
	assert_int_equal(unsetenv("TMPDIR"), 0);
}

static void test_a_full_disk(void **state)
{
	struct pq_error error;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	(void)state;
	assert_true(full >= 0);
	assert_false(check_spool_write(full, PQ_S("a"), &error));
	assert_string_equal(error.path, "temporary file");
	assert_string_equal(error.message, "No space left on device; set TMPDIR to a folder with "
					   "room that can be written to");
	assert_int_equal(close(full), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_folder_that_cannot_be_written_to,
						enter_folder, leave_folder),
		cmocka_unit_test(test_a_full_disk),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
