#include "certs/memory.h"

#include "certs/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void write_all(struct pq_certs_memory *memory)
{
	static const char *const names[PQ_CERTS_MEMORY_FILES_MAX] = { "a", "b", "c", "d",
								      "e", "f", "g", "h" };
	struct pq_error error;
	for (size_t i = 0; i < PQ_CERTS_MEMORY_FILES_MAX; i++)
		assert_true(
			pq_certs_memory_write(memory, names[i], pq_string_from(names[i]), &error));
}

static bool holds(const struct pq_certs_memory *memory, const char *name, const char *text)
{
	const struct pq_buffer *bytes = pq_certs_memory_find(memory, name);
	return bytes != NULL && pq_string_is(pq_buffer_view(bytes), text);
}

static void test_renames(void **state)
{
	struct pq_certs_memory memory = { 0 };
	struct pq_error error;
	(void)state;
	write_all(&memory);
	assert_true(pq_files_rename(&memory, "/folder/a", "/folder/b", &error));
	assert_true(holds(&memory, "b", "a"));
	assert_null(pq_certs_memory_find(&memory, "a"));
	assert_true(pq_files_rename(&memory, "b", "b", &error));
	assert_true(holds(&memory, "b", "a"));
	pq_certs_memory_done(&memory);
}

static void test_what_is_not_there_has_no_other_name(void **state)
{
	struct pq_certs_memory memory = { 0 };
	struct pq_error error;
	(void)state;
	write_all(&memory);
	assert_false(pq_files_rename(&memory, "folder/none", "folder/h", &error));
	assert_int_equal(error.code, PQ_ERROR_NOT_FOUND);
	assert_string_equal(error.path, "folder/none");
	assert_string_equal(error.message, "No such file or directory");
	assert_true(holds(&memory, "h", "h"));
	pq_certs_memory_done(&memory);
}

static void test_has_room_for_so_many_files_with_short_names(void **state)
{
	struct pq_certs_memory memory = { 0 };
	struct pq_error error;
	(void)state;
	assert_false(pq_certs_memory_write(&memory, "tls-renewed.crt!", PQ_S(""), &error));
	assert_int_equal(error.code, PQ_ERROR_INTERNAL);
	write_all(&memory);
	assert_true(pq_certs_memory_write(&memory, "h", PQ_S("new"), &error));
	assert_true(holds(&memory, "h", "new"));
	assert_false(pq_certs_memory_write(&memory, "i", PQ_S(""), &error));
	assert_int_equal(error.code, PQ_ERROR_INTERNAL);
	pq_certs_memory_done(&memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_renames),
		cmocka_unit_test(test_what_is_not_there_has_no_other_name),
		cmocka_unit_test(test_has_room_for_so_many_files_with_short_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
