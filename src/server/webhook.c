/*
 * The listener of the API server's calls: POST /mutate, /validate and /convert.
 *
 * libmicrohttpd calls the handler once when the headers are there, then for each part of the body,
 * then once more for the answer. What the headers already show to be wrong is answered at the end
 * of a body of tolerable size, so that the connection can be used again, and at once otherwise.
 *
 * A small review is judged at once, on the thread that has its connection. A large one, or one
 * whose rules or conversions turn out to cost much, would hold up the others of that thread: its
 * connection is suspended, a judge takes it, and when the connection has been resumed libmicrohttpd
 * calls the handler again.
 */
#include "server/internal.h"
#include "server/recorder.h"
#include "server/request.h"
#include "telemetry/metrics.h"
#include "json/read.h"

enum {
	/* A refused body is read and thrown away up to this many times the limit. */
	DISCARD_FACTOR = 2,
	/* Bytes of a review that is judged where it arrives, which takes half a millisecond, with
	 * rules perhaps a whole one. */
	SMALL_REVIEW_MAX = 128 * 1024,
	/* How long one may be judged there, in nanoseconds, before a judge starts anew: so long
	 * that only what was made to take long does, on a slow machine, too. */
	SMALL_REVIEW_TIME_MAX = 5 * 1000 * 1000,
	/* What its rules may cost there, in units of CEL: a millisecond, mostly. */
	SMALL_RULES_COST_MAX = 50 * 1000,
	/* What its conversion may cost there, in nanoseconds or so: the same. */
	SMALL_CONVERSION_COST_MAX = 1000 * 1000,
};

static int64_t now(void)
{
	return pq_clock_monotonic(&pq_clock_system);
}

static void refuse_size(struct pq_exchange *exchange)
{
	pq_exchange_refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "RequestEntityTooLarge",
			   "Request entity too large: limit is %zu", exchange->body_limit);
	pq_server_count_limit(PQ_LIMIT_BODY);
}

/* The body is within its own limit, but a body may take half of the memory of a review. */
static void refuse_memory(struct pq_exchange *exchange)
{
	pq_exchange_refuse(exchange, MHD_HTTP_CONTENT_TOO_LARGE, "RequestEntityTooLarge",
			   "Request entity too large: a review may use %zu bytes of memory "
			   "(--arena-limit), its body half of them",
			   exchange->arena_limit);
	pq_server_count_limit(PQ_LIMIT_ARENA);
}

static void refuse_late(struct pq_exchange *exchange)
{
	pq_exchange_refuse(exchange, MHD_HTTP_GATEWAY_TIMEOUT, "Timeout",
			   "the review could not be judged within its timeout");
	pq_server_count_limit(PQ_LIMIT_TIMEOUT);
}

/* Asked by what judges a review for long; context is when it must have ended. */
static bool is_over(void *context)
{
	const int64_t *until = context;
	return now() > *until;
}

static void refuse_busy(struct pq_exchange *exchange, enum pq_server_limit limit)
{
	pq_exchange_refuse(exchange, MHD_HTTP_TOO_MANY_REQUESTS, "TooManyRequests",
			   "too many reviews are waiting to be answered (%s): try again later",
			   pq_server_limit_name(limit));
	pq_server_count_limit(limit);
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
	pq_arena_reset(&exchange->arena, PQ_EXCHANGE_ARENA_KEEP);
	return response;
}

static bool is_last_of_connection(const struct pq_exchange *exchange)
{
	return exchange->connection->answers + 1 >=
	       exchange->worker->settings.connection_requests_limit;
}

/* A client that shows no good certificate may have a better one for its next connection. */
static bool ends_connection(const struct pq_server *server, const struct pq_exchange *exchange)
{
	return atomic_load_explicit(&server->draining, memory_order_relaxed) ||
	       exchange->answer_status == MHD_HTTP_UNAUTHORIZED || is_last_of_connection(exchange);
}

