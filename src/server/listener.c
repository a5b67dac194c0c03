#include "server/listener.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

struct endpoint {
	char host[256]; /* "" for every address */
	char port[8];
};

static bool is_port(struct pq_string text)
{
	uint32_t port = 0;
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
		port = port * 10 + (uint32_t)(text.data[i] - '0');
	}
	return text.length > 0 && text.length <= 5 && port <= UINT16_MAX;
}

static bool parse(const char *text, struct endpoint *endpoint, struct pq_error *error)
{
	const char *colon = strrchr(text, ':');
	struct pq_string host = { .data = text,
				  .length = colon == NULL ? 0 : (size_t)(colon - text) };
	bool bracketed =
		host.length >= 2 && host.data[0] == '[' && host.data[host.length - 1] == ']';
	if (bracketed)
		host = pq_string_slice(host, 1, host.length - 2);
	if (colon == NULL || !is_port(pq_string_from(colon + 1)) ||
	    host.length >= sizeof endpoint->host ||
	    (!bracketed && pq_string_find_byte(host, ':') >= 0))
		return pq_error_set_at(
			error, PQ_ERROR_USAGE, text,
			"is no address to listen on: write ADDR:PORT, :PORT or [IPV6]:PORT");
	snprintf(endpoint->host, sizeof endpoint->host, "%.*s", PQ_STRING_ARGUMENT(host));
	snprintf(endpoint->port, sizeof endpoint->port, "%s", colon + 1);
	return true;
}

static int open_one(const struct addrinfo *info)
{
	int on = 1, off = 0;
	int descriptor = socket(info->ai_family, info->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK,
				info->ai_protocol);
	if (descriptor < 0)
		return -1;
	setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	/* What is accepted inherits it. Without it a handshake's second flight waits until the
	 * client has acknowledged the first, which takes 40 ms. */
	setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (info->ai_family == AF_INET6)
		setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	if (bind(descriptor, info->ai_addr, info->ai_addrlen) == 0 &&
	    listen(descriptor, BACKLOG) == 0)
		return descriptor;
	int reason = errno;
	close(descriptor);
	errno = reason;
	return -1;
}

/* IPv6 first, as its wildcard takes IPv4 too; the first that can be opened is taken. */
static int open_any(const struct addrinfo *list)
{
	static const int families[] = { AF_INET6, AF_INET };
	int reason = EADDRNOTAVAIL;
	for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
		for (const struct addrinfo *info = list; info != NULL; info = info->ai_next) {
			if (info->ai_family != families[i])
				continue;
			int descriptor = open_one(info);
			if (descriptor >= 0)
				return descriptor;
			reason = errno;
			if (reason == EADDRINUSE)
				return -1;
		}
	}
	errno = reason;
	return -1;
}

static void render(int descriptor, char address[PQ_LISTENER_ADDRESS_MAX])
{
	struct sockaddr_storage bound = { 0 };
	socklen_t length = sizeof bound;
	char host[PQ_LISTENER_ADDRESS_MAX - 10] = "", port[8] = "";
	getsockname(descriptor, (struct sockaddr *)&bound, &length);
	getnameinfo((struct sockaddr *)&bound, length, host, sizeof host, port, sizeof port,
		    NI_NUMERICHOST | NI_NUMERICSERV);
	snprintf(address, PQ_LISTENER_ADDRESS_MAX,
		 bound.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

static const char *advice_for(int reason)
{
	switch (reason) {
	case EADDRINUSE:
		return "stop the other process or choose another port";
	case EACCES:
		return "choose a port above 1023, or give the process CAP_NET_BIND_SERVICE";
	default:
		return "name an address of this machine, or none for all of them";
	}
}

bool pq_listener_open(struct pq_listener *listener, const char *text, struct pq_error *error)
{
	struct endpoint endpoint;
	*listener = PQ_LISTENER_NONE;
	if (!parse(text, &endpoint, error))
		return false;
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
	struct addrinfo *list = NULL;
	int code = getaddrinfo(endpoint.host[0] == '\0' ? NULL : endpoint.host, endpoint.port,
			       &hints, &list);
	if (code != 0)
		return pq_error_set_at(error, PQ_ERROR_IO, text, "cannot listen here: %s; %s",
				       gai_strerror(code), advice_for(0));
	int opened = open_any(list);
	int reason = errno;
	freeaddrinfo(list);
	if (opened < 0)
		return pq_error_set_at(error, PQ_ERROR_IO, text, "cannot listen here: %s; %s",
				       strerror(reason), advice_for(reason));
	render(opened, listener->address);
	listener->descriptor = opened;
	return true;
}

void pq_listener_close(struct pq_listener *listener)
{
	if (listener->descriptor >= 0)
		close(listener->descriptor);
	listener->descriptor = -1;
}
