#include "base/thread.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct seen {
	pthread_barrier_t named; /* the name is given from outside */
	sigset_t mask;
	char name[16];
};

static void *look(void *context)
{
	struct seen *seen = context;
	pthread_barrier_wait(&seen->named);
	pthread_sigmask(SIG_SETMASK, NULL, &seen->mask);
	pthread_getname_np(pthread_self(), seen->name, sizeof seen->name);
	return NULL;
}

static void test_a_thread_has_a_name_and_no_signals(void **state)
{
	(void)state;
	struct seen seen;
	sigset_t before, after;
	pthread_t thread;
	pthread_barrier_init(&seen.named, NULL, 2);
	pthread_sigmask(SIG_SETMASK, NULL, &before);
	assert_true(pq_thread_start(&thread, "judge", look, &seen));
	pthread_sigmask(SIG_SETMASK, NULL, &after);
	pthread_barrier_wait(&seen.named);
	pthread_join(thread, NULL);
	assert_string_equal(seen.name, "judge");
	assert_true(sigismember(&seen.mask, SIGTERM) && sigismember(&seen.mask, SIGPIPE));
	assert_int_equal(sigismember(&before, SIGTERM), sigismember(&after, SIGTERM));
	assert_false(sigismember(&after, SIGPIPE));
	pthread_barrier_destroy(&seen.named);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_thread_has_a_name_and_no_signals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
