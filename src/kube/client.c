#include "kube/client.h"

#include "telemetry/metrics.h"
#include "telemetry/span.h"
#include "json/read.h"
#include "json/write.h"

#include <stdio.h>

#define TRACEPARENT "traceparent: "

enum { URL_MAX = 16 * 1024, HEADERS_MAX = 5 };

bool pq_kube_start(struct pq_kube_client *client, const struct pq_kube_request *request,
		   const struct pq_http_handler *handler, struct pq_http_call **call,
		   struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer url;
	pq_cleanup_buffer struct pq_buffer content_type;
	pq_buffer_init(&url, URL_MAX);
	pq_buffer_init(&content_type, URL_MAX);
	pq_kube_write_url(&url, client->config->server, request);
	const char *headers[HEADERS_MAX];
	size_t count = 0;
	headers[count++] = "Accept: application/json";
	if (request->content_type != NULL) {
		pq_buffer_append_format(&content_type, "Content-Type: %s", request->content_type);
		pq_buffer_append_byte(&content_type, '\0');
		headers[count++] = content_type.data;
	}
	const char *authorization = pq_kube_config_authorization(client->config, client->clock);
	if (authorization != NULL)
		headers[count++] = authorization;
	char trace[sizeof TRACEPARENT + PQ_TRACEPARENT_TEXT] = TRACEPARENT;
	if (client->trace != NULL) {
		pq_traceparent_write(client->trace, trace + strlen(TRACEPARENT));
		headers[count++] = trace;
	}
	headers[count] = NULL;
	if (pq_buffer_failed(&url) || pq_buffer_failed(&content_type))
		return pq_error_set(error, PQ_ERROR_TOO_LARGE,
				    "a request's URL would be longer than %d bytes", URL_MAX);
	struct pq_http_request http = {
		.method = request->method,
		.url = url.data,
		.headers = headers,
		.body = request->body,
		.tls = &client->config->tls,
		.connect_to = client->config->connect_to,
		.proxy = client->config->proxy,
		.timeout = request->timeout != 0 ? request->timeout : PQ_KUBE_TIMEOUT,
	};
	return client->transport->start(client->transport, &http, handler, call, error);
}

void pq_kube_count_request(const char *method, const struct pq_http_response *response)
{
	char code[16] = "<error>"; /* as client-go has it */
	if (response != NULL)
		snprintf(code, sizeof code, "%d", response->status);
	struct pq_string labels[] = { pq_string_from(method), pq_string_from(code) };
	pq_metric_add(PQ_METRIC_API_REQUESTS, labels, 1);
}

/* What an exchange waits for. */
struct exchange {
	const char *method;
	int status; /* of the answer, or 0 */
	struct pq_arena *arena;
	struct pq_value *result;
	struct pq_error *error;
	bool over;
	bool ok;
};

static void keep_answer(void *context, const struct pq_http_response *response,
			const struct pq_error *error)
{
	struct exchange *exchange = context;
	exchange->over = true;
	exchange->status = response == NULL ? 0 : response->status;
	pq_kube_count_request(exchange->method, response);
	if (response == NULL)
		*exchange->error = *error;
	else if (response->status >= 300)
		pq_kube_error_from_response(response, exchange->error);
	else if (exchange->result == NULL)
		exchange->ok = true;
	else
		exchange->ok = pq_json_read_copy(exchange->arena, response->body, NULL,
						 exchange->result, exchange->error);
}

/* "PATCH deployments default/hello", so that a log line says what failed. */
static void add_request(struct pq_error *error, const struct pq_kube_request *request)
{
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, PQ_ERROR_PATH_MAX);
	pq_buffer_append_format(&text, "%s %s", request->method, request->resource->plural);
	if (request->name.length > 0)
		pq_buffer_append_format(&text, " %.*s/%.*s", PQ_STRING_ARGUMENT(request->namespace),
					PQ_STRING_ARGUMENT(request->name));
	if (request->subresource != NULL)
		pq_buffer_append_format(&text, "/%s", request->subresource);
	pq_error_add_path(error, pq_buffer_view(&text));
}

static struct pq_span *start_span(const struct pq_kube_client *client,
				  const struct pq_kube_request *request)
{
	struct pq_span *span = client->trace == NULL
				       ? NULL
				       : pq_span_start("API call", PQ_SPAN_CLIENT, client->trace);
	pq_span_set_text(span, "http.request.method", pq_string_from(request->method));
	pq_span_set_text(span, "k8s.object.resource", pq_string_from(request->resource->plural));
	pq_span_set_text(span, "k8s.object.namespace", request->namespace);
	pq_span_set_text(span, "k8s.object.name", request->name);
	return span;
}

static void end_span(struct pq_span *span, const struct exchange *exchange)
{
	if (exchange->status != 0)
		pq_span_set_integer(span, "http.response.status_code", exchange->status);
	if (exchange->status == 0 || exchange->status >= 400)
		pq_span_fail(span);
	pq_span_end(span);
}

