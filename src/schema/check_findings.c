/* What a check tells, in the form of field.Error. */
#include "schema/check.h"

#include "json/write.h"

void pq_check_add(const struct pq_check *check, enum pq_finding_type type,
		  const struct pq_path *path, const struct pq_value *where, struct pq_string detail)
{
	pq_findings_add_format(check->findings, type, path, where->offset, "%s: %.*s",
			       pq_finding_type_text(type), PQ_STRING_ARGUMENT(detail));
}

void pq_check_add_value(const struct pq_check *check, enum pq_finding_type type,
			const struct pq_path *path, const struct pq_value *where,
			const struct pq_value *shown, struct pq_string detail)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, check->arena, 0);
	pq_go_write_value(&text, shown);
	pq_check_add_shown(check, type, path, where, &text, detail);
}

void pq_check_add_shown(const struct pq_check *check, enum pq_finding_type type,
			const struct pq_path *path, const struct pq_value *where,
			const struct pq_buffer *shown, struct pq_string detail)
{
	if (pq_buffer_failed(shown))
		check->findings->dropped++;
	else
		pq_findings_add_format(check->findings, type, path, where->offset, "%s: %.*s: %.*s",
				       pq_finding_type_text(type),
				       PQ_STRING_ARGUMENT(pq_buffer_view(shown)),
				       PQ_STRING_ARGUMENT(detail));
}

static const struct pq_value *find_keyword(const struct pq_source *source, const char *keyword)
{
	const struct pq_value *value = pq_value_find(source->value, pq_string_from(keyword));
	return value == NULL ? source->value : value;
}

void pq_check_add_keyword(const struct pq_check *check, enum pq_finding_type type,
			  const struct pq_path *path, const struct pq_source *source,
			  const char *keyword, const char *detail)
{
	struct pq_path step = pq_path_property(path, pq_string_from(keyword));
	pq_check_add(check, type, &step, find_keyword(source, keyword), pq_string_from(detail));
}

void pq_check_add_keyword_text(const struct pq_check *check, enum pq_finding_type type,
			       const struct pq_path *path, const struct pq_source *source,
			       const char *keyword, struct pq_string shown, const char *detail)
{
	struct pq_path step = pq_path_property(path, pq_string_from(keyword));
	struct pq_value value = pq_value_from_string(shown);
	pq_check_add_value(check, type, &step, find_keyword(source, keyword), &value,
			   pq_string_from(detail));
}

void pq_check_add_keyword_flag(const struct pq_check *check, const struct pq_path *path,
			       const struct pq_source *source, const char *keyword, bool shown,
			       const char *detail)
{
	struct pq_path step = pq_path_property(path, pq_string_from(keyword));
	struct pq_value value = pq_value_from_boolean(shown);
	pq_check_add_value(check, PQ_FINDING_INVALID, &step, find_keyword(source, keyword), &value,
			   pq_string_from(detail));
}
