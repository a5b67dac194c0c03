#include "base/findings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_keeps_what_is_added(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_findings findings;
	pq_arena_init(&arena, 0);
	pq_findings_init(&findings, &arena, 0);
	assert_true(pq_findings_is_empty(&findings));
	struct pq_path spec = pq_path_property(NULL, PQ_S("spec"));
	struct pq_path item = pq_path_index(&spec, 2);
	for (int i = 0; i < 20; i++)
		pq_findings_add_format(&findings, PQ_FINDING_INVALID, &item, 7, "value %d", i);
	assert_int_equal(findings.count, 20);
	assert_true(pq_string_is(findings.items[19].field, "spec[2]"));
	assert_true(pq_string_is(findings.items[19].message, "value 19"));
	assert_int_equal(findings.items[0].offset, 7);
	pq_arena_done(&arena);
}

static void test_counts_what_comes_after_the_cap(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_findings findings;
	pq_arena_init(&arena, 0);
	pq_findings_init(&findings, &arena, 3);
	for (int i = 0; i < 3; i++)
		pq_findings_add_format(&findings, PQ_FINDING_REQUIRED, NULL, PQ_OFFSET_NONE, "x");
	const char *used = arena.next;
	for (int i = 0; i < 2; i++)
		pq_findings_add_format(&findings, PQ_FINDING_REQUIRED, NULL, PQ_OFFSET_NONE, "x");
	assert_int_equal(findings.count, 3);
	assert_int_equal(findings.dropped, 2);
	assert_false(pq_findings_is_empty(&findings));
	assert_ptr_equal(arena.next, used); /* they cost nothing */
	pq_arena_done(&arena);
}

static void test_joins_lists_with_what_they_dropped(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_findings some, more;
	pq_arena_init(&arena, 0);
	pq_findings_init(&some, &arena, 3);
	pq_findings_init(&more, &arena, 2);
	pq_findings_add_format(&some, PQ_FINDING_REQUIRED, NULL, PQ_OFFSET_NONE, "x");
	pq_findings_add_all(&some, &more);
	assert_int_equal(some.count, 1);
	for (int i = 0; i < 3; i++)
		pq_findings_add_format(&more, PQ_FINDING_REQUIRED, NULL, PQ_OFFSET_NONE, "y%d", i);
	pq_findings_add_all(&some, &more);
	assert_int_equal(some.count, 3);
	assert_int_equal(some.dropped, 1);
	assert_true(pq_string_is(some.items[2].message, "y1"));
	pq_arena_done(&arena);
}

static void test_one_that_cannot_be_stored_is_not_lost(void **state)
{
	(void)state;
	struct pq_arena arena;
	struct pq_findings findings;
	pq_arena_init(&arena, 64);
	pq_findings_init(&findings, &arena, 0);
	pq_findings_add_format(&findings, PQ_FINDING_REQUIRED, NULL, PQ_OFFSET_NONE, "x");
	assert_int_equal(findings.count, 0);
	assert_false(pq_findings_is_empty(&findings));
	pq_arena_done(&arena);
}

static void test_every_type_has_its_words(void **state)
{
	(void)state;
	for (int type = 0; type < PQ_FINDING_TYPE_COUNT; type++) {
		assert_non_null(pq_finding_type_reason((enum pq_finding_type)type));
		assert_non_null(pq_finding_type_text((enum pq_finding_type)type));
	}
	assert_string_equal(pq_finding_type_reason(PQ_FINDING_TOO_MANY), "FieldValueTooMany");
	assert_string_equal(pq_finding_type_text(PQ_FINDING_NOT_SUPPORTED), "Unsupported value");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keeps_what_is_added),
		cmocka_unit_test(test_counts_what_comes_after_the_cap),
		cmocka_unit_test(test_joins_lists_with_what_they_dropped),
		cmocka_unit_test(test_one_that_cannot_be_stored_is_not_lost),
		cmocka_unit_test(test_every_type_has_its_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
