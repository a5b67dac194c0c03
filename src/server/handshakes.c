#include "server/handshakes.h"

#include "base/thread.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { EVENTS_AT_ONCE = 64 };

/* With the mutex held. */
static void put_in_list(struct pq_handshakes *handshakes, struct pq_connection *connection)
{
	connection->next_waiting = handshakes->waiting;
	connection->previous_waiting = NULL;
	if (handshakes->waiting != NULL)
		handshakes->waiting->previous_waiting = connection;
	handshakes->waiting = connection;
}

/* With the mutex held. From here on libmicrohttpd may free the connection at any time. */
static void let_go_on(struct pq_handshakes *handshakes, struct pq_connection *connection)
{
	if (connection->next_waiting != NULL)
		connection->next_waiting->previous_waiting = connection->previous_waiting;
	if (connection->previous_waiting != NULL)
		connection->previous_waiting->next_waiting = connection->next_waiting;
	else
		handshakes->waiting = connection->next_waiting;
	epoll_ctl(handshakes->events, EPOLL_CTL_DEL, connection->socket, NULL);
	MHD_resume_connection(connection->suspendable);
}

/* A connection whose socket cannot be waited for is ended rather than tried again and again. */
void pq_handshakes_wait(struct pq_connection *connection)
{
	struct pq_handshakes *handshakes = connection->handshakes;
	struct epoll_event event = { .events = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT,
				     .data.ptr = connection };
	pthread_mutex_lock(&handshakes->mutex);
	bool is_added = !handshakes->is_stopping && epoll_ctl(handshakes->events, EPOLL_CTL_ADD,
							      connection->socket, &event) == 0;
	if (is_added) {
		MHD_suspend_connection(connection->suspendable);
		put_in_list(handshakes, connection);
	} else if (!handshakes->is_stopping) {
		shutdown(connection->socket, SHUT_RDWR);
	}
	pthread_mutex_unlock(&handshakes->mutex);
}

/* An event names a connection that is suspended: one-shot, and taken out of epoll under the mutex
 * before it goes on, it comes once. But events of a batch were read before their turn came, and the
 * stop lets all go on; so then none of them is looked at. */
static void resume_ready(struct pq_handshakes *handshakes, const struct epoll_event *events,
			 int count)
{
	pthread_mutex_lock(&handshakes->mutex);
	for (int i = 0; i < count && !handshakes->is_stopping; i++) {
		if (events[i].data.ptr != NULL)
			let_go_on(handshakes, events[i].data.ptr);
	}
	pthread_mutex_unlock(&handshakes->mutex);
}

static void *wait_for_clients(void *argument)
{
	struct pq_handshakes *handshakes = argument;
	struct epoll_event events[EVENTS_AT_ONCE];
	bool is_stopping = false;
	while (!is_stopping) {
		int count = epoll_wait(handshakes->events, events, EVENTS_AT_ONCE, -1);
		resume_ready(handshakes, events, count);
		pthread_mutex_lock(&handshakes->mutex);
		is_stopping = handshakes->is_stopping;
		pthread_mutex_unlock(&handshakes->mutex);
	}
	return NULL;
}

static bool open_events(struct pq_handshakes *handshakes)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = NULL };
	handshakes->events = epoll_create1(EPOLL_CLOEXEC);
	handshakes->stopped = eventfd(0, EFD_CLOEXEC);
	return handshakes->events >= 0 && handshakes->stopped >= 0 &&
	       epoll_ctl(handshakes->events, EPOLL_CTL_ADD, handshakes->stopped, &event) == 0;
}

void pq_handshakes_init(struct pq_handshakes *handshakes)
{
	*handshakes = (struct pq_handshakes){ .events = -1, .stopped = -1 };
	pthread_mutex_init(&handshakes->mutex, NULL);
}

bool pq_handshakes_start(struct pq_handshakes *handshakes, struct pq_error *error)
{
	if (!open_events(handshakes))
		return pq_error_set(error, PQ_ERROR_INTERNAL,
				    "cannot wait for the clients of handshakes: %m");
	handshakes->is_running =
		pq_thread_start(&handshakes->thread, "handshakes", wait_for_clients, handshakes);
	return handshakes->is_running ||
	       pq_error_set(error, PQ_ERROR_MEMORY,
			    "cannot start the thread that waits for clients of handshakes");
}

void pq_handshakes_stop(struct pq_handshakes *handshakes)
{
	if (!handshakes->is_running)
		return;
	pthread_mutex_lock(&handshakes->mutex);
	handshakes->is_stopping = true;
	while (handshakes->waiting != NULL)
		let_go_on(handshakes, handshakes->waiting);
	pthread_mutex_unlock(&handshakes->mutex);
	eventfd_write(handshakes->stopped, 1);
	pthread_join(handshakes->thread, NULL);
	handshakes->is_running = false;
}

void pq_handshakes_done(struct pq_handshakes *handshakes)
{
	if (handshakes->events >= 0)
		close(handshakes->events);
	if (handshakes->stopped >= 0)
		close(handshakes->stopped);
	pthread_mutex_destroy(&handshakes->mutex);
}
