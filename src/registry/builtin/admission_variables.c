/* Variables of admission policies (pkg/apis/admissionregistration/validation). */
#include "registry/builtin/admission.h"

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

void admission_check_variables(struct admission_scope *scope, const struct place *variables)
{
	for (size_t i = 0; i < place_count(variables); i++) {
		const struct place variable = place_item(variables, i);
		check_variable(scope, &variable);
	}
}
