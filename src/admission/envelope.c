#include "admission/envelope.h"

/* Whether a version of the review is one of those that there are. */
static bool is_known(struct pq_string api_version, const char *group)
{
	struct pq_string prefix = pq_string_from(group);
	if (!pq_string_starts_with(api_version, prefix))
		return false;
	struct pq_string version = pq_string_slice(api_version, prefix.length, api_version.length);
	return pq_string_is(version, "/v1") || pq_string_is(version, "/v1beta1");
}

static bool check_type(struct pq_string kind, struct pq_string api_version,
		       const struct envelope_form *form, struct pq_error *error)
{
	if (!pq_string_is(kind, form->kind))
		return pq_error_set_at(error, PQ_ERROR_INVALID, "kind", "must be %s", form->kind);
	return is_known(api_version, form->group) ||
	       pq_error_set_at(error, PQ_ERROR_INVALID, "apiVersion", "must be %s/v1 or %s/v1beta1",
			       form->group, form->group);
}

bool envelope_decode(const struct pq_value *review, const struct envelope_form *form,
		     struct envelope *envelope, struct pq_error *error)
{
	struct pq_string kind;
	if (review->kind != PQ_OBJECT)
		return pq_error_set(error, PQ_ERROR_INVALID, "the body is no object: POST %s",
				    form->with_article);
	if (!field_take_string(review, "kind", "kind", &kind, error) ||
	    !field_take_string(review, "apiVersion", "apiVersion", &envelope->api_version, error) ||
	    !check_type(kind, envelope->api_version, form, error))
		return false;
	if (!form->may_have_response && !field_is_absent(pq_value_find(review, PQ_S("response"))))
		return field_refuse(error, "response",
				    "a review that is sent here must not have one");
	if (!field_take_object(review, "request", "request", &envelope->request, error))
		return false;
	if (envelope->request == NULL)
		return field_refuse(error, "request", "is missing");
	if (!field_take_string(envelope->request, "uid", "request.uid", &envelope->uid, error))
		return false;
	return envelope->uid.length > 0 || field_refuse(error, "request.uid", "is missing");
}
