#include "operator/cache.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct seen {
	int added, changed, removed;
};

static struct pq_arena arena;
static struct pq_cache cache;
static struct seen seen;

static void count_change(void *context, const struct pq_cached_object *before,
			 const struct pq_cached_object *after)
{
	struct seen *counts = context;
	if (before == NULL)
		counts->added++;
	else if (after == NULL)
		counts->removed++;
	else
		counts->changed++;
}

static int start(void **state)
{
	(void)state;
	seen = (struct seen){ .added = 0 };
	pq_arena_init(&arena, 0);
	pq_cache_init(&cache, 0, count_change, &seen);
	return 0;
}

static int end(void **state)
{
	(void)state;
	pq_cache_done(&cache);
	pq_arena_done(&arena);
	return 0;
}

static struct pq_value read_object(const char *text)
{
	struct pq_value value;
	struct pq_error error;
	assert_true(pq_json_read_copy(&arena, pq_string_from(text), NULL, &value, &error));
	return value;
}

static void put(const char *text)
{
	struct pq_value value = read_object(text);
	struct pq_error error;
	assert_true(pq_cache_put(&cache, &value, &error));
}

static const struct pq_cached_object *find(const char *namespace, const char *name)
{
	return pq_cache_find(&cache, pq_string_from(namespace), pq_string_from(name));
}

#define POD(name, uid, version, more)                                                              \
	"{\"metadata\":{\"namespace\":\"ns\",\"name\":\"" name "\",\"uid\":\"" uid                 \
	"\",\"resourceVersion\":\"" version "\"" more "}}"
#define OWNED_BY(uid)                                                                              \
	",\"ownerReferences\":[{\"uid\":\"other\",\"kind\":\"X\",\"name\":\"x\"},"                 \
	"{\"uid\":\"" uid "\",\"kind\":\"MyApp\",\"name\":\"app\",\"controller\":true}]"

static void objects_are_found_and_changes_told(void **state)
{
	(void)state;
	put(POD("a", "1", "10", ""));
	put(POD("a", "1", "10", "")); /* the same again, as after a relist */
	put(POD("a", "1", "11", ",\"labels\":{\"x\":\"y\"}"));
	put("{\"metadata\":{\"name\":\"cluster-wide\",\"uid\":\"2\",\"resourceVersion\":\"12\"}}");
	assert_int_equal(seen.added, 2);
	assert_int_equal(seen.changed, 1);
	assert_true(pq_string_is(find("ns", "a")->resource_version, "11"));
	assert_true(pq_string_is(find("", "cluster-wide")->key, "cluster-wide"));
	assert_null(find("ns", "cluster-wide"));
	pq_cache_remove(&cache, PQ_S("ns"), PQ_S("a"));
	pq_cache_remove(&cache, PQ_S("ns"), PQ_S("a"));
	assert_int_equal(seen.removed, 1);
	assert_null(find("ns", "a"));
}

static void managed_fields_are_dropped(void **state)
{
	(void)state;
	put(POD("a", "1", "10", ",\"managedFields\":[{\"manager\":\"kubectl\"}]"));
	const struct pq_value *value = &find("ns", "a")->value;
	assert_null(pq_value_find_path(value, 2, "metadata", "managedFields"));
	assert_non_null(pq_value_find_path(value, 2, "metadata", "uid"));
}

static void a_new_list_replaces_all(void **state)
{
	(void)state;
	put(POD("a", "1", "10", ""));
	put(POD("b", "2", "11", ""));
	put(POD("c", "3", "12", ""));
	pq_cache_start_replace(&cache);
	put(POD("b", "2", "11", ""));
	put(POD("c", "9", "12", "")); /* another object under the same name */
	put(POD("d", "4", "13", ""));
	pq_cache_finish_replace(&cache);
	assert_null(find("ns", "a"));
	assert_non_null(find("ns", "b"));
	assert_true(pq_string_is(find("ns", "c")->uid, "9"));
	assert_int_equal(seen.added, 4);
	assert_int_equal(seen.changed, 1);
	assert_int_equal(seen.removed, 1);
}

static void a_reference_outlives_the_object(void **state)
{
	(void)state;
	put(POD("a", "1", "10", ""));
	const struct pq_cached_object *held = pq_cached_object_ref(find("ns", "a"));
	put(POD("a", "1", "11", ""));
	pq_cache_remove(&cache, PQ_S("ns"), PQ_S("a"));
	assert_true(pq_string_is(held->resource_version, "10"));
	pq_cached_object_unref(held);
}

