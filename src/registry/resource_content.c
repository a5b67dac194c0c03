/* What a valid custom resource is, beyond its metadata (strategy.go, validator.go). */
#include "registry/resource.h"

#include "formats/names.h"
#include "registry/object_meta.h"
#include "registry/scale.h"

#include <stdio.h>

/* The part of ratcheting and blocking that stands between schema and rules. */
static bool is_blocking(enum pq_finding_type type)
{
	return type == PQ_FINDING_NOT_SUPPORTED || type == PQ_FINDING_REQUIRED ||
	       type == PQ_FINDING_TOO_LONG || type == PQ_FINDING_TOO_MANY ||
	       type == PQ_FINDING_TYPE_INVALID;
}

static void check_embedded_text(struct judging *judging, const struct pq_value *resource,
				const struct pq_path *parent, const char *key)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	const struct pq_value *value = pq_value_find(resource, pq_string_from(key));
	struct pq_path path = pq_path_property(parent, pq_string_from(key));
	if (value == NULL) {
		pq_findings_add_format(&judging->outcome->findings, PQ_FINDING_REQUIRED, &path,
				       resource->offset, "Required value");
		return;
	}
	if (value->kind != PQ_STRING) {
		judging_add_invalid(judging, &path, value, "must be a string");
		return;
	}
	struct pq_string text = pq_value_string(value);
	if (text.length == 0) {
		judging_add_invalid(judging, &path, value, "must not be empty");
		return;
	}
	char detail[512];
	if (strcmp(key, "apiVersion") == 0) {
		struct pq_string rest = judging_version_of(text);
		if (rest.length == text.length || pq_string_find_byte(rest, '/') < 0)
			return;
		snprintf(detail, sizeof detail, "unexpected GroupVersion string: %.*s",
			 PQ_STRING_ARGUMENT(text));
		judging_add_invalid(judging, &path, value, detail);
		return;
	}
	struct pq_string lower = pq_arena_copy(judging->arena, text);
	for (size_t i = 0; lower.data != NULL && i < lower.length; i++) {
		char *c = (char *)(uintptr_t)&lower.data[i];
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	size_t count = pq_names_check_dns1035_label(lower, problems);
	if (count == 0)
		return;
	int length = snprintf(detail, sizeof detail,
			      "may have mixed case, but should otherwise match: ");
	for (size_t i = 0; i < count && (size_t)length < sizeof detail; i++)
		length += snprintf(detail + length, sizeof detail - (size_t)length, "%s%s",
				   i == 0 ? "" : ",", problems[i]);
	judging_add_invalid(judging, &path, value, detail);
}

bool judging_check_embedded(const struct pq_value *resource, const struct pq_path *path,
			    void *context)
{
	struct judging *judging = context;
	check_embedded_text(judging, resource, path, "apiVersion");
	check_embedded_text(judging, resource, path, "kind");
	const struct pq_value *metadata = pq_value_find(resource, PQ_S("metadata"));
	if (metadata == NULL)
		return true;
	struct pq_path step = pq_path_property(path, PQ_S("metadata"));
	struct pq_value typed;
	struct pq_error error;
	if (!pq_object_meta_coerce(judging->arena, metadata, &step, NULL, &typed, &error)) {
		judging_add_invalid(judging, &step, metadata, error.message);
		return true;
	}
	if (pq_value_find_string(&typed, PQ_S("name")).length == 0) {
		struct pq_value name = pq_value_from_string(PQ_S("fakename"));
		if (!judging_set_member(judging, &typed, "name", &name, &typed))
			return false;
	}
	bool namespaced = pq_value_find_string(&typed, PQ_S("namespace")).length > 0;
	pq_object_meta_validate(judging->arena, &typed, namespaced, PQ_NAME_PATH_SEGMENT, &step,
				&judging->outcome->findings);
	return true;
}

/* An object whose list types were broken before may stay so. */
static bool check_list_types(struct judging *judging, const struct pq_value *old)
{
	const struct pq_schema *schema = judging->request->version->schema;
	if (old != NULL) {
		struct pq_findings before;
		pq_findings_init(&before, judging->arena, 0);
		if (!pq_schema_validate_list_types(schema, judging->arena, old, &before))
			return judging_out_of_room(judging);
		if (!pq_findings_is_empty(&before))
			return true;
	}
	if (!pq_schema_validate_list_types(schema, judging->arena, &judging->document,
					   &judging->outcome->findings))
		return judging_out_of_room(judging);
	return true;
}

/* Rules are skipped, and it is said, when the object is too broken for them. */
static void note_unchecked_rules(struct judging *judging)
{
	struct pq_findings *findings = &judging->outcome->findings;
	if (!judging->request->version->has_rules)
		return;
	for (size_t i = 0; i < findings->count; i++) {
		if (!is_blocking(findings->items[i].type))
			continue;
		pq_findings_add(
			findings,
			(struct pq_finding){
				.type = PQ_FINDING_INVALID,
				.field = PQ_S("<nil>"),
				.message = PQ_S("Invalid value: null: some validation rules were "
						"not checked because the object was invalid; "
						"correct the existing errors to complete "
						"validation"),
				.offset = PQ_OFFSET_NONE,
			});
		return;
	}
}

static bool check_schema(struct judging *judging, const struct pq_value *old)
{
	const struct pq_resource_request *request = judging->request;
	bool is_status = request->subresource == PQ_SUBRESOURCE_STATUS;
	const struct pq_schema_validation validation = {
		.value = &judging->document,
		.old = old,
		.status_only = is_status,
	};
	if (!pq_schema_validate(request->version->schema, judging->arena, &validation,
				&judging->outcome->findings))
		return judging_out_of_room(judging);
	return true;
}

/* Scale paths and embedded resources. */
static bool check_parts(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	bool is_status = request->subresource == PQ_SUBRESOURCE_STATUS;
	if (!is_status)
		scale_check_spec(judging);
	scale_check_status(judging);
	if (!is_status &&
	    !pq_schema_each_embedded(request->version->schema, judging->arena, &judging->document,
				     judging_check_embedded, judging))
		return judging_out_of_room(judging);
	return true;
}

bool pq_custom_resource_check_parts(struct pq_arena *arena, const struct pq_crd_version *version,
				    enum pq_subresource subresource, const struct pq_value *object,
				    struct pq_findings *findings)
{
	const struct pq_resource_request request = {
		.version = version,
		.subresource = subresource,
	};
	struct pq_resource_outcome outcome = { .findings = *findings };
	struct judging judging = {
		.arena = arena,
		.request = &request,
		.outcome = &outcome,
		.document = *object,
	};
	bool fine = check_parts(&judging);
	*findings = outcome.findings;
	return fine;
}

void resource_check_type_meta(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	const struct pq_value *kind = pq_value_find(&judging->document, PQ_S("kind"));
	char detail[512];
	if (kind == NULL || pq_string_equal(pq_value_string(kind), request->crd->kind))
		return;
	struct pq_path path = pq_path_property(NULL, PQ_S("kind"));
	snprintf(detail, sizeof detail, "must be %.*s", PQ_STRING_ARGUMENT(request->crd->kind));
	judging_add_invalid(judging, &path, kind, detail);
}

/* Strategy.Validate and ValidateUpdate, after metadata. */
bool resource_check_content(struct judging *judging, const struct pq_value *old)
{
	if (!check_schema(judging, old) || !check_parts(judging) || !check_list_types(judging, old))
		return false;
	note_unchecked_rules(judging);
	return true;
}
