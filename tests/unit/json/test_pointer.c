#include "json/pointer.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static const char document[] = "{\"foo\":[\"bar\",[1,2]],\"\":0,\"a/b\":1,\"m~n\":2,\"~1\":3,"
			       "\" \":4,\"o\":{\"p\":{\"0\":5}}}";

static void test_finds_what_rfc_6901_names(void **state)
{
	(void)state;
	static const struct {
		const char *pointer;
		const char *want; /* NULL: nothing */
	} cases[] = {
		{ "", document },
		{ "/foo", "[\"bar\",[1,2]]" },
		{ "/foo/0", "\"bar\"" },
		{ "/foo/1/1", "2" },
		{ "/", "0" },
		{ "/a~1b", "1" },
		{ "/m~0n", "2" },
		{ "/~01", "3" },
		{ "/ ", "4" },
		{ "/o/p/0", "5" },
		{ "foo", NULL },
		{ "/bar", NULL },
		{ "/foo/2", NULL },
		{ "/foo/-", NULL },
		{ "/foo/-1", NULL },
		{ "/foo/00", NULL },
		{ "/foo/01", NULL },
		{ "/foo/+1", NULL },
		{ "/foo/", NULL },
		{ "/foo/0/x", NULL },
		{ "/foo/99999999999999999999", NULL },
		{ "/foo/4294967296", NULL },
		{ "/m~n", NULL },
		{ "/m~2n", NULL },
		{ "/a/b", NULL },
		{ "/o/p/0/", NULL },
	};
	struct pq_arena arena;
	struct pq_value value;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	assert_true(pq_json_read_copy(&arena, pq_string_from(document), NULL, &value, &error));
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		const struct pq_value *found =
			pq_json_pointer_find(&value, pq_string_from(cases[i].pointer));
		if ((found != NULL) != (cases[i].want != NULL))
			fail_msg("%s: found %s", cases[i].pointer, found == NULL ? "no" : "yes");
		if (found == NULL)
			continue;
		struct pq_buffer buffer;
		pq_buffer_init(&buffer, 0);
		pq_json_write(&buffer, found, PQ_JSON_COMPACT);
		pq_buffer_append_byte(&buffer, '\0');
		assert_string_equal(buffer.data, cases[i].want);
		pq_buffer_done(&buffer);
	}
	pq_arena_done(&arena);
}

static void test_renders_paths(void **state)
{
	(void)state;
	struct pq_path spec = pq_path_property(NULL, PQ_S("spec"));
	struct pq_path odd = pq_path_key(&spec, PQ_S("a/b~c"));
	struct pq_path item = pq_path_index(&odd, 12);
	struct pq_path empty = pq_path_property(&item, PQ_S(""));
	struct pq_arena arena;
	pq_arena_init(&arena, 0);
	assert_string_equal(pq_json_pointer_from_path(&arena, NULL).data, "");
	assert_string_equal(pq_json_pointer_from_path(&arena, &spec).data, "/spec");
	assert_string_equal(pq_json_pointer_from_path(&arena, &empty).data, "/spec/a~1b~0c/12/");
	struct pq_path first = pq_path_property(NULL, PQ_S("~/x"));
	struct pq_path second = pq_path_index(&first, 7);
	assert_string_equal(pq_json_pointer_from_path(&arena, &second).data, "/~0~1x/7");
	pq_arena_done(&arena);
	pq_arena_init(&arena, 8);
	assert_null(pq_json_pointer_from_path(&arena, &empty).data);
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_what_rfc_6901_names),
		cmocka_unit_test(test_renders_paths),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
