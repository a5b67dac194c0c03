/* docs/configuration.md ends with the table of settings as it is compiled in. With PRATIQUE_UPDATE
 * set, it is written there. */
#include "config/settings.h"

#include "harness/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

static void write_settings(struct pq_buffer *page)
{
	pq_options_write_markdown(pq_settings_table, page);
}

static void test_configuration_page(void **state)
{
	(void)state;
	test_page_is_current("../docs/configuration.md", "## Settings\n\n", write_settings);
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
