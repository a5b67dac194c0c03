/*
 * /convert: a ConversionReview (k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1, types.go)
 * answered as pkg/apiserver/conversion/webhook_converter.go there checks it: the same version and
 * uid, as many objects in the same order, of the desired version and their own kind and metadata,
 * but for annotations. All are converted or none, and a failure is an answer of 200 with a message,
 * for the API server shows it to the user.
 */
#include "admission/conversion.h"

#include "admission/answer.h"
#include "admission/field.h"
#include "json/read.h"
#include "json/write.h"

enum { SCRATCH_KEEP = 256 * 1024 };

struct conversion_request {
	struct pq_string api_version; /* of the review: the answer has the same */
	struct pq_string uid;
	struct pq_string desired; /* apiVersion */
	struct pq_string group;   /* the parts of desired */
	struct pq_string version;
	const struct pq_value *objects; /* an array, or NULL */
};

static bool decode_envelope(const struct pq_value *review, struct conversion_request *request,
			    const struct pq_value **body, struct pq_error *error)
{
	struct pq_string kind;
	if (review->kind != PQ_OBJECT)
		return field_refuse(error, "", "the body is no object: POST a ConversionReview");
	if (!field_take_string(review, "kind", "kind", &kind, error) ||
	    !field_take_string(review, "apiVersion", "apiVersion", &request->api_version, error))
		return false;
	if (!pq_string_is(kind, "ConversionReview"))
		return field_refuse(error, "kind", "must be ConversionReview");
	if (!pq_string_is(request->api_version, "apiextensions.k8s.io/v1") &&
	    !pq_string_is(request->api_version, "apiextensions.k8s.io/v1beta1"))
		return field_refuse(
			error, "apiVersion",
			"must be apiextensions.k8s.io/v1 or apiextensions.k8s.io/v1beta1");
	if (!field_take_object(review, "request", "request", body, error))
		return false;
	return *body != NULL || field_refuse(error, "request", "is missing");
}

static bool decode_desired(struct conversion_request *request, struct pq_error *error)
{
	ptrdiff_t slash = pq_string_find_byte(request->desired, '/');
	if (slash <= 0)
		return field_refuse(error, "request.desiredAPIVersion",
				    "must be a group and a version, as example.com/v1");
	request->group = pq_string_slice(request->desired, 0, (size_t)slash);
	request->version =
		pq_string_slice(request->desired, (size_t)slash + 1, request->desired.length);
	return true;
}

static bool decode(const struct pq_value *review, struct conversion_request *request,
		   struct pq_error *error)
{
	const struct pq_value *body;
	if (!decode_envelope(review, request, &body, error) ||
	    !field_take_string(body, "uid", "request.uid", &request->uid, error))
		return false;
	if (request->uid.length == 0)
		return field_refuse(error, "request.uid", "is missing");
	if (!field_take_string(body, "desiredAPIVersion", "request.desiredAPIVersion",
			       &request->desired, error) ||
	    !decode_desired(request, error))
		return false;
	request->objects = pq_value_find(body, PQ_S("objects"));
	if (field_is_absent(request->objects))
		request->objects = NULL;
	return request->objects == NULL || request->objects->kind == PQ_ARRAY ||
	       field_refuse(error, "request.objects", "must be a list");
}

static bool read_request(struct pq_string text, struct pq_arena *arena,
			 struct conversion_request *request, struct pq_admission_answer *answer,
			 struct pq_error *error)
{
	struct pq_value review;
	if (text.length == 0)
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "the body is empty: POST a ConversionReview");
	if (!pq_json_read(arena, text, NULL, &review, error))
		return answer_unreadable(answer, error);
	return decode(&review, request, error);
}

static bool find_side(const struct pq_policy *policy, const struct conversion_request *request,
		      struct pq_string kind, struct pq_string version,
		      struct pq_conversion_side *side, struct pq_error *error)
{
	const struct pq_crd_version *found;
	if (pq_policy_find_kind(policy, request->group, version, kind, &found) == NULL)
		return pq_error_set(error, PQ_ERROR_NOT_FOUND,
				    "there is no schema for %.*s/%.*s, Kind=%.*s: name its "
				    "CustomResourceDefinition with --schemas",
				    PQ_STRING_ARGUMENT(request->group), PQ_STRING_ARGUMENT(version),
				    PQ_STRING_ARGUMENT(kind));
	side->version = found->name;
	side->schema = found->schema;
	return true;
}

static bool convert_from(const struct pq_policy *policy, const struct conversion_request *request,
			 struct pq_string version, struct pq_arena *arena,
			 const struct pq_value *object, struct pq_value *result,
			 struct pq_error *error)
{
	struct pq_conversion_side from, to;
	struct pq_string kind = pq_value_find_string(object, PQ_S("kind"));
	const struct pq_conversion *conversion =
		pq_policy_find_conversion(policy, request->group, kind);
	if (conversion == NULL)
		return pq_error_set(error, PQ_ERROR_NOT_FOUND,
				    "there are no ConversionRules for %.*s in group %.*s: name "
				    "them with --schemas",
				    PQ_STRING_ARGUMENT(kind), PQ_STRING_ARGUMENT(request->group));
	return find_side(policy, request, kind, version, &from, error) &&
	       find_side(policy, request, kind, request->version, &to, error) &&
	       pq_conversion_convert(conversion, arena, &from, &to, object, result, error);
}

