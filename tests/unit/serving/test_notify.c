/* What a service manager hears. */
#include "serving/notify.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static int64_t fixed_time(const struct pq_clock *clock)
{
	(void)clock;
	return 1234567 * PQ_MICROSECOND;
}

static const struct pq_clock fixed_clock = { .monotonic = fixed_time, .wall = fixed_time };

static void forget(void)
{
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

/* A manager's socket, which the environment names. */
static int listen_as(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	memcpy(address.sun_path, name, strlen(name));
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name));
	assert_int_equal(bind(descriptor, (struct sockaddr *)&address, size), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return descriptor;
}

static void hears(int manager, const char *want)
{
	char text[256] = "";
	assert_int_equal(recv(manager, text, sizeof text - 1, 0), strlen(want));
	assert_string_equal(text, want);
}

static void tells_by_path_and_by_name(void **state)
{
	(void)state;
	static const char *const places[] = { "/tmp/", "@" };
	for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
		char name[64];
		struct pq_notifier notifier;
		snprintf(name, sizeof name, "%spratique-notify-%d", places[i], getpid());
		int manager = listen_as(name);
		pq_notifier_init(&notifier);
		pq_notify_ready(&notifier);
		hears(manager, "READY=1");
		pq_notify_reloading(&notifier, &fixed_clock);
		hears(manager, "RELOADING=1\nMONOTONIC_USEC=1234567");
		pq_notify_alive(&notifier);
		hears(manager, "WATCHDOG=1");
		pq_notify_stopping(&notifier);
		hears(manager, "STOPPING=1");
		pq_notifier_done(&notifier);
		close(manager);
		unlink(name);
	}
	forget();
}

static void nobody_asks(void **state)
{
	(void)state;
	static const char *const names[] = { NULL, "", "relative", "/nowhere/at/all" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct pq_notifier notifier;
		forget();
		if (names[i] != NULL)
			setenv("NOTIFY_SOCKET", names[i], 1);
		setenv("WATCHDOG_USEC", "1000000", 1);
		pq_notifier_init(&notifier);
		assert_int_equal(notifier.socket, -1);
		assert_int_equal(notifier.watchdog, 0);
		pq_notify_ready(&notifier);
		pq_notifier_done(&notifier);
	}
	forget();
}

static void watchdogs(void **state)
{
	(void)state;
	char own[32], other[32];
	snprintf(own, sizeof own, "%d", getpid());
	snprintf(other, sizeof other, "%d", getpid() + 1);
	const struct {
		const char *microseconds;
		const char *process;
		int64_t want;
	} cases[] = {
		{ "3000000", NULL, PQ_SECOND * 3 / 2 },
		{ "3000000", own, PQ_SECOND * 3 / 2 },
		{ "3000000", other, 0 },
		{ NULL, NULL, 0 },
		{ "soon", NULL, 0 },
		{ "-1", NULL, 0 },
		{ "9223372036854775807", NULL, 0 },
		{ "99999999999999999999", NULL, 0 },
	};
	char name[64];
	snprintf(name, sizeof name, "@pratique-watchdog-%d", getpid());
	int manager = listen_as(name);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_notifier notifier;
		unsetenv("WATCHDOG_USEC");
		unsetenv("WATCHDOG_PID");
		if (cases[i].microseconds != NULL)
			setenv("WATCHDOG_USEC", cases[i].microseconds, 1);
		if (cases[i].process != NULL)
			setenv("WATCHDOG_PID", cases[i].process, 1);
		pq_notifier_init(&notifier);
		assert_int_equal(notifier.watchdog, cases[i].want);
		pq_notifier_done(&notifier);
	}
	close(manager);
	forget();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_by_path_and_by_name),
		cmocka_unit_test(nobody_asks),
		cmocka_unit_test(watchdogs),
	};
	return cmocka_run_group_tests_name("notify", tests, NULL, NULL);
}
