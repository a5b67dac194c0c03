#include "harness/allocation.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

/* Link tests that use this with -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc (torture_dep). */

static _Thread_local size_t left = SIZE_MAX;

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

void test_allocation_fail_from(size_t count)
{
	left = count;
}

void test_allocation_never_fail(void)
{
	left = SIZE_MAX;
}

static bool allowed(void)
{
	if (left == 0) {
		errno = ENOMEM;
		return false;
	}
	if (left != SIZE_MAX)
		left--;
	return true;
}

void *__wrap_malloc(size_t size)
{
	return allowed() ? __real_malloc(size) : NULL;
}

void *__wrap_calloc(size_t count, size_t size)
{
	return allowed() ? __real_calloc(count, size) : NULL;
}

void *__wrap_realloc(void *old, size_t size)
{
	return allowed() ? __real_realloc(old, size) : NULL;
}
