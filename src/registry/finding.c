#include "registry/finding.h"

#include "json/write.h"

void finding_add_invalid_shown(struct pq_findings *findings, const struct pq_path *path,
			       const struct pq_value *value, const struct pq_buffer *shown,
			       struct pq_string detail)
{
	struct pq_buffer message;
	pq_buffer_init_in(&message, findings->arena, 0);
	pq_buffer_append_text(&message, "Invalid value: ");
	pq_buffer_append_string(&message, pq_buffer_view(shown));
	pq_buffer_append_text(&message, ": ");
	pq_buffer_append_string(&message, detail);
	if (pq_buffer_failed(shown) || pq_buffer_failed(&message) || detail.data == NULL) {
		findings->dropped++;
		return;
	}
	pq_findings_add(findings, (struct pq_finding){
					  .type = PQ_FINDING_INVALID,
					  .field = pq_path_render(findings->arena, path),
					  .message = pq_buffer_view(&message),
					  .offset = value->offset,
				  });
}

/* Nothing is shown of what nobody will see. */
static bool is_full(struct pq_findings *findings)
{
	bool full = findings->count >= findings->limit;
	findings->dropped += full;
	return full;
}

void finding_add_invalid(struct pq_findings *findings, const struct pq_path *path,
			 const struct pq_value *value, struct pq_string detail)
{
	struct pq_buffer shown;
	if (is_full(findings))
		return;
	pq_buffer_init_in(&shown, findings->arena, 0);
	pq_go_write_value(&shown, value);
	finding_add_invalid_shown(findings, path, value, &shown, detail);
}

void finding_add_invalid_typed(struct pq_findings *findings, const struct pq_path *path,
			       const struct pq_value *value, struct pq_string detail)
{
	struct pq_buffer shown;
	if (is_full(findings))
		return;
	pq_buffer_init_in(&shown, findings->arena, 0);
	if (pq_value_is_container(value))
		pq_json_write(&shown, value, PQ_JSON_ESCAPE_HTML);
	else
		pq_go_write_value(&shown, value);
	finding_add_invalid_shown(findings, path, value, &shown, detail);
}

void finding_add_invalid_text(struct pq_findings *findings, const struct pq_path *path,
			      struct pq_string shown, uint32_t offset, struct pq_string detail)
{
	struct pq_value value = pq_value_from_string(shown);
	value.offset = offset;
	finding_add_invalid(findings, path, &value, detail);
}

void finding_add_invalid_named(struct pq_findings *findings, const struct pq_path *path,
			       struct pq_string shown, uint32_t offset, struct pq_string detail)
{
	struct pq_value value = pq_value_from_string(shown);
	struct pq_buffer text;
	if (is_full(findings))
		return;
	value.offset = offset;
	pq_buffer_init_in(&text, findings->arena, 0);
	pq_json_write(&text, &value, PQ_JSON_ESCAPE_HTML);
	finding_add_invalid_shown(findings, path, &value, &text, detail);
}
