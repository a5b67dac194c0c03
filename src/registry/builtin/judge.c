#include "registry/builtin.h"

#include "formats/names.h"
#include "registry/builtin/kinds.h"
#include "registry/builtin/refuse.h"
#include "registry/builtin/steps.h"
#include "registry/builtin/update.h"
#include "registry/object_meta.h"
#include "registry/old_object.h"
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
					  reason);
}

/* Metadata as its Go type holds it: without nulls, so that its rules can be applied. */
static bool read_metadata(struct judging *judging, const struct pq_openapi_kind *kind)
{
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	const struct pq_value none = pq_value_null();
	const struct pq_value *sent = resource_metadata_of(&judging->document);
	struct pq_value metadata;
	struct pq_typed_refusal refusal;
	if (pq_object_meta_coerce(judging->arena, sent == NULL ? &none : sent, &path, NULL,
				  &metadata, &refusal))
		return judging_set_member(judging, &judging->document, "metadata", &metadata,
					  &judging->document);
	if (pq_arena_is_exhausted(judging->arena))
		return judging_out_of_room(judging);
	judging->outcome->refused_offset = refusal.offset;
	return judging_refuse_undecodable(judging, kind->kind, kind->version, kind->kind,
					  refusal.reason);
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

/* The label of a Namespace that is its name. */
static bool label_namespace(struct judging *judging, const struct pq_openapi_kind *kind)
{
	static const struct pq_string key = PQ_LITERAL("kubernetes.io/metadata.name");
	const struct pq_value *labels =
		pq_value_find(resource_metadata_of(&judging->document), PQ_S("labels"));
	struct pq_string name = resource_name_of(&judging->document);
	struct pq_value label = pq_value_from_string(name), all;
	if (!pq_string_is(kind->kind, "Namespace") || name.length == 0 ||
	    pq_value_find(labels, key) == NULL)
		return true;
	if (!pq_value_with_member(judging->arena, labels, key, &label, &all))
		return judging_out_of_room(judging);
	return resource_set_metadata(judging, "labels", &all);
}

static bool renew_generation(struct judging *judging, const struct pq_openapi_kind *kind)
{
	return !kinds_set_generation(kind) ||
	       pq_value_find(resource_metadata_of(&judging->document), PQ_S("generation")) ==
		       NULL ||
	       resource_set_generation(judging, 1);
}

static bool create(struct judging *judging, const struct pq_openapi *openapi,
		   const struct pq_openapi_kind *kind, bool is_merged)
{
	return resource_prepare_create(judging) && name_limit_range(judging, kind) &&
	       renew_generation(judging, kind) && validate(judging, openapi, kind, is_merged);
}

/* From the body to an object whose fields have the types of Go's. */
static bool read_object(struct judging *judging, const struct pq_openapi *openapi,
			const struct pq_openapi_kind *kind, bool *is_merged)
{
	if (!judging_read(judging, kind->kind, kind->version) || !check_kind(judging, kind))
		return false;
	if (judging->document.kind == PQ_NULL &&
	    !pq_value_from_members(judging->arena, NULL, 0, &judging->document))
		return judging_out_of_room(judging);
	if (!builtin_decode(judging, openapi, kind) || !builtin_check_annotations(judging, kind))
		return false;
	*is_merged = builtin_is_merged(judging, openapi, kind);
	return read_metadata(judging, kind) && label_namespace(judging, kind);
}

/* The old object as it would be judged if it were made today. */
struct before {
	struct pq_resource_request request;
	struct pq_resource_outcome outcome;
	struct judging judging;
};

static bool read_before(const struct judging *judging, const struct pq_openapi *openapi,
			const struct pq_openapi_kind *kind, struct before *before)
{
	bool is_merged;
	*before = (struct before){ .request = *judging->request };
	before->request.document = judging->request->old;
	before->request.body = PQ_S("");
	before->request.old = NULL;
	before->request.field_validation = PQ_FIELDS_IGNORE;
	before->judging = (struct judging){ .arena = judging->arena,
					    .request = &before->request,
					    .outcome = &before->outcome,
					    .is_typed = true };
	judging_init_outcome(&before->judging);
	return read_object(&before->judging, openapi, kind, &is_merged);
}

static bool has_finding(const struct pq_findings *findings, const struct pq_finding *wanted)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct pq_finding *finding = &findings->items[i];
		if (pq_string_equal(finding->field, wanted->field) &&
		    pq_string_equal(finding->message, wanted->message))
			return true;
	}
	return false;
}

