/*
 * Acceptance of a CRD (pkg/apis/apiextensions/validation/validation.go).
 *
 * The server validates its internal form: what all versions have alike (always so with one
 * version) stands at the top there, and so do the paths of errors.
 */
#include "registry/crd_check.h"

#include "formats/format.h"
#include "formats/names.h"
#include "registry/crd_type.h"
#include "registry/judging.h"
#include "registry/object_meta.h"
#include "json/printable.h"
#include "json/write.h"

enum { DEPRECATION_WARNING_MAX = 256 };

#define APPROVAL "api-approved.kubernetes.io"

static const struct pq_value *spec_of(const struct pq_value *crd)
{
	return pq_value_find(crd, PQ_S("spec"));
}

static uint32_t offset_of(const struct pq_value *value, const struct pq_value *parent)
{
	return value != NULL ? value->offset : parent != NULL ? parent->offset : PQ_OFFSET_NONE;
}

static bool same_or_absent(const struct pq_value *a, const struct pq_value *b)
{
	return a == b || (a != NULL && b != NULL && pq_value_equal(a, b));
}

/* Whether all versions have the same at key: then it is judged once, at the top. */
static bool is_shared(const struct pq_value *versions, const char *key)
{
	for (size_t i = 1; i < versions->length; i++) {
		if (!same_or_absent(pq_value_find(&versions->items[i], pq_string_from(key)),
				    pq_value_find(&versions->items[0], pq_string_from(key))))
			return false;
	}
	return true;
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
		crd_check_add_invalid(check, &name_path, pq_value_find(metadata, PQ_S("name")),
				      "must be spec.names.plural+\".\"+spec.group");
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
		crd_check_add_invalid_text(check, &path, group, offset, joined.data);
	else if (pq_string_find_byte(group, '.') < 0)
		crd_check_add_invalid_text(check, &path, group, offset,
					   "should be a domain with at least one dot");
}

static bool has_status(const struct pq_value *version)
{
	return pq_value_find_path(version, 2, "subresources", "status") != NULL;
}

/* Resources that defaults make are judged as embedded ones in objects are. */
static void judge_default(const struct pq_value *resource, const struct pq_path *path,
			  struct pq_findings *findings, void *context)
{
	struct pq_resource_outcome outcome = { .findings = *findings };
	struct judging judging = { .arena = context, .outcome = &outcome };
	bool done = judging_check_embedded(resource, path, &judging);
	*findings = outcome.findings;
	findings->dropped += !done;
}

static void check_schema(const struct crd_check *check, const struct pq_value *validation,
			 bool status, const struct pq_path *path)
{
	const struct pq_value *schema = pq_value_find(validation, PQ_S("openAPIV3Schema"));
	struct pq_path step = pq_path_property(path, PQ_S("openAPIV3Schema"));
	const struct pq_schema_check_options options = {
		.kind = PQ_SCHEMA_RESOURCE,
		.has_status = status,
		.judge_embedded = judge_default,
		.context = check->arena,
	};
	if (schema != NULL)
		pq_schema_check(schema, &step, &options, check->findings);
}

/* One character of valid UTF-8 from *at on, which moves behind it. */
static uint32_t take_character(struct pq_string text, size_t *at)
{
	unsigned char lead = (unsigned char)text.data[(*at)++];
	if (lead < 0x80)
		return lead;
	uint32_t character = lead & (lead >= 0xF0 ? 0x07 : lead >= 0xE0 ? 0x0F : 0x1F);
	while (*at < text.length && ((unsigned char)text.data[*at] & 0xC0) == 0x80)
		character = (character << 6) | ((unsigned char)text.data[(*at)++] & 0x3F);
	return character;
}

/* The server holds the warning by a pointer, which it shows as JSON. */
static void add_warning_problem(const struct crd_check *check, const struct pq_path *path,
				const struct pq_value *warning, const char *detail)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, check->arena, 0);
	pq_json_write_string(&text, pq_value_string(warning), PQ_JSON_ESCAPE_HTML);
	if (pq_buffer_failed(&text) || detail == NULL)
		check->findings->dropped++;
	else
		pq_findings_add_format(check->findings, PQ_FINDING_INVALID, path, warning->offset,
				       "Invalid value: %.*s: %s", (int)text.length, text.data,
				       detail);
}

static void check_printable(const struct crd_check *check, const struct pq_path *path,
			    const struct pq_value *warning)
{
	struct pq_string text = pq_value_string(warning);
	for (size_t at = 0; at < text.length;) {
		size_t start = at;
		if (pq_go_is_printable(take_character(text, &at)))
			continue;
		struct pq_string detail = pq_arena_format(
			check->arena,
			"must only contain printable UTF-8 characters; non-printable character "
			"found at index %zu",
			start);
		add_warning_problem(check, path, warning, detail.data);
		return;
	}
}

