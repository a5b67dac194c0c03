/* Acceptance of a CRD (pkg/apis/apiextensions/validation/validation.go), as a whole. */
#include "registry/crd_check.h"

#include "formats/format.h"
#include "formats/names.h"
#include "registry/crd_type.h"
#include "registry/object_meta.h"

#define APPROVAL "api-approved.kubernetes.io"

static const struct pq_value *spec_of(const struct pq_value *crd)
{
	return pq_value_find(crd, PQ_S("spec"));
}

static uint32_t offset_of(const struct pq_value *value, const struct pq_value *parent)
{
	return value != NULL ? value->offset : parent != NULL ? parent->offset : PQ_OFFSET_NONE;
}

static void check_metadata(const struct crd_check *check, const struct pq_value *crd)
{
	const struct pq_value *metadata = pq_value_find(crd, PQ_S("metadata"));
	const struct pq_value *spec = spec_of(crd);
	struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	struct pq_path name_path = pq_path_property(&path, PQ_S("name"));
	pq_object_meta_validate(check->arena, metadata, false, PQ_NAME_DNS1123_SUBDOMAIN, &path,
				check->findings);
	struct pq_string name = pq_value_find_string(metadata, PQ_S("name"));
	struct pq_string plural =
		pq_value_find_string(pq_value_find(spec, PQ_S("names")), PQ_S("plural"));
	struct pq_string wanted =
		pq_arena_format(check->arena, "%.*s.%.*s", PQ_STRING_ARGUMENT(plural),
				PQ_STRING_ARGUMENT(pq_value_find_string(spec, PQ_S("group"))));
	if (name.length > 0 && !pq_string_equal(name, wanted))
		finding_add_invalid_typed(check->findings, &name_path,
					  pq_value_find(metadata, PQ_S("name")),
					  PQ_S("must be spec.names.plural+\".\"+spec.group"));
}

static void check_group(const struct crd_check *check, const struct pq_value *spec,
			const struct pq_path *parent)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	const struct pq_value *value = pq_value_find(spec, PQ_S("group"));
	struct pq_string group = pq_value_find_string(spec, PQ_S("group"));
	struct pq_path path = pq_path_property(parent, PQ_S("group"));
	uint32_t offset = offset_of(value, spec);
	if (group.length == 0) {
		crd_check_add_required(check, &path, offset, "");
		return;
	}
	size_t count = pq_names_check_dns1123_subdomain(group, problems);
	struct pq_string joined = PQ_S("");
	for (size_t i = 0; i < count; i++)
		joined = pq_arena_format(check->arena, "%.*s%s%s", PQ_STRING_ARGUMENT(joined),
					 i == 0 ? "" : ",", problems[i]);
	if (count > 0)
		finding_add_invalid_text(check->findings, &path, group, offset, joined);
	else if (pq_string_find_byte(group, '.') < 0)
		finding_add_invalid_text(check->findings, &path, group, offset,
					 PQ_S("should be a domain with at least one dot"));
}

static void check_spec(const struct crd_check *check, const struct pq_value *spec)
{
	static const char *const scopes[] = { "Cluster", "Namespaced", NULL };
	const struct pq_path path = pq_path_property(NULL, PQ_S("spec"));
	struct pq_path scope_path = pq_path_property(&path, PQ_S("scope"));
	struct pq_path names_path = pq_path_property(&path, PQ_S("names"));
	struct pq_path conversion_path = pq_path_property(&path, PQ_S("conversion"));
	const struct pq_value *scope = pq_value_find(spec, PQ_S("scope"));
	check_group(check, spec, &path);
	crd_check_choice(check, &scope_path, pq_value_find_string(spec, PQ_S("scope")),
			 offset_of(scope, spec), scopes);
	crd_check_versions(check, spec, &path);
	crd_check_names(check, pq_value_find(spec, PQ_S("names")), &names_path, true);
	crd_check_conversion(check, pq_value_find(spec, PQ_S("conversion")), &conversion_path);
}

static bool is_protected_group(struct pq_string group)
{
	return pq_string_is(group, "k8s.io") || pq_string_is(group, "kubernetes.io") ||
	       pq_string_ends_with(group, PQ_S(".k8s.io")) ||
	       pq_string_ends_with(group, PQ_S(".kubernetes.io"));
}

