/* Every allocation fails once: an error comes back, outputs stay untouched, nothing leaks. */
#include "harness/allocation.h"
#include "json/patch.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

enum { UNTOUCHED = 99, FAILURES_MAX = 1000 };

static const char document_text[] =
	"{\"a\":[1,2.5,\"x\\ty\",{\"b\":[[],{}],\"b\":null}],\"long\":0.1234567890123456789012345"
	"6789012345678901234567890123456789012345678901234567890123456789012345678901234567890123"
	"4567890123456789,\"c\":{\"d\":null,\"e\":1,\"f\":2,\"g\":3,\"h\":4,\"i\":5,\"j\":6,\"k\":"
	"7,\"l\":8,\"m\":9,\"n\":10,\"o\":11,\"p\":12,\"q\":13,\"r\":14,\"s\":15,\"t\":16,\"d\":"
	"\"\\ud800\"}}";
static const char patch_text[] = "[{\"op\":\"add\",\"path\":\"/a/-\",\"value\":{\"n~\":1}},"
				 "{\"op\":\"copy\",\"from\":\"/c\",\"path\":\"/x~1y\"},"
				 "{\"op\":\"test\",\"path\":\"/a/3\",\"value\":{\"b\":null}},"
				 "{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/c/"
				 "z\"},{\"op\":\"remove\",\"path\":\"/c/e\"}]";

static bool read_once(void)
{
	struct pq_arena arena;
	struct pq_findings findings;
	struct pq_json_options options = { .findings = &findings };
	struct pq_value value = { .kind = UNTOUCHED };
	struct pq_error error = { .code = PQ_ERROR_NONE };
	pq_arena_init(&arena, 0);
	pq_findings_init(&findings, &arena, 0);
	bool success =
		pq_json_read_copy(&arena, pq_string_from(document_text), &options, &value, &error);
	assert_int_equal(value.kind, success ? PQ_OBJECT : UNTOUCHED);
	assert_int_equal(error.code, success ? PQ_ERROR_NONE : PQ_ERROR_MEMORY);
	if (success)
		assert_true(findings.count + findings.dropped >= 3);
	pq_arena_done(&arena);
	return success && findings.dropped == 0;
}

static void test_read(void **state)
{
	(void)state;
	size_t failures = 0;
	while (test_allocation_fail_from(failures), !read_once())
		assert_true(++failures < FAILURES_MAX);
	test_allocation_never_fail();
	assert_true(failures > 5);
}

static bool patch_once(const struct pq_value *document, const struct pq_value *operations)
{
	struct pq_arena arena;
	struct pq_patch patch;
	struct pq_value result = { .kind = UNTOUCHED };
	struct pq_error error = { .code = PQ_ERROR_NONE };
	pq_arena_init(&arena, 0);
	pq_patch_init(&patch, &arena);
	bool success = pq_patch_read(operations, &patch, &error) &&
		       pq_patch_apply(&arena, document, &patch, &result, &error);
	assert_int_equal(result.kind, success ? PQ_OBJECT : UNTOUCHED);
	if (!success)
		assert_true(error.code == PQ_ERROR_TOO_LARGE || error.code == PQ_ERROR_REJECTED);
	pq_arena_done(&arena);
	return success;
}

static bool merge_once(const struct pq_value *document, const struct pq_value *patch)
{
	struct pq_arena arena;
	struct pq_value result = { .kind = UNTOUCHED };
	pq_arena_init(&arena, 0);
	bool success = pq_merge_patch_apply(&arena, document, patch, &result);
	assert_int_equal(result.kind, success ? PQ_OBJECT : UNTOUCHED);
	pq_arena_done(&arena);
	return success;
}

static bool copy_once(const struct pq_value *document, const struct pq_value *unused)
{
	(void)unused;
	struct pq_arena arena;
	struct pq_value copy = { .kind = UNTOUCHED };
	pq_arena_init(&arena, 0);
	bool success = pq_value_copy(&arena, document, &copy);
	assert_int_equal(copy.kind, success ? PQ_OBJECT : UNTOUCHED);
	pq_arena_done(&arena);
	return success;
}

static bool write_once(const struct pq_value *document, const struct pq_value *unused)
{
	(void)unused;
	struct pq_buffer buffer;
	pq_buffer_init(&buffer, 0);
	pq_json_write(&buffer, document, PQ_JSON_GO);
	bool success = !pq_buffer_failed(&buffer);
	pq_buffer_done(&buffer);
	return success;
}

static void test_work_on_values(void **state)
{
	(void)state;
	static bool (*const works[])(const struct pq_value *,
				     const struct pq_value *) = { patch_once, merge_once, copy_once,
								  write_once };
	struct pq_arena arena;
	struct pq_value document, operations;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	assert_true(
		pq_json_read_copy(&arena, pq_string_from(document_text), NULL, &document, &error));
	assert_true(
		pq_json_read_copy(&arena, pq_string_from(patch_text), NULL, &operations, &error));
	for (size_t i = 0; i < sizeof works / sizeof works[0]; i++) {
		const struct pq_value *second = works[i] == merge_once ? &document : &operations;
		size_t failures = 0;
		while (test_allocation_fail_from(failures), !works[i](&document, second))
			assert_true(++failures < FAILURES_MAX);
		test_allocation_never_fail();
		assert_true(failures > 0);
	}
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_work_on_values),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
