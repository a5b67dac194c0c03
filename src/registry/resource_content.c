/*
 * What a valid custom resource is, beyond its kind and metadata, in the API server's order
 * (pkg/registry/customresource/strategy.go and validator.go).
 */
#include "base/interrupt.h"
#include "registry/finding.h"
#include "registry/resource.h"
#include "registry/scale_path.h"

static bool check_schema(struct pq_arena *arena, const struct pq_resource_content *content,
			 struct pq_findings *findings)
{
	const struct pq_schema_validation validation = {
		.value = content->object,
		.old = content->old,
		.status_only = content->subresource == PQ_SUBRESOURCE_STATUS,
		.quota = content->quota,
	};
	return pq_schema_validate(content->version->schema, arena, &validation, findings);
}

static struct pq_interrupt *interrupt_of(const struct pq_resource_content *content)
{
	return content->quota == NULL ? NULL : content->quota->interrupt;
}

struct embedded_check {
	struct pq_findings *findings;
	struct pq_interrupt *interrupt;
};

static bool visit_embedded(const struct pq_value *resource, const struct pq_path *path,
			   void *context)
{
	const struct embedded_check *check = context;
	if (!pq_interrupt_count(check->interrupt, 1))
		resource_check_embedded(resource, path, check->findings, NULL);
	return !pq_arena_is_exhausted(check->findings->arena);
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
	struct embedded_check check = { findings, interrupt_of(content) };
	return content->subresource == PQ_SUBRESOURCE_STATUS ||
	       pq_schema_each_embedded(content->version->schema, content->object, visit_embedded,
				       &check);
}

static bool run_rules(struct pq_arena *arena, const struct pq_resource_content *content,
		      struct pq_findings *findings)
{
	const struct pq_schema_rules_run run = {
		.value = content->object,
		.old = content->old,
		.warnings = content->warnings,
		.quota = content->quota,
	};
	return pq_schema_run_rules(content->version->schema, arena, &run, findings);
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
	finding_add_invalid(&judging->outcome->findings, &path, kind, detail);
	return false;
}

bool resource_check_content(struct judging *judging, const struct pq_value *old, bool is_other_kind)
{
	struct pq_findings *forgiven = &judging->outcome->forgiven;
	const struct pq_resource_content content = {
		.version = judging->request->version,
		.subresource = judging->request->subresource,
		.object = &judging->document,
		.old = old,
		.is_other_kind = is_other_kind,
		.warnings = forgiven,
	};
	if (!pq_custom_resource_check_content(judging->arena, &content,
					      &judging->outcome->findings))
		return judging_out_of_room(judging);
	for (size_t i = 0; i < forgiven->count; i++)
		judging_warn(judging, pq_finding_render(judging->arena, &forgiven->items[i]));
	return true;
}

bool pq_custom_resource_check_content(struct pq_arena *arena,
				      const struct pq_resource_content *content,
				      struct pq_findings *findings)
{
	if (!check_by_kind(arena, content, findings) || !check_embedded(content, findings))
		return false;
	/* What has been said is worth nothing then. */
	if (pq_interrupt_count(interrupt_of(content), 0))
		return true;
	if (!pq_schema_validate_list_types(content->version->schema, arena, content->object,
					   content->old, findings))
		return false;
	return run_rules(arena, content, findings) && !pq_arena_is_exhausted(arena);
}