static void check_deprecation(const struct crd_check *check, const struct pq_value *version,
			      const struct pq_path *parent)
{
	const struct pq_value *warning = pq_value_find(version, PQ_S("deprecationWarning"));
	const struct pq_value *deprecated = pq_value_find(version, PQ_S("deprecated"));
	struct pq_path path = pq_path_property(parent, PQ_S("deprecationWarning"));
	if (warning == NULL)
		return;
	if (deprecated == NULL || !deprecated->boolean) {
		add_warning_problem(check, &path, warning,
				    "can only be set for deprecated versions");
		return;
	}
	if (warning->length > DEPRECATION_WARNING_MAX)
		add_warning_problem(check, &path, warning, "must be <= 256 characters long");
	if (warning->length == 0)
		add_warning_problem(check, &path, warning, "must not be an empty string");
	check_printable(check, &path, warning);
}

/* Which parts stand at the top of the internal form. */
struct sharing {
	bool schema;
	bool subresources;
	bool columns;
	bool selectable_fields;
};

static void check_version(const struct crd_check *check, const struct pq_value *version,
			  const struct sharing *sharing, const struct pq_path *path)
{
	/* The internal form repeats the first version's name as spec.version. */
	const bool is_first = path->index == 0;
	const struct pq_path version_path = pq_path_property(path->parent->parent, PQ_S("version"));
	const struct pq_value *name = pq_value_find(version, PQ_S("name"));
	const struct pq_value *schema = pq_value_find(version, PQ_S("schema"));
	struct pq_path name_path = pq_path_property(path, PQ_S("name"));
	struct pq_path schema_path = pq_path_property(path, PQ_S("schema"));
	struct pq_path subresources_path = pq_path_property(path, PQ_S("subresources"));
	struct pq_path columns_path = pq_path_property(path, PQ_S("additionalPrinterColumns"));
	struct pq_path fields_path = pq_path_property(path, PQ_S("selectableFields"));
	const char *problem = crd_check_label_problem(check, pq_value_string(name), false);
	if (problem != NULL)
		crd_check_add_invalid(check, &name_path, name, problem);
	if (problem != NULL && is_first && name->length > 0)
		crd_check_add_invalid(check, &version_path, name, problem);
	check_deprecation(check, version, path);
	if (!sharing->schema)
		check_schema(check, schema, has_status(version), &schema_path);
	if (!sharing->subresources)
		crd_check_subresources(check, pq_value_find(version, PQ_S("subresources")),
				       &subresources_path);
	if (!sharing->columns)
		crd_check_columns(check, pq_value_find(version, PQ_S("additionalPrinterColumns")),
				  &columns_path);
	if (!sharing->selectable_fields)
		crd_check_selectable_fields(check, pq_value_find(version, PQ_S("selectableFields")),
					    pq_value_find(schema, PQ_S("openAPIV3Schema")),
					    &fields_path);
}

/* Every version needs a schema. */
static void require_schemas(const struct crd_check *check, const struct pq_value *versions,
			    const struct pq_path *path)
{
	for (size_t i = 0; i < versions->length; i++) {
		const struct pq_value *version = &versions->items[i];
		struct pq_path item = pq_path_index(path, i);
		struct pq_path schema = pq_path_property(&item, PQ_S("schema"));
		struct pq_path step = pq_path_property(&schema, PQ_S("openAPIV3Schema"));
		if (pq_value_find_path(version, 2, "schema", "openAPIV3Schema") == NULL)
			crd_check_add_required(check, &step, version->offset, "");
	}
}

/* A part of a version in the internal form: nothing when it stands at the top. Names in schemas
 * are not those of the internal form, which only shows when versions differ. */
static struct pq_value internal_part(const struct pq_value *version, const char *key,
				     bool is_shared)
{
	const struct pq_value *value = pq_value_find(version, pq_string_from(key));
	return is_shared || value == NULL ? pq_value_null() : *value;
}

