/*
 * The floor: the webhook's listener with the same TLS and the same options, which reads the body
 * and answers a constant. What pratique takes beyond it is pratique's.
 *
 *   floor ADDR:PORT CERTS        one thread, until SIGTERM
 */
#include "certs/certs.h"
#include "server/listener.h"
#include "server/tls.h"

#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONNECTION_BYTES = 32 * 1024, CONNECTIONS_MAX = 1000, IDLE_SECONDS = 120 };

static const char answer[] =
	"{\"kind\":\"AdmissionReview\",\"apiVersion\":\"admission.k8s.io/v1\",\"response\":{"
	"\"uid\":\"00000000-0000-0000-0000-000000000000\",\"allowed\":true}}";

static enum MHD_Result handle(void *cls, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload_data,
			      size_t *upload_data_size, void **state)
{
	static char begun;
	(void)cls, (void)url, (void)method, (void)version, (void)upload_data;
	if (*state == NULL) {
		*state = &begun;
		return MHD_YES;
	}
	if (*upload_data_size > 0) {
		*upload_data_size = 0;
		return MHD_YES;
	}
	struct MHD_Response *response = MHD_create_response_from_buffer(
		sizeof answer - 1, (void *)(uintptr_t)answer, MHD_RESPMEM_PERSISTENT);
	if (response == NULL)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
	enum MHD_Result result = MHD_queue_response(connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

static int fail(const struct pq_error *error)
{
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_format(error, text, sizeof text);
	fprintf(stderr, "floor: %s\n", text);
	return 1;
}

int main(int argc, char **argv)
{
	struct pq_error error;
	sigset_t stop;
	struct pq_listener listener;
	int received;
	if (argc != 3) {
		fputs("usage: floor ADDR:PORT CERTS\n", stderr);
		return 2;
	}
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	const struct pq_certificate *certificate =
		pq_certificate_load(argv[2], &pq_clock_system, &error);
	if (certificate == NULL || !pq_listener_open(&listener, argv[1], &error))
		return fail(&error);
	struct MHD_Daemon *daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TLS | MHD_USE_ITC, 0, NULL, NULL, handle,
		NULL, MHD_OPTION_LISTEN_SOCKET, listener.descriptor, MHD_OPTION_HTTPS_MEM_CERT,
		certificate->chain_pem.data, MHD_OPTION_HTTPS_MEM_KEY, certificate->key_pem.data,
		MHD_OPTION_HTTPS_PRIORITIES, PQ_TLS_PRIORITIES, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_END);
	if (daemon == NULL) {
		fputs("floor: libmicrohttpd did not start\n", stderr);
		return 1;
	}
	sigwait(&stop, &received);
	MHD_stop_daemon(daemon);
	pq_certificate_unref(certificate);
	return 0;
}
