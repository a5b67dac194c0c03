/* What happens when memory runs out at any point: an error, and nothing lost. */
#include "harness/allocation.h"
#include "kube/list.h"
#include "operator/cache.h"
#include "operator/queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char line[] =
	"{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"namespace\":\"ns\",\"name\":\"a\","
	"\"uid\":\"1\",\"resourceVersion\":\"2\",\"managedFields\":[{\"manager\":\"x\"}],"
	"\"ownerReferences\":[{\"controller\":true,\"kind\":\"X\",\"name\":\"o\",\"uid\":\"9\"}]}}"
	"}";

/* One event into a cache; false when memory ran out. */
static bool fill_cache(void)
{
	struct pq_arena arena;
	struct pq_cache cache;
	struct pq_error error;
	struct pq_kube_event event;
	pq_arena_init(&arena, 0);
	pq_cache_init(&cache, 0, NULL, NULL);
	bool ok = pq_kube_event_read(&arena, pq_string_from(line), &event, &error) &&
		  pq_cache_put(&cache, event.object, &error);
	if (!ok)
		assert_true(error.code == PQ_ERROR_MEMORY || error.code == PQ_ERROR_TOO_LARGE);
	assert_int_equal(pq_cache_find(&cache, PQ_S("ns"), PQ_S("a")) != NULL, ok);
	pq_cache_done(&cache);
	pq_arena_done(&arena);
	return ok;
}

/* A key that fails and comes again; false when memory ran out. */
static bool use_queue(void)
{
	struct pq_queue queue;
	struct pq_string key;
	pq_queue_init(&queue, &pq_clock_system, 0);
	bool ok = pq_queue_add(&queue, PQ_S("ns/a"));
	assert_int_equal(queue.overflowed, !ok);
	assert_int_equal(pq_queue_take(&queue, &key), ok);
	if (ok) {
		pq_queue_finish(&queue, key, (struct pq_outcome){ .kind = PQ_OUTCOME_RETRY });
		/* Without room among the delayed it is ready at once, but never lost. */
		int64_t next = pq_queue_next(&queue);
		assert_true(next != INT64_MAX);
		ok = next != INT64_MIN;
	}
	pq_queue_done(&queue);
	return ok;
}

static void assert_survives(bool (*work)(void))
{
	size_t failures = 0;
	for (;; failures++) {
		test_allocation_fail_from(failures);
		if (work())
			break;
	}
	test_allocation_never_fail();
	assert_true(failures > 0);
}

static void a_cache_survives(void **state)
{
	(void)state;
	assert_survives(fill_cache);
}

static void a_queue_survives(void **state)
{
	(void)state;
	assert_survives(use_queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cache_survives),
		cmocka_unit_test(a_queue_survives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
