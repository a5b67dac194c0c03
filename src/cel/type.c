#include "cel/type.h"

#include "base/buffer.h"
#include "cel/declaration.h"

#include <inttypes.h>

#define SIMPLE(variable, kind_, text)                                                              \
	const struct pq_cel_type variable = { .kind = (kind_), .name = PQ_LITERAL(text) }

SIMPLE(pq_cel_dyn, PQ_CEL_TYPE_DYN, "dyn");
SIMPLE(pq_cel_any, PQ_CEL_TYPE_ANY, "google.protobuf.Any");
SIMPLE(pq_cel_null, PQ_CEL_TYPE_NULL, "null_type");
SIMPLE(pq_cel_bool, PQ_CEL_TYPE_BOOL, "bool");
SIMPLE(pq_cel_int, PQ_CEL_TYPE_INT, "int");
SIMPLE(pq_cel_uint, PQ_CEL_TYPE_UINT, "uint");
SIMPLE(pq_cel_double, PQ_CEL_TYPE_DOUBLE, "double");
SIMPLE(pq_cel_string, PQ_CEL_TYPE_STRING, "string");
SIMPLE(pq_cel_bytes, PQ_CEL_TYPE_BYTES, "bytes");
SIMPLE(pq_cel_timestamp, PQ_CEL_TYPE_TIMESTAMP, "google.protobuf.Timestamp");
SIMPLE(pq_cel_duration, PQ_CEL_TYPE_DURATION, "google.protobuf.Duration");
SIMPLE(pq_cel_type_type, PQ_CEL_TYPE_TYPE, "type");
SIMPLE(pq_cel_error, PQ_CEL_TYPE_ERROR, "error");
SIMPLE(pq_cel_nothing, PQ_CEL_TYPE_NOTHING, "");
SIMPLE(pq_cel_parameter_a, PQ_CEL_TYPE_PARAMETER, "A");
SIMPLE(pq_cel_parameter_b, PQ_CEL_TYPE_PARAMETER, "B");

#define MADE(variable, kind_, text, count, ...)                                                    \
	const struct pq_cel_type variable = {                                                      \
		.kind = (kind_),                                                                   \
		.parameter_count = (count),                                                        \
		.name = PQ_LITERAL(text),                                                          \
		.parameters = { __VA_ARGS__ },                                                     \
	}

MADE(pq_cel_list_of_dyn, PQ_CEL_TYPE_LIST, "list", 1, &pq_cel_dyn);
MADE(pq_cel_list_of_a, PQ_CEL_TYPE_LIST, "list", 1, &pq_cel_parameter_a);
MADE(pq_cel_list_of_string, PQ_CEL_TYPE_LIST, "list", 1, &pq_cel_string);
MADE(pq_cel_map_of_dyn, PQ_CEL_TYPE_MAP, "map", 2, &pq_cel_dyn, &pq_cel_dyn);
MADE(pq_cel_map_of_a_b, PQ_CEL_TYPE_MAP, "map", 2, &pq_cel_parameter_a, &pq_cel_parameter_b);
MADE(pq_cel_optional_of_a, PQ_CEL_TYPE_OPAQUE, "optional_type", 1, &pq_cel_parameter_a);
MADE(pq_cel_type_of_a, PQ_CEL_TYPE_TYPE, "type", 1, &pq_cel_parameter_a);

uint32_t pq_cel_type_size_over(const struct pq_cel_type *const parameters[static 2])
{
	uint32_t size = 1;
	for (size_t i = 0; i < 2 && parameters[i] != NULL; i++) {
		uint32_t part = parameters[i]->size > 0 ? parameters[i]->size : 1;
		if (__builtin_add_overflow(size, part, &size))
			size = UINT32_MAX;
	}
	return size;
}

static const struct pq_cel_type *make(struct pq_arena *arena, const struct pq_cel_type *shape,
				      const struct pq_cel_type *first,
				      const struct pq_cel_type *second)
{
	struct pq_cel_type *type = pq_arena_alloc_raw(arena, sizeof *type);
	if (type == NULL || first == NULL)
		return NULL;
	*type = *shape;
	type->parameters[0] = first;
	type->parameters[1] = second;
	type->size = pq_cel_type_size_over(type->parameters);
	return type;
}

