/* What a machine without libcurl, or with an old one, is told: dlopen and dlsym are ours here. */
#include "http/client.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static enum { ABSENT, OLD, AS_IT_IS } library;

void *__real_dlopen(const char *name, int flags);
void *__real_dlsym(void *handle, const char *name);
char *__real_dlerror(void);
void *__wrap_dlopen(const char *name, int flags);
void *__wrap_dlsym(void *handle, const char *name);
char *__wrap_dlerror(void);

void *__wrap_dlopen(const char *name, int flags)
{
	return library == ABSENT ? NULL : __real_dlopen(name, flags);
}

char *__wrap_dlerror(void)
{
	static char text[] = "libcurl.so.4: cannot open shared object file";
	return library == ABSENT ? text : __real_dlerror();
}

void *__wrap_dlsym(void *handle, const char *name)
{
	if (library == OLD && strcmp(name, "curl_multi_poll") == 0)
		return NULL;
	return __real_dlsym(handle, name);
}

static void what_is_missing_can_be_installed(void **state)
{
	(void)state;
	struct pq_error error;
	library = ABSENT;
	assert_null(pq_http_client_new(&error));
	assert_int_equal(error.code, PQ_ERROR_UNSUPPORTED);
	assert_string_equal(
		error.message,
		"talking to a cluster or a collector needs libcurl: install the package libcurl4 "
		"(libcurl.so.4: cannot open shared object file)");
	library = OLD;
	assert_null(pq_http_client_new(&error));
	assert_int_equal(error.code, PQ_ERROR_UNSUPPORTED);
	assert_non_null(strstr(error.message, "lacks curl_multi_poll: install libcurl4 7.85"));

	/* Once it is there, the next client finds it. */
	library = AS_IT_IS;
	struct pq_http_client *client = pq_http_client_new(&error);
	assert_non_null(client);
	pq_http_client_free(client);
	library = ABSENT;
	client = pq_http_client_new(&error);
	assert_non_null(client);
	pq_http_client_free(client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_missing_can_be_installed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
