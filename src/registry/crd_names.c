/* Names of a CRD, and what all its checks share. */
#include "registry/crd_check.h"

#include "formats/names.h"
#include "json/write.h"

void crd_check_add_required(const struct crd_check *check, const struct pq_path *path,
			    uint32_t offset, const char *detail)
{
	pq_findings_add_format(check->findings, PQ_FINDING_REQUIRED, path, offset,
			       "Required value%s%s", detail[0] == '\0' ? "" : ": ", detail);
}

void crd_check_add_forbidden(const struct crd_check *check, const struct pq_path *path,
			     uint32_t offset, const char *detail)
{
	pq_findings_add_format(check->findings, PQ_FINDING_FORBIDDEN, path, offset, "Forbidden: %s",
			       detail);
}

void crd_check_choice(const struct crd_check *check, const struct pq_path *path,
		      struct pq_string value, uint32_t offset, const char *const *choices)
{
	struct pq_buffer text;
	if (value.length == 0) {
		crd_check_add_required(check, path, offset, "");
		return;
	}
	pq_buffer_init_in(&text, check->arena, 0);
	pq_go_quote(&text, value);
	pq_buffer_append_text(&text, ": supported values: ");
	for (size_t i = 0; choices[i] != NULL; i++) {
		if (pq_string_is(value, choices[i]))
			return;
		pq_buffer_append_format(&text, "%s\"%s\"", i == 0 ? "" : ", ", choices[i]);
	}
	if (pq_buffer_failed(&text))
		check->findings->dropped++;
	else
		pq_findings_add_format(check->findings, PQ_FINDING_NOT_SUPPORTED, path, offset,
				       "Unsupported value: %.*s", (int)text.length, text.data);
}

const char *crd_check_label_problem(const struct crd_check *check, struct pq_string label,
				    bool ignore_case)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	struct pq_buffer joined;
	struct pq_string checked = ignore_case ? pq_arena_copy_lower(check->arena, label) : label;
	if (ignore_case && checked.data == NULL)
		return NULL;
	size_t count = pq_names_check_dns1035_label(checked, problems);
	if (count == 0)
		return NULL;
	pq_buffer_init_in(&joined, check->arena, 0);
	if (ignore_case)
		pq_buffer_append_text(&joined, "may have mixed case, but should otherwise match: ");
	for (size_t i = 0; i < count; i++)
		pq_buffer_append_format(&joined, "%s%s", i == 0 ? "" : ",", problems[i]);
	pq_buffer_append_byte(&joined, '\0');
	return pq_buffer_failed(&joined) ? problems[0] : joined.data;
}

static void check_name(const struct crd_check *check, const struct pq_value *names,
		       const struct pq_path *parent, const char *key, bool ignore_case,
		       bool is_required)
{
	const struct pq_value *value = pq_value_find(names, pq_string_from(key));
	struct pq_string name = pq_value_find_string(names, pq_string_from(key));
	struct pq_path path = pq_path_property(parent, pq_string_from(key));
	uint32_t offset = value != NULL   ? value->offset
			  : names != NULL ? names->offset
					  : PQ_OFFSET_NONE;
	if (name.length == 0) {
		if (is_required)
			crd_check_add_required(check, &path, offset, "");
		return;
	}
	const char *problem = crd_check_label_problem(check, name, ignore_case);
	if (problem != NULL)
		finding_add_invalid_text(check->findings, &path, name, offset,
					 pq_string_from(problem));
}

static void check_list(const struct crd_check *check, const struct pq_value *names,
		       const struct pq_path *parent, const char *key)
{
	const struct pq_value *list = pq_value_find(names, pq_string_from(key));
	struct pq_path path = pq_path_property(parent, pq_string_from(key));
	for (size_t i = 0; list != NULL && list->kind == PQ_ARRAY && i < list->length; i++) {
		struct pq_path step = pq_path_index(&path, i);
		const char *problem =
			crd_check_label_problem(check, pq_value_string(&list->items[i]), false);
		if (problem != NULL)
			finding_add_invalid(check->findings, &step, &list->items[i],
					    pq_string_from(problem));
	}
}

void crd_check_names(const struct crd_check *check, const struct pq_value *names,
		     const struct pq_path *path, bool is_spec)
{
	struct pq_string kind = pq_value_find_string(names, PQ_S("kind"));
	struct pq_string list_kind = pq_value_find_string(names, PQ_S("listKind"));
	check_name(check, names, path, "plural", false, is_spec);
	check_name(check, names, path, "singular", false, is_spec);
	check_name(check, names, path, "kind", true, is_spec);
	check_name(check, names, path, "listKind", true, is_spec);
	check_list(check, names, path, "shortNames");
	if (kind.length > 0 && pq_string_equal(kind, list_kind)) {
		struct pq_path step = pq_path_property(path, PQ_S("listKind"));
		finding_add_invalid(check->findings, &step, pq_value_find(names, PQ_S("listKind")),
				    PQ_S("kind and listKind may not be the same"));
	}
	check_list(check, names, path, "categories");
}
