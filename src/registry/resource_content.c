/*
 * What a valid custom resource is, beyond its kind and metadata, in the API server's order
 * (pkg/registry/customresource/strategy.go and validator.go).
 */
#include "registry/finding.h"
#include "registry/resource.h"
#include "registry/scale_path.h"

#include "base/release.h"

#define UNCHECKED_RULES                                                                            \
	"some validation rules were not checked because the object was invalid; correct the "      \
	"existing errors to complete validation"

/* Errors after which the server does not evaluate rules. */
static bool is_blocking(enum pq_finding_type type)
{
	return type == PQ_FINDING_NOT_SUPPORTED || type == PQ_FINDING_REQUIRED ||
	       type == PQ_FINDING_TOO_LONG || type == PQ_FINDING_TOO_MANY ||
	       type == PQ_FINDING_TYPE_INVALID;
}

static bool check_schema(struct pq_arena *arena, const struct pq_resource_content *content,
			 struct pq_findings *findings)
{
	const struct pq_schema_validation validation = {
		.value = content->object,
		.old = content->old,
		.status_only = content->subresource == PQ_SUBRESOURCE_STATUS,
	};
	return pq_schema_validate(content->version->schema, arena, &validation, findings);
}

static bool visit_embedded(const struct pq_value *resource, const struct pq_path *path,
			   void *context)
{
	struct pq_findings *findings = context;
	resource_check_embedded(resource, path, findings, NULL);
	return !pq_arena_is_exhausted(findings->arena);
}

/* By the schema, and what the scale paths point to; not of an object of another kind. Through the
 * status only the status is judged. */
static bool check_by_kind(struct pq_arena *arena, const struct pq_resource_content *content,
			  struct pq_findings *findings)
{
	if (content->is_other_kind)
		return true;
	if (!check_schema(arena, content, findings))
		return false;
	if (content->subresource != PQ_SUBRESOURCE_STATUS)
		scale_path_check_spec(content->version, content->object, findings);
	scale_path_check_status(content->version, content->object, findings);
	return true;
}

static bool check_embedded(const struct pq_resource_content *content, struct pq_findings *findings)
{
	return content->subresource == PQ_SUBRESOURCE_STATUS ||
	       pq_schema_each_embedded(content->version->schema, content->object, visit_embedded,
				       findings);
}

/* Rules are skipped, and it is said, when the object is too broken for them. */
static void note_unchecked_rules(const struct pq_crd_version *version, struct pq_findings *findings)
{
	if (!version->has_rules)
		return;
	for (size_t i = 0; i < findings->count; i++) {
		if (!is_blocking(findings->items[i].type))
			continue;
		pq_findings_add(
			findings,
			(struct pq_finding){
				.type = PQ_FINDING_INVALID,
				.field = PQ_S("<nil>"),
				.message =
					pq_release_has(PQ_CHANGE_BARE_NULL)
						? PQ_S("Invalid value: null: " UNCHECKED_RULES)
						: PQ_S("Invalid value: \"null\": " UNCHECKED_RULES),
				.offset = PQ_OFFSET_NONE,
			});
		return;
	}
}

bool resource_check_type_meta(struct judging *judging)
{
	const struct pq_string wanted = judging->request->crd->kind;
	const struct pq_value *kind = pq_value_find(&judging->document, PQ_S("kind"));
	if (kind == NULL || pq_string_equal(pq_value_string(kind), wanted))
		return true;
	struct pq_path path = pq_path_property(NULL, PQ_S("kind"));
	struct pq_string detail =
		pq_arena_format(judging->arena, "must be %.*s", PQ_STRING_ARGUMENT(wanted));
	finding_add_invalid(&judging->outcome->findings, &path, kind, detail.data);
	return false;
}

bool resource_check_content(struct judging *judging, const struct pq_value *old, bool is_other_kind)
{
	const struct pq_resource_content content = {
		.version = judging->request->version,
		.subresource = judging->request->subresource,
		.object = &judging->document,
		.old = old,
		.is_other_kind = is_other_kind,
	};
	return pq_custom_resource_check_content(judging->arena, &content,
						&judging->outcome->findings) ||
	       judging_out_of_room(judging);
}

bool pq_custom_resource_check_content(struct pq_arena *arena,
				      const struct pq_resource_content *content,
				      struct pq_findings *findings)
{
	if (!check_by_kind(arena, content, findings) || !check_embedded(content, findings) ||
	    !pq_schema_validate_list_types(content->version->schema, arena, content->object,
					   content->old, findings))
		return false;
	note_unchecked_rules(content->version, findings);
	return !pq_arena_is_exhausted(arena);
}
