/* The daemons of libmicrohttpd, one for the webhook and one for health: what they are told, and
 * what they tell. */
#include "server/internal.h"

#include "telemetry/metrics.h"

#include <stdio.h>
#include <time.h>

enum {
	/* A connection's buffer for headers and one part of a body. */
	CONNECTION_BYTES = 32 * 1024,
	HEALTH_CONNECTIONS_MAX = 256,
	HEALTH_CONNECTION_BYTES = 16 * 1024,
	HEALTH_IDLE_SECONDS = 10,
};

static void log_listener(void *cls, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

/* libmicrohttpd's own words; most tell of clients that went away. */
static void log_listener(void *cls, const char *format, va_list arguments)
{
	(void)cls;
	char text[512];
	vsnprintf(text, sizeof text, format, arguments);
	pq_log(PQ_LOG_DEBUG, "from the HTTP library",
	       PQ_LOG_TEXT_FIELD("text", pq_string_trim(pq_string_from(text))));
}

/* Only for being told of the end of requests that libmicrohttpd refuses by itself. */
static void *request_began(void *cls, const char *uri, struct MHD_Connection *connection)
{
	(void)cls;
	(void)uri;
	(void)connection;
	return NULL;
}

/* Its headers are malformed, or more than a connection has memory for. */
static void count_unread(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);
	if (info == NULL)
		return;
	pq_server_count_request("other", (int)info->http_status);
	if (info->http_status == MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE)
		pq_server_count_limit(PQ_LIMIT_HEADER);
}

static void completed(void *cls, struct MHD_Connection *connection, void **exchange,
		      enum MHD_RequestTerminationCode code)
{
	(void)cls;
	(void)code;
	struct pq_exchange *done = *exchange;
	if (done == NULL) {
		count_unread(connection);
		return;
	}
	struct pq_connection *ours = done->connection;
	atomic_fetch_add_explicit(&ours->answers, 1, memory_order_relaxed);
	pq_connection_enter(ours, PQ_CONNECTION_IDLE, pq_clock_monotonic(&pq_clock_system));
	pq_exchange_release(done);
	*exchange = NULL;
}

static struct pq_identity *current_identity(struct pq_server *server)
{
	pthread_mutex_lock(&server->identity_mutex);
	struct pq_identity *identity = pq_identity_ref(server->identity);
	pthread_mutex_unlock(&server->identity_mutex);
	return identity;
}

static void count_handshake(const char *result)
{
	const struct pq_string label = pq_string_from(result);
	pq_metric_add(PQ_METRIC_TLS_HANDSHAKES, &label, 1);
}

/* gnutls_certificate_retrieve_function3 */
static int show_identity(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
			 gnutls_pcert_st **certificates, unsigned *certificate_count,
			 gnutls_ocsp_data_st **ocsp, unsigned *ocsp_count,
			 gnutls_privkey_t *private_key, unsigned *flags)
{
	(void)info;
	struct pq_connection *connection = gnutls_session_get_ptr(session);
	if (connection == NULL)
		return -1;
	pq_identity_show(connection->identity, certificates, certificate_count, private_key);
	*ocsp = NULL;
	*ocsp_count = 0;
	*flags = 0;
	return 0;
}

/* The client's Finished is the last thing that a handshake waits for. */
static int handshake_finished(gnutls_session_t session, unsigned type, unsigned when,
			      unsigned incoming, const gnutls_datum_t *message)
{
	(void)type;
	(void)when;
	(void)message;
	struct pq_connection *connection = gnutls_session_get_ptr(session);
	if (!incoming || connection == NULL)
		return 0;
	pq_connection_enter(connection, PQ_CONNECTION_IDLE, pq_clock_monotonic(&pq_clock_system));
	count_handshake("ok");
	return 0;
}

static void connection_closed(struct pq_server *server, struct pq_connection *connection)
{
	if (connection == NULL)
		return;
	if (atomic_load(&connection->phase) == PQ_CONNECTION_HANDSHAKE)
		count_handshake("failed");
	pq_connection_free(&server->connections, connection);
}

/* A connection holds the identity that was current when it was accepted. Without memory for one of
 * ours, its handshake fails. */
