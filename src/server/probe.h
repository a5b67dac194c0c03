/*
 * Probe: whether the webhook's own port answers a TLS client, by being one. What is ready by its
 * own account but cannot be reached is not ready.
 */
#ifndef PQ_SERVER_PROBE_H
#define PQ_SERVER_PROBE_H

#include "base/error.h"

#include <pthread.h>
#include <sys/socket.h>

struct pq_probe {
	struct sockaddr_storage address; /* to dial */
	socklen_t address_length;
	pthread_mutex_t mutex;
	int64_t asked_at; /* these three guarded by mutex; 0: never */
	bool answered;
	char trouble[128];
};

void pq_probe_init(struct pq_probe *probe);
void pq_probe_done(struct pq_probe *probe);

/* At a listening socket, before anybody asks; a wildcard is dialled as loopback. */
void pq_probe_aim(struct pq_probe *probe, int listener);

/* Shakes hands, unless it did so within the last second: then what it found is told again. Takes a
 * second at most. Thread-safe. */
PQ_CHECKED bool pq_probe_ask(struct pq_probe *probe, struct pq_error *error);

#endif
