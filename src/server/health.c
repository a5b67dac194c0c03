/*
 * The plain listener: /livez, /readyz and /healthz in the form kube-apiserver's have, and /metrics.
 */
#include "export/prometheus.h"
#include "server/internal.h"

#include <stdio.h>

enum { METRICS_BYTES_MAX = 16 * 1024 * 1024 };

struct health_check {
	const char *name;
	bool good;
	char text[PQ_SERVER_NOTE_MAX]; /* what is the trouble, or what to know all the same */
};

/* A part that was loaded once stays good: what came later and is bad is not in use. */
static void check_part(struct pq_server *server, const char *name, enum pq_server_part part,
		       struct health_check *check)
{
	check->name = name;
	check->good = true;
	pthread_mutex_lock(&server->notes_mutex);
	memcpy(check->text, server->notes[part], sizeof check->text);
	pthread_mutex_unlock(&server->notes_mutex);
}

static void check_ping(struct pq_server *server, struct health_check *check)
{
	(void)server;
	check->name = "ping";
	check->good = true;
}

static void check_schemas(struct pq_server *server, struct health_check *check)
{
	check_part(server, "schemas", PQ_SERVER_SCHEMAS, check);
	if (pq_policy_generation(server->options.publisher) > 0)
		return;
	check->good = false;
	snprintf(check->text, sizeof check->text, "no schemas have been loaded yet");
}

static void check_certificate(struct pq_server *server, struct health_check *check)
{
	check_part(server, "certificate", PQ_SERVER_CERTIFICATE, check);
}

static void check_clients(struct pq_server *server, struct health_check *check)
{
	check_part(server, "clients", PQ_SERVER_CLIENTS, check);
	if (atomic_load(&server->clients.generation) == 0)
		snprintf(check->text, sizeof check->text, "callers are not asked who they are");
}

static void check_configuration(struct pq_server *server, struct health_check *check)
{
	check_part(server, "configuration", PQ_SERVER_CONFIGURATION, check);
}

static void check_tls(struct pq_server *server, struct health_check *check)
{
	struct pq_error error;
	check->name = "tls";
	check->good = pq_server_answers(server, &error);
	if (!check->good)
		snprintf(check->text, sizeof check->text, "%.*s", PQ_SERVER_NOTE_MAX - 1,
			 error.message);
}

static void check_serving(struct pq_server *server, struct health_check *check)
{
	check->name = "serving";
	check->good = atomic_load(&server->ready);
	if (!check->good)
		snprintf(check->text, sizeof check->text, "%s",
			 atomic_load(&server->draining) ? "stopping" : "starting or stopping");
}

static const struct {
	bool for_liveness;
	void (*check)(struct pq_server *server, struct health_check *check);
} checks[] = {
	{ true, check_ping },     { false, check_schemas },       { false, check_certificate },
	{ false, check_clients }, { false, check_configuration }, { false, check_tls },
	{ false, check_serving },
};

/* Whether all is good; text gets a line for each check. */
static bool run_checks(struct pq_server *server, bool is_liveness, struct pq_buffer *text)
{
	bool good = true;
	for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
		struct health_check check = { 0 };
		if (is_liveness && !checks[i].for_liveness)
			continue;
		checks[i].check(server, &check);
		pq_buffer_append_format(text, check.good ? "[+]%s ok%s%s\n" : "[-]%s failed%s%s\n",
					check.name, check.text[0] == '\0' ? "" : ": ", check.text);
		good = good && check.good;
	}
	return good;
}

static int write_health(struct pq_server *server, struct MHD_Connection *connection,
			const char *path, struct pq_buffer *text)
{
	bool good = run_checks(server, strcmp(path, "/livez") == 0, text);
	bool verbose = MHD_lookup_connection_value_n(connection, MHD_GET_ARGUMENT_KIND, "verbose",
						     sizeof "verbose" - 1, NULL, NULL) == MHD_YES;
	if (verbose || !good) {
		pq_buffer_append_format(text, "%s check %s\n", path + 1,
					good ? "passed" : "failed");
	} else {
		text->length = 0;
		pq_buffer_append_text(text, "ok");
	}
	return good ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static int write_answer(struct pq_server *server, struct MHD_Connection *connection,
			const char *url, const char *method, struct pq_buffer *text)
{
	static const char *const paths[] = { "/livez", "/readyz", "/healthz" };
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
		pq_buffer_append_text(text, "only GET and HEAD are allowed here\n");
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	}
	if (strcmp(url, "/metrics") == 0) {
		pq_prometheus_write(text);
		return MHD_HTTP_OK;
	}
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		if (strcmp(url, paths[i]) == 0)
			return write_health(server, connection, url, text);
	}
	pq_buffer_append_text(text, "the paths are /livez, /readyz, /healthz and /metrics\n");
	return MHD_HTTP_NOT_FOUND;
}

enum MHD_Result pq_health_handle(void *cls, struct MHD_Connection *connection, const char *url,
				 const char *method, const char *version, const char *upload_data,
				 size_t *upload_data_size, void **exchange)
{
	(void)version;
	(void)upload_data;
	if (*exchange == NULL || *upload_data_size > 0) {
		*exchange = cls; /* a mark that the headers have been seen */
		*upload_data_size = 0;
		return MHD_YES;
	}
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, METRICS_BYTES_MAX);
	int status = write_answer(cls, connection, url, method, &text);
	struct MHD_Response *response =
		MHD_create_response_from_buffer(text.length, text.data, MHD_RESPMEM_MUST_COPY);
	if (response == NULL)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
				strcmp(url, "/metrics") == 0 ? PQ_PROMETHEUS_CONTENT_TYPE
							     : "text/plain; charset=utf-8");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	enum MHD_Result result = MHD_queue_response(connection, (unsigned)status, response);
	MHD_destroy_response(response);
	return result;
}
