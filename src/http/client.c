#include "http/client.h"

#include "base/buffer.h"
#include "base/clock.h"
#include "http/curl_library.h"

#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	CONNECT_TIMEOUT_MS = 10000,
	KEEPALIVE_IDLE_SECONDS = 30,
	KEEPALIVE_INTERVAL_SECONDS = 10,
	CONNECTIONS_KEPT = 8,
	POLL_MS_MAX = 60000,
};

struct pq_http_call {
	struct pq_http_client *client;
	struct pq_http_call *next;
	struct pq_http_call **link; /* what points to us in the client's list */
	CURL *easy;
	struct curl_slist *headers;
	struct curl_slist *connect_to;
	struct pq_http_handler handler;
	struct pq_buffer body; /* of a streamed answer: the line begun */
	size_t body_limit;
	size_t line_limit;
	struct pq_error error; /* set when a callback of ours ended the call */
	char curl_text[CURL_ERROR_SIZE];
};

struct pq_http_client {
	struct pq_http_transport transport;
	const struct pq_curl_library *curl;
	CURLM *multi;
	struct pq_http_call *calls;
	bool running;
	atomic_bool stopped;
};

static void call_free(struct pq_http_call *call)
{
	const struct pq_curl_library *curl = call->client->curl;
	if (call->easy != NULL) {
		curl->multi_remove_handle(call->client->multi, call->easy);
		curl->easy_cleanup(call->easy);
	}
	curl->slist_free_all(call->headers);
	curl->slist_free_all(call->connect_to);
	pq_buffer_done(&call->body);
	if (call->link != NULL)
		*call->link = call->next;
	if (call->next != NULL)
		call->next->link = call->link;
	free(call);
}

static int call_status(struct pq_http_call *call)
{
	long status = 0;
	call->client->curl->easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

static bool is_success(int status)
{
	return status >= 200 && status < 300;
}

static bool append_limited(struct pq_http_call *call, struct pq_string bytes, size_t limit,
			   const char *what)
{
	if (bytes.length > limit || call->body.length > limit - bytes.length)
		return pq_error_set(&call->error, PQ_ERROR_TOO_LARGE,
				    "%s of the server's answer is longer than %zu bytes", what,
				    limit);
	pq_buffer_append_string(&call->body, bytes);
	if (pq_buffer_failed(&call->body))
		return pq_error_set(&call->error, PQ_ERROR_MEMORY, "no memory for an HTTP answer");
	return true;
}

static bool finish_line(struct pq_http_call *call)
{
	struct pq_string line = pq_string_trim(pq_buffer_view(&call->body));
	bool go_on = line.length == 0 || call->handler.line(call->handler.context, line);
	call->body.length = 0;
	if (!go_on)
		pq_error_set(&call->error, PQ_ERROR_STOPPED, "the stream was ended by its reader");
	return go_on;
}

static bool take_lines(struct pq_http_call *call, struct pq_string bytes)
{
	while (bytes.length > 0) {
		ptrdiff_t end = pq_string_find_byte(bytes, '\n');
		struct pq_string part =
			pq_string_slice(bytes, 0, end < 0 ? bytes.length : (size_t)end);
		if (!append_limited(call, part, call->line_limit, "a line"))
			return false;
		if (end < 0)
			return true;
		if (!finish_line(call))
			return false;
		bytes = pq_string_slice(bytes, (size_t)end + 1, SIZE_MAX);
	}
	return true;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct pq_http_call *call = context;
	struct pq_string part = { .data = bytes, .length = size * count };
	bool good = is_success(call_status(call));
	bool ok;
	if (good && call->handler.line != NULL)
		ok = take_lines(call, part);
	else if (good)
		ok = append_limited(call, part, call->body_limit, "the body");
	else
		ok = append_limited(call, part, PQ_HTTP_ERROR_BODY_MAX, "the body");
	return ok ? part.length : CURL_WRITEFUNC_ERROR;
}

static enum pq_error_code code_from_curl(CURLcode code)
{
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return PQ_ERROR_TIMEOUT;
	case CURLE_OUT_OF_MEMORY:
		return PQ_ERROR_MEMORY;
	case CURLE_URL_MALFORMAT:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
		return PQ_ERROR_USAGE;
	default:
		return PQ_ERROR_UNAVAILABLE;
	}
}