static void count_visit(void *context, const struct pq_cached_object *object)
{
	(void)object;
	++*(int *)context;
}

static int count_owned(const char *uid)
{
	int count = 0;
	pq_cache_visit_owned(&cache, pq_string_from(uid), count_visit, &count);
	return count;
}

static void owned_objects_are_indexed(void **state)
{
	(void)state;
	put(POD("a", "1", "10", OWNED_BY("u")));
	put(POD("b", "2", "11", OWNED_BY("u")));
	put(POD("c", "3", "12", OWNED_BY("u")));
	put(POD("d", "4", "13", ""));
	assert_int_equal(count_owned("u"), 3);
	assert_int_equal(count_owned("other"), 0); /* does not control */
	assert_true(pq_string_is(find("ns", "a")->owner_name, "app"));
	put(POD("b", "2", "14", OWNED_BY("v"))); /* from the middle of the chain */
	assert_int_equal(count_owned("u"), 2);
	assert_int_equal(count_owned("v"), 1);
	pq_cache_remove(&cache, PQ_S("ns"), PQ_S("c")); /* its head */
	pq_cache_remove(&cache, PQ_S("ns"), PQ_S("b"));
	assert_int_equal(count_owned("u"), 1);
	assert_int_equal(count_owned("v"), 0);
	put(POD("a", "1", "15", ""));
	assert_int_equal(count_owned("u"), 0);
}

static void the_cap_is_an_error_not_a_crash(void **state)
{
	(void)state;
	struct pq_error error;
	struct pq_cache small;
	pq_cache_init(&small, 6000, NULL, NULL);
	struct pq_value first = read_object(POD("a", "1", "10", ""));
	struct pq_value second = read_object(POD("b", "2", "11", ""));
	assert_true(pq_cache_put(&small, &first, &error));
	assert_false(pq_cache_put(&small, &second, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_non_null(pq_cache_find(&small, PQ_S("ns"), PQ_S("a")));
	pq_cache_done(&small);
}

static void an_object_has_a_cap_too(void **state)
{
	(void)state;
	struct pq_error error;
	struct pq_cache roomy;
	pq_cache_init(&roomy, 0, NULL, NULL);
	struct pq_value small = read_object(POD("a", "1", "10", ""));
	struct pq_value *items = calloc(PQ_CACHE_OBJECT_BYTES_MAX / sizeof *items, sizeof *items);
	struct pq_value list =
		pq_value_from_items(items, PQ_CACHE_OBJECT_BYTES_MAX / sizeof *items);
	struct pq_value large;
	assert_true(pq_value_with_member(&arena, &small, PQ_S("spec"), &list, &large));
	assert_false(pq_cache_put(&roomy, &large, &error));
	assert_int_equal(error.code, PQ_ERROR_INVALID);
	assert_string_equal(error.message, "an object would take more than 16777216 bytes");
	assert_int_equal(roomy.bytes, 0);
	free(items);
	pq_cache_done(&roomy);
}

static void what_is_no_object_is_refused(void **state)
{
	(void)state;
	static const char *const texts[] = { "{}", "[]", "{\"metadata\":[]}", "{\"metadata\":{}}",
					     "{\"metadata\":{\"name\":1}}" };
	struct pq_error error;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct pq_value value = read_object(texts[i]);
		assert_false(pq_cache_put(&cache, &value, &error));
		assert_int_equal(error.code, PQ_ERROR_INVALID);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(objects_are_found_and_changes_told, start, end),
		cmocka_unit_test_setup_teardown(managed_fields_are_dropped, start, end),
		cmocka_unit_test_setup_teardown(a_new_list_replaces_all, start, end),
		cmocka_unit_test_setup_teardown(a_reference_outlives_the_object, start, end),
		cmocka_unit_test_setup_teardown(owned_objects_are_indexed, start, end),
		cmocka_unit_test_setup_teardown(the_cap_is_an_error_not_a_crash, start, end),
		cmocka_unit_test_setup_teardown(an_object_has_a_cap_too, start, end),
		cmocka_unit_test_setup_teardown(what_is_no_object_is_refused, start, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