static void add_headers(const struct pq_server *server, const struct pq_exchange *exchange,
			struct MHD_Response *response)
{
	int status = exchange->answer_status;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
	if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, MHD_HTTP_METHOD_POST);
	if (status == MHD_HTTP_TOO_MANY_REQUESTS)
		MHD_add_response_header(response, MHD_HTTP_HEADER_RETRY_AFTER, "1");
	if (is_last_of_connection(exchange))
		pq_server_count_limit(PQ_LIMIT_CONNECTION_REQUESTS);
	if (ends_connection(server, exchange))
		MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

static void record_request(struct pq_exchange *exchange, int64_t time)
{
	const char *path = pq_request_path(exchange);
	const struct pq_string label = pq_string_from(path);
	pq_server_count_request(path, exchange->answer_status);
	pq_server_end_span(exchange);
	pq_metric_observe(PQ_METRIC_WEBHOOK_SECONDS, &label,
			  (double)(time - exchange->arrived) / (double)PQ_SECOND);
}

static enum MHD_Result answer(struct pq_server *server, struct pq_exchange *exchange,
			      struct MHD_Connection *connection)
{
	int64_t time = now();
	record_request(exchange, time);
	struct MHD_Response *response = make_response(exchange, exchange->answer);
	if (response == NULL)
		return MHD_NO;
	add_headers(server, exchange, response);
	pq_connection_enter(exchange->connection, PQ_CONNECTION_ANSWERING, time);
	/* A refusal may be of HEAD, whose answer has no body. */
	if (exchange->refusal.http_status == 0 && exchange->answer.length > 0)
		pq_transport_cork_next(&exchange->connection->transport);
	enum MHD_Result result =
		MHD_queue_response(connection, (unsigned)exchange->answer_status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer_refusal(struct pq_server *server, struct pq_exchange *exchange,
				      struct MHD_Connection *connection)
{
	const struct pq_refusal *refusal = &exchange->refusal;
	struct pq_status status =
		pq_status_plain(refusal->http_status, pq_string_from(refusal->reason),
				pq_string_from(refusal->message));
	pq_server_log_refusal(server, exchange);
	struct pq_buffer body;
	pq_exchange_drop_body(exchange);
	pq_buffer_init_in(&body, &exchange->arena, 0);
	pq_status_write(&body, &status, false);
	exchange->answer = pq_buffer_view(&body);
	exchange->answer_status = refusal->http_status;
	return answer(server, exchange, connection);
}

/* Sets the exchange's answer, or refuses; false when it has not been judged until then, or would
 * not be by what its rules cost, and there is more time. */
static bool judge(struct pq_server *server, struct pq_exchange *exchange,
		  struct pq_policy_reader *reader, int64_t until)
{
	/* There is no other turn then, and what it costs does not matter. */
	bool may_take_long = until == exchange->deadline;
	const struct pq_policy *policy = pq_policy_read(server->options.publisher, reader);
	if (policy == NULL) {
		pq_exchange_refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "ServiceUnavailable",
				   "no schemas have been loaded yet");
		return true;
	}
	struct pq_admission_options options = exchange->admission;
	options.now = pq_clock_wall(&pq_clock_system);
	options.rules_cost_max = may_take_long ? 0 : SMALL_RULES_COST_MAX;
	options.conversion_cost_max = may_take_long ? 0 : SMALL_CONVERSION_COST_MAX;
	struct pq_interrupt interrupt = { .is_wanted = is_over, .context = &until };
	options.interrupt = &interrupt;
	struct pq_string body = { .data = exchange->body, .length = exchange->body_length };
	struct pq_admission_answer verdict = { 0 };
	struct pq_span *span = exchange->span == NULL ? NULL
						      : pq_span_start("judge", PQ_SPAN_INTERNAL,
								      &exchange->span->context);
	pq_admission_review(policy, exchange->door, body, &options, &exchange->arena, &verdict);
	pq_span_end(span);
	pq_metric_raise(PQ_METRIC_ARENA_HIGH_WATER, NULL, (double)exchange->arena.reserved);
	if (verdict.too_costly || (verdict.interrupted && !may_take_long))
		return false;
	if (verdict.interrupted) {
		refuse_late(exchange);
		return true;
	}
	pq_server_tell_review(server, exchange, &verdict);
	if (verdict.kind.length > 0 && exchange->is_known)
		pq_recorder_add(server->options.recorder, pq_request_path(exchange) + 1, body,
				verdict.group.length == 0 && pq_string_is(verdict.kind, "Secret"));
	pq_metric_observe(PQ_METRIC_REQUEST_BODY_BYTES, NULL, (double)body.length);
	exchange->answer = verdict.body;
	exchange->answer_status = verdict.http_status;
	return true;
}

void pq_webhook_run_job(struct pq_job *job, enum pq_job_turn turn, struct pq_policy_reader *reader,
			void *context)
{
	struct pq_exchange *exchange =
		(struct pq_exchange *)((char *)job - offsetof(struct pq_exchange, job));
	switch (turn) {
	case PQ_JOB_DO:
		judge(context, exchange, reader, exchange->deadline);
		break;
	case PQ_JOB_LATE:
		refuse_late(exchange);
		break;
	case PQ_JOB_DROP:
		pq_exchange_refuse(exchange, MHD_HTTP_SERVICE_UNAVAILABLE, "ServiceUnavailable",
				   "pratique is stopping");
		break;
	}
	MHD_resume_connection(exchange->suspended);
}

/* The connection must be suspended before a judge can resume it. */
static enum MHD_Result wait_for_judge(struct pq_server *server, struct pq_exchange *exchange,
				      struct MHD_Connection *connection)
{
	exchange->suspended = connection;
	MHD_suspend_connection(connection);
	if (pq_judges_submit(&server->judges, &exchange->job, exchange->deadline,
			     exchange->is_known))
		return MHD_YES;
	refuse_busy(exchange, PQ_LIMIT_QUEUE);
	MHD_resume_connection(connection);
	return MHD_YES;
}

/* The body is there, or a judge has done its part. */
static enum MHD_Result finish(struct pq_server *server, struct pq_exchange *exchange,
			      struct MHD_Connection *connection)
{
	bool is_new = exchange->refusal.http_status == 0 && exchange->answer_status == 0;
	int64_t time = is_new ? now() : 0;
	if (is_new && time > exchange->deadline) {
		refuse_late(exchange);
	} else if (is_new) {
		pq_connection_enter(exchange->connection, PQ_CONNECTION_JUDGING, time);
		int64_t until = time + SMALL_REVIEW_TIME_MAX;
		if (until > exchange->deadline)
			until = exchange->deadline;
		if (exchange->body_length > SMALL_REVIEW_MAX ||
		    !judge(server, exchange, &exchange->worker->reader, until))
			return wait_for_judge(server, exchange, connection);
	}
	/* From here on the answer is held, and the body is not. */
	if (exchange->refusal.http_status == 0 &&
	    !pq_exchange_hold(exchange, exchange->answer.length))
		refuse_busy(exchange, PQ_LIMIT_BODIES);
	return exchange->refusal.http_status != 0 ? answer_refusal(server, exchange, connection)
						  : answer(server, exchange, connection);
}

/* The API server shows conversion webhooks no certificate, whatever it is told, so /convert is
 * anybody's where there is something to convert. Strangers may take half of what known callers may,
 * and what it says is made of what the caller has sent and of schemas and rules. */
static bool is_for_anybody(const struct pq_server *server, struct pq_worker *worker,
			   const struct pq_request *request)
{
	if (strcmp(request->url, pq_request_paths[PQ_ADMISSION_CONVERT]) != 0)
		return false;
	const struct pq_policy *policy = pq_policy_read(server->options.publisher, &worker->reader);
	return policy != NULL && pq_policy_conversion_count(policy) > 0;
}

/* Before anything else is said about the request. False when its client is not known. */
static bool judge_client(struct pq_server *server, struct pq_exchange *exchange,
			 struct MHD_Connection *connection, const struct pq_request *request)
{
	if (!pq_clients_are_asked(&server->clients))
		return true;
	if (is_for_anybody(server, exchange->worker, request))
		return false;
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	const char *refusal =
		pq_clients_judge(&server->clients, exchange->connection, info->tls_session);
	if (refusal != NULL)
		pq_exchange_refuse(exchange, MHD_HTTP_UNAUTHORIZED, "Unauthorized", "%s", refusal);
	return refusal == NULL;
}

/* Room for the body. What is large has pages only where it has been written, so that who announces
 * much has nothing yet; chunks have as much room as there may be. */
static bool reserve_body(struct pq_exchange *exchange, const struct pq_request *request)
{
	size_t room = request->body_length;
	if (request->is_chunked)
		room = exchange->body_limit < exchange->arena_limit / 2 ? exchange->body_limit
									: exchange->arena_limit / 2;
	return pq_exchange_reserve(exchange, room);
}

/* Whether a refusal need not wait for the end of the body. Most clients look for an answer only
 * then, and whose connection breaks while it sends may never see it; but a client that waits for
 * "100 Continue" has not sent its body, and one that is much too large is not worth reading. */
static bool answers_at_once(const struct pq_exchange *exchange, const struct pq_request *request)
{
	return exchange->refusal.http_status != 0 &&
	       (request->expects_continue ||
		request->body_length > DISCARD_FACTOR * exchange->body_limit);
}

/* The headers are there. */
static enum MHD_Result begin(struct pq_server *server, struct pq_exchange *exchange,
			     struct MHD_Connection *connection, struct pq_request *request)
{
	exchange->is_known = judge_client(server, exchange, connection, request);
	pq_request_judge(request, connection, exchange);
	atomic_store_explicit(&exchange->connection->path, pq_request_path(exchange),
			      memory_order_relaxed);
	if (exchange->is_known) /* the queue of spans is not for strangers to fill */
		pq_server_start_span(exchange);
	size_t in_flight_max = exchange->worker->settings.request_limit;
	if (exchange->refusal.http_status == 0 &&
	    pq_workers_in_flight(&server->workers) >
		    (exchange->is_known ? in_flight_max : in_flight_max / 2))
		refuse_busy(exchange, PQ_LIMIT_REQUEST);
	if (request->is_ambiguous)
		return answer_refusal(server, exchange, connection);
	if (request->body_length > exchange->body_limit)
		refuse_size(exchange);
	else if (exchange->refusal.http_status == 0 && !reserve_body(exchange, request))
		refuse_memory(exchange);
	return answers_at_once(exchange, request) ? answer_refusal(server, exchange, connection)
						  : MHD_YES;
}

/* A part of the body, at most as large as libmicrohttpd's buffer. */
static enum MHD_Result take_part(struct pq_exchange *exchange, const char *part, size_t size)
{
	size_t needed = exchange->body_length + size;
	if (exchange->refusal.http_status == 0) {
		if (needed > exchange->body_limit)
			refuse_size(exchange);
		else if (needed > exchange->body_capacity)
			refuse_memory(exchange);
		else if (!pq_exchange_hold(exchange, needed))
			refuse_busy(exchange, PQ_LIMIT_BODIES);
		if (exchange->refusal.http_status != 0)
			pq_exchange_drop_body(exchange);
	}
	if (exchange->refusal.http_status != 0) {
		exchange->discarded += size;
		return exchange->discarded > DISCARD_FACTOR * exchange->body_limit ? MHD_NO
										   : MHD_YES;
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
	exchange->arrived = now();
	pq_connection_enter(ours, PQ_CONNECTION_BODY, exchange->arrived);
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
		struct pq_request request = { .url = url, .method = method };
		running = take_exchange(server, connection);
		*exchange = running;
		return running == NULL ? MHD_NO : begin(server, running, connection, &request);
	}
	if (*upload_data_size > 0) {
		size_t size = *upload_data_size;
		*upload_data_size = 0;
		return take_part(running, upload_data, size);
	}
	return finish(server, running, connection);
}
