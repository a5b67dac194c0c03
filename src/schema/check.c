/* The order of all checks of a schema, and those of its root. */
#include "schema/check.h"

#include "schema/show.h"

#include <stdlib.h>

static int compare_findings(const void *a, const void *b)
{
	const struct pq_finding *left = a, *right = b;
	int order = pq_string_compare(left->field, right->field);
	return order != 0 ? order : pq_string_compare(left->message, right->message);
}

/* With the status subresource the schema of status is taken out and used alone, so that nothing at
 * the root may be meant for it, too. */
static void check_root_with_status(const struct pq_check *check, const struct pq_source *source,
				   const struct pq_path *path)
{
	static const struct pq_string allowed[] = {
		PQ_LITERAL("description"),
		PQ_LITERAL("type"),
		PQ_LITERAL("format"),
		PQ_LITERAL("title"),
		PQ_LITERAL("maximum"),
		PQ_LITERAL("exclusiveMaximum"),
		PQ_LITERAL("minimum"),
		PQ_LITERAL("exclusiveMinimum"),
		PQ_LITERAL("maxLength"),
		PQ_LITERAL("minLength"),
		PQ_LITERAL("pattern"),
		PQ_LITERAL("maxItems"),
		PQ_LITERAL("minItems"),
		PQ_LITERAL("uniqueItems"),
		PQ_LITERAL("multipleOf"),
		PQ_LITERAL("required"),
		PQ_LITERAL("items"),
		PQ_LITERAL("properties"),
		PQ_LITERAL("externalDocs"),
		PQ_LITERAL("example"),
		PQ_LITERAL("x-kubernetes-preserve-unknown-fields"),
		PQ_LITERAL("x-kubernetes-validations"),
	};
	bool is_identified = source->id.length > 0 || source->schema.length > 0 ||
			     (source->given & PQ_GIVEN_REF) != 0;
	if (!is_identified && source->type.length > 0 && !pq_string_is(source->type, "object")) {
		pq_check_add_keyword_text(
			check, PQ_FINDING_INVALID, path, source, "type", source->type,
			"only \"object\" is allowed as the type at the root of the "
			"schema if the status subresource is enabled");
		return;
	}
	if (!pq_source_has_other(source, allowed, sizeof allowed / sizeof allowed[0]))
		return;
	struct pq_buffer shown;
	pq_buffer_init_in(&shown, check->arena, PQ_CHECK_SHOWN_MAX);
	pq_source_show(&shown, source);
	pq_check_add_shown(
		check, PQ_FINDING_INVALID, path, source->value, &shown,
		PQ_S("only [Description Type Format Title Maximum ExclusiveMaximum Minimum "
		     "ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems "
		     "UniqueItems MultipleOf Required Items Properties ExternalDocs Example "
		     "XPreserveUnknownFields XValidations] fields are allowed at the root of "
		     "the schema if the status subresource is enabled"));
}

bool pq_check_is_structural(struct pq_arena *arena, const struct pq_source *source)
{
	const struct pq_schema_check_options options = { .kind = PQ_SCHEMA_RESOURCE };
	struct pq_findings findings;
	const struct pq_check check = {
		.kind = options.kind,
		.options = &options,
		.arena = arena,
		.findings = &findings,
	};
	if (pq_check_find_unsupported(source) != NULL)
		return false;
	pq_findings_init(&findings, arena, 1);
	pq_check_structure(&check, source, NULL);
	pq_check_completeness(&check, source, NULL);
	return pq_findings_is_empty(&findings) && !pq_arena_is_exhausted(arena);
}

/* The structural pass; defaults are looked at only in a schema that is structural. The text of what
 * makes it impossible is told by the caller, if nothing else is. */
static const char *check_structure(const struct pq_check *check, const struct pq_source *source,
				   const struct pq_path *path)
{
	const char *unsupported = pq_check_find_unsupported(source);
	if (unsupported != NULL)
		return unsupported;
	size_t before = check->findings->count;
	pq_check_structure(check, source, path);
	if (check->kind == PQ_SCHEMA_RESOURCE)
		pq_check_completeness(check, source, path);
	if (check->findings->count > before)
		qsort(check->findings->items + before, check->findings->count - before,
		      sizeof *check->findings->items, compare_findings);
	else if (check->findings->dropped == 0)
		pq_check_defaults(check, source, path);
	return NULL;
}

/* Keywords, and the rules too if nothing is wrong with the structure. What is wrong with rules is
 * told last. */
static void check_keywords(struct pq_check check, const struct pq_source *source,
			   const struct pq_path *path, bool is_structural)
{
	struct pq_check_rules rules = { 0 };
	pq_findings_init(&rules.findings, check.arena, check.findings->limit);
	pq_arena_init(&rules.scratch, 0);
	check.rules = is_structural ? &rules : NULL;
	pq_check_keywords(&check, source, path);
	pq_findings_add_all(check.findings, &rules.findings);
	pq_arena_done(&rules.scratch);
	if (is_structural)
		pq_check_total_cost(&check, source, path);
}

static void check_source(const struct pq_check *check, const struct pq_source *source,
			 const struct pq_path *path, bool has_status)
{
	bool needs_structure = !pq_check_forgives(check, PQ_SCHEMA_NOT_STRUCTURAL);
	size_t before = check->findings->count;
	if (has_status)
		check_root_with_status(check, source, path);
	if (source->nullable && check->kind == PQ_SCHEMA_RESOURCE)
		pq_check_add_keyword(check, PQ_FINDING_FORBIDDEN, path, source, "nullable",
				     "nullable cannot be true at the root");
	size_t around = check->findings->count;
	const char *unsupported = needs_structure ? check_structure(check, source, path) : NULL;
	check_keywords(*check, source, path,
		       needs_structure && unsupported == NULL && check->findings->count == around);
	if (unsupported != NULL && check->findings->count == before) {
		struct pq_value empty = pq_value_from_string(PQ_S(""));
		pq_check_add_value(check, PQ_FINDING_INVALID, path, source->value, &empty,
				   pq_string_from(unsupported));
	}
}

static struct pq_check check_with(const struct pq_schema_check_options *options,
				  struct pq_findings *findings)
{
	return (struct pq_check){
		.kind = options->kind,
		.options = options,
		.arena = findings->arena,
		.findings = findings,
	};
}

void pq_schema_check_source(const struct pq_source *source, const struct pq_path *path,
			    const struct pq_schema_check_options *options,
			    struct pq_findings *findings)
{
	const struct pq_check check = check_with(options, findings);
	check_source(&check, source, path, options->has_status);
}

void pq_schema_check(const struct pq_value *source, const struct pq_path *path,
		     const struct pq_schema_check_options *options, struct pq_findings *findings)
{
	const struct pq_check check = check_with(options, findings);
	struct pq_source *read = NULL;
	struct pq_error error;
	uint32_t offset;
	if (pq_source_read_as(findings->arena, source, path, options->kind, &read, &offset,
			      &error)) {
		check_source(&check, read, path, options->has_status);
		return;
	}
	struct pq_path whole = pq_path_property(NULL, pq_string_from(error.path));
	const struct pq_value where = { .offset = offset };
	pq_check_add(&check, PQ_FINDING_INVALID, error.path[0] == '\0' ? path : &whole, &where,
		     pq_string_from(error.message));
}
