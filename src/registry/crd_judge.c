/* A CRD as the object of a request (pkg/registry/customresourcedefinition/strategy.go). */
#include "registry/crd_check.h"
#include "registry/crd_type.h"
#include "registry/managed_fields.h"
#include "registry/object_meta.h"
#include "registry/resource.h"

#include "base/release.h"
#include "formats/names.h"
#include "json/write.h"

/* The resource that CRDs themselves are, for the texts that name it. */
static const struct pq_crd_version crd_version = {
	.name = PQ_LITERAL("v1"),
	.served = true,
	.storage = true,
	.has_status = true,
};

static const struct pq_crd crd_resource = {
	.name = PQ_LITERAL("customresourcedefinitions.apiextensions.k8s.io"),
	.group = PQ_LITERAL("apiextensions.k8s.io"),
	.kind = PQ_LITERAL("CustomResourceDefinition"),
	.plural = PQ_LITERAL("customresourcedefinitions"),
	.versions = &crd_version,
	.version_count = 1,
};

static bool is_blank(struct pq_string text, const char *wanted)
{
	return text.length == 0 || pq_string_is(text, wanted);
}

/* A missing kind or apiVersion is the URL's. */
static bool check_kind(struct judging *judging)
{
	struct pq_string kind = judging->kind, version = judging->api_version;
	if (is_blank(kind, "CustomResourceDefinition") &&
	    is_blank(version, "apiextensions.k8s.io/v1"))
		return true;
	if (kind.length == 0)
		kind = crd_resource.kind;
	if (version.length == 0)
		version = PQ_S("apiextensions.k8s.io/v1");
	struct pq_buffer reason;
	pq_buffer_init_in(&reason, judging->arena, 0);
	pq_buffer_append_text(&reason, "no kind ");
	pq_go_quote(&reason, kind);
	pq_buffer_append_text(&reason, " is registered for version ");
	pq_go_quote(&reason, version);
	pq_buffer_append_text(&reason, " in scheme \"pkg/runtime/scheme.go:111\"");
	return pq_buffer_failed(&reason)
		       ? judging_out_of_room(judging)
		       : judging_refuse_undecodable(judging, kind, pq_names_version_of(version),
						    crd_resource.kind, pq_buffer_view(&reason));
}

static bool read_typed(struct judging *judging, const struct pq_value *document,
		       const struct pq_typed_text *text, struct pq_findings *strict,
		       struct pq_value *typed)
{
	struct pq_typed_refusal refusal;
	if (pq_typed_read(judging->arena, &crd_type, document, NULL, text, strict, typed, &refusal))
		return pq_crd_default(judging->arena, typed, typed) || judging_out_of_room(judging);
	if (pq_arena_is_exhausted(judging->arena))
		return judging_out_of_room(judging);
	judging->outcome->refused_offset = refusal.offset;
	return judging_refuse_undecodable(judging, crd_resource.kind, PQ_S("v1"), crd_resource.kind,
					  refusal.reason);
}

static bool decode(struct judging *judging)
{
	return judging_read(judging, crd_resource.kind, PQ_S("v1")) && check_kind(judging) &&
	       read_typed(judging, &judging->document, judging_text(judging),
			  &judging->outcome->strict, &judging->document) &&
	       judging_apply_field_validation(judging, crd_resource.kind, PQ_S("v1"),
					      crd_resource.kind) &&
	       judging_refuse_many_repetitions(judging);
}

/* status.storedVersions of a CRD that was never stored: the storage version. */
static bool reset_status(struct judging *judging)
{
	const struct pq_value *versions =
		pq_value_find_path(&judging->document, 2, "spec", "versions");
	struct pq_value none = pq_value_null(), status, stored;
	if (versions == NULL)
		versions = &none;
	for (size_t i = 0; i < versions->length; i++) {
		const struct pq_value *storage =
			pq_value_find(&versions->items[i], PQ_S("storage"));
		if (storage == NULL || !storage->boolean)
			continue;
		struct pq_value *name = pq_arena_alloc(judging->arena, sizeof *name);
		if (name == NULL)
			return judging_out_of_room(judging);
		*name = *pq_value_find(&versions->items[i], PQ_S("name"));
		stored = pq_value_from_items(name, 1);
		return judging_set_member(judging, &none, "storedVersions", &stored, &status) &&
		       judging_set_member(judging, &judging->document, "status", &status,
					  &judging->document);
	}
	return judging_set_member(judging, &judging->document, "status", NULL, &judging->document);
}

static bool is_listed(const struct pq_findings *formats, struct pq_string format)
{
	for (size_t i = 0; i < formats->count; i++) {
		if (pq_string_equal(formats->items[i].field, format))
			return true;
	}
	return false;
}

