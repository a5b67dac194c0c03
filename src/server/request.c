#include "server/request.h"

#include "formats/duration.h"
#include "server/internal.h"

#include <stdlib.h>
#include <strings.h>

enum { OTHER_PATH = PQ_ADMISSION_CONVERT + 1 };

const char *const pq_request_paths[] = {
	[PQ_ADMISSION_MUTATE] = "/mutate",
	[PQ_ADMISSION_VALIDATE] = "/validate",
	[PQ_ADMISSION_CONVERT] = "/convert",
	[OTHER_PATH] = "other",
	NULL,
};

/* Headers that matter here; NULL for those that are not there. */
struct headers {
	size_t count;
	size_t lengths; /* how often there is a Content-Length */
	const char *length;
	const char *type;
	const char *encoding;
	const char *transfer;
	const char *expect;
	const char *trace;
};

static const struct {
	const char *name;
	size_t offset;
} known_headers[] = {
	{ MHD_HTTP_HEADER_CONTENT_LENGTH, offsetof(struct headers, length) },
	{ MHD_HTTP_HEADER_CONTENT_TYPE, offsetof(struct headers, type) },
	{ MHD_HTTP_HEADER_CONTENT_ENCODING, offsetof(struct headers, encoding) },
	{ MHD_HTTP_HEADER_TRANSFER_ENCODING, offsetof(struct headers, transfer) },
	{ MHD_HTTP_HEADER_EXPECT, offsetof(struct headers, expect) },
	{ "traceparent", offsetof(struct headers, trace) },
};

static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *name,
				   const char *value)
{
	(void)kind;
	struct headers *headers = context;
	headers->count++;
	for (size_t i = 0; i < sizeof known_headers / sizeof known_headers[0]; i++) {
		if (strcasecmp(name, known_headers[i].name) != 0)
			continue;
		const char **place =
			(const char **)(void *)((char *)headers + known_headers[i].offset);
		*place = value == NULL ? "" : value;
		headers->lengths += place == &headers->length;
	}
	return MHD_YES;
}

const char *pq_request_path(const struct pq_exchange *exchange)
{
	return pq_request_paths[exchange->is_review ? (int)exchange->door : OTHER_PATH];
}

static void judge_path(const struct pq_request *request, struct pq_exchange *exchange)
{
	for (int door = PQ_ADMISSION_MUTATE; door < OTHER_PATH; door++) {
		if (strcmp(request->url, pq_request_paths[door]) == 0) {
			exchange->door = (enum pq_admission_door)door;
			exchange->is_review = true;
		}
	}
	if (!exchange->is_review)
		pq_exchange_refuse(
			exchange, MHD_HTTP_NOT_FOUND, "NotFound",
			"there is nothing at %.80s: the paths are /mutate, /validate and "
			"/convert",
			request->url);
	else if (strcmp(request->method, MHD_HTTP_METHOD_POST) != 0)
		pq_exchange_refuse(exchange, MHD_HTTP_METHOD_NOT_ALLOWED, "MethodNotAllowed",
				   "%.20s is not allowed here: POST %s", request->method,
				   exchange->door == PQ_ADMISSION_CONVERT ? "a ConversionReview"
									  : "an AdmissionReview");
}

/* Another server on the way may have taken the other length, and what is left over for the next
 * request. */
static void judge_framing(struct pq_request *request, const struct headers *headers,
			  struct pq_exchange *exchange)
{
	bool is_chunked =
		headers->transfer != NULL && strcasecmp(headers->transfer, "chunked") == 0;
	if (headers->lengths > 1)
		pq_exchange_refuse(exchange, MHD_HTTP_BAD_REQUEST, "BadRequest",
				   "there is more than one Content-Length");
	else if (headers->transfer != NULL && headers->lengths > 0)
		pq_exchange_refuse(exchange, MHD_HTTP_BAD_REQUEST, "BadRequest",
				   "there are both Content-Length and Transfer-Encoding");
	else if (headers->transfer != NULL && !is_chunked)
		pq_exchange_refuse(exchange, MHD_HTTP_NOT_IMPLEMENTED, "BadRequest",
				   "the Transfer-Encoding \"%.40s\" is not supported: use chunked",
				   headers->transfer);
	else
		return;
	request->is_ambiguous = true;
}

static bool is_json(const char *content_type)
{
	static const char name[] = "application/json";
	if (content_type == NULL || strncasecmp(content_type, name, sizeof name - 1) != 0)
		return false;
	char next = content_type[sizeof name - 1];
	return next == '\0' || next == ';' || next == ' ';
}

static void judge_content(const struct headers *headers, struct pq_exchange *exchange)
{
	const char *type = headers->type, *encoding = headers->encoding;
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

/* ?timeout=10s, as the API server writes it. A tenth is left for the answer to arrive. What cannot
 * be read is as if it were not there; so is what strangers write, lest they overtake others. */
static int64_t read_timeout(const struct pq_exchange *exchange, struct MHD_Connection *connection)
{
	const char *text =
		MHD_lookup_connection_value(connection, MHD_GET_ARGUMENT_KIND, "timeout");
	int64_t timeout = 0;
	struct pq_error error;
	if (!exchange->is_known || text == NULL ||
	    !pq_duration_parse(pq_string_from(text), &timeout, &error) || timeout <= 0 ||
	    timeout > PQ_REQUEST_TIMEOUT)
		timeout = PQ_REQUEST_TIMEOUT;
	return timeout - timeout / 10;
}

void pq_request_judge(struct pq_request *request, struct MHD_Connection *connection,
		      struct pq_exchange *exchange)
{
	struct headers headers = { 0 };
	MHD_get_connection_values(connection, MHD_HEADER_KIND, take_header, &headers);
	exchange->deadline = exchange->arrived + read_timeout(exchange, connection);
	judge_framing(request, &headers, exchange);
	if (headers.count > PQ_REQUEST_HEADERS_MAX) {
		pq_exchange_refuse(exchange, MHD_HTTP_REQUEST_HEADER_FIELDS_TOO_LARGE, "BadRequest",
				   "there are more than %d headers", PQ_REQUEST_HEADERS_MAX);
		pq_server_count_limit(PQ_LIMIT_HEADER);
	}
	judge_path(request, exchange);
	judge_content(&headers, exchange);
	if (headers.trace == NULL ||
	    !pq_trace_context_parse(pq_string_from(headers.trace), &exchange->trace))
		exchange->trace = (struct pq_trace_context){ 0 };
	request->is_chunked = headers.transfer != NULL;
	request->expects_continue = headers.expect != NULL;
	request->body_length =
		headers.length == NULL ? 0 : (size_t)strtoull(headers.length, NULL, 10);
}