static bool convert(const struct pq_policy *policy, const struct conversion_request *request,
		    struct pq_arena *arena, const struct pq_value *object, struct pq_value *result,
		    struct pq_error *error)
{
	struct pq_string present = pq_value_find_string(object, PQ_S("apiVersion"));
	size_t group = request->group.length + 1;
	if (pq_string_equal(present, request->desired)) {
		*result = *object;
		return true;
	}
	if (!pq_string_starts_with(present, pq_string_slice(request->desired, 0, group)))
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "an object of apiVersion \"%.*s\" has no form in %.*s",
				    PQ_STRING_ARGUMENT(present),
				    PQ_STRING_ARGUMENT(request->desired));
	return convert_from(policy, request, pq_string_slice(present, group, present.length), arena,
			    object, result, error);
}

/* "Widget ns/name: ", so that the one in a list is known that could not be converted. */
static struct pq_string tell_failure(struct pq_arena *arena, const struct pq_value *object,
				     const struct pq_error *error)
{
	char text[PQ_ERROR_TEXT_MAX];
	const struct pq_value *metadata = pq_value_find(object, PQ_S("metadata"));
	struct pq_string namespace = pq_value_find_string(metadata, PQ_S("namespace"));
	pq_error_format(error, text, sizeof text);
	return pq_arena_format(arena, "%.*s %.*s%s%.*s: %s",
			       PQ_STRING_ARGUMENT(pq_value_find_string(object, PQ_S("kind"))),
			       PQ_STRING_ARGUMENT(namespace), namespace.length > 0 ? "/" : "",
			       PQ_STRING_ARGUMENT(pq_value_find_string(metadata, PQ_S("name"))),
			       text);
}

static void begin(struct pq_buffer *body, const struct conversion_request *request)
{
	pq_buffer_append_text(body, "{\"kind\":\"ConversionReview\",\"apiVersion\":");
	pq_json_write_string(body, request->api_version, PQ_JSON_COMPACT);
	pq_buffer_append_text(body, ",\"response\":{\"uid\":");
	pq_json_write_string(body, request->uid, PQ_JSON_COMPACT);
	pq_buffer_append_text(body, ",\"convertedObjects\":[");
}

static void answer_failure(const struct conversion_request *request, struct pq_arena *arena,
			   struct pq_admission_answer *answer)
{
	struct pq_buffer body;
	const struct pq_status status = pq_status_plain(500, PQ_S("InternalError"), answer->error);
	pq_buffer_init_in(&body, arena, 0);
	begin(&body, request);
	pq_buffer_append_text(&body, "],\"result\":");
	pq_status_write(&body, &status, true);
	pq_buffer_append_text(&body, "}}");
	answer_give(&body, arena, answer);
}

/* What converting one object takes is needed no more when the object has been written. It may take
 * what the request has left. */
static void start_scratch(struct pq_arena *scratch, const struct pq_arena *arena)
{
	size_t left = arena->limit > arena->reserved ? arena->limit - arena->reserved : 1;
	pq_arena_init(scratch, arena->limit == 0 ? 0 : left);
}

/* Appends an object, converted. */
static bool convert_into(struct pq_buffer *body, const struct pq_policy *policy,
			 const struct conversion_request *request, struct pq_arena *scratch,
			 const struct pq_value *object, struct pq_error *error)
{
	struct pq_value converted;
	pq_arena_reset(scratch, SCRATCH_KEEP);
	if (!convert(policy, request, scratch, object, &converted, error))
		return false;
	pq_json_write(body, &converted, PQ_JSON_COMPACT);
	return true;
}

static void answer_request(const struct pq_policy *policy, const struct conversion_request *request,
			   struct pq_arena *arena, struct pq_admission_answer *answer)
{
	pq_cleanup_arena struct pq_arena scratch;
	struct pq_buffer body;
	struct pq_error error;
	start_scratch(&scratch, arena);
	pq_buffer_init_in(&body, arena, 0);
	begin(&body, request);
	for (size_t i = 0; i < answer->object_count; i++) {
		const struct pq_value *object = &request->objects->items[i];
		if (i > 0)
			pq_buffer_append_byte(&body, ',');
		if (convert_into(&body, policy, request, &scratch, object, &error))
			continue;
		if (pq_arena_is_exhausted(&scratch)) {
			answer_error(&error, arena, answer);
			return;
		}
		answer->error = tell_failure(arena, object, &error);
		answer_failure(request, arena, answer);
		return;
	}
	pq_buffer_append_text(&body, "],\"result\":{\"metadata\":{},\"status\":\"Success\"}}}");
	answer->allowed = answer_give(&body, arena, answer);
}

void conversion_review(const struct pq_policy *policy, struct pq_string text,
		       struct pq_arena *arena, struct pq_admission_answer *answer)
{
	struct conversion_request request = { 0 };
	struct pq_error error;
	bool decoded = read_request(text, arena, &request, answer, &error);
	answer->uid = request.uid;
	answer->group = request.group;
	answer->version = request.version;
	if (!decoded) {
		answer_error(&error, arena, answer);
		return;
	}
	if (request.objects != NULL && request.objects->length > 0) {
		answer->object_count = request.objects->length;
		answer->kind = pq_value_find_string(&request.objects->items[0], PQ_S("kind"));
	}
	answer_request(policy, &request, arena, answer);
}
