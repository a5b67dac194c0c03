/* Keywords about a value itself: type, format, text, number, size, enum. */
#include "schema/compiling.h"

#include "base/release.h"
#include "formats/format.h"
#include "schema/enumeration.h"
#include "schema/validation.h"

#include <math.h>

static bool compile_type(struct pq_compiling *compiling, const struct pq_source *source,
			 const struct pq_path *path, struct pq_node *node)
{
	static const struct {
		const char *name;
		enum pq_kind kind;
	} types[] = {
		{ "string", PQ_STRING },   { "number", PQ_DOUBLE }, { "integer", PQ_INTEGER },
		{ "boolean", PQ_BOOLEAN }, { "array", PQ_ARRAY },   { "object", PQ_OBJECT },
		{ "null", PQ_NULL },
	};
	if (source->int_or_string && compiling->mode == PQ_COMPILE_SERVING) {
		node->types = 1 << PQ_INTEGER | 1 << PQ_STRING;
		return true;
	}
	if (source->type.length == 0)
		return true;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		if (pq_string_is(source->type, types[i].name)) {
			node->types = (uint8_t)(1 << types[i].kind);
			return true;
		}
	}
	if (compiling->mode != PQ_COMPILE_DEFAULTS)
		return pq_compiling_fail_at(compiling, path, "type",
					    "is no type that OpenAPI v3 knows");
	node->types = PQ_NODE_TYPE_UNKNOWN;
	return true;
}

static bool compile_format(struct pq_compiling *compiling, const struct pq_source *source,
			   struct pq_node *node)
{
	if (source->format.length == 0)
		return true;
	struct pq_string type = source->int_or_string ? PQ_S("") : source->type;
	if (compiling->mode == PQ_COMPILE_SERVING && !pq_format_counts(type, source->format))
		return true;
	node->string_format = pq_format_find(source->format);
	node->format = pq_arena_copy(compiling->arena, source->format);
	if (node->format.data == NULL)
		return pq_compiling_fail_memory(compiling);
	if (!pq_release_has(PQ_CHANGE_NUMBER_RANGES))
		return true;
	if (node->types == 1 << PQ_INTEGER && pq_string_is(node->format, "int32"))
		node->number_format = PQ_NUMBER_INT32;
	else if (node->types == 1 << PQ_INTEGER && pq_string_is(node->format, "int64"))
		node->number_format = PQ_NUMBER_INT64;
	else if (node->types == 1 << PQ_DOUBLE && pq_string_is(node->format, "float"))
		node->number_format = PQ_NUMBER_FLOAT;
	return true;
}

static bool compile_text(struct pq_compiling *compiling, const struct pq_source *source,
			 const struct pq_path *path, struct pq_node *node)
{
	bool has_max = (source->given & PQ_GIVEN_MAX_LENGTH) != 0;
	bool has_min = (source->given & PQ_GIVEN_MIN_LENGTH) != 0;
	if (!has_max && !has_min && source->pattern.length == 0)
		return true;
	struct pq_node_text *text = pq_arena_alloc(compiling->arena, sizeof *text);
	if (text == NULL)
		return pq_compiling_fail_memory(compiling);
	text->max_length = has_max ? source->max_length : INT64_MAX;
	text->min_length = has_min ? source->min_length : INT64_MIN;
	node->text = text;
	if (source->pattern.length == 0)
		return true;
	text->pattern = pq_arena_copy(compiling->arena, source->pattern);
	if (text->pattern.data == NULL)
		return pq_compiling_fail_memory(compiling);
	text->regex = pq_regex_compile(text->pattern, compiling->error);
	if (text->regex == NULL) {
		struct pq_path step = pq_path_property(path, PQ_S("pattern"));
		struct pq_string at = pq_path_render(compiling->arena, &step);
		if (at.data != NULL)
			pq_error_add_path(compiling->error, at);
		return false;
	}
	text->next = compiling->schema->texts;
	compiling->schema->texts = text;
	return true;
}

