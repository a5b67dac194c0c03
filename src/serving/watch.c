#include "serving/watch.h"

#include "base/walk.h"

#include <limits.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	EVENTS = IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVE | IN_ATTRIB | IN_DELETE_SELF |
		 IN_MOVE_SELF | IN_ONLYDIR,
	EVENT_BYTES = 16 * 1024,
};

/* FNV-1a; whoever could make collisions can change the files as well. */
static const uint64_t fingerprint_start = 0xcbf29ce484222325;
static const uint64_t fingerprint_prime = 0x100000001b3;

static void mix(struct pq_watch *watch, const void *bytes, size_t size)
{
	const unsigned char *byte = bytes;
	for (size_t i = 0; i < size; i++)
		watch->fingerprint = (watch->fingerprint ^ byte[i]) * fingerprint_prime;
}

static bool look_at_file(const char *path, void *context, struct pq_error *error)
{
	(void)error;
	struct pq_watch *watch = context;
	struct stat facts = { 0 };
	mix(watch, path, strlen(path) + 1);
	if (stat(path, &facts) != 0)
		return true;
	const int64_t numbers[] = {
		(int64_t)facts.st_dev,          (int64_t)facts.st_ino,
		(int64_t)facts.st_size,         (int64_t)facts.st_mtim.tv_sec,
		(int64_t)facts.st_mtim.tv_nsec, (int64_t)facts.st_ctim.tv_sec,
		(int64_t)facts.st_ctim.tv_nsec,
	};
	mix(watch, numbers, sizeof numbers);
	return true;
}

/* Called for each folder that is found, before what is in it. */
static bool watch_folder(const char *path, enum pq_walk_kind kind, void *context)
{
	const struct pq_watch *watch = context;
	if (kind == PQ_WALK_FOLDER && watch->descriptor >= 0)
		inotify_add_watch(watch->descriptor, path, EVENTS);
	return true;
}

static bool look_past(const struct pq_error *trouble, void *context)
{
	mix(context, trouble->path, strlen(trouble->path) + 1);
	mix(context, trouble->message, strlen(trouble->message) + 1);
	return true;
}

/* A file is replaced in its folder, and a folder in the one that it is in. The path itself is
 * refused unless it is a folder. */
static void watch_named(const struct pq_watch *watch, const char *path)
{
	char parent[PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t length = slash == NULL ? 0 : (size_t)(slash - path);
	if (length >= sizeof parent)
		return;
	if (slash == NULL)
		snprintf(parent, sizeof parent, ".");
	else
		snprintf(parent, sizeof parent, "%.*s/", (int)length, path);
	inotify_add_watch(watch->descriptor, parent, EVENTS);
	inotify_add_watch(watch->descriptor, path, EVENTS);
}

static void look(struct pq_watch *watch)
{
	struct pq_error error;
	struct pq_walk walk = {
		.is_wanted = watch_folder,
		.visit = look_at_file,
		.pass_over = look_past,
		.context = watch,
	};
	watch->fingerprint = fingerprint_start;
	pq_walk_init(&walk);
	for (size_t i = 0; i < watch->path_count; i++) {
		if (watch->descriptor >= 0)
			watch_named(watch, watch->paths[i]);
		if (!pq_walk_path(&walk, watch->paths[i], &error))
			look_past(&error, watch);
	}
	pq_walk_done(&walk);
}

void pq_watch_init(struct pq_watch *watch, const char *const *paths, size_t path_count, int64_t now)
{
	*watch = (struct pq_watch){
		.paths = paths,
		.path_count = path_count,
		.descriptor = -1,
		.look_at = now + PQ_WATCH_FIRST,
	};
	look(watch);
}

/* The watches are made anew each time, and before anything is looked at: so none is left of folders
 * that are gone, and what happens meanwhile is told. */
static void look_and_listen(struct pq_watch *watch, int64_t now)
{
	if (watch->descriptor >= 0)
		close(watch->descriptor);
	watch->descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	watch->first_event = 0;
	watch->look_at = now + PQ_WATCH_POLL;
	look(watch);
}

void pq_watch_done(struct pq_watch *watch)
{
	if (watch->descriptor >= 0)
		close(watch->descriptor);
	watch->descriptor = -1;
}

void pq_watch_take_events(struct pq_watch *watch, int64_t now)
{
	char events[EVENT_BYTES];
	bool any = false;
	while (watch->descriptor >= 0 && read(watch->descriptor, events, sizeof events) > 0)
		any = true;
	if (!any)
		return;
	if (watch->first_event == 0)
		watch->first_event = now;
	int64_t latest = watch->first_event + PQ_WATCH_SETTLE_MAX;
	watch->look_at = now + PQ_WATCH_SETTLE < latest ? now + PQ_WATCH_SETTLE : latest;
}

bool pq_watch_has_changed(struct pq_watch *watch, int64_t now)
{
	if (now < watch->look_at)
		return false;
	uint64_t before = watch->fingerprint;
	look_and_listen(watch, now);
	return watch->fingerprint != before;
}
