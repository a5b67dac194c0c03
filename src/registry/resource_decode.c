/* From a body to an object: pruned, coerced, defaulted (customresource_handler.go). */
#include "registry/resource.h"

#include "formats/names.h"

#include "registry/object_meta.h"
#include "json/pointer.h"

#include <stdlib.h>

/* Refuses what the decoder refuses, in the words for the kind that was sent. offset is of the
 * part of the document that is to blame, or PQ_OFFSET_NONE. */
static bool refuse_decoding(struct judging *judging, struct pq_string reason, uint32_t offset)
{
	const struct pq_value *document = &judging->document;
	struct pq_string kind = pq_value_find_string(document, PQ_S("kind"));
	struct pq_string version =
		pq_names_version_of(pq_value_find_string(document, PQ_S("apiVersion")));
	judging->outcome->refused_offset = offset;
	return judging_refuse_undecodable(judging, kind, version, judging->request->crd->kind,
					  reason);
}

static bool coerce_metadata(struct judging *judging, struct pq_value *metadata, bool *is_there)
{
	const struct pq_value *sent = resource_metadata_of(&judging->document);
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	struct pq_typed_refusal refusal;
	*is_there = sent != NULL;
	if (sent == NULL)
		return true;
	if (pq_object_meta_coerce(judging->arena, sent, &path, &judging->outcome->strict, metadata,
				  &refusal))
		return true;
	return pq_arena_is_exhausted(judging->arena)
		       ? judging_out_of_room(judging)
		       : refuse_decoding(judging, refusal.reason, refusal.offset);
}

/* Whether the object is of the kind of the URL, and so is judged by its schema at all. */
static bool is_of_kind(const struct judging *judging)
{
	const struct pq_crd *crd = judging->request->crd;
	struct pq_string api_version = pq_value_find_string(&judging->document, PQ_S("apiVersion"));
	return pq_string_equal(pq_value_find_string(&judging->document, PQ_S("kind")), crd->kind) &&
	       pq_string_equal(pq_names_group_of(api_version), crd->group);
}

/* One walk over embedded resources while decoding. */
struct coercion {
	struct pq_arena *arena;
	struct pq_patch patch;
	struct pq_findings unknown;
	struct pq_findings refused; /* the first bad one */
};

static bool coerce_embedded(const struct pq_value *resource, const struct pq_path *path,
			    void *context)
{
	struct coercion *coercion = context;
	struct pq_path step = pq_path_property(path, PQ_S("metadata"));
	struct pq_patch_operation operation = { .verb = PQ_PATCH_REPLACE };
	if (!resource_read_embedded(resource, path, &coercion->unknown, &operation.value,
				    &coercion->refused))
		return false;
	if (operation.value.kind == PQ_NULL)
		return true;
	operation.path = pq_json_pointer_from_path(coercion->arena, &step);
	pq_patch_append(&coercion->patch, operation);
	return true;
}

static int compare_fields(const void *a, const void *b)
{
	const struct pq_finding *left = a, *right = b;
	return pq_string_compare(left->field, right->field);
}

/* Of a body it is the client's error; on the way to another version, into storage or out of it, the
 * server's. */
static bool refuse_embedded(struct judging *judging, const struct pq_finding *finding, bool is_body)
{
	struct pq_string reason = pq_finding_render(judging->arena, finding);
	if (reason.data == NULL)
		return judging_out_of_room(judging);
	return is_body ? refuse_decoding(judging, reason, finding->offset)
		       : judging_refuse(judging, pq_status_plain(500, PQ_S(""), reason));
}

/* Passes embedded metadata through its type, as coerce_metadata does at the root. */
static bool coerce_all_embedded(struct judging *judging, const struct pq_schema *schema,
				bool is_body)
{
	struct coercion coercion = { .arena = judging->arena };
	struct pq_error error;
	pq_patch_init(&coercion.patch, judging->arena);
	pq_findings_init(&coercion.unknown, judging->arena, 0);
	pq_findings_init(&coercion.refused, judging->arena, 1);
	bool fine = pq_schema_each_embedded(schema, &judging->document, coerce_embedded, &coercion);
	if (coercion.refused.count > 0)
		return refuse_embedded(judging, &coercion.refused.items[0], is_body);
	if (!fine || coercion.patch.failed ||
	    (coercion.patch.count > 0 &&
	     !pq_patch_apply(judging->arena, &judging->document, &coercion.patch,
			     &judging->document, &error)))
		return judging_out_of_room(judging);
	if (coercion.unknown.count > 0)
		qsort(coercion.unknown.items, coercion.unknown.count,
		      sizeof *coercion.unknown.items, compare_fields);
	pq_findings_add_all(&judging->outcome->strict, &coercion.unknown);
	return true;
}

