/* Spans of requests, by OpenTelemetry's semantic conventions for HTTP servers. Of the review they
 * have what names it and what became of it, of findings path and reason; no values. */
#include "server/internal.h"
#include "server/request.h"

enum { REASONS_BYTES_MAX = 256 };

void pq_server_start_span(struct pq_exchange *exchange)
{
	static const char *const names[] = {
		[PQ_ADMISSION_MUTATE] = "POST /mutate",
		[PQ_ADMISSION_VALIDATE] = "POST /validate",
		[PQ_ADMISSION_CONVERT] = "POST /convert",
	};
	if (!exchange->is_review || exchange->refusal.http_status == MHD_HTTP_METHOD_NOT_ALLOWED)
		return;
	exchange->span = pq_span_start(names[exchange->door], PQ_SPAN_SERVER, &exchange->trace);
	if (exchange->span != NULL)
		exchange->trace = exchange->span->context;
}

/* "spec.size: FieldValueInvalid; …" */
static void set_findings(struct pq_span *span, const struct pq_findings *findings)
{
	pq_cleanup_buffer struct pq_buffer text;
	pq_buffer_init(&text, 0);
	for (size_t i = 0; i < findings->count && text.length < REASONS_BYTES_MAX; i++)
		pq_buffer_append_format(&text, "%s%.*s: %s", i == 0 ? "" : "; ",
					PQ_STRING_ARGUMENT(findings->items[i].field),
					pq_finding_type_reason(findings->items[i].type));
	pq_span_set_integer(span, "pratique.review.findings.count",
			    (int64_t)(findings->count + findings->dropped));
	pq_span_set_text(span, "pratique.review.findings",
			 pq_string_slice(pq_buffer_view(&text), 0, REASONS_BYTES_MAX));
}

void pq_server_trace_review(struct pq_exchange *exchange, const struct pq_admission_answer *answer)
{
	struct pq_span *span = exchange->span;
	const struct pq_findings *denials = &answer->findings[PQ_CONSEQUENCE_DENY];
	if (span == NULL)
		return;
	pq_span_set_text(span, "pratique.review.uid", answer->uid);
	pq_span_set_text(span, "pratique.review.operation", answer->operation);
	pq_span_set_text(span, "k8s.object.group", answer->group);
	pq_span_set_text(span, "k8s.object.version", answer->version);
	pq_span_set_text(span, "k8s.object.kind", answer->kind);
	pq_span_set_text(span, "k8s.object.namespace", answer->namespace);
	pq_span_set_text(span, "k8s.object.name", answer->name);
	if (answer->judged && exchange->door != PQ_ADMISSION_CONVERT)
		pq_span_set_text(span, "pratique.review.verdict",
				 answer->allowed ? PQ_S("allowed") : PQ_S("denied"));
	if (!pq_findings_is_empty(denials))
		set_findings(span, denials);
}

void pq_server_end_span(struct pq_exchange *exchange)
{
	struct pq_span *span = exchange->span;
	struct pq_string path = pq_string_from(pq_request_path(exchange));
	if (span == NULL)
		return;
	pq_span_set_text(span, "http.request.method", PQ_S("POST"));
	pq_span_set_text(span, "url.scheme", PQ_S("https"));
	pq_span_set_text(span, "url.path", path);
	pq_span_set_text(span, "http.route", path);
	pq_span_set_text(span, "network.protocol.version", PQ_S("1.1"));
	pq_span_set_integer(span, "http.response.status_code", exchange->answer_status);
	pq_span_set_integer(span, "http.request.body.size", (int64_t)exchange->body_length);
	if (exchange->answer_status >= 500)
		pq_span_fail(span);
	pq_span_end(span);
	exchange->span = NULL;
}
