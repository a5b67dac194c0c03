#include "serving/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A number of the environment, 0 when it is none. */
static long long read_number(const char *name)
{
	const char *text = getenv(name);
	char *end;
	if (text == NULL)
		return 0;
	errno = 0;
	long long number = strtoll(text, &end, 10);
	return errno != 0 || *end != '\0' || number < 0 ? 0 : number;
}

/* A path, or "@" and a name in the abstract namespace. The descriptor, or -1. */
static int connect_to(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = strlen(name);
	if ((name[0] != '/' && name[0] != '@') || length >= sizeof address.sun_path)
		return -1;
	memcpy(address.sun_path, name, length);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
	if (descriptor < 0 || connect(descriptor, (struct sockaddr *)&address, size) == 0)
		return descriptor;
	close(descriptor);
	return -1;
}

void pq_notifier_init(struct pq_notifier *notifier)
{
	const char *name = getenv("NOTIFY_SOCKET");
	*notifier = (struct pq_notifier){ .socket = name == NULL ? -1 : connect_to(name) };
	long long process = read_number("WATCHDOG_PID");
	long long microseconds = read_number("WATCHDOG_USEC");
	if (notifier->socket < 0 || microseconds > INT64_MAX / PQ_MICROSECOND ||
	    (process != 0 && process != getpid()))
		return;
	/* Half of the time that is given, as sd_watchdog_enabled(3) advises. */
	notifier->watchdog = microseconds * PQ_MICROSECOND / 2;
}

void pq_notifier_done(struct pq_notifier *notifier)
{
	if (notifier->socket >= 0)
		close(notifier->socket);
	notifier->socket = -1;
}

/* A manager that does not read must not hold us up. */
static void say(const struct pq_notifier *notifier, const char *text)
{
	if (notifier->socket >= 0)
		send(notifier->socket, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void pq_notify_ready(const struct pq_notifier *notifier)
{
	say(notifier, "READY=1");
}

void pq_notify_reloading(const struct pq_notifier *notifier, const struct pq_clock *clock)
{
	char text[80];
	snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%lld",
		 (long long)(pq_clock_monotonic(clock) / PQ_MICROSECOND));
	say(notifier, text);
}

void pq_notify_stopping(const struct pq_notifier *notifier)
{
	say(notifier, "STOPPING=1");
}

void pq_notify_alive(const struct pq_notifier *notifier)
{
	say(notifier, "WATCHDOG=1");
}
