#include "registry/builtin.h"

#include "formats/names.h"
#include "registry/builtin/kinds.h"
#include "registry/builtin/refuse.h"
#include "registry/builtin/steps.h"
#include "registry/object_meta.h"
#include "registry/resource.h"

/* A missing kind or apiVersion is the URL's. */
static bool check_kind(struct judging *judging, const struct pq_openapi_kind *wanted)
{
	struct pq_string kind = pq_value_find_string(&judging->document, PQ_S("kind"));
	struct pq_string sent = pq_value_find_string(&judging->document, PQ_S("apiVersion"));
	bool same_kind = kind.length == 0 || pq_string_equal(kind, wanted->kind);
	bool same_version =
		sent.length == 0 || (pq_string_equal(pq_names_group_of(sent), wanted->group) &&
				     pq_string_equal(pq_names_version_of(sent), wanted->version));
	if (same_kind && same_version)
		return true;
	if (kind.length == 0)
		kind = wanted->kind;
	struct pq_string reason =
		pq_arena_format(judging->arena,
				"no kind \"%.*s\" is registered for version \"%.*s\" in scheme "
				"\"pkg/api/legacyscheme/scheme.go:30\"",
				PQ_STRING_ARGUMENT(kind), PQ_STRING_ARGUMENT(sent));
	if (reason.data == NULL)
		return judging_out_of_room(judging);
	return judging_refuse_undecodable(judging, kind, pq_names_version_of(sent), wanted->kind,
					  reason.data);
}

/* Metadata as its Go type holds it: without nulls, so that its rules can be applied. */
static bool read_metadata(struct judging *judging, const struct pq_openapi_kind *kind)
{
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	const struct pq_value none = pq_value_null();
	const struct pq_value *sent = resource_metadata_of(&judging->document);
	struct pq_value metadata;
	struct pq_error error;
	if (pq_object_meta_coerce(judging->arena, sent == NULL ? &none : sent, &path, NULL,
				  &metadata, &error))
		return judging_set_member(judging, &judging->document, "metadata", &metadata,
					  &judging->document);
	if (pq_arena_is_exhausted(judging->arena))
		return judging_out_of_room(judging);
	return judging_refuse_undecodable(judging, kind->kind, kind->version, kind->kind,
					  error.message);
}

/* A LimitRange without a name gets one that the server makes up. */
static bool name_limit_range(struct judging *judging, const struct pq_openapi_kind *kind)
{
	struct pq_value name = pq_value_from_string(PQ_S("xxxxx"));
	return !pq_string_is(kind->kind, "LimitRange") ||
	       resource_name_of(&judging->document).length > 0 ||
	       resource_set_metadata(judging, "name", &name);
}

/* core.ValidateObjectMeta's addition, told with the index. */
static void check_finalizers(const struct place *object)
{
	static const char *const standard[] = { "kubernetes", "orphan", "foregroundDeletion",
						NULL };
	const struct place metadata = place_field(object, "metadata");
	const struct place finalizers = place_field(&metadata, "finalizers");
	for (size_t i = 0; i < place_count(&finalizers); i++) {
		const struct place finalizer = place_item(&finalizers, i);
		if (pq_string_find_byte(place_text(&finalizer), '/') < 0 &&
		    !place_is_one_of(&finalizer, standard))
			refuse_string(&finalizer, place_text(&finalizer),
				      "name is neither a standard finalizer name nor is it fully "
				      "qualified");
	}
}

static void check_metadata(struct judging *judging, const struct pq_openapi_kind *kind,
			   const struct kind_rules *rules)
{
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	const struct place object =
		place_of_object(&judging->document, &judging->outcome->findings);
	pq_object_meta_validate(judging->arena, resource_metadata_of(&judging->document),
				kind->namespaced, rules->name, &path, &judging->outcome->findings);
	if (rules->metadata == KIND_WITH_FINALIZERS)
		check_finalizers(&object);
}

/* By the rules of the server's code. The document asks for less, and for some fields that the
 * server does not: it only counts where we know no rules. */
static bool validate(struct judging *judging, const struct pq_openapi *openapi,
		     const struct pq_openapi_kind *kind, bool is_merged)
{
	const struct kind_rules *rules = kinds_find(kind);
	const struct pq_findings *findings = &judging->outcome->findings;
	if (!is_merged && rules->metadata != KIND_WITHOUT_NAME &&
	    rules->metadata != KIND_METADATA_AT_LAST)
		check_metadata(judging, kind, rules);
	if (!is_merged && rules->check != NULL) {
		const struct place object =
			place_of_object(&judging->document, &judging->outcome->findings);
		rules->check(&object);
	}
	if (pq_findings_is_empty(findings) && (rules->check == NULL || is_merged) &&
	    !builtin_validate(judging, openapi, kind, is_merged))
		return false;
	if (!is_merged && rules->metadata == KIND_METADATA_AT_LAST &&
	    pq_findings_is_empty(findings))
		check_metadata(judging, kind, rules);
	return true;
}

static bool renew_generation(struct judging *judging, const struct pq_openapi_kind *kind)
{
	return !kinds_set_generation(kind) ||
	       pq_value_find(resource_metadata_of(&judging->document), PQ_S("generation")) ==
		       NULL ||
	       resource_set_generation(judging, 1);
}

static bool judge(struct judging *judging, const struct pq_openapi *openapi,
		  const struct pq_openapi_kind *kind)
{
	if (!judging_read(judging, kind->kind, kind->version) || !check_kind(judging, kind))
		return false;
	if (judging->document.kind == PQ_NULL &&
	    !pq_value_from_members(judging->arena, NULL, 0, &judging->document))
		return judging_out_of_room(judging);
	if (!builtin_decode(judging, openapi, kind))
		return false;
	bool is_merged = builtin_is_merged(judging, openapi, kind);
	if (!read_metadata(judging, kind) || !resource_prepare_create(judging) ||
	    !name_limit_range(judging, kind) || !renew_generation(judging, kind))
		return false;
	if (!validate(judging, openapi, kind, is_merged))
		return false;
	return judging_refuse_if_found(judging, kind->kind);
}

void pq_builtin_judge(struct pq_arena *arena, const struct pq_openapi *openapi,
		      const struct pq_openapi_kind *kind, const struct pq_resource_request *request,
		      struct pq_resource_outcome *outcome)
{
	/* For the steps that are shared with custom resources. */
	const struct pq_crd resource = {
		.group = kind->group,
		.kind = kind->kind,
		.namespaced = kind->namespaced,
	};
	struct pq_resource_request named = *request;
	struct judging judging = {
		.arena = arena, .request = &named, .outcome = outcome, .is_typed = true
	};
	*outcome = (struct pq_resource_outcome){ 0 };
	named.crd = &resource;
	pq_findings_init(&outcome->findings, arena, 0);
	pq_findings_init(&outcome->strict, arena, 0);
	if (judge(&judging, openapi, kind))
		outcome->object = judging.document;
}