enum approval { APPROVAL_MISSING, APPROVAL_BYPASSED, APPROVAL_GIVEN, APPROVAL_INVALID };

static enum approval approval_of(const struct pq_value *crd)
{
	const struct pq_value *annotations = pq_value_find_path(crd, 2, "metadata", "annotations");
	struct pq_string text = pq_value_find_string(annotations, PQ_S(APPROVAL));
	const struct pq_format *uri = pq_format_find(PQ_S("uri"));
	ptrdiff_t colon = pq_string_find_byte(text, ':');
	if (text.length == 0)
		return APPROVAL_MISSING;
	if (pq_string_starts_with(text, PQ_S("unapproved")))
		return APPROVAL_BYPASSED;
	struct pq_string rest = pq_string_slice(text, colon < 0 ? 0 : (size_t)colon, text.length);
	bool has_host =
		pq_string_starts_with(rest, PQ_S("://")) && rest.length > 3 && rest.data[3] != '/';
	return colon > 0 && has_host && uri != NULL && uri->check(text) ? APPROVAL_GIVEN
									: APPROVAL_INVALID;
}

static void check_approval(const struct crd_check *check, const struct pq_value *crd,
			   const struct pq_value *old)
{
	const struct pq_path metadata = pq_path_property(NULL, PQ_S("metadata"));
	const struct pq_path annotations = pq_path_property(&metadata, PQ_S("annotations"));
	const struct pq_path path = pq_path_key(&annotations, PQ_S(APPROVAL));
	enum approval approval = approval_of(crd);
	if (!is_protected_group(pq_value_find_string(spec_of(crd), PQ_S("group"))) ||
	    (old != NULL && approval_of(old) == approval))
		return;
	if (approval == APPROVAL_MISSING)
		crd_check_add_required(
			check, &path, crd->offset,
			"protected groups must have approval annotation \"" APPROVAL
			"\", see https://github.com/kubernetes/enhancements/pull/1111");
	else if (approval == APPROVAL_INVALID)
		finding_add_invalid_typed(
			check->findings, &path,
			pq_value_find(pq_value_find_path(crd, 2, "metadata", "annotations"),
				      PQ_S(APPROVAL)),
			PQ_S("protected groups must have approval annotation \"" APPROVAL
			     "\" with either a URL or a reason starting with \"unapproved\", see "
			     "https://github.com/kubernetes/enhancements/pull/1111"));
}

static bool preserves_unknown_fields(const struct pq_value *crd)
{
	const struct pq_value *value = pq_value_find(spec_of(crd), PQ_S("preserveUnknownFields"));
	return pq_value_is_true(value);
}

/* Without pruning there are no defaults and no other versions, but what a CRD was stored with may
 * stay. */
static void check_preservation(const struct crd_check *check, const struct pq_value *crd,
			       const struct pq_value *old)
{
	const struct pq_path spec = pq_path_property(NULL, PQ_S("spec"));
	const struct pq_path path = pq_path_property(&spec, PQ_S("preserveUnknownFields"));
	const struct pq_path conversion_path = pq_path_property(&spec, PQ_S("conversion"));
	const struct pq_path strategy_path = pq_path_property(&conversion_path, PQ_S("strategy"));
	const struct pq_value *preserves =
		pq_value_find(spec_of(crd), PQ_S("preserveUnknownFields"));
	const struct pq_value *strategy =
		pq_value_find_path(crd, 3, "spec", "conversion", "strategy");
	if (!preserves_unknown_fields(crd))
		return;
	if (crd_has_default(check, spec_of(crd)))
		finding_add_invalid_typed(
			check->findings, &path, preserves,
			PQ_S("must be false in order to use defaults in the schema"));
	if (strategy != NULL && !pq_string_is(pq_value_string(strategy), "None"))
		finding_add_invalid_typed(
			check->findings, &strategy_path, strategy,
			PQ_S("must be None if spec.preserveUnknownFields is true"));
	if (old == NULL || !preserves_unknown_fields(old))
		finding_add_invalid_typed(
			check->findings, &path, preserves,
			PQ_S("cannot set to true, set x-kubernetes-preserve-unknown-fields to "
			     "true in spec.versions[*].schema instead"));
}

