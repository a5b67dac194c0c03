#include "http/transport.h"

struct exchange {
	struct pq_buffer *body;
	struct pq_http_response *response;
	struct pq_error *error;
	bool over;
	bool ok;
};

static void keep_response(void *context, const struct pq_http_response *response,
			  const struct pq_error *error)
{
	struct exchange *exchange = context;
	exchange->over = true;
	if (response == NULL) {
		*exchange->error = *error;
		return;
	}
	size_t before = exchange->body->length;
	pq_buffer_append_string(exchange->body, response->body);
	char *padding = pq_buffer_reserve(exchange->body, PQ_HTTP_PADDING);
	if (padding == NULL) {
		pq_error_set(exchange->error, PQ_ERROR_MEMORY, "no memory for an HTTP answer");
		return;
	}
	memset(padding, 0, PQ_HTTP_PADDING);
	*exchange->response = *response;
	exchange->response->body = (struct pq_string){ .data = exchange->body->data + before,
						       .length = response->body.length };
	exchange->ok = true;
}

bool pq_http_exchange(struct pq_http_transport *transport, const struct pq_http_request *request,
		      struct pq_buffer *body, struct pq_http_response *response,
		      struct pq_error *error)
{
	struct exchange exchange = { .body = body, .response = response, .error = error };
	struct pq_http_handler handler = { .context = &exchange, .done = keep_response };
	struct pq_http_call *call;
	if (!transport->start(transport, request, &handler, &call, error))
		return false;
	while (!exchange.over) {
		if (!transport->run(transport, INT64_MAX, error)) {
			if (!exchange.over)
				transport->cancel(transport, call);
			return false;
		}
	}
	return exchange.ok;
}
