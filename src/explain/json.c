/* An explanation as JSON. */
#include "explain/explain.h"

#include "explain/demands.h"
#include "explain/walk.h"
#include "json/write.h"

struct writing {
	struct pq_buffer *text;
	bool is_custom;
};

static void write_text(struct pq_buffer *text, const char *key, struct pq_string value)
{
	pq_buffer_append_format(text, ",\"%s\":", key);
	pq_json_write_string(text, value, 0);
}

static void write_value(struct pq_buffer *text, const char *key, const struct pq_value *value)
{
	if (value == NULL)
		return;
	pq_buffer_append_format(text, ",\"%s\":", key);
	pq_json_write(text, value, PQ_JSON_COMPACT);
}

static void write_demands(const struct writing *writing, const struct pq_explain_schema *schema)
{
	for (const struct pq_explain_demand *demand = pq_explain_demands; demand->keyword != NULL;
	     demand++)
		write_value(writing->text, demand->name,
			    pq_explain_demanded(schema, writing->is_custom, demand));
	write_value(writing->text, "enum", pq_explain_enumeration(schema));
	write_value(writing->text, "rules", pq_explain_rules(schema));
}

/* What a list or a map demands of what it holds. */
static void write_below(const struct writing *writing, const struct pq_explain_schema *schema)
{
	struct pq_explain_schema below;
	if (!pq_explain_below(schema, &below))
		return;
	const struct pq_value *items = pq_explain_keyword(schema, "items");
	bool is_list = items != NULL && items->kind == PQ_OBJECT;
	pq_buffer_append_format(writing->text, ",\"%s\":{\"type\":", is_list ? "items" : "values");
	pq_cleanup_buffer struct pq_buffer type;
	pq_buffer_init(&type, 0);
	pq_explain_write_type(&below, &type);
	pq_json_write_string(writing->text, pq_buffer_view(&type), 0);
	writing->text->failed |= pq_buffer_failed(&type);
	write_demands(writing, &below);
	pq_buffer_append_byte(writing->text, '}');
}

/* From "type" on, without the closing brace. */
static void write_schema(const struct writing *writing, const struct pq_explain_field *field)
{
	pq_cleanup_buffer struct pq_buffer shown;
	pq_buffer_init(&shown, 0);
	pq_explain_write_type(&field->schema, &shown);
	write_text(writing->text, "type", pq_buffer_view(&shown));
	pq_buffer_append_format(writing->text, ",\"required\":%s",
				field->is_required ? "true" : "false");
	shown.length = 0;
	pq_explain_write_description(&field->schema, &shown);
	if (shown.length > 0)
		write_text(writing->text, "description", pq_buffer_view(&shown));
	writing->text->failed |= pq_buffer_failed(&shown);
	write_demands(writing, &field->schema);
	write_below(writing, &field->schema);
}

static void enter(const struct pq_explain_step *step, void *context)
{
	const struct writing *writing = context;
	pq_buffer_append_text(writing->text, step->is_first ? "{\"name\":" : ",{\"name\":");
	pq_json_write_string(writing->text, step->field->name, 0);
	write_schema(writing, step->field);
	pq_buffer_append_text(writing->text, step->has_fields ? ",\"fields\":[" : "");
}

static void leave(const struct pq_explain_step *step, void *context)
{
	const struct writing *writing = context;
	pq_buffer_append_text(writing->text, step->has_fields ? "]}" : "}");
}

bool pq_explain_write_json(const struct pq_explain_target *target, bool is_recursive,
			   struct pq_buffer *text, struct pq_error *error)
{
	struct writing writing = { .text = text, .is_custom = target->kind->is_custom };
	const struct pq_explain_visitor visitor = {
		.enter = enter,
		.leave = leave,
		.context = &writing,
		.text = text,
		.is_recursive = is_recursive,
	};
	pq_buffer_append_text(text, "{\"group\":");
	pq_json_write_string(text, target->kind->group, 0);
	write_text(text, "version", target->kind->version);
	write_text(text, "kind", target->kind->kind);
	write_text(text, "plural", target->kind->plural);
	write_text(text, "field", target->path);
	write_schema(&writing, &target->field);
	pq_buffer_append_text(text, ",\"fields\":[");
	bool fine = pq_explain_walk(&target->field.schema, &visitor, error);
	pq_buffer_append_text(text, "]}");
	return fine;
}
