#include "admission/request.h"

#include "admission/envelope.h"
#include "json/read.h"

static const char *const operation_names[] = {
	[PQ_OPERATION_CREATE] = "CREATE",
	[PQ_OPERATION_UPDATE] = "UPDATE",
	[PQ_OPERATION_DELETE] = "DELETE",
	[PQ_OPERATION_CONNECT] = "CONNECT",
};

enum { OPERATION_COUNT = sizeof operation_names / sizeof operation_names[0] };

const char *pq_operation_name(enum pq_operation operation)
{
	return operation_names[operation];
}

static bool decode_kind(const struct pq_value *body, struct pq_admission_request *request,
			struct pq_error *error)
{
	const struct pq_value *kind, *resource;
	if (!field_take_object(body, "kind", "request.kind", &kind, error))
		return false;
	if (kind == NULL)
		return field_refuse(error, "request.kind", "is missing");
	if (!field_take_string(kind, "group", "request.kind.group", &request->group, error) ||
	    !field_take_string(kind, "version", "request.kind.version", &request->version, error) ||
	    !field_take_string(kind, "kind", "request.kind.kind", &request->kind, error) ||
	    !field_take_object(body, "resource", "request.resource", &resource, error))
		return false;
	if (request->version.length == 0)
		return field_refuse(error, "request.kind.version", "is missing");
	if (request->kind.length == 0)
		return field_refuse(error, "request.kind.kind", "is missing");
	return field_take_string(resource, "resource", "request.resource.resource",
				 &request->resource, error);
}

static bool decode_operation(const struct pq_value *body, struct pq_admission_request *request,
			     struct pq_error *error)
{
	struct pq_string text;
	if (!field_take_string(body, "operation", "request.operation", &text, error))
		return false;
	for (int i = 0; i < OPERATION_COUNT; i++) {
		if (pq_string_is(text, operation_names[i])) {
			request->operation = (enum pq_operation)i;
			return true;
		}
	}
	return field_refuse(error, "request.operation",
			    "must be CREATE, UPDATE, DELETE or CONNECT");
}

/* The object of a write is of the kind that the request names; others may be anything. */
static bool check_object(const struct pq_admission_request *request, struct pq_error *error)
{
	if (!pq_admission_request_writes(request))
		return true;
	if (request->object == NULL)
		return field_refuse(error, "request.object",
				    "is missing: there is nothing to judge");
	struct pq_string kind = pq_value_find_string(request->object, PQ_S("kind"));
	if (kind.length > 0 && !pq_string_equal(kind, request->kind))
		return field_refuse(error, "request.object.kind", "differs from request.kind.kind");
	return true;
}

bool pq_admission_request_decode(const struct pq_value *review,
				 struct pq_admission_request *request, struct pq_error *error)
{
	static const struct envelope_form form = {
		.kind = "AdmissionReview",
		.with_article = "an AdmissionReview",
		.group = "admission.k8s.io",
	};
	struct envelope envelope = { 0 };
	*request = (struct pq_admission_request){ 0 };
	bool decoded = envelope_decode(review, &form, &envelope, error);
	const struct pq_value *body = envelope.request;
	request->api_version = envelope.api_version;
	request->uid = envelope.uid;
	if (!decoded)
		return false;
	if (!decode_kind(body, request, error) || !decode_operation(body, request, error) ||
	    !field_take_string(body, "subResource", "request.subResource", &request->subresource,
			       error) ||
	    !field_take_string(body, "name", "request.name", &request->name, error) ||
	    !field_take_string(body, "namespace", "request.namespace", &request->namespace,
			       error) ||
	    !field_take_object(body, "object", "request.object", &request->object, error) ||
	    !field_take_object(body, "oldObject", "request.oldObject", &request->old_object, error))
		return false;
	const struct pq_value *user = pq_value_find(body, PQ_S("userInfo"));
	request->user = pq_value_find_string(user, PQ_S("username"));
	request->groups = pq_value_find(user, PQ_S("groups"));
	/* Nothing is there yet whose faults could be forgiven. */
	if (request->operation == PQ_OPERATION_CREATE)
		request->old_object = NULL;
	return check_object(request, error);
}

bool pq_admission_request_read_old(struct pq_admission_request *request, struct pq_arena *arena,
				   struct pq_error *error)
{
	if (request->old_object == NULL || request->old_text.length == 0)
		return true;
	struct pq_value *old = pq_arena_alloc(arena, sizeof *old);
	if (old == NULL)
		return pq_error_set(error, PQ_ERROR_TOO_LARGE,
				    "the review needs more memory than a request may use");
	if (!pq_json_read_deferred(arena, request->old_text, request->old_object, old, error))
		return false;
	request->old_object = old;
	request->old_text = (struct pq_string){ 0 };
	return true;
}