const struct pq_cel_type *pq_cel_type_list(struct pq_arena *arena, const struct pq_cel_type *item)
{
	return make(arena, &pq_cel_list_of_a, item, NULL);
}

const struct pq_cel_type *pq_cel_type_map(struct pq_arena *arena, const struct pq_cel_type *key,
					  const struct pq_cel_type *value)
{
	return value == NULL ? NULL : make(arena, &pq_cel_map_of_a_b, key, value);
}

const struct pq_cel_type *pq_cel_type_optional(struct pq_arena *arena,
					       const struct pq_cel_type *value)
{
	return make(arena, &pq_cel_optional_of_a, value, NULL);
}

const struct pq_cel_type *pq_cel_type_of_type(struct pq_arena *arena,
					      const struct pq_cel_type *type)
{
	return make(arena, &pq_cel_type_of_a, type, NULL);
}

bool pq_cel_type_equal(const struct pq_cel_type *a, const struct pq_cel_type *b)
{
	if (a == b)
		return true;
	if (a->kind != b->kind || a->parameter_count != b->parameter_count ||
	    a->variable != b->variable || a->declaration != b->declaration ||
	    !pq_string_equal(a->name, b->name))
		return false;
	for (uint8_t i = 0; i < a->parameter_count; i++) {
		if (!pq_cel_type_equal(a->parameters[i], b->parameters[i]))
			return false;
	}
	return true;
}

/* Messages call some types otherwise than programs do. */
static struct pq_string shown_name(const struct pq_cel_type *type)
{
	switch (type->kind) {
	case PQ_CEL_TYPE_ANY:
		return PQ_S("any");
	case PQ_CEL_TYPE_NULL:
		return PQ_S("null");
	case PQ_CEL_TYPE_TIMESTAMP:
		return PQ_S("timestamp");
	case PQ_CEL_TYPE_DURATION:
		return PQ_S("duration");
	case PQ_CEL_TYPE_ERROR:
		return PQ_S("!error!");
	default:
		return type->name;
	}
}

static void write_place(struct pq_buffer *buffer, const struct pq_cel_declaration *place,
			const struct pq_cel_declaration *root)
{
	if (place == root || place->parent == NULL) {
		pq_buffer_append_text(buffer, "selfType0");
		return;
	}
	write_place(buffer, place->parent, root);
	pq_buffer_append_byte(buffer, '.');
	pq_buffer_append_string(buffer, place->step);
}

static bool is_named_after_place(const struct pq_cel_type *type)
{
	return type->declaration != NULL && pq_string_is(type->name, "object");
}

static void write_name(struct pq_buffer *buffer, const struct pq_cel_type *type,
		       const struct pq_cel_declaration *root)
{
	if (type->variable != 0)
		pq_buffer_append_format(buffer, "_var%" PRIu32, type->variable - 1);
	else if (is_named_after_place(type))
		write_place(buffer, type->declaration, root);
	else if (type->nullable)
		pq_buffer_append_format(buffer, "wrapper(%.*s)", PQ_STRING_ARGUMENT(type->name));
	else
		pq_buffer_append_string(buffer, shown_name(type));
}

static void write_type(struct pq_buffer *buffer, const struct pq_cel_type *type,
		       const struct pq_cel_declaration *root)
{
	write_name(buffer, type, root);
	for (uint8_t i = 0; i < type->parameter_count; i++) {
		pq_buffer_append_text(buffer, i == 0 ? "(" : ", ");
		write_type(buffer, type->parameters[i], root);
	}
	if (type->parameter_count > 0)
		pq_buffer_append_byte(buffer, ')');
}

struct pq_string pq_cel_type_format(struct pq_arena *arena, const struct pq_cel_type *type,
				    const struct pq_cel_declaration *root)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, arena, 0);
	write_type(&buffer, type, root);
	if (pq_buffer_failed(&buffer))
		return (struct pq_string){ 0 };
	return pq_buffer_view(&buffer);
}
