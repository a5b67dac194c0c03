#include "admission/answer.h"

/* Needs no memory of the arena, for it is used when there is none left. */
static const struct pq_string too_large_body = PQ_LITERAL(
	"{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
	"\"message\":\"the review needs more memory than a request may use\","
	"\"reason\":\"RequestEntityTooLarge\",\"code\":413}");

static void answer_too_large(struct pq_admission_answer *answer)
{
	answer->http_status = 413;
	answer->body = too_large_body;
}

bool answer_unreadable(struct pq_admission_answer *answer, struct pq_error *error)
{
	pq_error_add_path(error, PQ_S("body"));
	answer->error = error->code == PQ_ERROR_TOO_LARGE
				? PQ_S("the body nests too deeply, or needs more memory than a "
				       "request may use")
				: PQ_S("the body cannot be read as JSON");
	return false;
}

void answer_error(const struct pq_error *error, struct pq_arena *arena,
		  struct pq_admission_answer *answer)
{
	struct pq_status status = pq_status_from_error(arena, error);
	struct pq_buffer body;
	pq_buffer_init_in(&body, arena, 0);
	pq_status_write(&body, &status, false);
	answer->http_status = status.code;
	answer->body = pq_buffer_view(&body);
	if (answer->error.length == 0)
		answer->error = status.message;
	if (!pq_buffer_failed(&body))
		return;
	answer_too_large(answer);
}

bool answer_give(const struct pq_buffer *body, const struct pq_arena *arena,
		 struct pq_admission_answer *answer)
{
	if (pq_buffer_failed(body) || pq_arena_is_exhausted(arena)) {
		answer_too_large(answer);
		return false;
	}
	answer->http_status = 200;
	answer->body = pq_buffer_view(body);
	answer->judged = true;
	return true;
}
