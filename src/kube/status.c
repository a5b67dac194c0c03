#include "kube/client.h"

#include "json/read.h"

/* The reasons that say more than their HTTP status does. */
static enum pq_error_code code_from_reason(struct pq_string reason, int http_status)
{
	if (pq_string_is(reason, "Expired") || pq_string_is(reason, "Gone"))
		return PQ_ERROR_EXPIRED;
	if (pq_string_is(reason, "AlreadyExists") || pq_string_is(reason, "Conflict"))
		return PQ_ERROR_CONFLICT;
	if (pq_string_is(reason, "Invalid"))
		return PQ_ERROR_REJECTED;
	return pq_error_code_from_http(http_status);
}

void pq_kube_error_from_status(const struct pq_value *status, int http_status,
			       struct pq_error *error)
{
	const struct pq_value *code = pq_value_find(status, PQ_S("code"));
	if (code != NULL && code->kind == PQ_INTEGER && code->integer >= 400 && code->integer < 600)
		http_status = (int)code->integer;
	struct pq_string message = pq_value_find_string(status, PQ_S("message"));
	struct pq_string reason = pq_value_find_string(status, PQ_S("reason"));
	if (message.length == 0)
		message = reason.length > 0 ? reason : PQ_S("the API server gave no reason");
	pq_error_set(error, code_from_reason(reason, http_status), "%.*s",
		     PQ_STRING_ARGUMENT(message));
}

void pq_kube_error_from_response(const struct pq_http_response *response, struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, (size_t)16 * PQ_HTTP_ERROR_BODY_MAX);
	struct pq_value status;
	struct pq_error unreadable;
	if (pq_json_read(&arena, response->body, NULL, &status, &unreadable) &&
	    pq_string_is(pq_value_find_string(&status, PQ_S("kind")), "Status")) {
		pq_kube_error_from_status(&status, response->status, error);
		return;
	}
	/* A proxy, or an API server that is just going down, answers in plain text. */
	struct pq_string text = pq_string_trim(pq_string_slice(response->body, 0, 200));
	pq_error_set(error, pq_error_code_from_http(response->status),
		     "the server answered HTTP %d: %.*s", response->status,
		     PQ_STRING_ARGUMENT(text));
}