/* Takes a finished call out, tells its handler and frees it. */
static void finish_call(struct pq_http_call *call, CURLcode code)
{
	const struct pq_curl_library *curl = call->client->curl;
	struct pq_http_response response = { .status = call_status(call) };
	bool streamed = call->handler.line != NULL && is_success(response.status);
	if (code == CURLE_OK && streamed && call->body.length > 0)
		finish_line(call);
	if (call->error.code == PQ_ERROR_NONE && code != CURLE_OK)
		pq_error_set(&call->error, code_from_curl(code), "%s",
			     call->curl_text[0] != '\0' ? call->curl_text
							: curl->easy_strerror(code));
	if (call->error.code != PQ_ERROR_NONE) {
		call->handler.done(call->handler.context, NULL, &call->error);
	} else {
		curl_off_t seconds = 0;
		curl->easy_getinfo(call->easy, CURLINFO_RETRY_AFTER, &seconds);
		if (seconds > 0 && seconds < INT_MAX)
			response.retry_after = (int64_t)seconds * PQ_SECOND;
		if (!streamed)
			response.body = pq_buffer_view(&call->body);
		call->handler.done(call->handler.context, &response, NULL);
	}
	call_free(call);
}

static bool append_to_list(const struct pq_curl_library *curl, struct curl_slist **list,
			   const char *text)
{
	struct curl_slist *longer = curl->slist_append(*list, text);
	if (longer != NULL)
		*list = longer;
	return longer != NULL;
}

/* Turns what a setopt returns into one verdict, so that options can be set in a row. */
static void keep_first(CURLcode *first, CURLcode code)
{
	if (*first == CURLE_OK)
		*first = code;
}

static CURLcode set_blob(struct pq_http_call *call, CURLoption option, struct pq_string text)
{
	struct curl_blob blob = { .data = (void *)text.data,
				  .len = text.length,
				  .flags = CURL_BLOB_NOCOPY };
	return call->client->curl->easy_setopt(call->easy, option, &blob);
}

static CURLcode set_tls(struct pq_http_call *call, const struct pq_http_tls *tls)
{
	const struct pq_curl_library *curl = call->client->curl;
	CURLcode code = CURLE_OK;
	if (tls == NULL)
		return code;
	if (tls->ca.length > 0)
		keep_first(&code, set_blob(call, CURLOPT_CAINFO_BLOB, tls->ca));
	if (tls->certificate.length > 0) {
		keep_first(&code, set_blob(call, CURLOPT_SSLCERT_BLOB, tls->certificate));
		keep_first(&code, set_blob(call, CURLOPT_SSLKEY_BLOB, tls->key));
	}
	if (tls->insecure) {
		keep_first(&code, curl->easy_setopt(call->easy, CURLOPT_SSL_VERIFYPEER, 0L));
		keep_first(&code, curl->easy_setopt(call->easy, CURLOPT_SSL_VERIFYHOST, 0L));
	}
	return code;
}

static CURLcode set_body(struct pq_http_call *call, struct pq_string body)
{
	const struct pq_curl_library *curl = call->client->curl;
	CURLcode code = CURLE_OK;
	if (body.length == 0)
		return code;
	keep_first(&code, curl->easy_setopt(call->easy, CURLOPT_POSTFIELDSIZE_LARGE,
					    (curl_off_t)body.length));
	keep_first(&code, curl->easy_setopt(call->easy, CURLOPT_POSTFIELDS, body.data));
	return code;
}

