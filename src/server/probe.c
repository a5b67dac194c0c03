#include "server/probe.h"

#include "base/clock.h"
#include "server/tls.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <stdio.h>
#include <unistd.h>

enum { TIMEOUT_SECONDS = 1 };

#define FRESH PQ_SECOND

/* What is bound to every address of either family has the IPv4 loopback among them. */
static void prefer_loopback(struct pq_probe *probe)
{
	struct sockaddr_in *four = (struct sockaddr_in *)&probe->address;
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&probe->address;
	bool is_any = probe->address.ss_family == AF_INET6
			      ? IN6_IS_ADDR_UNSPECIFIED(&six->sin6_addr)
			      : four->sin_addr.s_addr == htonl(INADDR_ANY);
	if (!is_any)
		return;
	const struct sockaddr_in loopback = {
		.sin_family = AF_INET,
		.sin_port = probe->address.ss_family == AF_INET6 ? six->sin6_port : four->sin_port,
		.sin_addr = { .s_addr = htonl(INADDR_LOOPBACK) },
	};
	*four = loopback;
	probe->address_length = sizeof loopback;
}

void pq_probe_init(struct pq_probe *probe)
{
	*probe = (struct pq_probe){ .address_length = 0 };
	pthread_mutex_init(&probe->mutex, NULL);
}

void pq_probe_aim(struct pq_probe *probe, int listener)
{
	probe->address_length = sizeof probe->address;
	getsockname(listener, (struct sockaddr *)&probe->address, &probe->address_length);
	prefer_loopback(probe);
}

void pq_probe_done(struct pq_probe *probe)
{
	pthread_mutex_destroy(&probe->mutex);
}

/* The socket, or -1. */
static int dial(const struct pq_probe *probe)
{
	const struct timeval timeout = { .tv_sec = TIMEOUT_SECONDS };
	int descriptor = socket(probe->address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return -1;
	setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
	setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
	if (connect(descriptor, (const struct sockaddr *)&probe->address, probe->address_length) ==
	    0)
		return descriptor;
	int reason = errno;
	close(descriptor);
	errno = reason;
	return -1;
}

/* GnuTLS's code. Whose certificate it is does not matter: the port is ours. */
static int shake_hands(int descriptor, gnutls_session_t session,
		       gnutls_certificate_credentials_t credentials)
{
	gnutls_transport_set_int(session, descriptor);
	gnutls_handshake_set_timeout(session, TIMEOUT_SECONDS * 1000);
	int code = gnutls_priority_set_direct(session, PQ_TLS_PRIORITIES, NULL);
	if (code == GNUTLS_E_SUCCESS)
		code = gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
	while (code == GNUTLS_E_SUCCESS) {
		code = gnutls_handshake(session);
		if (code == GNUTLS_E_SUCCESS)
			return gnutls_bye(session, GNUTLS_SHUT_WR);
		if (!gnutls_error_is_fatal(code))
			code = GNUTLS_E_SUCCESS;
	}
	return code;
}

/* One share is enough: a listener of ours takes the first group. */
static int run_session(int descriptor)
{
	gnutls_session_t session;
	gnutls_certificate_credentials_t credentials;
	int code = gnutls_certificate_allocate_credentials(&credentials);
	if (code != GNUTLS_E_SUCCESS)
		return code;
	code = gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL | GNUTLS_KEY_SHARE_TOP);
	if (code == GNUTLS_E_SUCCESS) {
		code = shake_hands(descriptor, session, credentials);
		gnutls_deinit(session);
	}
	gnutls_certificate_free_credentials(credentials);
	return code;
}

static void ask(struct pq_probe *probe)
{
	int descriptor = dial(probe);
	probe->answered = false;
	if (descriptor < 0) {
		snprintf(probe->trouble, sizeof probe->trouble, "cannot connect: %s",
			 errno == EINPROGRESS || errno == EAGAIN ? "no answer in a second"
								 : strerror(errno));
		return;
	}
	int code = run_session(descriptor);
	close(descriptor);
	probe->answered = code == GNUTLS_E_SUCCESS;
	if (!probe->answered)
		snprintf(probe->trouble, sizeof probe->trouble, "no TLS handshake: %s",
			 gnutls_strerror(code));
}

bool pq_probe_ask(struct pq_probe *probe, struct pq_error *error)
{
	pthread_mutex_lock(&probe->mutex);
	int64_t now = pq_clock_monotonic(&pq_clock_system);
	if (probe->asked_at == 0 || now - probe->asked_at > FRESH) {
		ask(probe);
		probe->asked_at = pq_clock_monotonic(&pq_clock_system);
	}
	bool answered = probe->answered;
	if (!answered)
		pq_error_set(error, PQ_ERROR_UNAVAILABLE, "%s", probe->trouble);
	pthread_mutex_unlock(&probe->mutex);
	return answered;
}
