/* The texts of problems, and results without repetitions. */
#include "base/release.h"
#include "schema/validation.h"
#include "json/write.h"

#include <inttypes.h>
#include <stdarg.h>

void pq_result_init(struct pq_result *result, struct pq_arena *arena)
{
	result->matches = 0;
	pq_findings_init(&result->findings, arena, 0);
}

const struct pq_string pq_problem_concealed = PQ_LITERAL("<concealed>");

void pq_problem_show_value(struct pq_buffer *buffer, const struct pq_value *value,
			   bool is_concealed)
{
	if (is_concealed)
		pq_go_quote(buffer, pq_problem_concealed);
	else
		pq_go_write_value(buffer, value);
}

static bool is_same(const struct pq_finding *a, const struct pq_finding *b)
{
	return a->type == b->type && pq_string_equal(a->message, b->message) &&
	       pq_string_equal(a->field, b->field);
}

static void add_once(struct pq_result *result, const struct pq_finding *finding)
{
	for (size_t i = 0; i < result->findings.count; i++) {
		if (is_same(&result->findings.items[i], finding))
			return;
	}
	pq_findings_add(&result->findings, *finding);
}

void pq_result_merge(struct pq_result *result, const struct pq_result *other)
{
	for (size_t i = 0; i < other->findings.count; i++)
		add_once(result, &other->findings.items[i]);
	result->findings.dropped += other->findings.dropped;
	result->matches += other->matches;
}

void pq_problem_write_path(struct pq_buffer *buffer, const struct pq_validation *validation,
			   const struct pq_path *path)
{
	if (validation->is_dotted)
		pq_buffer_append_byte(buffer, '.');
	pq_path_write(buffer, path);
}

/* The field of a finding: below the prefix, if there is one. */
static struct pq_string render_field(const struct pq_validation *validation,
				     const struct pq_path *path)
{
	struct pq_buffer field;
	pq_buffer_init_in(&field, validation->arena, 0);
	pq_path_write(&field, validation->prefix);
	size_t dot = field.length;
	if (validation->prefix != NULL && path != NULL)
		pq_buffer_append_byte(&field, '.');
	pq_path_write(&field, path);
	/* The server takes the name of an empty key for none. */
	if (validation->prefix != NULL && path != NULL && field.length == dot + 1)
		field.length = dot;
	if (validation->prefix == NULL && path == NULL)
		pq_buffer_append_text(&field, "<nil>");
	pq_buffer_append_byte(&field, '\0');
	if (pq_buffer_failed(&field))
		return (struct pq_string){ 0 };
	return (struct pq_string){ .data = field.data, .length = field.length - 1 };
}

static void add(struct pq_validation *validation, enum pq_finding_type type,
		const struct pq_path *path, const struct pq_value *value, struct pq_buffer *message)
{
	struct pq_string field = render_field(validation, path);
	pq_buffer_append_byte(message, '\0');
	if (field.data == NULL || pq_buffer_failed(message)) {
		validation->result->findings.dropped++;
		return;
	}
	struct pq_finding finding = {
		.type = type,
		.field = field,
		.message = { .data = message->data, .length = message->length - 1 },
		.offset = value->offset,
	};
	add_once(validation->result, &finding);
}

bool pq_problem_add_invalid(struct pq_validation *validation, const struct pq_path *path,
			    const struct pq_value *value, struct pq_value shown, const char *text,
			    ...)
{
	if (!pq_validation_collects(validation))
		return false;
	struct pq_buffer message;
	pq_buffer_init_in(&message, validation->arena, 0);
	pq_buffer_append_text(&message, "Invalid value: ");
	pq_problem_show_value(&message, &shown, validation->conceals);
	pq_buffer_append_text(&message, ": ");
	pq_problem_write_path(&message, validation, path);
	pq_buffer_append_text(&message, " in body ");
	va_list arguments;
	va_start(arguments, text);
	pq_buffer_append_format_list(&message, text, arguments);
	va_end(arguments);
	add(validation, PQ_FINDING_INVALID, path, value, &message);
	return false;
}

bool pq_problem_add_type(struct pq_validation *validation, const struct pq_path *path,
			 const struct pq_value *value, struct pq_string type,
			 struct pq_string found)
{
	if (!pq_validation_collects(validation))
		return false;
	struct pq_buffer message;
	pq_buffer_init_in(&message, validation->arena, 0);
	pq_buffer_append_text(&message, "Invalid value: ");
	pq_go_quote(&message, found);
	pq_buffer_append_text(&message, ": ");
	pq_problem_write_path(&message, validation, path);
	pq_buffer_append_text(&message, " in body must be of type ");
	pq_buffer_append_string(&message, type);
	pq_buffer_append_text(&message, ": ");
	pq_go_quote(&message, found);
	add(validation, PQ_FINDING_TYPE_INVALID, path, value, &message);
	return false;
}

bool pq_problem_add_too_many(struct pq_validation *validation, const struct pq_path *path,
			     const struct pq_value *value, uint32_t count, int64_t most)
{
	if (most < 0)
		return pq_problem_add(validation, PQ_FINDING_TOO_MANY, path, value,
				      "Too many: %" PRIu32 ": has too many items", count);
	return pq_problem_add(validation, PQ_FINDING_TOO_MANY, path, value,
			      "Too many: %" PRIu32 ": must have at most %" PRId64 " item%s", count,
			      most, pq_release_plural(most));
}

bool pq_problem_add_composite(struct pq_validation *validation, const struct pq_value *value,
			      struct pq_buffer *text)
{
	struct pq_buffer message;
	pq_buffer_init_in(&message, validation->arena, 0);
	pq_buffer_append_text(&message, "Invalid value: \"\": ");
	pq_buffer_append_string(&message, pq_buffer_view(text));
	if (pq_buffer_failed(text))
		message.failed = true;
	add(validation, PQ_FINDING_INVALID, NULL, value, &message);
	return false;
}

bool pq_problem_add(struct pq_validation *validation, enum pq_finding_type type,
		    const struct pq_path *path, const struct pq_value *value, const char *text, ...)
{
	if (!pq_validation_collects(validation))
		return false;
	struct pq_buffer message;
	pq_buffer_init_in(&message, validation->arena, 0);
	va_list arguments;
	va_start(arguments, text);
	pq_buffer_append_format_list(&message, text, arguments);
	va_end(arguments);
	add(validation, type, path, value, &message);
	return false;
}
