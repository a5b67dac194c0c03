/*
 * Validation of a value by a node: the order of the groups of keywords and their match counts
 * (SchemaValidator.Validate), and the forgiving of what did not change.
 */
#include "schema/validation.h"

static bool check_kind(struct pq_validation *validation, const struct pq_node *node,
		       const struct pq_value *value, const struct pq_path *path,
		       const struct pq_correlation *correlation)
{
	switch ((enum pq_kind)value->kind) {
	case PQ_STRING:
		return pq_validation_check_text(validation, node, value, path);
	case PQ_INTEGER:
	case PQ_DOUBLE:
		return pq_validation_check_number(validation, node, value, path);
	case PQ_ARRAY:
		return pq_validation_check_array(validation, node, value, path, correlation);
	case PQ_OBJECT:
	case PQ_BOOLEAN:
	case PQ_NULL:
		break;
	}
	return true;
}

static bool check_keywords(struct pq_validation *validation, const struct pq_node *node,
			   const struct pq_value *value, const struct pq_path *path,
			   const struct pq_correlation *correlation)
{
	bool valid = pq_validation_check_type(validation, node, value, path);
	if (value->kind != PQ_NULL) {
		/* Two for the junctors, one for enum, one for the whole. */
		pq_validation_count(validation, 4);
		if (node->junctors != NULL && pq_validation_goes_on(validation, valid))
			valid = pq_validation_check_junctors(validation, node, value, path) &&
				valid;
		if (pq_validation_goes_on(validation, valid))
			valid = check_kind(validation, node, value, path, correlation) && valid;
	}
	if (node->enumeration != NULL && pq_validation_goes_on(validation, valid))
		valid = pq_validation_check_enum(validation, node, value, path) && valid;
	if (value->kind == PQ_OBJECT && pq_validation_goes_on(validation, valid))
		valid = pq_validation_check_object(validation, node, value, path, correlation) &&
			valid;
	return valid;
}

bool pq_validation_judge(struct pq_validation *validation, const struct pq_node *node,
			 const struct pq_value *value, const struct pq_path *path,
			 const struct pq_correlation *correlation)
{
	if (!pq_validation_collects(validation))
		return check_keywords(validation, node, value, path, NULL);
	struct pq_findings *findings = &validation->result->findings;
	size_t count = findings->count, dropped = findings->dropped;
	bool conceals = validation->conceals;
	validation->conceals =
		validation->conceals_branch || pq_node_is_concealed(node, validation->concealment);
	bool valid = check_keywords(validation, node, value, path, correlation);
	validation->conceals = conceals;
	if (valid)
		return true;
	if (correlation == NULL || !pq_correlation_is_unchanged(validation->arena, correlation))
		return false;
	findings->count = count;
	findings->dropped = dropped;
	return true;
}

/* Judges again, now for the texts. */
static bool collect(struct pq_validation *validation, const struct pq_node *node,
		    const struct pq_value *value, const struct pq_correlation *correlation,
		    struct pq_findings *findings)
{
	struct pq_result result;
	pq_result_init(&result, validation->arena);
	validation->result = &result;
	validation->concealment = findings->concealment;
	pq_validation_judge(validation, node, value, NULL, correlation);
	pq_findings_add_all(findings, &result.findings);
	return !pq_arena_is_exhausted(validation->arena);
}

bool pq_node_validate(const struct pq_node *node, struct pq_arena *arena,
		      const struct pq_value *value, const struct pq_path *prefix,
		      struct pq_findings *findings)
{
	struct pq_validation validation = { .arena = arena, .prefix = prefix };
	return pq_validation_judge(&validation, node, value, NULL, NULL) ||
	       collect(&validation, node, value, NULL, findings);
}

bool pq_schema_validate(const struct pq_schema *schema, struct pq_arena *arena,
			const struct pq_schema_validation *request, struct pq_findings *findings)
{
	struct pq_correlation correlation = {
		.node = schema->root,
		.value = request->value,
		.old = request->old,
		.any_field = schema->kind == PQ_SCHEMA_OVERLAY,
	};
	struct pq_path status = pq_path_property(request->path, PQ_S("status"));
	struct pq_validation validation = {
		.arena = arena,
		.prefix = request->path,
		.interrupt = request->quota == NULL ? NULL : request->quota->interrupt,
	};
	if (request->status_only) {
		const struct pq_member *member = pq_value_find_member(request->value, status.name);
		if (member == NULL)
			return true;
		correlation.node = pq_node_find_member(schema->root, member);
		correlation.value = &member->value;
		if (request->old != NULL)
			correlation.old = pq_value_find(request->old, status.name);
		validation.prefix = &status;
	}
	if (correlation.node == NULL ||
	    pq_validation_judge(&validation, correlation.node, correlation.value, NULL, NULL))
		return true;
	return collect(&validation, correlation.node, correlation.value,
		       correlation.old == NULL ? NULL : &correlation, findings);
}