/* The rules for creates; what the old object breaks, too, the server may have let pass before. */
static void check_anew(struct judging *judging, const struct kind_rules *rules,
		       const struct kind_update *changes, struct before *before)
{
	place_check *check = changes->judged == UPDATE_BY_RULES ? changes->again : rules->check;
	struct pq_findings found;
	struct pq_findings *old_found = &before->outcome.findings;
	pq_findings_init(&found, judging->arena, 0);
	const struct place now = place_of_object(&judging->document, &found);
	const struct place old = place_of_object(&before->judging.document, old_found);
	if (check == NULL ||
	    (changes->is_as_created != NULL && !changes->is_as_created(&now, &old)))
		return;
	check(&now);
	if (pq_findings_is_empty(&found))
		return;
	check(&old);
	for (size_t i = 0; i < found.count; i++) {
		if (!has_finding(old_found, &found.items[i]))
			pq_findings_add(&judging->outcome->findings, found.items[i]);
	}
	judging->outcome->findings.dropped += found.dropped;
}

/* By BeforeUpdate, and again by the strategy's ValidateUpdate. */
static void check_metadata_update(struct judging *judging, const struct pq_openapi_kind *kind,
				  const struct kind_rules *rules)
{
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	const struct pq_value *now = resource_metadata_of(&judging->document);
	const struct pq_value *old = resource_metadata_of(judging->request->old);
	struct pq_findings *findings = &judging->outcome->findings;
	const struct place object = place_of_object(&judging->document, findings);
	pq_object_meta_validate(judging->arena, now, kind->namespaced, PQ_NAME_PATH_SEGMENT, &path,
				findings);
	pq_object_meta_validate_update(judging->arena, now, old, &path, findings);
	if (rules->metadata == KIND_WITH_METADATA || rules->metadata == KIND_WITH_FINALIZERS)
		pq_object_meta_validate_update(judging->arena, now, old, &path, findings);
	if (rules->metadata == KIND_WITH_FINALIZERS)
		check_finalizers(&object);
}

static bool is_zero(struct pq_string version)
{
	for (size_t i = 0; i < version.length; i++) {
		if (version.data[i] != '0')
			return false;
	}
	return true;
}

/* An update that is told of no resourceVersion has the stored one, if the kind lets it. */
static bool fill_version(struct judging *judging)
{
	const struct pq_value *stored =
		pq_value_find(resource_metadata_of(judging->request->old), PQ_S("resourceVersion"));
	struct pq_string sent = pq_value_find_string(resource_metadata_of(&judging->document),
						     PQ_S("resourceVersion"));
	return stored == NULL || !is_zero(sent) ||
	       resource_set_metadata(judging, "resourceVersion", stored);
}

/* Status and generation are the stored object's. */
static bool prepare_update(struct judging *judging, const struct kind_update *changes)
{
	const struct pq_value *old = judging->request->old;
	return update_prepare_service(judging) &&
	       (!changes->is_unconditional || fill_version(judging)) &&
	       resource_check_preconditions(judging) && resource_lend_version(judging) &&
	       resource_set_generation(judging, resource_generation_of(old)) &&
	       judging_set_member(judging, &judging->document, "status",
				  pq_value_find(old, PQ_S("status")), &judging->document) &&
	       resource_keep_system_fields(judging);
}