/* Starts a call and waits for its end. */
static bool complete(struct pq_kube_client *client, const struct pq_kube_request *request,
		     struct exchange *exchange, struct pq_error *error)
{
	struct pq_http_handler handler = { .context = exchange, .done = keep_answer };
	struct pq_http_transport *transport = client->transport;
	struct pq_http_call *call;
	if (!pq_kube_start(client, request, &handler, &call, error))
		return false;
	while (!exchange->over) {
		if (!transport->run(transport, INT64_MAX, error)) {
			if (!exchange->over)
				transport->cancel(transport, call);
			return false;
		}
	}
	return true;
}

bool pq_kube_exchange(struct pq_kube_client *client, struct pq_arena *arena,
		      const struct pq_kube_request *request, struct pq_value *result,
		      struct pq_error *error)
{
	struct exchange exchange = {
		.method = request->method, .arena = arena, .result = result, .error = error
	};
	const struct pq_trace_context *parent = client->trace;
	struct pq_span *span = start_span(client, request);
	if (span != NULL)
		client->trace = &span->context;
	bool is_complete = complete(client, request, &exchange, error);
	client->trace = parent;
	end_span(span, &exchange);
	if (!is_complete)
		return false;
	if (!exchange.ok)
		add_request(error, request);
	return exchange.ok;
}

static struct pq_kube_request request_of(const char *method, const struct pq_kube_target *target)
{
	return (struct pq_kube_request){
		.method = method,
		.resource = target->resource,
		.namespace = target->namespace,
		.name = target->name,
		.subresource = target->subresource,
	};
}

bool pq_kube_get(struct pq_kube_client *client, struct pq_arena *arena,
		 const struct pq_kube_target *target, struct pq_value *result,
		 struct pq_error *error)
{
	struct pq_kube_request request = request_of("GET", target);
	return pq_kube_exchange(client, arena, &request, result, error);
}

/* Adds what every write says of itself; there must be room. */
static void add_write_parameters(const struct pq_kube_client *client,
				 struct pq_kube_parameter *parameters, size_t *count)
{
	parameters[(*count)++] = (struct pq_kube_parameter){
		.name = "fieldManager",
		.value = pq_string_from(client->field_manager),
	};
	if (client->dry_run)
		parameters[(*count)++] =
			(struct pq_kube_parameter){ .name = "dryRun", .value = PQ_S("All") };
}

bool pq_kube_apply(struct pq_kube_client *client, struct pq_arena *arena,
		   const struct pq_kube_target *target, struct pq_string body,
		   struct pq_value *result, struct pq_error *error)
{
	struct pq_kube_parameter parameters[3];
	struct pq_kube_request request = request_of("PATCH", target);
	add_write_parameters(client, parameters, &request.parameter_count);
	parameters[request.parameter_count++] =
		(struct pq_kube_parameter){ .name = "force", .value = PQ_S("true") };
	request.parameters = parameters;
	request.content_type = "application/apply-patch+yaml"; /* JSON is YAML too */
	request.body = body;
	return pq_kube_exchange(client, arena, &request, result, error);
}

bool pq_kube_merge_patch(struct pq_kube_client *client, struct pq_arena *arena,
			 const struct pq_kube_target *target, struct pq_string body,
			 struct pq_value *result, struct pq_error *error)
{
	struct pq_kube_parameter parameters[2];
	struct pq_kube_request request = request_of("PATCH", target);
	add_write_parameters(client, parameters, &request.parameter_count);
	request.parameters = parameters;
	request.content_type = "application/merge-patch+json";
	request.body = body;
	return pq_kube_exchange(client, arena, &request, result, error);
}

bool pq_kube_delete(struct pq_kube_client *client, struct pq_arena *arena,
		    const struct pq_kube_target *target,
		    const struct pq_kube_delete_options *options, struct pq_error *error)
{
	struct pq_kube_request request = request_of("DELETE", target);
	struct pq_kube_parameter dry_run = { .name = "dryRun", .value = PQ_S("All") };
	request.parameters = &dry_run;
	request.parameter_count = client->dry_run;
	pq_cleanup_buffer struct pq_buffer body;
	pq_buffer_init(&body, 0);
	if (options != NULL) {
		pq_buffer_append_text(&body, "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\"");
		if (options->propagation != NULL)
			pq_buffer_append_format(&body, ",\"propagationPolicy\":\"%s\"",
						options->propagation);
		if (options->uid.length > 0) {
			pq_buffer_append_text(&body, ",\"preconditions\":{\"uid\":");
			pq_json_write_string(&body, options->uid, 0);
			pq_buffer_append_byte(&body, '}');
		}
		pq_buffer_append_byte(&body, '}');
		if (pq_buffer_failed(&body))
			return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a request");
		request.content_type = "application/json";
		request.body = pq_buffer_view(&body);
	}
	return pq_kube_exchange(client, arena, &request, NULL, error);
}
