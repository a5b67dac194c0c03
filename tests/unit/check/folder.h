/* A folder for files that a test writes; it is the working directory while the test runs. */
#ifndef PQ_TESTS_CHECK_FOLDER_H
#define PQ_TESTS_CHECK_FOLDER_H

#include "base/string_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64];

static int enter_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof folder, "/tmp/pratique-check-XXXXXX");
	return mkdtemp(folder) == NULL || chdir(folder) != 0;
}

static int leave_folder(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof command, "rm -r %s", folder);
	return chdir("/") != 0 || system(command) != 0;
}

static inline void make(const char *path)
{
	assert_int_equal(mkdir(path, 0700), 0);
}

static inline void put_bytes(const char *path, struct pq_string bytes)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes.data, 1, bytes.length, file), bytes.length);
	assert_int_equal(fclose(file), 0);
}

static inline void put(const char *path, const char *text)
{
	put_bytes(path, pq_string_from(text));
}

#endif
