#include "serving/internal.h"
#include "telemetry/log.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static int64_t now(void)
{
	return pq_clock_monotonic(&pq_clock_system);
}

static int64_t earlier(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

/* A signal that waits, or 0. */
static int take_signal(const struct serving *serving)
{
	struct signalfd_siginfo info;
	return read(serving->signals, &info, sizeof info) == sizeof info ? (int)info.ssi_signo : 0;
}

/* None while the webhook does not answer, so that the service manager starts it again. */
static void give_sign_of_life(const struct serving *serving)
{
	struct pq_error error;
	if (pq_server_answers(serving->server, &error))
		pq_notify_alive(&serving->notifier);
	else
		pq_log(PQ_LOG_ERROR, "the webhook does not answer; no sign of life is given",
		       PQ_LOG_TEXT_FIELD("error", pq_string_from(error.message)));
}

/* Until the monotonic time, an event of one of the descriptors, or the next sign of life. */
static void wait_until(const struct serving *serving, struct pollfd *polled, nfds_t count,
		       int64_t time)
{
	if (serving->notifier.watchdog > 0) {
		give_sign_of_life(serving);
		time = earlier(time, now() + serving->notifier.watchdog);
	}
	int64_t left = time - now();
	const struct timespec timeout = {
		.tv_sec = left > 0 ? left / PQ_SECOND : 0,
		.tv_nsec = left > 0 ? left % PQ_SECOND : 0,
	};
	ppoll(polled, count, &timeout, NULL);
}

static void reload_all(struct serving *serving)
{
	pq_log(PQ_LOG_INFO, "reloading", PQ_LOG_TEXT_FIELD("signal", PQ_S("HUP")));
	pq_notify_reloading(&serving->notifier, &pq_clock_system);
	serving_reload_settings(serving);
	serving_reload_schemas(serving);
	serving_reload_certificate(serving);
	serving_reload_clients(serving);
	pq_notify_ready(&serving->notifier);
}

static void reload_what_changed(struct serving *serving)
{
	pq_watch_take_events(&serving->schemas_watch, now());
	pq_watch_take_events(&serving->certs_watch, now());
	pq_watch_take_events(&serving->clients_watch, now());
	if (pq_watch_has_changed(&serving->schemas_watch, now()))
		serving_reload_schemas(serving);
	if (pq_watch_has_changed(&serving->certs_watch, now()) ||
	    serving_certificate_is_over(serving))
		serving_reload_certificate(serving);
	if (pq_watch_has_changed(&serving->clients_watch, now()))
		serving_reload_clients(serving);
}

int serving_loop(struct serving *serving)
{
	for (;;) {
		struct pollfd polled[] = {
			{ .fd = serving->signals, .events = POLLIN },
			{ .fd = serving->schemas_watch.descriptor, .events = POLLIN },
			{ .fd = serving->certs_watch.descriptor, .events = POLLIN },
			{ .fd = serving->clients_watch.descriptor, .events = POLLIN },
		};
		int64_t look_at = earlier(
			earlier(serving->schemas_watch.look_at, serving->certs_watch.look_at),
			earlier(serving->clients_watch.look_at, serving->certificate_end));
		wait_until(serving, polled, sizeof polled / sizeof polled[0], look_at);
		int received = take_signal(serving);
		if (received == SIGHUP)
			reload_all(serving);
		else if (received != 0)
			return received;
		reload_what_changed(serving);
		serving_look_at_exemptions(serving);
	}
}

/* A second signal ends the wait. */
static void serve_on(struct serving *serving, int64_t end)
{
	struct pollfd polled = { .fd = serving->signals, .events = POLLIN };
	while (now() < end) {
		wait_until(serving, &polled, 1, end);
		int received = take_signal(serving);
		if (received != 0 && received != SIGHUP)
			return;
	}
}

bool serving_drain(struct serving *serving)
{
	pq_notify_stopping(&serving->notifier);
	pq_server_drain(serving->server);
	serve_on(serving, now() + serving->settings.drain_delay);
	serving->end = now() + serving->settings.grace;
	bool clean = pq_server_stop(serving->server, serving->end);
	serving->server = NULL;
	return clean;
}
