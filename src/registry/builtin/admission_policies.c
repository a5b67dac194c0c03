/* Validating admission policies and their bindings (pkg/apis/admissionregistration/validation). */
#include "registry/builtin/admission.h"

#include "base/utf8.h"
#include "registry/builtin/rules.h"

static bool has_line_breaks(struct pq_string text)
{
	return pq_string_find_byte(text, '\n') >= 0 || pq_string_find_byte(text, '\r') >= 0;
}

/* validateValidation */
static void check_validation(const struct admission_scope *scope, const struct place *validation)
{
	static const char *const reasons[] = { "Forbidden", "Invalid", "RequestEntityTooLarge",
					       NULL };
	const struct place expression = place_field(validation, "expression");
	const struct place message = place_field(validation, "message");
	const struct place message_expression = place_field(validation, "messageExpression");
	const struct place reason = place_field(validation, "reason");
	if (admission_is_blank(&expression))
		refuse_required(&expression, "expression is not specified");
	else
		admission_check_expression(scope, &expression, place_text(&expression),
					   ADMISSION_BOOL, true);
	if (!admission_is_blank(&message_expression))
		admission_check_expression(scope, &message_expression,
					   place_text(&message_expression), ADMISSION_STRING,
					   false);
	else if (place_text(&message_expression).length > 0)
		refuse_string(&message_expression, place_text(&message_expression),
			      "must be non-empty if specified");
	if (place_text(&message).length > 0 && admission_is_blank(&message))
		refuse_string(&message, place_text(&message), "must be non-empty if specified");
	else if (has_line_breaks(pq_utf8_trim(place_text(&message))))
		refuse_string(&message, place_text(&message), "must not contain line breaks");
	check_optional_enum(&reason, reasons);
}

/* validateAuditAnnotation */
static void check_annotation(const struct admission_scope *scope, const struct place *annotation,
			     struct pq_string policy)
{
	enum { EXPRESSION_MAX = 5 * 1024 };
	const struct place key = place_field(annotation, "key");
	const struct place expression = place_field(annotation, "valueExpression");
	if (policy.length == 0)
		refuse_string(&key, place_text(&key), "requires metadata.name be non-empty");
	else
		check_name_shown(&key,
				 pq_arena_format(key.findings->arena, "%.*s/%.*s",
						 PQ_STRING_ARGUMENT(policy),
						 PQ_STRING_ARGUMENT(place_text(&key))),
				 pq_names_check_qualified_name);
	if (admission_is_blank(&expression))
		refuse_required(&expression, "valueExpression is not specified");
	else if (pq_utf8_trim(place_text(&expression)).length > EXPRESSION_MAX)
		refuse_required(&expression, "must not exceed 5120 bytes in length");
	else
		admission_check_expression(scope, &expression,
					   pq_utf8_trim(place_text(&expression)),
					   ADMISSION_STRING_OR_NULL, true);
}

static void check_annotations_of(const struct admission_scope *scope, const struct place *policy,
				 const struct place *annotations)
{
	enum { ANNOTATIONS_MAX = 20 };
	const struct place metadata = place_field(policy, "metadata");
	const struct place name = place_field(&metadata, "name");
	pq_cleanup_map struct pq_map keys;
	pq_map_init(&keys);
	if (place_count(annotations) > ANNOTATIONS_MAX)
		refuse_value(annotations, "must not have more than 20 auditAnnotations");
	for (size_t i = 0; i < place_count(annotations); i++) {
		const struct place annotation = place_item(annotations, i);
		const struct place key = place_field(&annotation, "key");
		check_annotation(scope, &annotation, place_text(&name));
		if (!place_note(&key, &keys, place_text(&key)))
			refuse_duplicate(&key, place_text(&key));
	}
}

/* validateValidatingAdmissionPolicySpec */
void rules_check_validating_policy(const struct place *policy)
{
	static const char nothing[] =
		"validations or auditAnnotations must contain at least one item";
	const struct place spec = place_field(policy, "spec");
	const struct place param = place_field(&spec, "paramKind");
	const struct place conditions = place_field(&spec, "matchConditions");
	const struct place variables = place_field(&spec, "variables");
	const struct place validations = place_field(&spec, "validations");
	const struct place annotations = place_field(&spec, "auditAnnotations");
	struct admission_scope scope;
	admission_check_constraints(&spec);
	admission_check_conditions(&conditions, place_is_set(&param));
	admission_scope_init(&scope, place_count(&variables) > 0 ? &variables : NULL,
			     place_is_set(&param));
	admission_check_variables(&scope, &variables);
	if (place_count(&validations) + place_count(&annotations) == 0) {
		refuse_required(&validations, nothing);
		refuse_required(&annotations, nothing);
	}
	for (size_t i = 0; i < place_count(&validations); i++) {
		const struct place validation = place_item(&validations, i);
		check_validation(&scope, &validation);
	}
	check_annotations_of(&scope, policy, &annotations);
}

/* validateValidationActions */
static void check_actions(const struct place *actions)
{
	static const char *const known[] = { "Audit", "Deny", "Warn", NULL };
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < place_count(actions); i++) {
		const struct place action = place_item(actions, i);
		check_enum(&action, known);
		if (!place_note(&action, &seen, place_text(&action)))
			refuse_duplicate(&action, place_text(&action));
	}
	if (place_lists(actions, "Deny") && place_lists(actions, "Warn"))
		refuse_value(actions, "must not contain both Deny and Warn (repeating the same "
				      "validation failure information in the API response and "
				      "headers serves no purpose)");
	if (place_count(actions) == 0)
		refuse_required(actions, "at least one validation action is required");
}

/* validateValidatingAdmissionPolicyBindingSpec */
void rules_check_validating_policy_binding(const struct place *binding)
{
	const struct place spec = place_field(binding, "spec");
	const struct place policy = place_field(&spec, "policyName");
	const struct place reference = place_field(&spec, "paramRef");
	const struct place match = place_field(&spec, "matchResources");
	const struct place actions = place_field(&spec, "validationActions");
	check_required_name(&policy, pq_names_check_dns1123_subdomain);
	if (place_is_set(&reference))
		admission_check_param_ref(&reference);
	admission_check_match(&match);
	check_actions(&actions);
}
