/* The scale subresource (pkg/registry/customresource/etcd.go). */
#include "registry/scale.h"

#include "registry/resource.h"
#include "registry/scale_path.h"
#include "registry/typed.h"

static const struct pq_typed scale_spec = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.ScaleSpec",
	.struct_name = "ScaleSpec",
	.fields =
		(const struct pq_typed_field[]){
			{ "replicas", &pq_typed_int32, PQ_TYPED_OMIT_EMPTY },
			{ 0 },
		},
};

static const struct pq_typed scale_status = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.ScaleStatus",
	.struct_name = "ScaleStatus",
	.fields =
		(const struct pq_typed_field[]){
			{ "replicas", &pq_typed_int32, PQ_TYPED_ALWAYS },
			{ "selector", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ 0 },
		},
};

static const struct pq_typed scale_type = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.Scale",
	.struct_name = "Scale",
	.fields =
		(const struct pq_typed_field[]){
			{ "kind", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "apiVersion", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "metadata", &pq_typed_object_meta, PQ_TYPED_OMIT_EMPTY },
			{ "spec", &scale_spec, PQ_TYPED_OMIT_EMPTY },
			{ "status", &scale_status, PQ_TYPED_OMIT_EMPTY },
			{ 0 },
		},
};

/* The server cannot name the type in its own scheme, and says so instead of what is wrong. */
static bool refuse_body(struct judging *judging)
{
	return judging_refuse_bad(judging, "no kind is registered for the type v1.Scale in scheme "
					   "\"pkg/runtime/scheme.go:111\"");
}

/* Kind and apiVersion that are not there are those of the URL. */
static bool is_or_lacks(struct pq_string text, const char *wanted)
{
	return text.length == 0 || pq_string_is(text, wanted);
}

static bool decode_scale(struct judging *judging, struct pq_value *scale)
{
	struct pq_typed_refusal refusal;
	judging->is_typed = judging->is_struct = true;
	if (!judging_read(judging, PQ_S("Scale"), PQ_S("v1")))
		return judging->outcome->status.code == 413 ? false : refuse_body(judging);
	if (!is_or_lacks(judging->kind, "Scale") ||
	    !is_or_lacks(judging->api_version, "autoscaling/v1"))
		return refuse_body(judging);
	if (!pq_typed_read(judging->arena, &scale_type, &judging->document, NULL,
			   judging_text(judging), &judging->outcome->strict, scale, &refusal))
		return pq_arena_is_exhausted(judging->arena) ? judging_out_of_room(judging)
							     : refuse_body(judging);
	if (!judging_apply_field_validation(judging, PQ_S("Scale"), PQ_S("v1"), PQ_S("Scale")) ||
	    !judging_refuse_many_repetitions(judging))
		return refuse_body(judging);
	return true;
}

static void add_member(struct pq_member *members, size_t *count, const char *key,
		       const struct pq_value *value)
{
	if (value != NULL)
		members[(*count)++] = (struct pq_member){ .key = pq_string_from(key),
							  .offset = PQ_OFFSET_NONE,
							  .value = *value };
}

static bool make_metadata(struct judging *judging, struct pq_value *result)
{
	static const char *const keys[] = { "name", "namespace", "uid", "resourceVersion",
					    "creationTimestamp" };
	enum { KEYS = sizeof keys / sizeof keys[0] };
	const struct pq_value *metadata = pq_value_find(&judging->document, PQ_S("metadata"));
	struct pq_member members[KEYS];
	size_t count = 0;
	for (size_t i = 0; i < KEYS; i++)
		add_member(members, &count, keys[i],
			   pq_value_find(metadata, pq_string_from(keys[i])));
	return pq_value_from_members(judging->arena, members, count, result);
}

/* scaleFromCustomResource */
bool scale_show(struct judging *judging)
{
	const struct pq_crd_version *version = judging->request->version;
	const struct pq_value *object = &judging->document;
	struct scale_place place;
	struct pq_value replicas = pq_value_from_integer(scale_path_find_integer(
		judging->arena, object, version->spec_replicas_path, &place));
	struct pq_value running = pq_value_from_integer(scale_path_find_integer(
		judging->arena, object, version->status_replicas_path, &place));
	const struct pq_value *selector = NULL;
	if (version->label_selector_path.length > 0)
		selector =
			scale_path_find(judging->arena, object, version->label_selector_path).found;
	struct pq_member spec[1], status[2], all[5];
	size_t spec_count = 0, status_count = 0, count = 0;
	struct pq_value spec_value, status_value, metadata;
	if (replicas.integer != 0)
		add_member(spec, &spec_count, "replicas", &replicas);
	add_member(status, &status_count, "replicas", &running);
	if (selector != NULL && selector->length > 0)
		add_member(status, &status_count, "selector", selector);
	if (!pq_value_from_members(judging->arena, spec, spec_count, &spec_value) ||
	    !pq_value_from_members(judging->arena, status, status_count, &status_value) ||
	    !make_metadata(judging, &metadata))
		return judging_out_of_room(judging);
	struct pq_value kind = pq_value_from_string(PQ_S("Scale"));
	struct pq_value api_version = pq_value_from_string(PQ_S("autoscaling/v1"));
	add_member(all, &count, "kind", &kind);
	add_member(all, &count, "apiVersion", &api_version);
	add_member(all, &count, "metadata", &metadata);
	add_member(all, &count, "spec", &spec_value);
	add_member(all, &count, "status", &status_value);
	return pq_value_from_members(judging->arena, all, count, &judging->document) ||
	       judging_out_of_room(judging);
}

bool scale_update(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	struct pq_value scale;
	if (!request->version->has_scale || request->old == NULL)
		return judging_refuse(
			judging, pq_status_plain(404, PQ_S("NotFound"),
						 PQ_S("the server could not find the requested "
						      "resource")));
	if (!decode_scale(judging, &scale))
		return false;
	judging->document = scale;
	if (!resource_check_preconditions(judging))
		return false;
	const struct pq_value *replicas = pq_value_find_path(&scale, 2, "spec", "replicas");
	struct pq_value zero = pq_value_from_integer(0);
	if (!scale_path_replace(judging->arena, request->old, request->version->spec_replicas_path,
				replicas == NULL ? &zero : replicas, &judging->document))
		return judging_out_of_room(judging);
	return resource_update_content(judging);
}