/* Nobody else makes up a uid, and a status beside it; tools that write files leave it empty. */
static bool is_of_server(const struct pq_value *object)
{
	const struct pq_value *status = pq_value_find(object, PQ_S("status"));
	return pq_value_find_string(resource_metadata_of(object), PQ_S("uid")).length > 0 &&
	       status != NULL && status->kind == PQ_OBJECT && status->object->count > 0;
}

static bool update(struct judging *judging, const struct pq_openapi *openapi,
		   const struct pq_openapi_kind *kind, bool is_merged)
{
	const struct kind_rules *rules = kinds_find(kind);
	const struct kind_update *changes = updates_find(kind);
	struct pq_findings *findings = &judging->outcome->findings;
	struct before before;
	bool is_changed = is_of_server(&judging->document);
	if (!read_before(judging, openapi, kind, &before))
		return judging_refuse_old(judging, before.outcome.status);
	if (!prepare_update(judging, changes))
		return false;
	struct place now = place_of_object(&judging->document, findings);
	struct place old = place_of_object(&before.judging.document, findings);
	now.is_stored = is_changed;
	old.is_stored = is_of_server(judging->request->old);
	check_metadata_update(judging, kind, rules);
	if (!is_merged && changes->is_named_anew)
		check_metadata(judging, kind, rules);
	if (!is_merged && changes->judged != UPDATE_BY_CHANGES)
		check_anew(judging, rules, changes, &before);
	if (!is_merged && changes->check != NULL)
		changes->check(&now, &old);
	if (rules->check == NULL && pq_findings_is_empty(findings) &&
	    !builtin_validate(judging, openapi, kind, is_merged))
		return false;
	return !resource_has_lent_version(judging) ||
	       resource_set_metadata(judging, "resourceVersion", NULL);
}

static bool judge(struct judging *judging, const struct pq_openapi *openapi,
		  const struct pq_openapi_kind *kind)
{
	bool is_merged;
	if (!read_object(judging, openapi, kind, &is_merged))
		return false;
	if (!(judging->request->old == NULL ? create(judging, openapi, kind, is_merged)
					    : update(judging, openapi, kind, is_merged)))
		return false;
	return judging_refuse_if_found(judging, kind->kind);
}

/* meta.UnsafeGuessKindToResource */
static struct pq_string plural_of(struct pq_arena *arena, struct pq_string kind)
{
	struct pq_string lower = pq_arena_copy_lower(arena, kind);
	if (pq_string_is(lower, "endpoints"))
		return lower;
	if (pq_string_ends_with(lower, PQ_S("y")))
		return pq_arena_format(arena, "%.*sies", (int)lower.length - 1, lower.data);
	return pq_arena_format(arena, "%.*s%s", PQ_STRING_ARGUMENT(lower),
			       pq_string_ends_with(lower, PQ_S("s")) ? "es" : "s");
}

void pq_builtin_judge(struct pq_arena *arena, const struct pq_openapi *openapi,
		      const struct pq_openapi_kind *kind, const struct pq_resource_request *request,
		      struct pq_resource_outcome *outcome)
{
	/* For the steps that are shared with custom resources. */
	const struct pq_crd resource = {
		.group = kind->group,
		.kind = kind->kind,
		.plural = plural_of(arena, kind->kind),
		.namespaced = kind->namespaced,
	};
	struct pq_resource_request named = *request;
	struct pq_value old;
	struct judging judging = {
		.arena = arena, .request = &named, .outcome = outcome, .is_typed = true
	};
	judging_init_outcome(&judging);
	named.crd = &resource;
	if (named.old != NULL) {
		old = *named.old;
		named.old = &old;
	}
	if ((named.old != NULL && !pq_old_object_match_namespace(arena, &named, &old))
		    ? judging_out_of_room(&judging)
		    : judge(&judging, openapi, kind))
		outcome->object = judging.document;
}
