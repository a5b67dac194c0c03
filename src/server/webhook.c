/*
 * The listener of the API server's calls: POST /mutate and /validate.
 *
 * libmicrohttpd calls the handler once when the headers are there, then for each part of the body,
 * then once more for the answer. What the headers already show to be wrong is answered at the end
 * of a body of tolerable size, so that the connection can be used again, and at once otherwise.
 */
#include "server/internal.h"
#include "telemetry/metrics.h"
#include "json/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* A refused body is read and thrown away up to this many times the limit. */
enum { DISCARD_FACTOR = 2 };

static const char *const door_paths[] = {
	[PQ_ADMISSION_MUTATE] = "/mutate",
	[PQ_ADMISSION_VALIDATE] = "/validate",
};

static const char *find_header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

static bool is_json(const char *content_type)
{
	static const char name[] = "application/json";
	if (content_type == NULL || strncasecmp(content_type, name, sizeof name - 1) != 0)
		return false;
	char next = content_type[sizeof name - 1];
	return next == '\0' || next == ';' || next == ' ';
}

static void judge_path(struct pq_exchange *exchange, const char *url, const char *method)
{
	for (int door = PQ_ADMISSION_MUTATE; door <= PQ_ADMISSION_VALIDATE; door++) {
		if (strcmp(url, door_paths[door]) == 0) {
			exchange->door = (enum pq_admission_door)door;
			exchange->is_review = true;
		}
	}
	if (!exchange->is_review)
		pq_exchange_refuse(exchange, MHD_HTTP_NOT_FOUND, "NotFound",
				   "there is nothing at %.80s: the paths are /mutate and /validate",
				   url);
	else if (strcmp(method, MHD_HTTP_METHOD_POST) != 0)
		pq_exchange_refuse(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "MethodNotAllowed",
				   "%.20s is not allowed here: POST an AdmissionReview", method);
}

static void judge_headers(struct pq_exchange *exchange, struct MHD_Connection *connection)
{
	const char *type = find_header(connection, MHD_HTTP_HEADER_CONTENT_TYPE);
	const char *encoding = find_header(connection, MHD_HTTP_HEADER_CONTENT_ENCODING);
	if (!is_json(type))
		pq_exchange_refuse(exchange, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE,
				   "UnsupportedMediaType",
				   "the Content-Type is %s%.60s%s: send application/json",
				   type == NULL ? "missing" : "\"", type == NULL ? "" : type,
				   type == NULL ? "" : "\"");
	else if (encoding != NULL && strcasecmp(encoding, "identity") != 0)
		pq_exchange_refuse(
			exchange, MHD_HTTP_UNSUPPORTED_MEDIA_TYPE, "UnsupportedMediaType",
			"the Content-Encoding \"%.40s\" is not supported: send plain JSON",
			encoding);
}

static void refuse_size(struct pq_exchange *exchange, size_t limit)
{
	pq_exchange_refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "RequestEntityTooLarge",
			   "Request entity too large: limit is %zu", limit);
}

/* A response with a text in the exchange's arena, which lives until completed(). What took much
 * memory is copied out of it first, lest a client that does not read its answer holds all of it. */
static struct MHD_Response *make_response(struct pq_exchange *exchange, struct pq_string body)
{
	if (exchange->arena.reserved <= PQ_EXCHANGE_ARENA_KEEP)
		return MHD_create_response_from_buffer(body.length, (void *)(uintptr_t)body.data,
						       MHD_RESPMEM_PERSISTENT);
	struct MHD_Response *response = MHD_create_response_from_buffer(
		body.length, (void *)(uintptr_t)body.data, MHD_RESPMEM_MUST_COPY);
	exchange->body = NULL;
	exchange->body_length = exchange->body_capacity = 0;
	pq_arena_reset(&exchange->arena, PQ_EXCHANGE_ARENA_KEEP);
	return response;
}

static bool ends_connection(const struct pq_server *server, const struct pq_exchange *exchange)
{
	return atomic_load_explicit(&server->draining, memory_order_relaxed) ||
	       exchange->connection->answers + 1 >=
		       exchange->worker->settings.connection_requests_limit;
}

static enum MHD_Result queue_answer(struct pq_server *server, struct pq_exchange *exchange,
				    struct MHD_Connection *connection, int status,
				    struct pq_string body)
{
	struct MHD_Response *response = make_response(exchange, body);
	if (response == NULL)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, MHD_HTTP_METHOD_POST);
	if (ends_connection(server, exchange))
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
	pq_connection_enter(exchange->connection, PQ_CONNECTION_ANSWERING,
			    pq_clock_monotonic(&pq_clock_system));
	enum MHD_Result result = MHD_queue_response(connection, (unsigned)status, response);
	MHD_destroy_response(response);
	return result;
}

static void count_request(const struct pq_exchange *exchange, int status)
{
	char code[16];
	snprintf(code, sizeof code, "%d", status);
	const struct pq_string labels[] = {
		pq_string_from(exchange->is_review ? door_paths[exchange->door] : "other"),
		pq_string_from(code),
	};
	pq_metric_add(PQ_METRIC_HTTP_REQUESTS, labels, 1);
}

