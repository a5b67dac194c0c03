#include "check/crew.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* Numbers are taken, squared, and must be told in order. */
struct numbers {
	size_t next;
	size_t count;
	size_t told;
	size_t end; /* tell fails at this one */
	bool is_in_order;
};

struct number {
	size_t number;
	size_t square;
};

static void nothing(void *memory)
{
	(void)memory;
}

static bool take(void *memory, void *context)
{
	struct numbers *numbers = context;
	struct number *number = memory;
	if (numbers->next == numbers->count)
		return false;
	number->number = numbers->next++;
	return true;
}

/* Every seventh takes longer, so that those behind it are done before. */
static void square(void *memory, void *worker, void *context)
{
	struct number *number = memory;
	volatile size_t sum = 0;
	(void)worker;
	(void)context;
	for (size_t i = 0; number->number % 7 == 0 && i < 100000; i++)
		sum += i;
	number->square = number->number * number->number;
}

static bool tell(void *memory, void *context)
{
	struct numbers *numbers = context;
	const struct number *number = memory;
	numbers->is_in_order &=
		number->number == numbers->told && number->square == numbers->told * numbers->told;
	numbers->told++;
	return numbers->told != numbers->end;
}

static void run(unsigned workers, struct numbers *numbers)
{
	const struct check_crew_plan plan = {
		.workers = workers,
		.worker_size = 1,
		.worker_init = nothing,
		.worker_done = nothing,
		.job_size = sizeof(struct number),
		.job_init = nothing,
		.job_done = nothing,
		.take = take,
		.work = square,
		.tell = tell,
		.context = numbers,
	};
	struct pq_error error;
	numbers->is_in_order = true;
	assert_true(check_crew_run(&plan, &error));
	assert_true(numbers->is_in_order);
}

static void test_tells_in_order(void **state)
{
	(void)state;
	for (unsigned workers = 1; workers <= 9; workers += 4) {
		struct numbers numbers = { .count = 500 };
		run(workers, &numbers);
		assert_int_equal(numbers.told, 500);
	}
	struct numbers none = { 0 };
	run(3, &none);
	assert_int_equal(none.told, 0);
}

static void test_ends_when_told_to(void **state)
{
	(void)state;
	for (unsigned workers = 1; workers <= 4; workers += 3) {
		struct numbers numbers = { .count = 500, .end = 20 };
		run(workers, &numbers);
		assert_int_equal(numbers.told, 20);
		assert_true(numbers.next < 500);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tells_in_order),
		cmocka_unit_test(test_ends_when_told_to),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
