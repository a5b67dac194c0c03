/* Whether an update is of the object that is stored: name, uid, resourceVersion. */
#include "registry/finding.h"
#include "registry/resource.h"

#include "json/write.h"

static bool check_name(struct judging *judging)
{
	struct pq_string wanted = judging->request->name;
	struct pq_string sent = resource_name_of(&judging->document);
	if (sent.length == 0)
		return judging_refuse_bad(judging,
					  "the name of the object (%.*s based on URL) was "
					  "undeterminable: name must be provided",
					  PQ_STRING_ARGUMENT(wanted));
	if (!pq_string_equal(sent, wanted))
		return judging_refuse_bad(judging,
					  "the name of the object (%.*s) does not match the name "
					  "on the URL (%.*s)",
					  PQ_STRING_ARGUMENT(sent), PQ_STRING_ARGUMENT(wanted));
	return true;
}

/* Between the names of a resource and of its group, which the core group has not. */
static const char *dot_of(const struct pq_crd *crd)
{
	return crd->group.length > 0 ? "." : "";
}

/* Whole refusals by the storage layer name the resource, not the kind. */
static bool refuse_resource(struct judging *judging, int code, const char *reason,
			    struct pq_string message)
{
	const struct pq_resource_request *request = judging->request;
	if (message.data == NULL)
		return judging_out_of_room(judging);
	return judging_refuse(judging, (struct pq_status){
					       .code = code,
					       .reason = pq_string_from(reason),
					       .message = message,
					       .name = request->name,
					       .group = request->crd->group,
					       .kind = request->crd->plural,
					       .has_details = true,
				       });
}

static bool refuse_conflict(struct judging *judging, struct pq_string reason)
{
	const struct pq_resource_request *request = judging->request;
	return refuse_resource(
		judging, 409, "Conflict",
		pq_arena_format(judging->arena,
				"Operation cannot be fulfilled on %.*s%s%.*s \"%.*s\": %.*s",
				PQ_STRING_ARGUMENT(request->crd->plural), dot_of(request->crd),
				PQ_STRING_ARGUMENT(request->crd->group),
				PQ_STRING_ARGUMENT(request->name), PQ_STRING_ARGUMENT(reason)));
}

bool resource_refuse_not_found(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	return refuse_resource(judging, 404, "NotFound",
			       pq_arena_format(judging->arena, "%.*s%s%.*s \"%.*s\" not found",
					       PQ_STRING_ARGUMENT(request->crd->plural),
					       dot_of(request->crd),
					       PQ_STRING_ARGUMENT(request->crd->group),
					       PQ_STRING_ARGUMENT(request->name)));
}

static bool check_found(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	return pq_string_equal(resource_name_of(request->old), request->name) ||
	       resource_refuse_not_found(judging);
}

static bool check_uid(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	struct pq_string sent =
		pq_value_find_string(resource_metadata_of(&judging->document), PQ_S("uid"));
	struct pq_string stored =
		pq_value_find_string(resource_metadata_of(request->old), PQ_S("uid"));
	if (sent.length == 0 || pq_string_equal(sent, stored))
		return true;
	struct pq_string reason = pq_arena_format(
		judging->arena,
		"StorageError: invalid object, Code: 4, Key: %s%.*s/%.*s/%.*s%s%.*s, "
		"ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: "
		"%.*s, UID in object meta: %.*s",
		request->crd->group.length > 0 ? "/" : "", PQ_STRING_ARGUMENT(request->crd->group),
		PQ_STRING_ARGUMENT(request->crd->plural),
		request->crd->namespaced ? (int)request->namespace.length : 0,
		request->crd->namespaced ? request->namespace.data : "",
		request->crd->namespaced ? "/" : "", PQ_STRING_ARGUMENT(request->name),
		PQ_STRING_ARGUMENT(sent), PQ_STRING_ARGUMENT(stored));
	return reason.data == NULL ? judging_out_of_room(judging)
				   : refuse_conflict(judging, reason);
}

static bool is_number(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	}
	return true;
}

static bool is_zero(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] != '0')
			return false;
	}
	return true;
}

/* An old object that came from a file without a resourceVersion conflicts with nothing. */
static bool check_resource_version(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	const struct pq_path parent = pq_path_property(NULL, PQ_S("metadata"));
	const struct pq_path path = pq_path_property(&parent, PQ_S("resourceVersion"));
	struct pq_string sent = pq_value_find_string(resource_metadata_of(&judging->document),
						     PQ_S("resourceVersion"));
	struct pq_string stored =
		pq_value_find_string(resource_metadata_of(request->old), PQ_S("resourceVersion"));
	if (sent.length == 0 && request->subresource == PQ_SUBRESOURCE_SCALE)
		return true; /* a Scale is laid over the stored object, whatever its version */
	if (!is_number(sent)) {
		struct pq_buffer text;
		pq_buffer_init_in(&text, judging->arena, 0);
		pq_buffer_append_text(&text, "strconv.ParseUint: parsing ");
		pq_go_quote(&text, sent);
		pq_buffer_append_text(&text, ": invalid syntax");
		if (pq_buffer_failed(&text))
			return judging_out_of_room(judging);
		return judging_refuse(judging,
				      pq_status_plain(500, PQ_S(""), pq_buffer_view(&text)));
	}
	if (is_zero(sent) && stored.length > 0) {
		struct pq_value zero = pq_value_from_integer(0);
		finding_add_invalid(&judging->outcome->findings, &path, &zero,
				    PQ_S("must be specified for an update"));
		return judging_refuse_invalid(judging, request->crd->group, request->crd->plural,
					      request->name);
	}
	if (stored.length > 0 && !pq_string_equal(sent, stored))
		return refuse_conflict(judging,
				       PQ_S("the object has been modified; please apply your "
					    "changes to the latest version and try again"));
	return true;
}

bool resource_check_preconditions(struct judging *judging)
{
	return resource_match_namespace(judging) && check_name(judging) &&
	       resource_drop_repeated_owners(judging) && check_found(judging) &&
	       check_uid(judging) && check_resource_version(judging);
}