/* Of the fields only the scope has a type of its own in Go. */
static void check_immutable(const struct crd_check *check, const struct pq_value *parent,
			    const struct pq_value *old_parent, const struct pq_path *parent_path,
			    const char *key, bool has_own_type)
{
	struct pq_path path = pq_path_property(parent_path, pq_string_from(key));
	struct pq_string text = pq_value_find_string(parent, path.name);
	if (pq_string_equal(text, pq_value_find_string(old_parent, path.name)))
		return;
	uint32_t offset = offset_of(pq_value_find(parent, path.name), parent);
	if (has_own_type)
		finding_add_invalid_named(check->findings, &path, text, offset,
					  PQ_S("field is immutable"));
	else
		finding_add_invalid_text(check->findings, &path, text, offset,
					 PQ_S("field is immutable"));
}

bool crd_is_established(const struct pq_value *crd)
{
	const struct pq_value *conditions = pq_value_find_path(crd, 2, "status", "conditions");
	for (size_t i = 0; conditions != NULL && i < conditions->length; i++) {
		const struct pq_value *condition = &conditions->items[i];
		if (pq_string_is(pq_value_find_string(condition, PQ_S("type")), "Established"))
			return pq_string_is(pq_value_find_string(condition, PQ_S("status")),
					    "True");
	}
	return false;
}

static void check_update(const struct crd_check *check, const struct pq_value *crd,
			 const struct pq_value *old)
{
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	pq_object_meta_validate_update(check->arena, pq_value_find(crd, PQ_S("metadata")),
				       pq_value_find(old, PQ_S("metadata")), &path,
				       check->findings);
	const struct pq_path spec_path = pq_path_property(NULL, PQ_S("spec"));
	const struct pq_path names_path = pq_path_property(&spec_path, PQ_S("names"));
	const struct pq_value *spec = spec_of(crd), *old_spec = spec_of(old);
	const struct pq_value *names = pq_value_find(spec, PQ_S("names"));
	const struct pq_value *old_names = pq_value_find(old_spec, PQ_S("names"));
	if (crd_is_established(old)) {
		check_immutable(check, spec, old_spec, &spec_path, "scope", true);
		check_immutable(check, names, old_names, &names_path, "kind", false);
	}
	check_immutable(check, spec, old_spec, &spec_path, "group", false);
	check_immutable(check, names, old_names, &names_path, "plural", false);
}

void crd_check_document(struct pq_arena *arena, const struct pq_value *crd,
			const struct pq_value *sent, const struct pq_value *old,
			struct pq_findings *findings)
{
	const struct crd_check check = {
		.arena = arena,
		.findings = findings,
		.sent = sent,
		.old = old,
	};
	const struct pq_path status = pq_path_property(NULL, PQ_S("status"));
	const struct pq_path accepted = pq_path_property(&status, PQ_S("acceptedNames"));
	if (old == NULL)
		check_metadata(&check, crd);
	else
		check_update(&check, crd, old);
	check_spec(&check, spec_of(crd));
	if (old != NULL)
		crd_check_names(&check, pq_value_find_path(old, 2, "status", "acceptedNames"),
				&accepted, false);
	crd_check_stored_versions(&check, crd);
	check_approval(&check, crd, old);
	check_preservation(&check, crd, old);
}

/* As its Go type and defaulted; what does not fit the type is a finding. */
static bool read_typed(struct pq_arena *arena, const struct pq_value *document,
		       struct pq_findings *findings, struct pq_value *typed)
{
	struct pq_typed_refusal refusal;
	if (pq_typed_read(arena, &crd_type, document, NULL, NULL, NULL, typed, &refusal))
		return pq_crd_default(arena, typed, typed);
	const struct pq_path path = pq_path_property(NULL, PQ_S("spec"));
	pq_findings_add_format(findings, PQ_FINDING_TYPE_INVALID, &path, document->offset, "%.*s",
			       PQ_STRING_ARGUMENT(refusal.reason));
	return false;
}

bool pq_crd_validate(struct pq_arena *arena, const struct pq_value *document,
		     const struct pq_value *old, struct pq_findings *findings)
{
	struct pq_value typed, typed_old, coerced;
	if (read_typed(arena, document, findings, &typed) &&
	    (old == NULL || read_typed(arena, old, findings, &typed_old)) &&
	    crd_coerce_defaults(arena, &typed, &coerced))
		crd_check_document(arena, &coerced, &typed, old == NULL ? NULL : &typed_old,
				   findings);
	return !pq_arena_is_exhausted(arena);
}