static CURLcode set_lists(struct pq_http_call *call, const struct pq_http_request *request)
{
	const struct pq_curl_library *curl = call->client->curl;
	/* Without this an upload of more than a MiB waits a second for "100 Continue". */
	bool ok = append_to_list(curl, &call->headers, "Expect:");
	for (const char *const *header = request->headers; header != NULL && *header != NULL;
	     header++)
		ok = ok && append_to_list(curl, &call->headers, *header);
	if (request->connect_to != NULL)
		ok = ok && append_to_list(curl, &call->connect_to, request->connect_to);
	CURLcode code = ok ? CURLE_OK : CURLE_OUT_OF_MEMORY;
	keep_first(&code, curl->easy_setopt(call->easy, CURLOPT_HTTPHEADER, call->headers));
	if (call->connect_to != NULL)
		keep_first(&code,
			   curl->easy_setopt(call->easy, CURLOPT_CONNECT_TO, call->connect_to));
	if (request->proxy != NULL)
		keep_first(&code, curl->easy_setopt(call->easy, CURLOPT_PROXY, request->proxy));
	return code;
}

static CURLcode set_options(struct pq_http_call *call, const struct pq_http_request *request)
{
	const struct pq_curl_library *curl = call->client->curl;
	CURL *easy = call->easy;
	/* Rounded up, since libcurl takes 0 for no timeout at all. */
	int64_t timeout_ms =
		request->timeout / PQ_MILLISECOND + (request->timeout % PQ_MILLISECOND > 0);
	if (timeout_ms > LONG_MAX)
		timeout_ms = LONG_MAX;
	CURLcode code = CURLE_OK;
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_PRIVATE, call));
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_ERRORBUFFER, call->curl_text));
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https"));
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1));
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L));
	keep_first(&code,
		   curl->easy_setopt(easy, CURLOPT_TCP_KEEPIDLE, (long)KEEPALIVE_IDLE_SECONDS));
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_TCP_KEEPINTVL,
					    (long)KEEPALIVE_INTERVAL_SECONDS));
	keep_first(&code,
		   curl->easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS));
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)timeout_ms));
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_URL, request->url));
	keep_first(&code, set_body(call, request->body));
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request->method));
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_USERAGENT, "pratique/" PQ_VERSION));
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body));
	keep_first(&code, curl->easy_setopt(easy, CURLOPT_WRITEDATA, call));
	keep_first(&code, set_tls(call, request->tls));
	keep_first(&code, set_lists(call, request));
	return code;
}