static enum MHD_Result answer_refusal(struct pq_server *server, struct pq_exchange *exchange,
				      struct MHD_Connection *connection)
{
	const struct pq_refusal *refusal = &exchange->refusal;
	struct pq_status status =
		pq_status_plain(refusal->http_status, pq_string_from(refusal->reason),
				pq_string_from(refusal->message));
	struct pq_buffer body;
	pq_arena_reset(&exchange->arena, PQ_EXCHANGE_ARENA_KEEP); /* the body is not needed */
	pq_buffer_init_in(&body, &exchange->arena, 0);
	pq_status_write(&body, &status, false);
	count_request(exchange, refusal->http_status);
	return queue_answer(server, exchange, connection, refusal->http_status,
			    pq_buffer_view(&body));
}

static enum MHD_Result answer_review(struct pq_server *server, struct pq_exchange *exchange,
				     struct MHD_Connection *connection)
{
	int64_t start = pq_clock_monotonic(&pq_clock_system);
	pq_connection_enter(exchange->connection, PQ_CONNECTION_JUDGING, start);
	const struct pq_policy *policy =
		pq_policy_read(server->options.publisher, &exchange->worker->reader);
	if (policy == NULL) {
		pq_exchange_refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "ServiceUnavailable",
				   "no schemas have been loaded yet");
		return answer_refusal(server, exchange, connection);
	}
	struct pq_string body = { .data = exchange->body, .length = exchange->body_length };
	struct pq_admission_answer answer = { 0 };
	pq_admission_review(policy, exchange->door, body, &exchange->worker->settings.admission,
			    &exchange->arena, &answer);
	int64_t duration = pq_clock_monotonic(&pq_clock_system) - start;
	pq_server_record_review(server, exchange->door, &answer,
				(double)duration / (double)PQ_SECOND);
	pq_metric_observe(PQ_METRIC_REQUEST_BODY_BYTES, NULL, (double)body.length);
	count_request(exchange, answer.http_status);
	return queue_answer(server, exchange, connection, answer.http_status, answer.body);
}

/* The headers are there. */
static enum MHD_Result begin(struct pq_server *server, struct pq_exchange *exchange,
			     struct MHD_Connection *connection, const char *url, const char *method)
{
	size_t limit = exchange->body_limit;
	judge_path(exchange, url, method);
	if (exchange->refusal.http_status == 0)
		judge_headers(exchange, connection);
	const char *text = find_header(connection, MHD_HTTP_HEADER_CONTENT_LENGTH);
	unsigned long long length = text == NULL ? 0 : strtoull(text, NULL, 10);
	if (length > limit || (exchange->refusal.http_status == 0 &&
			       !pq_exchange_reserve(exchange, (size_t)length))) {
		refuse_size(exchange, limit);
		return answer_refusal(server, exchange, connection);
	}
	/* A client that waits for "100 Continue" has not sent its body and need not. */
	if (exchange->refusal.http_status != 0 &&
	    find_header(connection, MHD_HTTP_HEADER_EXPECT) != NULL)
		return answer_refusal(server, exchange, connection);
	return MHD_YES;
}

/* A part of the body, at most as large as libmicrohttpd's buffer. */
static enum MHD_Result take_part(struct pq_exchange *exchange, const char *part, size_t size)
{
	size_t limit = exchange->body_limit;
	size_t needed = exchange->body_length + size;
	if (exchange->refusal.http_status == 0 && needed > exchange->body_capacity) {
		/* Only chunked bodies come here; doubling keeps the copying linear. */
		size_t wanted =
			exchange->body_capacity * 2 > needed ? exchange->body_capacity * 2 : needed;
		if (needed > limit ||
		    !pq_exchange_reserve(exchange, wanted > limit ? limit : wanted))
			refuse_size(exchange, limit);
	}
	if (exchange->refusal.http_status != 0) {
		exchange->discarded += size;
		return exchange->discarded > DISCARD_FACTOR * limit ? MHD_NO : MHD_YES;
	}
	memcpy(exchange->body + exchange->body_length, part, size);
	exchange->body_length = needed;
	return MHD_YES;
}

/* NULL when there is no memory for it. */
static struct pq_exchange *take_exchange(struct pq_server *server,
					 struct MHD_Connection *connection)
{
	struct pq_connection *ours =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
			->socket_context;
	struct pq_worker *worker = pq_workers_get(&server->workers);
	if (worker == NULL || ours == NULL)
		return NULL;
	pq_server_read_settings(server, worker);
	struct pq_exchange *exchange = pq_exchange_take(worker);
	if (exchange == NULL)
		return NULL;
	exchange->connection = ours;
	pq_connection_enter(ours, PQ_CONNECTION_BODY, pq_clock_monotonic(&pq_clock_system));
	return exchange;
}

enum MHD_Result pq_webhook_handle(void *cls, struct MHD_Connection *connection, const char *url,
				  const char *method, const char *version, const char *upload_data,
				  size_t *upload_data_size, void **exchange)
{
	(void)version;
	struct pq_server *server = cls;
	struct pq_exchange *running = *exchange;
	if (running == NULL) {
		running = take_exchange(server, connection);
		*exchange = running;
		return running == NULL ? MHD_NO : begin(server, running, connection, url, method);
	}
	if (*upload_data_size > 0) {
		size_t size = *upload_data_size;
		*upload_data_size = 0;
		return take_part(running, upload_data, size);
	}
	return running->refusal.http_status != 0 ? answer_refusal(server, running, connection)
						 : answer_review(server, running, connection);
}