static bool bound_fits(const struct pq_node *node, double value)
{
	if (node->types == 1 << PQ_INTEGER && node->number_format == PQ_NUMBER_INT32)
		return value == trunc(value) && value >= INT32_MIN && value <= INT32_MAX;
	if (node->types == 1 << PQ_INTEGER)
		return pq_double_fits_int64(value);
	if (node->number_format == PQ_NUMBER_FLOAT)
		return !isinf((float)value);
	return true;
}

static bool compile_number(struct pq_compiling *compiling, const struct pq_source *source,
			   struct pq_node *node)
{
	if ((source->given & (PQ_GIVEN_MAXIMUM | PQ_GIVEN_MINIMUM | PQ_GIVEN_MULTIPLE_OF)) == 0)
		return true;
	struct pq_node_number *number = pq_arena_alloc(compiling->arena, sizeof *number);
	if (number == NULL)
		return pq_compiling_fail_memory(compiling);
	number->maximum = (struct pq_node_bound){
		.given = (source->given & PQ_GIVEN_MAXIMUM) != 0,
		.exclusive = source->exclusive_maximum,
		.fits = bound_fits(node, source->maximum),
		.value = source->maximum,
	};
	number->minimum = (struct pq_node_bound){
		.given = (source->given & PQ_GIVEN_MINIMUM) != 0,
		.exclusive = source->exclusive_minimum,
		.fits = bound_fits(node, source->minimum),
		.value = source->minimum,
	};
	number->multiple_of = (struct pq_node_bound){
		.given = (source->given & PQ_GIVEN_MULTIPLE_OF) != 0,
		.fits = bound_fits(node, source->multiple_of),
		.value = source->multiple_of,
	};
	node->number = number;
	return true;
}

static int64_t size_limit(const struct pq_source *source, unsigned given, int64_t value,
			  int64_t none)
{
	return (source->given & given) != 0 ? value : none;
}

static bool compile_size(struct pq_compiling *compiling, const struct pq_source *source,
			 struct pq_node *node)
{
	if ((source->given & (PQ_GIVEN_MAX_ITEMS | PQ_GIVEN_MIN_ITEMS | PQ_GIVEN_MAX_PROPERTIES |
			      PQ_GIVEN_MIN_PROPERTIES)) == 0 &&
	    !source->unique_items)
		return true;
	struct pq_node_size *size = pq_arena_alloc(compiling->arena, sizeof *size);
	if (size == NULL)
		return pq_compiling_fail_memory(compiling);
	size->max_items = size_limit(source, PQ_GIVEN_MAX_ITEMS, source->max_items, INT64_MAX);
	size->min_items = size_limit(source, PQ_GIVEN_MIN_ITEMS, source->min_items, INT64_MIN);
	size->max_properties =
		size_limit(source, PQ_GIVEN_MAX_PROPERTIES, source->max_properties, INT64_MAX);
	size->min_properties =
		size_limit(source, PQ_GIVEN_MIN_PROPERTIES, source->min_properties, INT64_MIN);
	size->unique_items = source->unique_items;
	node->size = size;
	return true;
}

static bool compile_enum(struct pq_compiling *compiling, const struct pq_source *source,
			 struct pq_node *node)
{
	if (source->enumeration == NULL || source->enumeration->length == 0)
		return true;
	node->enumeration = pq_enumeration_compile(compiling->arena, source->enumeration);
	return node->enumeration != NULL || pq_compiling_fail_memory(compiling);
}

bool pq_compiling_take_value(struct pq_compiling *compiling, const struct pq_source *source,
			     const struct pq_path *path, struct pq_node *node)
{
	return compile_type(compiling, source, path, node) &&
	       compile_format(compiling, source, node) &&
	       compile_text(compiling, source, path, node) &&
	       compile_number(compiling, source, node) && compile_size(compiling, source, node) &&
	       compile_enum(compiling, source, node);
}