/* Prunes, drops nulls and coerces embedded resources (unstructuredSchemaCoercer.apply). The schema
 * is that of the version that the object names. */
bool resource_prune(struct judging *judging, const struct pq_schema *schema,
		    struct pq_findings *unknown)
{
	struct pq_value pruned, dropped;
	if (!pq_schema_prune(schema, judging->arena, &judging->document, unknown, &pruned) ||
	    !pq_schema_drop_nulls(schema, judging->arena, &pruned, &dropped))
		return judging_out_of_room(judging);
	judging->document = dropped;
	return coerce_all_embedded(judging, schema, unknown != NULL);
}

bool resource_apply_defaults(struct judging *judging, const struct pq_schema *schema)
{
	struct pq_patch patch;
	struct pq_error error;
	pq_patch_init(&patch, judging->arena);
	if (!pq_schema_default(schema, &judging->document, &patch) || patch.failed)
		return judging_out_of_room(judging);
	if (patch.count > 0 &&
	    !pq_patch_apply(judging->arena, &judging->document, &patch, &judging->document, &error))
		return judging_out_of_room(judging);
	return true;
}

/* A version that the CRD does not have has no schema, and so no field is known. */
static void note_all_unknown(struct judging *judging)
{
	const struct pq_object *object = judging->document.object;
	struct pq_findings *strict = &judging->outcome->strict;
	size_t first = strict->count;
	for (size_t i = 0; i < object->count; i++) {
		const struct pq_member *member = &object->members[i];
		struct pq_path path = pq_path_property(NULL, member->key);
		if (!pq_string_is(member->key, "apiVersion") &&
		    !pq_string_is(member->key, "kind") && !pq_string_is(member->key, "metadata"))
			pq_findings_add_format(strict, PQ_FINDING_UNKNOWN_FIELD, &path,
					       member->offset, "unknown field \"%.*s\"",
					       PQ_STRING_ARGUMENT(member->key));
	}
	if (strict->count > first)
		qsort(strict->items + first, strict->count - first, sizeof *strict->items,
		      compare_fields);
}

/* What `Decode` of the API server does to a body, up to defaults and field validation. */
bool resource_decode(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	struct pq_value metadata;
	bool has_metadata;
	if (!judging_read(judging, request->crd->kind, request->version->name))
		return false;
	const struct pq_value *api_version = pq_value_find(&judging->document, PQ_S("apiVersion"));
	if (api_version != NULL && api_version->kind == PQ_NULL)
		return refuse_decoding(judging,
				       PQ_S(".apiVersion accessor error: <nil> is of the type "
					    "<nil>, expected string"),
				       api_version->offset);
	if (!coerce_metadata(judging, &metadata, &has_metadata))
		return false;
	struct pq_string version =
		api_version == NULL ? PQ_S("") : pq_names_version_of(pq_value_string(api_version));
	const struct pq_crd_version *named = pq_crd_find_version(request->crd, version);
	bool is_judged = is_of_kind(judging) && named != NULL;
	if (is_judged && !resource_prune(judging, named->schema, &judging->outcome->strict))
		return false;
	if (!is_judged && is_of_kind(judging))
		note_all_unknown(judging);
	if (has_metadata && !judging_set_member(judging, &judging->document, "metadata", &metadata,
						&judging->document))
		return false;
	if (is_judged && !resource_apply_defaults(judging, named->schema))
		return false;
	/* The server takes what has been decoded for its own kind then. */
	struct pq_string kind = pq_value_find_string(&judging->document, PQ_S("kind"));
	return judging_apply_field_validation(judging, kind, version, kind);
}

bool resource_check_group_version(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	struct pq_string sent = pq_value_find_string(&judging->document, PQ_S("apiVersion"));
	struct pq_string group = pq_names_group_of(sent);
	struct pq_string version = pq_names_version_of(sent);
	/* "v1/" reads as the group v1 without a version */
	if (pq_string_equal(group, request->crd->group) &&
	    pq_string_equal(version, request->version->name))
		return true;
	/* "/" is no group and no version */
	return judging_refuse_bad(
		judging,
		"the API version in the data (%.*s) does not match the expected API version "
		"(%.*s/%.*s)",
		PQ_STRING_ARGUMENT(pq_string_is(sent, "/") ? PQ_S("") : sent),
		PQ_STRING_ARGUMENT(request->crd->group),
		PQ_STRING_ARGUMENT(request->version->name));
}
