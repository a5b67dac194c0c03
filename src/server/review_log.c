/* The lines of the log that tell of requests. Of findings they have path and reason, never the
 * message, which shows values of the object. */
#include "server/internal.h"
#include "server/request.h"
#include "telemetry/log.h"

enum { FIELDS_MAX = 24 };

struct line {
	struct pq_log_field fields[FIELDS_MAX];
	size_t count;
	char trace_id[PQ_TRACE_ID_TEXT];
	char span_id[PQ_SPAN_ID_TEXT];
};

static void add_field(struct line *line, struct pq_log_field field)
{
	line->fields[line->count++] = field;
}

/* What is not known is left out. */
static void add_text(struct line *line, const char *key, struct pq_string text)
{
	if (text.length > 0)
		add_field(line, (struct pq_log_field)PQ_LOG_TEXT_FIELD(key, text));
}

static void add_findings(struct line *line, const char *key, const struct pq_findings *findings)
{
	if (!pq_findings_is_empty(findings))
		add_field(line, (struct pq_log_field)PQ_LOG_FINDINGS_FIELD(key, findings));
}

static void begin_line(struct line *line, const struct pq_exchange *exchange, int code)
{
	int64_t taken = pq_clock_monotonic(&pq_clock_system) - exchange->arrived;
	line->count = 0;
	if (pq_trace_context_is_set(&exchange->trace)) {
		pq_trace_id_write(&exchange->trace, line->trace_id);
		add_text(line, "trace_id", pq_string_from(line->trace_id));
	}
	if (exchange->span != NULL) {
		pq_span_id_write(exchange->trace.span_id, line->span_id);
		add_text(line, "span_id", pq_string_from(line->span_id));
	}
	add_text(line, "path", pq_string_from(pq_request_path(exchange)));
	add_field(line, (struct pq_log_field)PQ_LOG_INTEGER_FIELD("code", code));
	add_field(line, (struct pq_log_field)PQ_LOG_INTEGER_FIELD("microseconds",
								  taken / PQ_MICROSECOND));
}

static bool may_log(struct pq_log_rate *rate)
{
	return pq_log_rate_allows(rate, pq_clock_monotonic(&pq_clock_system));
}

/* What cannot be read or is refused, and what is converted, is not told of at the cost of verdicts:
 * anybody can bring it about. */
static struct pq_log_rate *rate_of(struct pq_server *server, const struct pq_exchange *exchange,
				   bool is_judged, int http_status)
{
	bool is_refused = !is_judged && http_status < 500;
	return is_refused || exchange->door == PQ_ADMISSION_CONVERT ? &server->refusal_log_rate
								    : &server->log_rate;
}

/* Of every so many that are allowed one is logged. */
static bool is_sample(struct pq_server *server, const struct pq_exchange *exchange)
{
	size_t every = exchange->log_allowed;
	return every > 0 &&
	       atomic_fetch_add_explicit(&server->allowed, 1, memory_order_relaxed) % every == 0;
}

static const char *message_of(const struct pq_exchange *exchange,
			      const struct pq_admission_answer *answer)
{
	if (!answer->judged)
		return "a review could not be judged";
	if (exchange->door == PQ_ADMISSION_CONVERT)
		return answer->allowed ? "objects are converted" : "objects are not converted";
	if (!answer->allowed)
		return "a review is denied";
	return answer->held_back || answer->exemption.length > 0 ? "a review would be denied"
								 : "a review is allowed";
}

/* What is not converted cannot be read by anybody: that is trouble, and not the object's. */
static enum pq_log_level level_of(const struct pq_exchange *exchange,
				  const struct pq_admission_answer *answer)
{
	if (answer->judged)
		return exchange->door == PQ_ADMISSION_CONVERT && !answer->allowed ? PQ_LOG_ERROR
										  : PQ_LOG_INFO;
	return answer->http_status >= 500 ? PQ_LOG_ERROR : PQ_LOG_WARNING;
}

static void add_request(struct line *line, const struct pq_admission_answer *answer)
{
	add_text(line, "uid", answer->uid);
	add_text(line, "user", answer->user);
	add_text(line, "operation", answer->operation);
	add_text(line, "group", answer->group);
	add_text(line, "version", answer->version);
	add_text(line, "kind", answer->kind);
	add_text(line, "namespace", answer->namespace);
	add_text(line, "name", answer->name);
}

static void add_verdict(struct line *line, const struct pq_exchange *exchange,
			const struct pq_admission_answer *answer)
{
	if (answer->judged && exchange->door != PQ_ADMISSION_CONVERT)
		add_text(line, "verdict", answer->allowed ? PQ_S("allowed") : PQ_S("denied"));
	add_text(line, "exemption", answer->exemption);
	add_text(line, "error", answer->error);
	add_findings(line, "findings", &answer->findings[PQ_CONSEQUENCE_DENY]);
	add_findings(line, "warned", &answer->findings[PQ_CONSEQUENCE_WARN]);
	add_findings(line, "audited", &answer->findings[PQ_CONSEQUENCE_AUDIT]);
}

void pq_server_log_review(struct pq_server *server, const struct pq_exchange *exchange,
			  const struct pq_admission_answer *answer)
{
	struct line line;
	bool must = !answer->judged || !answer->allowed || answer->held_back ||
		    answer->exemption.length > 0;
	if ((!must && !is_sample(server, exchange)) ||
	    !may_log(rate_of(server, exchange, answer->judged, answer->http_status)))
		return;
	begin_line(&line, exchange,
		   answer->denial_code != 0 ? answer->denial_code : answer->http_status);
	add_request(&line, answer);
	add_verdict(&line, exchange, answer);
	pq_log_fields(level_of(exchange, answer), message_of(exchange, answer), line.fields,
		      line.count);
}

void pq_server_log_refusal(struct pq_server *server, const struct pq_exchange *exchange)
{
	struct line line;
	int status = exchange->refusal.http_status;
	if (!exchange->is_review || !may_log(rate_of(server, exchange, false, status)))
		return;
	begin_line(&line, exchange, status);
	add_text(&line, "error", pq_string_from(exchange->refusal.message));
	pq_log_fields(PQ_LOG_WARNING, "a request is refused", line.fields, line.count);
}
