/* The form of `kubectl explain`. */
#include "explain/explain.h"

#include "explain/demands.h"
#include "explain/walk.h"
#include "explain/wrap.h"
#include "json/shown.h"
#include "json/write.h"

enum {
	LISTED_VALUES_MAX = 4, /* of an enum in a list of fields, as kubectl has it */
	INDENT = 4,            /* of a section's contents */
	HANG = 2,              /* of the lines on which a demand goes on */
	FIELD_INDENT = 2,
};

/* One explanation while it is written. */
struct writing {
	struct pq_buffer *text;
	size_t columns;
	bool is_custom;
	bool was_detailed; /* the field before: a line is left free behind it */
};

static void append_spaces(struct pq_buffer *text, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pq_buffer_append_byte(text, ' ');
}

static void write_header(const struct pq_explain_kind *kind, struct pq_buffer *text)
{
	static const char *const names[] = { "GROUP:      ", "KIND:       ", "VERSION:    " };
	const struct pq_string values[] = { kind->group, kind->kind, kind->version };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (values[i].length == 0)
			continue;
		pq_buffer_append_text(text, names[i]);
		pq_shown_append(text, values[i]);
		pq_buffer_append_byte(text, '\n');
	}
}

/* name <type> -required- */
static void write_name(const struct pq_explain_field *field, char between, struct pq_buffer *text)
{
	pq_cleanup_buffer struct pq_buffer type;
	pq_buffer_init(&type, 0);
	pq_explain_write_type(&field->schema, &type);
	pq_shown_append(text, field->name);
	pq_buffer_append_byte(text, between);
	pq_buffer_append_byte(text, '<');
	pq_shown_append(text, pq_buffer_view(&type));
	pq_buffer_append_text(text, field->is_required ? "> -required-\n" : ">\n");
	text->failed |= pq_buffer_failed(&type);
}

/* A value of an enum; an empty text shows as "". */
static void write_allowed(const struct pq_value *value, struct pq_buffer *text)
{
	if (value->kind == PQ_STRING && value->length > 0)
		pq_shown_append(text, pq_value_string(value));
	else
		pq_json_write(text, value, PQ_JSON_COMPACT);
}

static void write_section(const struct writing *writing, const char *title, size_t hang,
			  const struct pq_buffer *contents)
{
	const struct pq_explain_margins margins = { INDENT, hang, writing->columns };
	writing->text->failed |= pq_buffer_failed(contents);
	if (contents->length == 0)
		return;
	pq_buffer_append_format(writing->text, "\n%s:\n", title);
	pq_explain_wrap(writing->text, pq_string_trim(pq_buffer_view(contents)), &margins);
}

static void write_enumeration_section(const struct writing *writing,
				      const struct pq_explain_schema *schema)
{
	const struct pq_value *allowed = pq_explain_enumeration(schema);
	pq_cleanup_buffer struct pq_buffer contents;
	pq_buffer_init(&contents, 0);
	for (size_t i = 0; allowed != NULL && i < allowed->length; i++) {
		write_allowed(&allowed->items[i], &contents);
		pq_buffer_append_byte(&contents, '\n');
	}
	write_section(writing, "ENUM", 0, &contents);
}

static void write_sections(const struct writing *writing, const struct pq_explain_schema *schema)
{
	pq_cleanup_buffer struct pq_buffer demands, description;
	pq_buffer_init(&demands, 0);
	pq_buffer_init(&description, 0);
	write_enumeration_section(writing, schema);
	pq_explain_write_demands(schema, writing->is_custom, &demands);
	write_section(writing, "CONSTRAINTS", HANG, &demands);
	pq_explain_write_description(schema, &description);
	write_section(writing, "DESCRIPTION", 0, &description);
}

/* "enum: A, B, ...." below the name, as indented as that. */
static void write_enumeration_line(const struct pq_explain_schema *schema, size_t indent,
				   struct pq_buffer *text)
{
	const struct pq_value *allowed = pq_explain_enumeration(schema);
	if (allowed == NULL)
		return;
	append_spaces(text, indent);
	pq_buffer_append_text(text, "enum: ");
	for (size_t i = 0; i < allowed->length && i < LISTED_VALUES_MAX; i++) {
		pq_buffer_append_text(text, i > 0 ? ", " : "");
		write_allowed(&allowed->items[i], text);
	}
	pq_buffer_append_text(text, allowed->length > LISTED_VALUES_MAX ? ", ....\n" : "\n");
}

/* Returns whether anything was said. */
static bool write_details(const struct writing *writing, const struct pq_explain_schema *schema)
{
	pq_cleanup_buffer struct pq_buffer demands;
	pq_buffer_init(&demands, 0);
	pq_explain_write_demands(schema, writing->is_custom, &demands);
	writing->text->failed |= pq_buffer_failed(&demands);
	struct pq_string description = pq_value_find_string(schema->written, PQ_S("description"));
	if (description.length == 0)
		description = pq_value_find_string(schema->referred, PQ_S("description"));
	description = pq_string_trim(description);
	const struct pq_explain_margins margins = { 2 * FIELD_INDENT, 0, writing->columns };
	const struct pq_explain_margins hanging = { 2 * FIELD_INDENT, HANG, writing->columns };
	if (demands.length > 0)
		pq_explain_wrap(writing->text, pq_string_trim(pq_buffer_view(&demands)), &hanging);
	if (description.length > 0)
		pq_explain_wrap(writing->text, description, &margins);
	return demands.length > 0 || description.length > 0;
}

static void write_field(const struct pq_explain_step *step, void *context)
{
	struct writing *writing = context;
	pq_buffer_append_text(writing->text, writing->was_detailed ? "\n" : "");
	append_spaces(writing->text, FIELD_INDENT);
	write_name(step->field, '\t', writing->text);
	write_enumeration_line(&step->field->schema, FIELD_INDENT, writing->text);
	writing->was_detailed = write_details(writing, &step->field->schema);
}

static void write_tree_field(const struct pq_explain_step *step, void *context)
{
	struct writing *writing = context;
	size_t indent = (step->depth + 1) * FIELD_INDENT;
	append_spaces(writing->text, indent);
	write_name(step->field, '\t', writing->text);
	write_enumeration_line(&step->field->schema, indent, writing->text);
}

bool pq_explain_write_text(const struct pq_explain_target *target, bool is_recursive,
			   size_t columns, struct pq_buffer *text, struct pq_error *error)
{
	struct writing writing = {
		.text = text,
		.columns = columns,
		.is_custom = target->kind->is_custom,
	};
	const struct pq_explain_visitor visitor = {
		.enter = is_recursive ? write_tree_field : write_field,
		.context = &writing,
		.text = text,
		.is_recursive = is_recursive,
	};
	const struct pq_explain_schema *schema = &target->field.schema;
	write_header(target->kind, text);
	if (target->path.length > 0) {
		pq_buffer_append_text(text, "\nFIELD: ");
		write_name(&target->field, ' ', text);
	}
	write_sections(&writing, schema);
	if (pq_explain_properties(schema) != NULL)
		pq_buffer_append_text(text, "\nFIELDS:\n");
	return pq_explain_walk(schema, &visitor, error);
}
