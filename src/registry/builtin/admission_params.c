/* Parameters of admission policies (pkg/apis/admissionregistration/validation). */
#include "registry/builtin/admission.h"

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
void admission_check_param_kind(const struct place *param)
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

/* validateParamRef */
void admission_check_param_ref(const struct place *reference)
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
