/*
 * Telling a service manager how things stand: the protocol of sd_notify(3), for systemd and whoever
 * speaks it, without its library. Does nothing unless the environment asks for it.
 */
#ifndef PQ_SERVING_NOTIFY_H
#define PQ_SERVING_NOTIFY_H

#include "base/clock.h"

struct pq_notifier {
	int socket;       /* -1: nobody wants to know */
	int64_t watchdog; /* nanoseconds between signs of life; 0: none are wanted */
};

/* Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. A socket that cannot be reached is as none:
 * the service manager sees for itself that it hears nothing. */
void pq_notifier_init(struct pq_notifier *notifier);
void pq_notifier_done(struct pq_notifier *notifier);

void pq_notify_ready(const struct pq_notifier *notifier);
void pq_notify_reloading(const struct pq_notifier *notifier, const struct pq_clock *clock);
void pq_notify_stopping(const struct pq_notifier *notifier);
void pq_notify_alive(const struct pq_notifier *notifier);

#endif
