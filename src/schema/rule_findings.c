/* What rules find, and what of it is forgiven. */
#include "schema/rule_walk.h"

#include "json/write.h"

static bool is_unchanged(const struct pq_rule_walk *walk, struct pq_rule_place *place)
{
	if (place != NULL && !place->is_correlated)
		place = place->nearest;
	if (place == NULL || place->old == NULL)
		return false;
	if (!place->is_compared) {
		const struct pq_correlation correlation = {
			.node = place->node,
			.value = place->value,
			.old = place->old,
			.any_field = walk->any_field,
		};
		place->is_unchanged =
			pq_correlation_is_unchanged(walk->evaluation.arena, &correlation);
		place->is_compared = true;
	}
	return place->is_unchanged;
}

static struct pq_string render_field(struct pq_arena *arena, const struct pq_path *path,
				     struct pq_string below)
{
	struct pq_path step = pq_path_property(path, below);
	const struct pq_path *whole = below.length > 0 ? &step : path;
	return whole == NULL ? PQ_S("<nil>") : pq_path_render(arena, whole);
}

/* Of the field below the value, or of what there is on the way to it. */
static uint32_t find_offset(const struct pq_value *value, const struct pq_source_field *field)
{
	uint32_t offset = value->offset;
	for (size_t i = 0; i < field->count && value != NULL; i++) {
		value = pq_value_find(value, field->names[i]);
		if (value != NULL && value->offset != PQ_OFFSET_NONE)
			offset = value->offset;
	}
	return offset;
}

static void add(const struct pq_rule_walk *walk, const struct pq_rule_place *place,
		struct pq_findings *findings, enum pq_finding_type type,
		const struct pq_source_field *below, struct pq_buffer *message)
{
	const struct pq_finding finding = {
		.type = type,
		.field = render_field(walk->evaluation.arena, place->path, below->text),
		.message = pq_buffer_view(message),
		.offset = find_offset(place->value, below),
	};
	if (finding.field.data == NULL || pq_buffer_failed(message))
		findings->dropped++;
	else
		pq_findings_add(findings, finding);
}

void pq_rule_start_message(const struct pq_rule_walk *walk, const struct pq_rule_place *place,
			   struct pq_buffer *message)
{
	pq_buffer_init_in(message, walk->evaluation.arena, 0);
	pq_buffer_append_text(message, "Invalid value: ");
	pq_go_quote(message, place->node->extras->rules->type);
	pq_buffer_append_text(message, ": ");
}

void pq_rule_add_problem(const struct pq_rule_walk *walk, const struct pq_rule_place *place,
			 struct pq_buffer *message)
{
	static const struct pq_source_field none = { .count = 0 };
	add(walk, place, walk->findings, PQ_FINDING_INVALID, &none, message);
}

void pq_rule_add_failure(const struct pq_rule_walk *walk, struct pq_rule_place *place,
			 const struct pq_node_rule *rule, enum pq_finding_type type,
			 struct pq_buffer *message)
{
	if (rule->uses_old || !is_unchanged(walk, place))
		add(walk, place, walk->findings, type, &rule->field, message);
	else if (walk->warnings != NULL)
		add(walk, place, walk->warnings, type, &rule->field, message);
}