static void connection_changed(void *cls, struct MHD_Connection *connection, void **context,
			       enum MHD_ConnectionNotificationCode code)
{
	struct pq_server *server = cls;
	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		connection_closed(server, *context);
		*context = NULL;
		return;
	}
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	int socket = info->connect_fd;
	struct pq_identity *identity = current_identity(server);
	struct pq_connection *ours = pq_connection_new(&server->connections, socket, identity);
	if (ours == NULL) {
		pq_identity_unref(identity);
		shutdown(socket, SHUT_RDWR);
	}
	*context = ours;
	info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	gnutls_session_t session = info->tls_session;
	gnutls_session_set_ptr(session, ours);
	if (ours != NULL) {
		ours->handshakes = &server->handshakes;
		ours->suspendable = connection;
		pq_transport_begin(ours, pq_workers_get(&server->workers), session);
	}
	pq_clients_ask(&server->clients, session);
	gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_FINISHED, GNUTLS_HOOK_POST,
					   handshake_finished);
}

/* MHD_quiesce_daemon is made to end accepting, but aborts now and then where workers use epoll: it
 * and a worker that is awake both take the listener out of that worker's set, and the second finds
 * none (libmicrohttpd 0.9.75). */
static enum MHD_Result is_accepted(void *cls, const struct sockaddr *address, socklen_t size)
{
	const struct pq_server *server = cls;
	(void)address;
	(void)size;
	return atomic_load(&server->refusing) ? MHD_NO : MHD_YES;
}

/* A row for an option that takes a function, and what that is given. */
#define CALLBACK(option, function, context)                                                        \
	{                                                                                          \
		option, (intptr_t)(function), context                                              \
	}
#define NUMBER(option, number)                                                                     \
	{                                                                                          \
		option, (intptr_t)(number), NULL                                                   \
	}

bool pq_server_start_webhook(struct pq_server *server, unsigned threads, struct pq_error *error)
{
	size_t connections = server->options.connection_limit;
	struct MHD_OptionItem options[] = {
		CALLBACK(MHD_OPTION_EXTERNAL_LOGGER, log_listener, NULL),
		CALLBACK(MHD_OPTION_URI_LOG_CALLBACK, request_began, NULL),
		CALLBACK(MHD_OPTION_NOTIFY_COMPLETED, completed, server),
		CALLBACK(MHD_OPTION_NOTIFY_CONNECTION, connection_changed, server),
		{ MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, (void *)(intptr_t)show_identity },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)PQ_TLS_PRIORITIES },
		NUMBER(MHD_OPTION_LISTEN_SOCKET, server->webhook_listener.descriptor),
		NUMBER(MHD_OPTION_CONNECTION_LIMIT, connections > threads ? connections : threads),
		NUMBER(MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES),
		NUMBER(MHD_OPTION_CONNECTION_TIMEOUT, 0), /* the supervisor's business */
		NUMBER(threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END, threads),
		NUMBER(MHD_OPTION_END, 0),
	};
	server->webhook =
		MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TLS |
					 MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_ERROR_LOG,
				 0, is_accepted, server, pq_webhook_handle, server,
				 MHD_OPTION_ARRAY, options, MHD_OPTION_END);
	server->webhook_listener.descriptor = -1;
	if (server->webhook != NULL)
		return true;
	return pq_error_set(error, PQ_ERROR_INTERNAL, "cannot start the listener on %s",
			    server->webhook_listener.address);
}

bool pq_server_start_health(struct pq_server *server, struct pq_error *error)
{
	struct MHD_OptionItem options[] = {
		CALLBACK(MHD_OPTION_EXTERNAL_LOGGER, log_listener, NULL),
		NUMBER(MHD_OPTION_LISTEN_SOCKET, server->health_listener.descriptor),
		NUMBER(MHD_OPTION_CONNECTION_LIMIT, HEALTH_CONNECTIONS_MAX),
		NUMBER(MHD_OPTION_CONNECTION_MEMORY_LIMIT, HEALTH_CONNECTION_BYTES),
		NUMBER(MHD_OPTION_CONNECTION_TIMEOUT, HEALTH_IDLE_SECONDS),
		NUMBER(MHD_OPTION_END, 0),
	};
	if (server->health_listener.descriptor < 0)
		return true;
	server->health = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, NULL, NULL,
		pq_health_handle, server, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
	server->health_listener.descriptor = -1;
	if (server->health != NULL)
		return true;
	return pq_error_set(error, PQ_ERROR_INTERNAL, "cannot start the health listener on %s",
			    server->health_listener.address);
}
