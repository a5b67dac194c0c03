/* Admission policies and their bindings (pkg/apis/admissionregistration/validation). */
#include "registry/builtin/admission.h"
#include "registry/builtin/rules.h"

/* validateNamedRuleWithOperations */
static void check_named_rule(const struct place *rule)
{
	const struct place names = place_field(rule, "resourceNames");
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	for (size_t i = 0; i < place_count(&names); i++) {
		const struct place name = place_item(&names, i);
		check_name(&name, pq_names_check_path_segment);
		if (!place_note(&name, &seen, place_text(&name)))
			refuse_duplicate(&name, place_text(&name));
	}
	admission_check_rule(rule);
}

/* validateMatchResources */
static void check_match(const struct place *match)
{
	const struct place policy = place_field(match, "matchPolicy");
	const struct place spaces = place_field(match, "namespaceSelector");
	const struct place objects = place_field(match, "objectSelector");
	const struct place rules = place_field(match, "resourceRules");
	const struct place excluded = place_field(match, "excludeResourceRules");
	check_optional_enum(&policy, admission_match_policies);
	check_label_selector(&spaces);
	check_label_selector(&objects);
	place_each(&rules, check_named_rule);
	place_each(&excluded, check_named_rule);
}

/* The problems of a name joined, as strings.Join(errs, ",") does. */
static void check_joined(const struct place *place, struct pq_string shown,
			 struct pq_string checked, pq_name_check *check, const char *before)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	size_t count = check(checked, problems);
	if (count > 0)
		refuse_string(place, shown, "%s%s%s%s", before, problems[0], count > 1 ? "," : "",
			      count > 1 ? problems[1] : "");
}

/* validateParamKind */
static void check_param_kind(const struct place *param)
{
	const struct place version = place_field(param, "apiVersion");
	const struct place kind = place_field(param, "kind");
	struct pq_string text = place_text(&version);
	struct pq_string group = pq_names_group_of(text), rest = pq_names_version_of(text);
	if (!check_required(&version)) {
	} else if (pq_string_find_byte(rest, '/') >= 0) {
		refuse_string(&version, text, "unexpected GroupVersion string: %.*s",
			      PQ_STRING_ARGUMENT(text));
	} else {
		if (group.length > 0)
			check_joined(&version, group, group, pq_names_check_dns1123_subdomain, "");
		if (rest.length == 0)
			refuse_string(&version, text, "version must be specified");
		else
			check_joined(&version, rest, rest, pq_names_check_dns1035_label, "");
	}
	if (check_required(&kind))
		check_joined(&kind, place_text(&kind),
			     pq_arena_copy_lower(kind.findings->arena, place_text(&kind)),
			     pq_names_check_dns1035_label,
			     "may have mixed case, but should otherwise match: ");
}

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
	else if (has_line_breaks(pq_string_trim(place_text(&message))))
		refuse_string(&message, place_text(&message), "must not contain line breaks");
	check_optional_enum(&reason, reasons);
}

/* isCELIdentifier */
static bool is_identifier(struct pq_string name)
{
	static const char *const reserved[] = {
		"true",     "false",   "null",      "in",       "as",  "break",  "const",
		"continue", "else",    "for",       "function", "if",  "import", "let",
		"loop",     "package", "namespace", "return",   "var", "void",   "while",
	};
	for (size_t i = 0; i < name.length; i++) {
		char byte = name.data[i];
		bool is_letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
		if (byte != '_' && !is_letter && (i == 0 || byte < '0' || byte > '9'))
			return false;
	}
	for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
		if (pq_string_is(name, reserved[i]))
			return false;
	}
	return name.length > 0;
}

/* validateVariable */
static void check_variable(struct admission_scope *scope, const struct place *variable)
{
	const struct place name = place_field(variable, "name");
	const struct place expression = place_field(variable, "expression");
	if (admission_is_blank(&name))
		refuse_required(&name, "name is not specified");
	else if (!is_identifier(place_text(&name)))
		refuse_string(&name, place_text(&name), "must be a valid CEL identifier");
	if (admission_is_blank(&expression))
		refuse_required(&expression, "expression is not specified");
	else
		admission_declare_variable(scope, place_text(&name), &expression);
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
	else if (pq_string_trim(place_text(&expression)).length > EXPRESSION_MAX)
		refuse_required(&expression, "must not exceed 5120 bytes in length");
	else
		admission_check_expression(scope, &expression,
					   pq_string_trim(place_text(&expression)),
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
	const struct place failure = place_field(&spec, "failurePolicy");
	const struct place param = place_field(&spec, "paramKind");
	const struct place match = place_field(&spec, "matchConstraints");
	const struct place rules = place_field(&match, "resourceRules");
	const struct place conditions = place_field(&spec, "matchConditions");
	const struct place variables = place_field(&spec, "variables");
	const struct place validations = place_field(&spec, "validations");
	const struct place annotations = place_field(&spec, "auditAnnotations");
	struct admission_scope scope;
	check_optional_enum(&failure, admission_failure_policies);
	if (place_is_set(&param))
		check_param_kind(&param);
	if (!place_is_set(&match)) {
		refuse_required(&match, "");
	} else {
		check_match(&match);
		check_required(&rules);
	}
	admission_check_conditions(&conditions, place_is_set(&param));
	admission_scope_init(&scope, &variables, place_is_set(&param));
	for (size_t i = 0; i < place_count(&variables); i++) {
		const struct place variable = place_item(&variables, i);
		check_variable(&scope, &variable);
	}
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

/* validateParamRef */
static void check_param_ref(const struct place *reference)
{
	static const char exclusive[] = "name and selector are mutually exclusive";
	static const char *const actions[] = { "Deny", "Allow", NULL };
	const struct place name = place_field(reference, "name");
	const struct place selector = place_field(reference, "selector");
	const struct place action = place_field(reference, "parameterNotFoundAction");
	bool has_name = place_text(&name).length > 0;
	if (has_name)
		check_name(&name, pq_names_check_path_segment);
	if (has_name && place_is_set(&selector))
		refuse_forbidden(&name, exclusive);
	check_label_selector(&selector);
	if (has_name && place_is_set(&selector))
		refuse_forbidden(&selector, exclusive);
	if (!has_name && !place_is_set(&selector))
		refuse_required(reference, "one of name or selector must be specified");
	check_required_enum(&action, actions);
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
		check_param_ref(&reference);
	check_match(&match);
	check_actions(&actions);
}