static bool start_call(struct pq_http_transport *transport, const struct pq_http_request *request,
		       const struct pq_http_handler *handler, struct pq_http_call **result,
		       struct pq_error *error)
{
	struct pq_http_client *client = (struct pq_http_client *)transport;
	struct pq_http_call *call = calloc(1, sizeof *call);
	if (call == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for an HTTP request");
	call->client = client;
	call->handler = *handler;
	call->body_limit = request->body_limit != 0 ? request->body_limit : PQ_HTTP_BODY_MAX;
	call->line_limit = request->line_limit != 0 ? request->line_limit : PQ_HTTP_LINE_MAX;
	pq_buffer_init(&call->body, 0);
	call->easy = client->curl->easy_init();
	CURLcode code = call->easy == NULL ? CURLE_OUT_OF_MEMORY : set_options(call, request);
	if (code != CURLE_OK) {
		pq_error_set(error, code_from_curl(code), "%s %s: %s", request->method,
			     request->url, client->curl->easy_strerror(code));
		call_free(call);
		return false;
	}
	CURLMcode added = client->curl->multi_add_handle(client->multi, call->easy);
	if (added != CURLM_OK) {
		call_free(call);
		return pq_error_set(error, PQ_ERROR_INTERNAL, "cannot start an HTTP request: %s",
				    client->curl->multi_strerror(added));
	}
	call->next = client->calls;
	call->link = &client->calls;
	if (call->next != NULL)
		call->next->link = &call->next;
	client->calls = call;
	*result = call;
	return true;
}

static void cancel_call(struct pq_http_transport *transport, struct pq_http_call *call)
{
	(void)transport;
	call_free(call);
}

/* The number of calls that came to their end. */
static size_t finish_calls(struct pq_http_client *client)
{
	size_t count = 0;
	int left;
	for (CURLMsg *message;
	     (message = client->curl->multi_info_read(client->multi, &left)) != NULL;) {
		if (message->msg != CURLMSG_DONE)
			continue;
		char *private = NULL;
		CURLcode code = message->data.result;
		client->curl->easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
		finish_call((struct pq_http_call *)private, code);
		count++;
	}
	return count;
}

static int milliseconds_until(int64_t until)
{
	int64_t now = pq_clock_monotonic(&pq_clock_system);
	if (until <= now) /* INT64_MIN stands for at once */
		return 0;
	int64_t left = until - now;
	/* Rounded up, lest the last millisecond is spent spinning. */
	int64_t milliseconds = (left - 1) / PQ_MILLISECOND + 1;
	return milliseconds > POLL_MS_MAX ? POLL_MS_MAX : (int)milliseconds;
}

/* One turn of the loop. */
static CURLMcode turn(struct pq_http_client *client, int64_t until)
{
	const struct pq_curl_library *curl = client->curl;
	int running;
	CURLMcode code = curl->multi_perform(client->multi, &running);
	size_t finished = finish_calls(client);
	if (code != CURLM_OK || finished > 0 || atomic_load(&client->stopped))
		return code;
	code = curl->multi_poll(client->multi, NULL, 0, milliseconds_until(until), NULL);
	if (code == CURLM_OK)
		code = curl->multi_perform(client->multi, &running);
	finish_calls(client);
	return code;
}

static bool run_loop(struct pq_http_transport *transport, int64_t until, struct pq_error *error)
{
	struct pq_http_client *client = (struct pq_http_client *)transport;
	if (client->running)
		return pq_error_set(error, PQ_ERROR_INTERNAL,
				    "a handler waits for the loop that called it");
	client->running = true;
	CURLMcode code = turn(client, until);
	client->running = false;
	if (code != CURLM_OK)
		return pq_error_set(error, PQ_ERROR_INTERNAL, "the HTTP loop is broken: %s",
				    client->curl->multi_strerror(code));
	if (atomic_load(&client->stopped))
		return pq_error_set(error, PQ_ERROR_STOPPED, "asked to stop");
	return true;
}

struct pq_http_client *pq_http_client_new(struct pq_error *error)
{
	const struct pq_curl_library *curl = pq_curl_library_get(error);
	if (curl == NULL)
		return NULL;
	struct pq_http_client *client = calloc(1, sizeof *client);
	CURLM *multi = client == NULL ? NULL : curl->multi_init();
	if (multi == NULL) {
		free(client);
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for an HTTP client");
		return NULL;
	}
	curl->multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_KEPT);
	*client = (struct pq_http_client){
		.transport = { .start = start_call, .cancel = cancel_call, .run = run_loop },
		.curl = curl,
		.multi = multi,
	};
	return client;
}

void pq_http_client_free(struct pq_http_client *client)
{
	if (client == NULL)
		return;
	while (client->calls != NULL)
		call_free(client->calls);
	client->curl->multi_cleanup(client->multi);
	free(client);
}

struct pq_http_transport *pq_http_client_transport(struct pq_http_client *client)
{
	return &client->transport;
}

void pq_http_client_wake(struct pq_http_client *client)
{
	client->curl->multi_wakeup(client->multi);
}

void pq_http_client_stop(struct pq_http_client *client)
{
	atomic_store(&client->stopped, true);
	client->curl->multi_wakeup(client->multi);
}
