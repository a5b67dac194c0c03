/* What apiVersion, kind and metadata of an embedded resource must be
 * (pkg/apiserver/schema/objectmeta/validation.go). */
#include "registry/resource.h"

#include "formats/names.h"
#include "registry/crd_check.h"
#include "registry/finding.h"
#include "registry/object_meta.h"

/* A group and a version at most. */
static void check_api_version(const struct pq_value *value, const struct pq_path *path,
			      struct pq_findings *findings)
{
	struct pq_string text = pq_value_string(value);
	struct pq_string rest = pq_names_version_of(text);
	if (rest.length == text.length || pq_string_find_byte(rest, '/') < 0)
		return;
	struct pq_string detail = pq_arena_format(
		findings->arena, "unexpected GroupVersion string: %.*s", PQ_STRING_ARGUMENT(text));
	finding_add_invalid(findings, path, value, detail);
}

static void check_kind(const struct pq_value *value, const struct pq_path *path,
		       struct pq_findings *findings)
{
	const struct crd_check check = { .arena = findings->arena, .findings = findings };
	const char *problem = crd_check_label_problem(&check, pq_value_string(value), true);
	if (problem != NULL)
		finding_add_invalid(findings, path, value, pq_string_from(problem));
}

static void check_text(const struct pq_value *resource, const struct pq_path *parent,
		       const char *key,
		       void (*check)(const struct pq_value *value, const struct pq_path *path,
				     struct pq_findings *findings),
		       struct pq_findings *findings)
{
	const struct pq_value *value = pq_value_find(resource, pq_string_from(key));
	struct pq_path path = pq_path_property(parent, pq_string_from(key));
	if (value == NULL)
		pq_findings_add_format(findings, PQ_FINDING_REQUIRED, &path, resource->offset,
				       "Required value");
	else if (value->kind != PQ_STRING)
		finding_add_invalid(findings, &path, value, PQ_S("must be a string"));
	else if (value->length == 0)
		finding_add_invalid(findings, &path, value, PQ_S("must not be empty"));
	else
		check(value, &path, findings);
}

/* Go walks a map, so that any member may come first; mostly it is the first. */
bool resource_read_embedded(const struct pq_value *resource, const struct pq_path *path,
			    struct pq_findings *unknown, struct pq_value *metadata,
			    struct pq_findings *findings)
{
	*metadata = pq_value_null();
	for (size_t i = 0; i < resource->object->count; i++) {
		const struct pq_member *member = &resource->object->members[i];
		struct pq_path step = pq_path_property(path, member->key);
		struct pq_typed_refusal refusal;
		bool is_type = pq_string_is(member->key, "apiVersion") ||
			       pq_string_is(member->key, "kind");
		if (is_type && member->value.kind != PQ_STRING) {
			finding_add_invalid(findings, &step, &member->value,
					    PQ_S("must be a string"));
			return false;
		}
		if (pq_string_is(member->key, "metadata") &&
		    !pq_object_meta_coerce(findings->arena, &member->value, &step, unknown,
					   metadata, &refusal)) {
			finding_add_invalid(findings, &step, &member->value, refusal.reason);
			return false;
		}
	}
	return true;
}

void resource_check_embedded_types(const struct pq_value *resource, const struct pq_path *path,
				   struct pq_findings *findings, void *context)
{
	struct pq_value metadata;
	(void)context;
	(void)resource_read_embedded(resource, path, NULL, &metadata, findings);
}

void resource_check_embedded(const struct pq_value *resource, const struct pq_path *path,
			     struct pq_findings *findings, void *context)
{
	(void)context;
	struct pq_path step = pq_path_property(path, PQ_S("metadata"));
	struct pq_value typed, name = pq_value_from_string(PQ_S("fakename"));
	struct pq_typed_refusal refusal;
	check_text(resource, path, "apiVersion", check_api_version, findings);
	check_text(resource, path, "kind", check_kind, findings);
	const struct pq_value *metadata = pq_value_find(resource, PQ_S("metadata"));
	if (metadata == NULL)
		return;
	if (!pq_object_meta_coerce(findings->arena, metadata, &step, NULL, &typed, &refusal)) {
		finding_add_invalid(findings, &step, metadata, refusal.reason);
		return;
	}
	/* An embedded resource may be without a name. */
	if (pq_value_find_string(&typed, PQ_S("name")).length == 0 &&
	    !pq_value_with_member(findings->arena, &typed, PQ_S("name"), &name, &typed)) {
		findings->dropped++;
		return;
	}
	bool namespaced = pq_value_find_string(&typed, PQ_S("namespace")).length > 0;
	pq_object_meta_validate(findings->arena, &typed, namespaced, PQ_NAME_PATH_SEGMENT, &step,
				findings);
}
