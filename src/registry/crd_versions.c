/*
 * The versions of a CRD.
 *
 * The server validates its internal form: what all versions have alike (always so with one
 * version) stands at the top there, and so do the paths of errors.
 */
#include "registry/crd_check.h"

#include "base/utf8.h"
#include "registry/crd_type.h"
#include "registry/name_index.h"
#include "registry/resource.h"
#include "schema/check.h"
#include "json/printable.h"
#include "json/write.h"

enum { DEPRECATION_WARNING_MAX = 256 };

static bool same_or_absent(const struct pq_value *a, const struct pq_value *b)
{
	return a == b || (a != NULL && b != NULL && pq_value_equal(a, b));
}

/* Whether all versions have the same at key, an empty list or map being none. */
static bool is_shared(const struct pq_value *versions, const char *key)
{
	for (size_t i = 1; i < versions->length; i++) {
		if (!same_or_absent(pq_value_find(&versions->items[i], pq_string_from(key)),
				    pq_value_find(&versions->items[0], pq_string_from(key))))
			return false;
	}
	return true;
}

static struct crd_sharing sharing_of(const struct pq_value *versions)
{
	return (struct crd_sharing){
		.schema = is_shared(versions, "schema"),
		.subresources = is_shared(versions, "subresources"),
		.columns = is_shared(versions, "additionalPrinterColumns"),
		.selectable_fields = is_shared(versions, "selectableFields"),
	};
}

static bool shares_all(const struct crd_sharing *sharing)
{
	return sharing->schema && sharing->subresources && sharing->columns &&
	       sharing->selectable_fields;
}

/* What all versions have in common is judged once, at the top. The server compares them as they are
 * written; what is the same before need not be written to see that it is the same then, and the
 * schemas are most of a CRD. */
static bool find_sharing(const struct crd_check *check, const struct pq_value *versions,
			 struct crd_sharing *sharing)
{
	struct pq_value written;
	*sharing = sharing_of(versions);
	if (shares_all(sharing))
		return true;
	if (!pq_typed_write(check->arena, &crd_versions_type, versions, &written))
		return false;
	*sharing = sharing_of(&written);
	return true;
}

static const struct pq_value *sent_versions(const struct crd_check *check)
{
	return pq_value_find_path(check->sent, 2, "spec", "versions");
}

/* The versions while they are checked. */
struct version_set {
	const struct pq_value *versions;
	struct crd_sharing sharing;
	struct name_index by_name;
	const struct pq_value *old;    /* those of the CRD before the update, or NULL */
	struct name_index old_by_name; /* the same */
	struct crd_sharing old_sharing;
	struct crd_ratchet ratchet;
};

/* The server looks a version up by its name, and finds the first of those that have it. */
static const struct pq_value *first_of_name(const struct version_set *set,
					    const struct pq_value *version)
{
	return name_index_find(&set->by_name, pq_value_find_string(version, PQ_S("name")));
}

static bool has_status(const struct version_set *set, const struct pq_value *version)
{
	return pq_value_find_path(first_of_name(set, version), 2, "subresources", "status") != NULL;
}

/* The version of the CRD before the update whose part stands for that of a version now: what was
 * shared was that of every version, of new ones, too. */
static const struct pq_value *find_before(const struct version_set *set, bool was_shared,
					  const struct pq_value *version)
{
	if (was_shared && set->old != NULL && set->old->length > 0)
		return &set->old->items[0];
	return name_index_find(&set->old_by_name, pq_value_find_string(version, PQ_S("name")));
}

/* Whether the update leaves the version's schema as it was, by what was sent. */
static bool is_unchanged(const struct crd_check *check, const struct version_set *set,
			 const struct pq_value *version)
{
	const struct pq_value *before = find_before(set, set->old_sharing.schema, version);
	const struct pq_value *first = first_of_name(set, version);
	if (before == NULL || first == NULL)
		return false;
	const struct pq_value *sent = &sent_versions(check)->items[first - set->versions->items];
	return same_or_absent(pq_value_find(before, PQ_S("schema")),
			      pq_value_find(sent, PQ_S("schema")));
}

