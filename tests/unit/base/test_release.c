/* What changed between releases is told of in docs/semantics.md. */
#include "base/release.h"

#include "base/buffer.h"
#include "base/file.h"
#include "harness/corpora.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_every_change_is_documented(void **state)
{
	(void)state;
	const char *path = test_data("../docs/semantics.md");
	pq_cleanup_buffer struct pq_buffer page;
	struct pq_error error;
	pq_buffer_init(&page, 0);
	assert_true(pq_file_read(path, &page, &error));
	pq_buffer_append_byte(&page, '\0');
	for (size_t i = 0; i < PQ_CHANGE_COUNT; i++) {
		pq_cleanup_buffer struct pq_buffer row;
		pq_buffer_init(&row, 0);
		pq_buffer_append_format(&row, "| 1.%u | %s | `src/base/release.c` |",
					pq_changes[i].since, pq_changes[i].what);
		pq_buffer_append_byte(&row, '\0');
		if (strstr(page.data, row.data) == NULL)
			fail_msg("%s lacks the line: %s", path, row.data);
	}
}

static void test_one_is_told_of_in_the_singular(void **state)
{
	(void)state;
	assert_string_equal(pq_release_plural(1), "");
	assert_string_equal(pq_release_plural(0), "s");
	assert_string_equal(pq_release_plural(2), "s");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_change_is_documented),
		cmocka_unit_test(test_one_is_told_of_in_the_singular),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
