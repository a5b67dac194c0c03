/*
 * The plain listener: /livez, /readyz and /healthz in the form kube-apiserver's have, and /metrics.
 */
#include "export/prometheus.h"
#include "server/internal.h"
#include "telemetry/metrics.h"

enum { METRICS_BYTES_MAX = 16 * 1024 * 1024 };

struct health_check {
	const char *name;
	bool good;
	const char *trouble;
};

enum { CHECKS_MAX = 3 };

static size_t collect_checks(struct pq_server *server, bool readiness,
			     struct health_check checks[CHECKS_MAX])
{
	checks[0] = (struct health_check){ .name = "ping", .good = true };
	if (!readiness)
		return 1;
	checks[1] = (struct health_check){
		.name = "schemas",
		.good = pq_policy_generation(server->options.publisher) > 0,
		.trouble = "no schemas have been loaded yet",
	};
	checks[2] = (struct health_check){
		.name = "serving",
		.good = atomic_load(&server->ready),
		.trouble = atomic_load(&server->draining) ? "stopping" : "starting or stopping",
	};
	return 3;
}

static void write_checks(struct pq_buffer *text, const char *path,
			 const struct health_check *checks, size_t count, bool good)
{
	for (size_t i = 0; i < count; i++) {
		if (checks[i].good)
			pq_buffer_append_format(text, "[+]%s ok\n", checks[i].name);
		else
			pq_buffer_append_format(text, "[-]%s failed: %s\n", checks[i].name,
						checks[i].trouble);
	}
	pq_buffer_append_format(text, "%s check %s\n", path + 1, good ? "passed" : "failed");
}

static int write_health(struct pq_server *server, struct MHD_Connection *connection,
			const char *path, struct pq_buffer *text)
{
	struct health_check checks[CHECKS_MAX];
	size_t count = collect_checks(server, strcmp(path, "/livez") != 0, checks);
	bool good = true;
	for (size_t i = 0; i < count; i++)
		good = good && checks[i].good;
	bool verbose = MHD_lookup_connection_value_n(connection, MHD_GET_ARGUMENT_KIND, "verbose",
						     sizeof "verbose" - 1, NULL, NULL) == MHD_YES;
	if (verbose || !good)
		write_checks(text, path, checks, count, good);
	else
		pq_buffer_append_text(text, "ok");
	return good ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
}

static int write_metrics(struct pq_server *server, struct pq_buffer *text)
{
	pq_metric_set(PQ_METRIC_ADMISSION_INFLIGHT, NULL,
		      (double)pq_workers_in_flight(&server->workers));
	pq_prometheus_write(text);
	return MHD_HTTP_OK;
}

static int write_answer(struct pq_server *server, struct MHD_Connection *connection,
			const char *url, const char *method, struct pq_buffer *text)
{
	static const char *const paths[] = { "/livez", "/readyz", "/healthz" };
	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
		pq_buffer_append_text(text, "only GET and HEAD are allowed here\n");
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	}
	if (strcmp(url, "/metrics") == 0)
		return write_metrics(server, text);
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