/* The versions as Go prints its internal structs, which have no JSON names. */
static bool make_internal_versions(const struct crd_check *check, const struct pq_value *versions,
				   const struct sharing *sharing, struct pq_value *result)
{
	struct pq_value *items =
		pq_arena_alloc_array(check->arena, versions->length, sizeof *items);
	if (items == NULL)
		return false;
	for (size_t i = 0; i < versions->length; i++) {
		const struct pq_value *version = &versions->items[i];
		const struct pq_value *deprecated = pq_value_find(version, PQ_S("deprecated"));
		const struct pq_member members[] = {
			{ .key = PQ_S("Name"), .value = *pq_value_find(version, PQ_S("name")) },
			{ .key = PQ_S("Served"), .value = *pq_value_find(version, PQ_S("served")) },
			{ .key = PQ_S("Storage"),
			  .value = *pq_value_find(version, PQ_S("storage")) },
			{ .key = PQ_S("Deprecated"),
			  .value =
				  deprecated == NULL ? pq_value_from_boolean(false) : *deprecated },
			{ .key = PQ_S("DeprecationWarning"),
			  .value = internal_part(version, "deprecationWarning", false) },
			{ .key = PQ_S("Schema"),
			  .value = internal_part(version, "schema", sharing->schema) },
			{ .key = PQ_S("Subresources"),
			  .value = internal_part(version, "subresources", sharing->subresources) },
			{ .key = PQ_S("AdditionalPrinterColumns"),
			  .value = internal_part(version, "additionalPrinterColumns",
						 sharing->columns) },
			{ .key = PQ_S("SelectableFields"),
			  .value = internal_part(version, "selectableFields",
						 sharing->selectable_fields) },
		};
		if (!pq_value_from_members(check->arena, members,
					   sizeof members / sizeof members[0], &items[i]))
			return false;
	}
	*result = pq_value_from_items(items, versions->length);
	result->offset = versions->offset;
	return true;
}

static size_t count_storage(const struct pq_value *versions)
{
	size_t count = 0;
	for (size_t i = 0; i < versions->length; i++) {
		const struct pq_value *storage =
			pq_value_find(&versions->items[i], PQ_S("storage"));
		count += storage != NULL && storage->boolean;
	}
	return count;
}

static bool has_repeated_name(const struct pq_value *versions)
{
	for (size_t i = 0; i < versions->length; i++) {
		for (size_t j = 0; j < i; j++) {
			if (pq_string_equal(
				    pq_value_find_string(&versions->items[i], PQ_S("name")),
				    pq_value_find_string(&versions->items[j], PQ_S("name"))))
				return true;
		}
	}
	return false;
}

static void check_version_set(const struct crd_check *check, const struct pq_value *versions,
			      const struct sharing *sharing, const struct pq_path *path)
{
	struct pq_value shown;
	bool repeated = has_repeated_name(versions), one = count_storage(versions) == 1;
	if (!repeated && one)
		return;
	if (!make_internal_versions(check, versions, sharing, &shown)) {
		check->findings->dropped++;
		return;
	}
	if (repeated)
		crd_check_add_invalid(check, path, &shown, "must contain unique version names");
	if (!one)
		crd_check_add_invalid(check, path, &shown,
				      "must have exactly one version marked as storage version");
}

static void check_shared_parts(const struct crd_check *check, const struct pq_value *versions,
			       const struct sharing *sharing, const struct pq_path *spec)
{
	const struct pq_value *first = &versions->items[0];
	struct pq_path validation = pq_path_property(spec, PQ_S("validation"));
	struct pq_path subresources = pq_path_property(spec, PQ_S("subresources"));
	struct pq_path columns = pq_path_property(spec, PQ_S("additionalPrinterColumns"));
	struct pq_path fields = pq_path_property(spec, PQ_S("selectableFields"));
	bool status = false;
	for (size_t i = 0; i < versions->length; i++)
		status |= has_status(&versions->items[i]);
	if (sharing->schema)
		check_schema(check, pq_value_find(first, PQ_S("schema")), status, &validation);
	if (sharing->subresources)
		crd_check_subresources(check, pq_value_find(first, PQ_S("subresources")),
				       &subresources);
	if (sharing->columns)
		crd_check_columns(check, pq_value_find(first, PQ_S("additionalPrinterColumns")),
				  &columns);
	if (sharing->selectable_fields)
		crd_check_selectable_fields(
			check, pq_value_find(first, PQ_S("selectableFields")),
			pq_value_find_path(first, 2, "schema", "openAPIV3Schema"), &fields);
}