/* Warns of formats that are not known, unless the old CRD has them already. */
static bool warn_of_formats(struct judging *judging, const struct pq_value *old)
{
	struct pq_findings formats, before;
	if (!pq_release_has(PQ_CHANGE_FORMAT_WARNINGS))
		return true;
	pq_findings_init(&formats, judging->arena, 0);
	pq_findings_init(&before, judging->arena, 0);
	if (!crd_find_unknown_formats(&judging->document, &formats) ||
	    (old != NULL && !crd_find_unknown_formats(old, &before)))
		return judging_out_of_room(judging);
	for (size_t i = 0; i < formats.count; i++) {
		struct pq_string format = formats.items[i].field;
		if (is_listed(&before, format))
			continue;
		struct pq_buffer text;
		pq_buffer_init_in(&text, judging->arena, 0);
		pq_buffer_append_text(&text, "unrecognized format ");
		pq_go_quote(&text, format);
		if (!pq_buffer_failed(&text))
			judging_warn(judging, pq_buffer_view(&text));
	}
	return true;
}

static bool create(struct judging *judging, const struct pq_value *sent)
{
	if (!resource_prepare_create(judging) || !reset_status(judging) ||
	    !resource_set_generation(judging, 1))
		return false;
	crd_check_document(judging->arena, &judging->document, sent, NULL,
			   &judging->outcome->findings);
	return judging_refuse_if_found(judging, crd_resource.kind) &&
	       warn_of_formats(judging, NULL);
}

/* Only the named part is taken from what was sent: "spec", or "status" at its endpoint. */
static bool keep_other_part(struct judging *judging, const struct pq_value *old, const char *kept)
{
	return judging_set_member(judging, &judging->document, kept,
				  pq_value_find(old, pq_string_from(kept)), &judging->document);
}

static bool same_part(const struct pq_value *a, const struct pq_value *b, const char *key)
{
	const struct pq_value *left = pq_value_find(a, pq_string_from(key));
	const struct pq_value *right = pq_value_find(b, pq_string_from(key));
	return left == right || (left != NULL && right != NULL && pq_value_equal(left, right));
}

/* The document as it is stored. */
static bool write_document(struct judging *judging, struct pq_value *written)
{
	return pq_typed_write(judging->arena, &crd_type, &judging->document, written) ||
	       judging_out_of_room(judging);
}

static bool update(struct judging *judging, const struct pq_value *sent, const struct pq_value *old)
{
	struct pq_value written;
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	const struct pq_path status_path = pq_path_property(NULL, PQ_S("status"));
	const struct pq_path names_path = pq_path_property(&status_path, PQ_S("acceptedNames"));
	struct pq_findings *findings = &judging->outcome->findings;
	const struct crd_check check = { .arena = judging->arena, .findings = findings };
	bool is_status = judging->request->subresource == PQ_SUBRESOURCE_STATUS;
	const struct pq_value *managed =
		pq_value_find(resource_metadata_of(&judging->document), PQ_S("managedFields"));
	if (!resource_check_preconditions(judging) || !resource_keep_system_fields(judging) ||
	    !keep_other_part(judging, old, is_status ? "spec" : "status") ||
	    !write_document(judging, &written))
		return false;
	bool same = is_status || same_part(&written, old, "spec");
	if (!resource_set_generation(judging, same ? resource_generation_of(old)
						   : resource_generation_after(old)))
		return false;
	struct pq_value metadata, judged;
	if (!managed_fields_lay(judging->arena, &crd_resource,
				resource_metadata_of(&judging->document),
				is_status ? NULL : managed, &metadata))
		return judging_out_of_room(judging);
	if (!judging_set_member(judging, &judging->document, "metadata", &metadata, &judged))
		return false;
	pq_object_meta_validate(judging->arena, &metadata, false, PQ_NAME_PATH_SEGMENT, &path,
				findings);
	pq_object_meta_validate_update(judging->arena, &metadata, resource_metadata_of(old), &path,
				       findings);
	if (is_status) {
		pq_object_meta_validate_update(judging->arena, &metadata, resource_metadata_of(old),
					       &path, findings);
		crd_check_names(
			&check,
			pq_value_find_path(&judging->document, 2, "status", "acceptedNames"),
			&names_path, false);
	} else {
		crd_check_document(judging->arena, &judged, sent, old, findings);
	}
	return judging_refuse_if_found(judging, crd_resource.kind) &&
	       (is_status || warn_of_formats(judging, old));
}

static bool judge(struct judging *judging, struct pq_resource_request *request)
{
	struct pq_value old;
	if (!decode(judging))
		return false;
	const struct pq_value sent = judging->document;
	if (!crd_coerce_defaults(judging->arena, &judging->document, &judging->document))
		return judging_out_of_room(judging);
	if (request->old == NULL)
		return create(judging, &sent);
	if (!read_typed(judging, request->old, NULL, NULL, &old))
		return judging_refuse_old(judging, judging->outcome->status);
	request->old = &old;
	return update(judging, &sent, &old);
}

void pq_crd_judge(struct pq_arena *arena, const struct pq_resource_request *request,
		  struct pq_resource_outcome *outcome)
{
	struct pq_resource_request named = *request;
	struct judging judging = {
		.arena = arena,
		.request = &named,
		.outcome = outcome,
		.is_typed = true,
		.is_struct = true,
	};
	judging_init_outcome(&judging);
	named.crd = &crd_resource;
	named.version = &crd_version;
	if (judge(&judging, &named) && write_document(&judging, &judging.document))
		outcome->object = judging.document;
}