static void check_schema(const struct crd_check *check, const struct version_set *set,
			 const struct pq_value *version, bool status, const struct pq_path *path)
{
	const struct pq_value *schema = pq_value_find_path(version, 2, "schema", "openAPIV3Schema");
	struct pq_path step = pq_path_property(path, PQ_S("openAPIV3Schema"));
	const struct pq_schema_check_options options = {
		.kind = PQ_SCHEMA_RESOURCE,
		.has_status = status,
		.forgiven = set->ratchet.forgiven,
		.read_embedded = resource_check_embedded_types,
		.is_unchanged = is_unchanged(check, set, version),
		.judge_embedded = resource_check_embedded,
	};
	if (schema != NULL)
		pq_schema_check(schema, &step, &options, check->findings);
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
	for (size_t at = 0, width; at < text.length; at += width) {
		if (pq_go_is_printable(
			    pq_utf8_decode(pq_string_slice(text, at, text.length), &width)))
			continue;
		struct pq_string detail = pq_arena_format(
			check->arena,
			"must only contain printable UTF-8 characters; non-printable character "
			"found at index %zu",
			at);
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

/* What cannot be made into a structural schema is told for the fields, too. parent is that of the
 * fields. */
static void check_schema_of_fields(const struct crd_check *check, const struct pq_value *fields,
				   const struct pq_value *schema, const struct pq_path *parent)
{
	struct pq_source *source;
	struct pq_error error;
	if (fields == NULL || fields->length == 0 || schema == NULL ||
	    !pq_source_read(check->arena, schema, NULL, &source, &error))
		return;
	const char *unsupported = pq_check_find_unsupported(source);
	struct pq_path schema_path = pq_path_property(parent, PQ_S("schema"));
	struct pq_path path = pq_path_property(&schema_path, PQ_S("openAPIV3Schema"));
	if (unsupported != NULL)
		finding_add_invalid_text(check->findings, &path, PQ_S(""), schema->offset,
					 pq_string_from(unsupported));
}

/* Fields of a version need a schema in that version. */
static void check_own_selectable_fields(const struct crd_check *check,
					const struct pq_value *fields,
					const struct pq_value *schema, bool is_kept,
					const struct pq_path *path)
{
	check_schema_of_fields(check, fields, schema, path->parent);
	if (schema != NULL)
		crd_check_selectable_fields(check, fields, schema, is_kept, path);
	else if (fields != NULL && fields->length > 0)
		finding_add_invalid_text(
			check->findings, path, PQ_S(""), fields->offset,
			PQ_S("may only be set when `version.schema.openAPIV3Schema` "
			     "is not included"));
}

/* Whether the update leaves selectable fields as they were, at the top or in the version: then
 * there may be as many as there were. */
static bool keeps_fields(const struct version_set *set, const struct pq_value *version)
{
	bool was_shared = set->old_sharing.selectable_fields;
	const struct pq_value *before = find_before(set, was_shared, version);
	return before != NULL && was_shared == set->sharing.selectable_fields &&
	       same_or_absent(pq_value_find(before, PQ_S("selectableFields")),
			      pq_value_find(version, PQ_S("selectableFields")));
}

static void check_version(const struct crd_check *check, const struct version_set *set,
			  const struct pq_value *version, const struct pq_path *path)
{
	const struct crd_sharing *sharing = &set->sharing;
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
		finding_add_invalid_typed(check->findings, &name_path, name,
					  pq_string_from(problem));
	if (problem != NULL && is_first && name->length > 0)
		finding_add_invalid_typed(check->findings, &version_path, name,
					  pq_string_from(problem));
	check_deprecation(check, version, path);
	if (!sharing->schema)
		check_schema(check, set, version, has_status(set, version), &schema_path);
	if (!sharing->subresources)
		crd_check_subresources(check, pq_value_find(version, PQ_S("subresources")),
				       &subresources_path);
	if (!sharing->columns)
		crd_check_columns(check, pq_value_find(version, PQ_S("additionalPrinterColumns")),
				  &columns_path);
	if (!sharing->selectable_fields)
		check_own_selectable_fields(
			check, pq_value_find(version, PQ_S("selectableFields")),
			sharing->schema ? NULL : pq_value_find(schema, PQ_S("openAPIV3Schema")),
			keeps_fields(set, version), &fields_path);
}

/* Every version needs a schema, or, where that is not asked for, what is served and pruned. */
static void require_schemas(const struct crd_check *check, const struct pq_value *spec,
			    const struct crd_ratchet *ratchet, const struct pq_path *path)
{
	const struct pq_value *versions = pq_value_find(spec, PQ_S("versions"));
	if (ratchet->schemas_may_lack &&
	    pq_value_is_true(pq_value_find(spec, PQ_S("preserveUnknownFields"))))
		return;
	for (size_t i = 0; i < versions->length; i++) {
		const struct pq_value *version = &versions->items[i];
		bool is_served = pq_value_is_true(pq_value_find(version, PQ_S("served")));
		struct pq_path item = pq_path_index(path, i);
		struct pq_path schema = pq_path_property(&item, PQ_S("schema"));
		struct pq_path step = pq_path_property(&schema, PQ_S("openAPIV3Schema"));
		if (pq_value_find_path(version, 2, "schema", "openAPIV3Schema") != NULL)
			continue;
		if (!ratchet->schemas_may_lack)
			crd_check_add_required(check, &step, version->offset, "");
		else if (is_served)
			crd_check_add_required(check, &step, version->offset,
					       "because otherwise all fields are pruned");
	}
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

static void check_version_set(const struct crd_check *check, const struct version_set *set,
			      const struct pq_path *path)
{
	const struct pq_value *versions = set->versions;
	struct pq_buffer shown;
	bool repeated = name_index_has_repeated(&set->by_name), one = count_storage(versions) == 1;
	if (!repeated && one)
		return;
	pq_buffer_init_in(&shown, check->arena, PQ_CHECK_SHOWN_MAX);
	crd_show_versions(&shown, versions, &set->sharing, check->arena);
	if (repeated)
		finding_add_invalid_shown(check->findings, path, versions, &shown,
					  PQ_S("must contain unique version names"));
	if (!one)
		finding_add_invalid_shown(
			check->findings, path, versions, &shown,
			PQ_S("must have exactly one version marked as storage version"));
}

/* Schemas that differ as they were sent, and no more once their defaults have been coerced. */
static void check_alike(const struct crd_check *check, const struct version_set *set,
			const struct pq_path *path)
{
	struct crd_sharing coerced;
	struct pq_buffer shown;
	if (set->sharing.schema || set->versions == sent_versions(check))
		return;
	if (!find_sharing(check, set->versions, &coerced)) {
		check->findings->dropped++;
		return;
	}
	if (!coerced.schema)
		return;
	pq_buffer_init_in(&shown, check->arena, PQ_CHECK_SHOWN_MAX);
	crd_show_versions(&shown, set->versions, &set->sharing, check->arena);
	finding_add_invalid_shown(check->findings, path, set->versions, &shown,
				  PQ_S("per-version schemas may not all be set to identical values "
				       "(top-level validation should be used instead)"));
}

static void check_shared_parts(const struct crd_check *check, const struct version_set *set,
			       const struct pq_path *spec)
{
	const struct pq_value *versions = set->versions;
	const struct crd_sharing *sharing = &set->sharing;
	const struct pq_value *first = &versions->items[0];
	struct pq_path validation = pq_path_property(spec, PQ_S("validation"));
	struct pq_path subresources = pq_path_property(spec, PQ_S("subresources"));
	struct pq_path columns = pq_path_property(spec, PQ_S("additionalPrinterColumns"));
	struct pq_path fields = pq_path_property(spec, PQ_S("selectableFields"));
	bool status = false;
	for (size_t i = 0; i < versions->length; i++)
		status |= pq_value_find_path(&versions->items[i], 2, "subresources", "status") !=
			  NULL;
	if (sharing->schema)
		check_schema(check, set, first, status, &validation);
	if (sharing->subresources)
		crd_check_subresources(check, pq_value_find(first, PQ_S("subresources")),
				       &subresources);
	if (sharing->columns)
		crd_check_columns(check, pq_value_find(first, PQ_S("additionalPrinterColumns")),
				  &columns);
	if (!sharing->selectable_fields)
		return;
	/* Fields at the top need a validation there, be it without a schema. */
	static const struct pq_value none = { .kind = PQ_NULL, .offset = PQ_OFFSET_NONE };
	const struct pq_value *first_validation =
		sharing->schema ? pq_value_find(first, PQ_S("schema")) : NULL;
	const struct pq_value *schema = pq_value_find(first_validation, PQ_S("openAPIV3Schema"));
	if (first_validation != NULL && schema == NULL)
		schema = &none;
	const struct pq_value *selectable = pq_value_find(first, PQ_S("selectableFields"));
	check_schema_of_fields(check, selectable, schema, spec);
	crd_check_selectable_fields(check, selectable, schema, keeps_fields(set, first), &fields);
}

void crd_check_versions(const struct crd_check *check, const struct pq_value *spec,
			const struct pq_path *path)
{
	const struct pq_value *versions = pq_value_find(spec, PQ_S("versions"));
	struct pq_path versions_path = pq_path_property(path, PQ_S("versions"));
	if (versions == NULL || versions->kind != PQ_ARRAY || versions->length == 0) {
		struct pq_value shown = versions == NULL ? pq_value_null() : *versions;
		shown.offset = versions != NULL ? versions->offset
			       : spec != NULL   ? spec->offset
						: PQ_OFFSET_NONE;
		finding_add_invalid_typed(
			check->findings, &versions_path, &shown,
			PQ_S("must have exactly one version marked as storage version"));
		return;
	}
	struct version_set set = {
		.versions = versions,
		.old = pq_value_find_path(check->old, 2, "spec", "versions"),
	};
	if (!find_sharing(check, sent_versions(check), &set.sharing) ||
	    (set.old != NULL && !find_sharing(check, set.old, &set.old_sharing)) ||
	    !crd_find_ratchet(check, spec, &set.ratchet)) {
		check->findings->dropped++;
		return;
	}
	name_index_build(&set.by_name, check->arena, versions, "name");
	name_index_build(&set.old_by_name, check->arena, set.old, "name");
	require_schemas(check, spec, &set.ratchet, &versions_path);
	for (size_t i = 0; i < versions->length; i++) {
		struct pq_path step = pq_path_index(&versions_path, i);
		check_version(check, &set, &versions->items[i], &step);
	}
	check_alike(check, &set, &versions_path);
	check_version_set(check, &set, &versions_path);
	check_shared_parts(check, &set, path);
}
