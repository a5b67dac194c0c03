/*
 * /convert: a ConversionReview (k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1, types.go)
 * answered as pkg/apiserver/conversion/webhook_converter.go there checks it: the same version and
 * uid, as many objects in the same order, of the desired version and their own kind and metadata,
 * but for annotations. All are converted or none, and a failure is an answer of 200 with a message,
 * for the API server shows it to the user.
 */
#include "admission/conversion.h"

#include "admission/answer.h"
#include "admission/envelope.h"
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
	size_t text_length;
};

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
	static const struct envelope_form form = {
		.kind = "ConversionReview",
		.with_article = "a ConversionReview",
		.group = "apiextensions.k8s.io",
		.may_have_response = true,
	};
	struct envelope envelope = { 0 };
	bool decoded = envelope_decode(review, &form, &envelope, error);
	const struct pq_value *body = envelope.request;
	request->api_version = envelope.api_version;
	request->uid = envelope.uid;
	if (!decoded)
		return false;
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

/* What converts one object after the other. */
struct converting {
	const struct pq_policy *policy;
	const struct conversion_request *request;
	struct pq_arena *arena;
	struct pq_arena scratch; /* what converting one object takes is needed no more afterwards */
	struct pq_conversion_work work;
};

static bool find_side(const struct converting *converting, struct pq_string kind,
		      struct pq_string version, struct pq_conversion_side *side,
		      struct pq_error *error)
{
	const struct conversion_request *request = converting->request;
	const struct pq_crd_version *found;
	if (pq_policy_find_kind(converting->policy, request->group, version, kind, &found) == NULL)
		return pq_error_set(error, PQ_ERROR_NOT_FOUND,
				    "there is no schema for %.*s/%.*s, Kind=%.*s: name its "
				    "CustomResourceDefinition with --schemas",
				    PQ_STRING_ARGUMENT(request->group), PQ_STRING_ARGUMENT(version),
				    PQ_STRING_ARGUMENT(kind));
	side->version = found->name;
	side->schema = found->schema;
	return true;
}

static bool convert_from(struct converting *converting, struct pq_string version,
			 const struct pq_value *object, struct pq_value *result,
			 struct pq_error *error)
{
	const struct conversion_request *request = converting->request;
	struct pq_conversion_side from, to;
	struct pq_string kind = pq_value_find_string(object, PQ_S("kind"));
	const struct pq_conversion *conversion =
		pq_policy_find_conversion(converting->policy, request->group, kind);
	if (conversion == NULL)
		return pq_error_set(error, PQ_ERROR_NOT_FOUND,
				    "there are no ConversionRules for %.*s in group %.*s: name "
				    "them with --schemas",
				    PQ_STRING_ARGUMENT(kind), PQ_STRING_ARGUMENT(request->group));
	return find_side(converting, kind, version, &from, error) &&
	       find_side(converting, kind, request->version, &to, error) &&
	       pq_conversion_convert(conversion, &converting->scratch, &from, &to, object,
				     &converting->work, result, error);
}

static bool convert(struct converting *converting, const struct pq_value *object,
		    struct pq_value *result, struct pq_error *error)
{
	const struct conversion_request *request = converting->request;
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
	return convert_from(converting, pq_string_slice(present, group, present.length), object,
			    result, error);
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

/* The length of an object's text, and of what separates it from the next. */
static size_t bytes_of(const struct conversion_request *request, size_t index)
{
	const struct pq_value *objects = request->objects->items;
	size_t end = index + 1 < request->objects->length ? objects[index + 1].offset
							  : request->text_length;
	return end - objects[index].offset;
}

/* The two arenas share the request's limit: each gets what the other one leaves. */
static void share_limit(struct pq_arena *arena, size_t limit, const struct pq_arena *other)
{
	if (limit != 0)
		arena->limit = limit > other->reserved ? limit - other->reserved : 1;
}

/* Appends the object at index, converted. */
static bool convert_into(struct pq_buffer *body, struct converting *converting, size_t index,
			 struct pq_error *error)
{
	struct pq_arena *arena = converting->arena;
	const struct pq_value *object = &converting->request->objects->items[index];
	size_t limit = arena->limit;
	struct pq_value converted;
	pq_arena_reset(&converting->scratch, SCRATCH_KEEP);
	share_limit(&converting->scratch, limit, arena);
	converting->work.object_bytes = bytes_of(converting->request, index);
	if (!convert(converting, object, &converted, error))
		return false;
	share_limit(arena, limit, &converting->scratch);
	if (index > 0)
		pq_buffer_append_byte(body, ',');
	pq_json_write(body, &converted, PQ_JSON_COMPACT);
	arena->limit = limit;
	return true;
}

/* Sets what the answer is when the object at index could not be converted. */
static void answer_unconverted(const struct converting *converting, size_t index,
			       const struct pq_error *error, struct pq_admission_answer *answer)
{
	const struct conversion_request *request = converting->request;
	struct pq_arena *arena = converting->arena;
	if (pq_conversion_work_is_over(&converting->work)) {
		answer->too_costly = converting->work.cost_left < 0;
		answer->interrupted = !answer->too_costly;
	} else if (pq_arena_is_exhausted(&converting->scratch)) {
		answer_error(error, arena, answer);
	} else {
		answer->error = tell_failure(arena, &request->objects->items[index], error);
		answer_failure(request, arena, answer);
	}
}

static void answer_request(struct converting *converting, struct pq_admission_answer *answer)
{
	const struct conversion_request *request = converting->request;
	struct pq_buffer body;
	struct pq_error error;
	pq_buffer_init_in(&body, converting->arena, 0);
	begin(&body, request);
	for (size_t i = 0; i < answer->object_count; i++) {
		if (convert_into(&body, converting, i, &error))
			continue;
		answer_unconverted(converting, i, &error, answer);
		return;
	}
	pq_buffer_append_text(&body, "],\"result\":{\"metadata\":{},\"status\":\"Success\"}}}");
	answer->allowed = answer_give(&body, converting->arena, answer);
}

static void convert_all(const struct pq_policy *policy, const struct conversion_request *request,
			const struct pq_admission_options *options, struct pq_arena *arena,
			struct pq_admission_answer *answer)
{
	struct converting converting = {
		.policy = policy,
		.request = request,
		.arena = arena,
		.work = pq_conversion_work_begin(options->conversion_cost_max, options->interrupt),
	};
	pq_arena_init(&converting.scratch, 0);
	answer_request(&converting, answer);
	pq_arena_done(&converting.scratch);
}

void conversion_review(const struct pq_policy *policy, struct pq_string text,
		       const struct pq_admission_options *options, struct pq_arena *arena,
		       struct pq_admission_answer *answer)
{
	struct conversion_request request = { .text_length = text.length };
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
	convert_all(policy, &request, options, arena, answer);
}
