/* The watch, on a real folder; time is given. */
#include "serving/watch.h"

#include "base/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATHS = 2 };

struct watched {
	char folder[64];
	char file[80]; /* beside what is in the folder */
	const char *paths[PATHS];
	struct pq_watch watch;
	int64_t now;
};

static void path_of(const struct watched *watched, const char *name, char path[128])
{
	snprintf(path, 128, "%s/%s", watched->folder, name);
}

static void put(const struct watched *watched, const char *name, const char *text)
{
	char path[128];
	struct pq_error error;
	path_of(watched, name, path);
	if (!pq_file_replace(path, pq_string_from(text), 0600, &error))
		fail_msg("%s", error.message);
}

static void make(const struct watched *watched, const char *name)
{
	char path[128];
	path_of(watched, name, path);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void link_to(const struct watched *watched, const char *name, const char *target)
{
	char path[128], temporary[128];
	path_of(watched, name, path);
	path_of(watched, ".new", temporary);
	assert_int_equal(symlink(target, temporary), 0);
	assert_int_equal(rename(temporary, path), 0);
}

/* The folder "watched" and the file "alone" in a folder of their own. */
static int begin(void **state)
{
	static struct watched watched;
	static char inner[80];
	watched = (struct watched){ .folder = "/tmp/pratique-watch-XXXXXX", .now = PQ_SECOND };
	assert_non_null(mkdtemp(watched.folder));
	make(&watched, "watched");
	put(&watched, "watched/a.yaml", "a");
	put(&watched, "alone", "a");
	snprintf(inner, sizeof inner, "%s/watched", watched.folder);
	snprintf(watched.file, sizeof watched.file, "%s/alone", watched.folder);
	watched.paths[0] = inner;
	watched.paths[1] = watched.file;
	pq_watch_init(&watched.watch, watched.paths, PATHS, watched.now);
	*state = &watched;
	return 0;
}

/* The same behind its second look. */
static int start(void **state)
{
	struct watched *watched;
	begin(state);
	watched = *state;
	watched->now += PQ_WATCH_FIRST;
	assert_int_equal(watched->watch.look_at, watched->now);
	assert_false(pq_watch_has_changed(&watched->watch, watched->now));
	return 0;
}

static int stop(void **state)
{
	struct watched *watched = *state;
	char command[128];
	pq_watch_done(&watched->watch);
	snprintf(command, sizeof command, "rm -r %s", watched->folder);
	return system(command);
}

/* Whether the events of now tell of a change once they have settled. */
static bool settles_as_changed(struct watched *watched)
{
	pq_watch_take_events(&watched->watch, watched->now);
	assert_true(watched->watch.look_at <= watched->now + PQ_WATCH_SETTLE);
	assert_false(pq_watch_has_changed(&watched->watch, watched->now));
	watched->now += PQ_WATCH_SETTLE;
	return pq_watch_has_changed(&watched->watch, watched->now);
}

static void nothing_happens(void **state)
{
	struct watched *watched = *state;
	int64_t due = watched->watch.look_at;
	pq_watch_take_events(&watched->watch, watched->now);
	assert_int_equal(watched->watch.look_at, due);
	watched->now = due;
	assert_false(pq_watch_has_changed(&watched->watch, watched->now));
	assert_int_equal(watched->watch.look_at, due + PQ_WATCH_POLL);
}

static void the_second_look_tells_what_nobody_heard(void **state)
{
	struct watched *watched = *state;
	put(watched, "alone", "b");
	pq_watch_take_events(&watched->watch, watched->now);
	watched->now += PQ_WATCH_FIRST;
	assert_true(pq_watch_has_changed(&watched->watch, watched->now));
	put(watched, "alone", "c");
	assert_true(settles_as_changed(watched));
}

static void changes_are_told(void **state)
{
	struct watched *watched = *state;
	char path[128];
	put(watched, "watched/a.yaml", "b");
	assert_true(settles_as_changed(watched));
	put(watched, "watched/b.yaml", "b");
	assert_true(settles_as_changed(watched));
	put(watched, "alone", "b");
	assert_true(settles_as_changed(watched));
	make(watched, "watched/sub");
	assert_false(settles_as_changed(watched)); /* there is nothing in it yet */
	put(watched, "watched/sub/c.yaml", "c");
	assert_true(settles_as_changed(watched));
	path_of(watched, "watched/b.yaml", path);
	assert_int_equal(unlink(path), 0);
	assert_true(settles_as_changed(watched));
	path_of(watched, "watched/a.yaml", path);
	assert_int_equal(chmod(path, 0644), 0);
	assert_true(settles_as_changed(watched));
}

static void what_is_not_watched_is_no_change(void **state)
{
	struct watched *watched = *state;
	put(watched, "other", "x");
	assert_false(settles_as_changed(watched));
	put(watched, "watched/.hidden", "x");
	assert_false(settles_as_changed(watched));
}

/* A volume of Kubernetes: files link through ..data into a folder of one generation. */
static void a_swapped_link_is_one_change(void **state)
{
	struct watched *watched = *state;
	make(watched, "watched/..1");
	make(watched, "watched/..2");
	put(watched, "watched/..1/tls.crt", "one");
	put(watched, "watched/..2/tls.crt", "two");
	link_to(watched, "watched/..data", "..1");
	link_to(watched, "watched/tls.crt", "..data/tls.crt");
	assert_true(settles_as_changed(watched));
	link_to(watched, "watched/..data", "..2");
	assert_true(settles_as_changed(watched));
	watched->now = watched->watch.look_at;
	assert_false(pq_watch_has_changed(&watched->watch, watched->now));
}

static void it_waits_for_quiet_but_not_for_ever(void **state)
{
	struct watched *watched = *state;
	int64_t first = watched->now;
	while (watched->now + PQ_WATCH_SETTLE / 2 < first + PQ_WATCH_SETTLE_MAX) {
		put(watched, "watched/a.yaml", "again");
		pq_watch_take_events(&watched->watch, watched->now);
		assert_false(pq_watch_has_changed(&watched->watch, watched->now));
		watched->now += PQ_WATCH_SETTLE / 2;
	}
	put(watched, "watched/a.yaml", "again");
	pq_watch_take_events(&watched->watch, watched->now);
	assert_int_equal(watched->watch.look_at, first + PQ_WATCH_SETTLE_MAX);
	assert_true(pq_watch_has_changed(&watched->watch, first + PQ_WATCH_SETTLE_MAX));
}

/* As on a filesystem that tells nothing. */
static void the_poll_finds_what_nobody_told(void **state)
{
	struct watched *watched = *state;
	put(watched, "watched/a.yaml", "b");
	assert_false(pq_watch_has_changed(&watched->watch, watched->watch.look_at - 1));
	assert_true(pq_watch_has_changed(&watched->watch, watched->watch.look_at));
}

static void a_folder_that_goes_and_comes_back(void **state)
{
	struct watched *watched = *state;
	char from[128], to[128];
	path_of(watched, "watched", from);
	path_of(watched, "away", to);
	assert_int_equal(rename(from, to), 0);
	assert_true(settles_as_changed(watched));
	assert_int_equal(rename(to, from), 0);
	assert_true(settles_as_changed(watched));
	put(watched, "watched/a.yaml", "b");
	assert_true(settles_as_changed(watched));
}

#define WATCHED(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_second_look_tells_what_nobody_heard, begin,
						stop),
		WATCHED(nothing_happens),
		WATCHED(changes_are_told),
		WATCHED(what_is_not_watched_is_no_change),
		WATCHED(a_swapped_link_is_one_change),
		WATCHED(it_waits_for_quiet_but_not_for_ever),
		WATCHED(the_poll_finds_what_nobody_told),
		WATCHED(a_folder_that_goes_and_comes_back),
	};
	return cmocka_run_group_tests_name("watch", tests, NULL, NULL);
}
