#include "harness/page.h"

#include "base/file.h"
#include "harness/corpora.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

void test_page_is_current(const char *relative, const char *heading,
			  void (*write)(struct pq_buffer *page))
{
	const char *path = test_data(relative);
	struct pq_error error;
	pq_cleanup_buffer struct pq_buffer page;
	pq_cleanup_buffer struct pq_buffer want;
	pq_buffer_init(&page, 0);
	pq_buffer_init(&want, 0);
	assert_true(pq_file_read(path, &page, &error));
	pq_buffer_append_byte(&page, '\0');
	const char *found = strstr(page.data, heading);
	assert_non_null(found);
	pq_buffer_append(&want, page.data, (size_t)(found - page.data) + strlen(heading));
	write(&want);
	if (getenv("PRATIQUE_UPDATE") != NULL) {
		assert_true(pq_file_replace(path, pq_buffer_view(&want), 0644, &error));
		return;
	}
	pq_buffer_append_byte(&want, '\0');
	if (strcmp(page.data, want.data) != 0)
		fail_msg("%s is not up to date: run this test with PRATIQUE_UPDATE=1", path);
}