static void check_versions(const struct crd_check *check, const struct pq_value *spec,
			   const struct pq_path *path)
{
	const struct pq_value *versions = pq_value_find(spec, PQ_S("versions"));
	struct pq_path versions_path = pq_path_property(path, PQ_S("versions"));
	if (versions == NULL || versions->kind != PQ_ARRAY || versions->length == 0) {
		struct pq_value shown = versions == NULL ? pq_value_null() : *versions;
		shown.offset = offset_of(versions, spec);
		crd_check_add_invalid(check, &versions_path, &shown,
				      "must have exactly one version marked as storage version");
		return;
	}
	const struct sharing sharing = {
		.schema = is_shared(versions, "schema"),
		.subresources = is_shared(versions, "subresources"),
		.columns = is_shared(versions, "additionalPrinterColumns"),
		.selectable_fields = is_shared(versions, "selectableFields"),
	};
	require_schemas(check, versions, &versions_path);
	for (size_t i = 0; i < versions->length; i++) {
		struct pq_path step = pq_path_index(&versions_path, i);
		check_version(check, &versions->items[i], &sharing, &step);
	}
	check_version_set(check, versions, &sharing, &versions_path);
	check_shared_parts(check, versions, &sharing, path);
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
	check_versions(check, spec, &path);
	crd_check_names(check, pq_value_find(spec, PQ_S("names")), &names_path, true);
	crd_check_conversion(check, pq_value_find(spec, PQ_S("conversion")), &conversion_path);
}

static bool find_version(const struct pq_value *versions, struct pq_string name, bool *is_storage)
{
	for (size_t i = 0; versions != NULL && i < versions->length; i++) {
		const struct pq_value *version = &versions->items[i];
		const struct pq_value *storage = pq_value_find(version, PQ_S("storage"));
		if (!pq_string_equal(pq_value_find_string(version, PQ_S("name")), name))
			continue;
		*is_storage = storage != NULL && storage->boolean;
		return true;
	}
	return false;
}

static struct pq_string storage_name(const struct pq_value *versions)
{
	for (size_t i = 0; versions != NULL && i < versions->length; i++) {
		const struct pq_value *storage =
			pq_value_find(&versions->items[i], PQ_S("storage"));
		if (storage != NULL && storage->boolean)
			return pq_value_find_string(&versions->items[i], PQ_S("name"));
	}
	return (struct pq_string){ 0 };
}

/* The server strikes stored versions off its list as it meets them, so that a second storage
 * version of the same name finds none. */
static void check_repeated_storage(const struct crd_check *check, const struct pq_value *versions,
				   const struct pq_value *stored, const struct pq_path *path)
{
	for (size_t i = 0; versions != NULL && i < versions->length; i++) {
		const struct pq_value *name = pq_value_find(&versions->items[i], PQ_S("name"));
		const struct pq_value *storage =
			pq_value_find(&versions->items[i], PQ_S("storage"));
		bool is_repeated = false;
		for (size_t j = 0; j < i && !is_repeated; j++)
			is_repeated = pq_string_equal(
				pq_value_find_string(&versions->items[j], PQ_S("name")),
				pq_value_string(name));
		if (!is_repeated || storage == NULL || !storage->boolean)
			continue;
		struct pq_value shown = stored != NULL ? *stored : pq_value_from_items(name, 1);
		struct pq_string detail =
			pq_arena_format(check->arena, "must have the storage version %.*s",
					PQ_STRING_ARGUMENT(pq_value_string(name)));
		crd_check_add_invalid(check, path, &shown, detail.data);
	}
}

/* The strategy adds the storage version to status.storedVersions before this is judged. */
static void check_stored_versions(const struct crd_check *check, const struct pq_value *crd,
				  const struct pq_value *old)
{
	const struct pq_path status = pq_path_property(NULL, PQ_S("status"));
	const struct pq_path path = pq_path_property(&status, PQ_S("storedVersions"));
	const struct pq_value *versions = pq_value_find(spec_of(crd), PQ_S("versions"));
	const struct pq_value *stored =
		old == NULL ? NULL : pq_value_find_path(old, 2, "status", "storedVersions");
	if (storage_name(versions).data == NULL && (stored == NULL || stored->length == 0)) {
		struct pq_value shown = pq_value_null();
		crd_check_add_invalid(check, &path, &shown,
				      "must have at least one stored version");
		return;
	}
	check_repeated_storage(check, versions, stored, &path);
	for (size_t i = 0; stored != NULL && i < stored->length; i++) {
		struct pq_string name = pq_value_string(&stored->items[i]);
		bool is_storage;
		if (find_version(versions, name, &is_storage))
			continue;
		struct pq_path step = pq_path_index(&path, i);
		struct pq_string detail = pq_arena_format(
			check->arena,
			"missing from spec.versions; %.*s was previously a storage version, and "
			"must remain in spec.versions until a storage migration ensures no data "
			"remains persisted in %.*s and removes %.*s from status.storedVersions",
			PQ_STRING_ARGUMENT(name), PQ_STRING_ARGUMENT(name),
			PQ_STRING_ARGUMENT(name));
		crd_check_add_invalid(check, &step, &stored->items[i], detail.data);
	}
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
		crd_check_add_invalid(
			check, &path,
			pq_value_find(pq_value_find_path(crd, 2, "metadata", "annotations"),
				      PQ_S(APPROVAL)),
			"protected groups must have approval annotation \"" APPROVAL
			"\" with either a URL or a reason starting with \"unapproved\", see "
			"https://github.com/kubernetes/enhancements/pull/1111");
}

