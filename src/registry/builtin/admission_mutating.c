/* Mutating admission policies and their bindings (pkg/apis/admissionregistration/validation). */
#include "registry/builtin/admission.h"

#include "base/utf8.h"
#include "registry/builtin/rules.h"

/* There is nothing to change in what is deleted. */
static void check_operations(const struct place *match)
{
	static const char *const known[] = { "*", "CONNECT", "CREATE", "UPDATE", NULL };
	const struct place rules = place_field(match, "resourceRules");
	for (size_t i = 0; i < place_count(&rules); i++) {
		const struct place rule = place_item(&rules, i);
		const struct place operations = place_field(&rule, "operations");
		for (size_t k = 0; k < place_count(&operations); k++) {
			const struct place operation = place_item(&operations, k);
			struct place told = place_field(&rules, "operations");
			told.value = operation.value;
			told.offset = operation.offset;
			check_enum(&told, known);
		}
	}
}

/* validateApplyConfiguration, validateJSONPatch */
static void check_patch(const struct admission_scope *scope, const struct place *patch,
			enum admission_result result)
{
	const struct place expression = place_field(patch, "expression");
	if (admission_is_blank(&expression))
		refuse_required(&expression, "");
	else
		admission_check_expression(scope, &expression,
					   pq_utf8_trim(place_text(&expression)), result, true);
}

/* validateMutation */
static void check_mutation(const struct admission_scope *scope, const struct place *mutation)
{
	static const char *const known[] = { "ApplyConfiguration", "JSONPatch", NULL };
	const struct place type = place_field(mutation, "patchType");
	const struct place patch = place_field(mutation, "jsonPatch");
	const struct place configuration = place_field(mutation, "applyConfiguration");
	if (!check_required(&type))
		return;
	check_enum(&type, known);
	if (place_is_text(&type, "JSONPatch")) {
		if (place_is_set(&patch))
			check_patch(scope, &patch, ADMISSION_PATCHES);
		else
			refuse_required(&patch, "must be specified when patchType is JSONPatch");
		if (place_is_set(&configuration))
			refuse_string(&configuration, PQ_S("{applyConfiguration}"),
				      "must not be specified when patchType is JSONPatch");
	} else if (place_is_text(&type, "ApplyConfiguration")) {
		if (place_is_set(&configuration))
			check_patch(scope, &configuration, ADMISSION_OBJECT);
		else
			refuse_required(&configuration,
					"must be specified when patchType is ApplyConfiguration");
		if (place_is_set(&patch))
			refuse_string(&patch, PQ_S("{jsonPatch}"),
				      "must not be specified when patchType is ApplyConfiguration");
	}
}

static void check_mutations(const struct place *spec, bool has_params)
{
	const struct place variables = place_field(spec, "variables");
	const struct place mutations = place_field(spec, "mutations");
	struct admission_scope scope;
	admission_scope_init(&scope, &variables, has_params);
	admission_check_variables(&scope, &variables);
	if (place_count(&mutations) == 0)
		refuse_required(&mutations, "mutations must contain at least one item");
	for (size_t i = 0; i < place_count(&mutations); i++) {
		const struct place mutation = place_item(&mutations, i);
		check_mutation(&scope, &mutation);
	}
}

/* validateMutatingAdmissionPolicySpec */
void rules_check_mutating_policy(const struct place *policy)
{
	static const char *const again[] = { "IfNeeded", "Never", NULL };
	const struct place spec = place_field(policy, "spec");
	const struct place param = place_field(&spec, "paramKind");
	const struct place match = place_field(&spec, "matchConstraints");
	const struct place conditions = place_field(&spec, "matchConditions");
	const struct place reinvocation = place_field(&spec, "reinvocationPolicy");
	admission_check_constraints(&spec);
	check_operations(&match);
	admission_check_conditions(&conditions, place_is_set(&param));
	check_mutations(&spec, place_is_set(&param));
	check_required_enum(&reinvocation, again);
}

/* validateMutatingAdmissionPolicyBindingSpec */
void rules_check_mutating_policy_binding(const struct place *binding)
{
	const struct place spec = place_field(binding, "spec");
	const struct place policy = place_field(&spec, "policyName");
	const struct place reference = place_field(&spec, "paramRef");
	const struct place match = place_field(&spec, "matchResources");
	check_required_name(&policy, pq_names_check_dns1123_subdomain);
	if (place_is_set(&reference))
		admission_check_param_ref(&reference);
	admission_check_match(&match);
	check_operations(&match);
}
