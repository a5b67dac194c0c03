/* docs/configuration.md ends with the table of settings as it is compiled in. With PRATIQUE_UPDATE
 * set, it is written there. */
#include "config/settings.h"

#include "base/file.h"
#include "harness/corpora.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define HEADING "## Settings\n\n"

static void test_configuration_page(void **state)
{
	(void)state;
	const char *path = test_data("../docs/configuration.md");
	struct pq_error error;
	pq_cleanup_buffer struct pq_buffer page;
	pq_cleanup_buffer struct pq_buffer want;
	pq_buffer_init(&page, 0);
	pq_buffer_init(&want, 0);
	assert_true(pq_file_read(path, &page, &error));
	pq_buffer_append_byte(&page, '\0');
	const char *heading = strstr(page.data, HEADING);
	assert_non_null(heading);
	size_t kept = (size_t)(heading - page.data) + strlen(HEADING);
	pq_buffer_append(&want, page.data, kept);
	pq_options_write_markdown(pq_settings_table, &want);
	if (getenv("PRATIQUE_UPDATE") != NULL) {
		assert_true(pq_file_replace(path, pq_buffer_view(&want), 0644, &error));
		return;
	}
	pq_buffer_append_byte(&want, '\0');
	if (strcmp(page.data, want.data) != 0)
		fail_msg("%s is not up to date: run this test with PRATIQUE_UPDATE=1", path);
}

/* Each row says what it is for, and its default is one a user could write. */
static void test_every_row_is_complete(void **state)
{
	(void)state;
	for (const struct pq_option *option = pq_settings_table; option->name != NULL; option++) {
		assert_non_null(option->help);
		assert_true(strlen(option->help) > 5);
		assert_int_equal(option->type == PQ_OPTION_CHOICE, option->choices != NULL);
		assert_true(option->minimum <= option->maximum);
	}
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_settings settings;
	struct pq_error error;
	assert_true(pq_options_set_defaults(pq_settings_table, &settings, &arena, &error));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_configuration_page),
		cmocka_unit_test(test_every_row_is_complete),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
