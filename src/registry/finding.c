#include "registry/finding.h"

#include "json/write.h"

void finding_add_invalid_shown(struct pq_findings *findings, const struct pq_path *path,
			       const struct pq_value *value, const struct pq_buffer *shown,
			       const char *detail)
{
	if (pq_buffer_failed(shown) || detail == NULL)
		findings->dropped++;
	else
		pq_findings_add_format(findings, PQ_FINDING_INVALID, path, value->offset,
				       "Invalid value: %.*s: %s",
				       PQ_STRING_ARGUMENT(pq_buffer_view(shown)), detail);
}

/* Nothing is shown of what nobody will see. */
static bool is_full(struct pq_findings *findings)
{
	bool full = findings->count >= findings->limit;
	findings->dropped += full;
	return full;
}

void finding_add_invalid(struct pq_findings *findings, const struct pq_path *path,
			 const struct pq_value *value, const char *detail)
{
	struct pq_buffer shown;
	if (is_full(findings))
		return;
	pq_buffer_init_in(&shown, findings->arena, 0);
	pq_go_write_value(&shown, value);
	finding_add_invalid_shown(findings, path, value, &shown, detail);
}

void finding_add_invalid_typed(struct pq_findings *findings, const struct pq_path *path,
			       const struct pq_value *value, const char *detail)
{
	struct pq_buffer shown;
	if (is_full(findings))
		return;
	pq_buffer_init_in(&shown, findings->arena, 0);
	if (value->kind == PQ_OBJECT || value->kind == PQ_ARRAY)
		pq_json_write(&shown, value, PQ_JSON_ESCAPE_HTML);
	else
		pq_go_write_value(&shown, value);
	finding_add_invalid_shown(findings, path, value, &shown, detail);
}

void finding_add_invalid_text(struct pq_findings *findings, const struct pq_path *path,
			      struct pq_string shown, uint32_t offset, const char *detail)
{
	struct pq_value value = pq_value_from_string(shown);
	value.offset = offset;
	finding_add_invalid(findings, path, &value, detail);
}