static bool preserves_unknown_fields(const struct pq_value *crd)
{
	const struct pq_value *value = pq_value_find(spec_of(crd), PQ_S("preserveUnknownFields"));
	return value != NULL && value->kind == PQ_BOOLEAN && value->boolean;
}

static void check_preservation(const struct crd_check *check, const struct pq_value *crd,
			       const struct pq_value *old)
{
	const struct pq_path spec = pq_path_property(NULL, PQ_S("spec"));
	const struct pq_path path = pq_path_property(&spec, PQ_S("preserveUnknownFields"));
	const struct pq_path conversion_path = pq_path_property(&spec, PQ_S("conversion"));
	if (!preserves_unknown_fields(crd) || (old != NULL && preserves_unknown_fields(old)))
		return;
	const struct pq_path strategy_path = pq_path_property(&conversion_path, PQ_S("strategy"));
	const struct pq_value *strategy =
		pq_value_find_path(crd, 3, "spec", "conversion", "strategy");
	if (strategy != NULL && !pq_string_is(pq_value_string(strategy), "None"))
		crd_check_add_invalid(check, &strategy_path, strategy,
				      "must be None if spec.preserveUnknownFields is true");
	crd_check_add_invalid(check, &path,
			      pq_value_find(spec_of(crd), PQ_S("preserveUnknownFields")),
			      "cannot set to true, set x-kubernetes-preserve-unknown-fields to "
			      "true in spec.versions[*].schema instead");
}

static void check_immutable(const struct crd_check *check, const struct pq_value *crd,
			    const struct pq_value *old, const char *parent, const char *key)
{
	struct pq_path spec = pq_path_property(NULL, PQ_S("spec"));
	struct pq_path inner = pq_path_property(&spec, pq_string_from(parent));
	struct pq_path path =
		pq_path_property(parent[0] == '\0' ? &spec : &inner, pq_string_from(key));
	const struct pq_value *now = spec_of(crd), *before = spec_of(old);
	if (parent[0] != '\0') {
		now = pq_value_find(now, pq_string_from(parent));
		before = pq_value_find(before, pq_string_from(parent));
	}
	struct pq_string text = pq_value_find_string(now, pq_string_from(key));
	if (!pq_string_equal(text, pq_value_find_string(before, pq_string_from(key))))
		crd_check_add_invalid_text(check, &path, text,
					   offset_of(pq_value_find(now, pq_string_from(key)), now),
					   "field is immutable");
}

static bool is_established(const struct pq_value *crd)
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
	if (is_established(old)) {
		check_immutable(check, crd, old, "", "scope");
		check_immutable(check, crd, old, "names", "kind");
	}
	check_immutable(check, crd, old, "", "group");
	check_immutable(check, crd, old, "names", "plural");
}

void crd_check_document(struct pq_arena *arena, const struct pq_value *crd,
			const struct pq_value *old, struct pq_findings *findings)
{
	const struct crd_check check = { .arena = arena, .findings = findings };
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
	check_stored_versions(&check, crd, old);
	check_approval(&check, crd, old);
	check_preservation(&check, crd, old);
}

/* As its Go type and defaulted; what does not fit the type is a finding. */
static bool read_typed(struct pq_arena *arena, const struct pq_value *document,
		       struct pq_findings *findings, struct pq_value *typed)
{
	struct pq_error error;
	if (pq_typed_read(arena, &crd_type, document, NULL, NULL, typed, &error))
		return pq_crd_default(arena, typed, typed);
	const struct pq_path path = pq_path_property(NULL, PQ_S("spec"));
	pq_findings_add_format(findings, PQ_FINDING_TYPE_INVALID, &path, document->offset, "%s",
			       error.message);
	return false;
}

bool pq_crd_validate(struct pq_arena *arena, const struct pq_value *document,
		     const struct pq_value *old, struct pq_findings *findings)
{
	struct pq_value typed, typed_old;
	if (read_typed(arena, document, findings, &typed) &&
	    (old == NULL || read_typed(arena, old, findings, &typed_old)))
		crd_check_document(arena, &typed, old == NULL ? NULL : &typed_old, findings);
	return !pq_arena_is_exhausted(arena);
}
