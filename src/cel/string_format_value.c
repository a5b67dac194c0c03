#include "base/utf8.h"
#include "cel/container.h"
#include "cel/evaluate.h"
#include "cel/string_format.h"
#include "cel/text.h"
#include "json/write.h"

#include <math.h>
#include <stdlib.h>

enum { STEPS_OF_TEXT = 16 }; /* a value that is written, to one that is compared */

static bool write_element(struct pq_cel_formatting *formatting, const struct pq_cel_value *value);

static bool write_list(struct pq_cel_formatting *formatting, const struct pq_cel_value *list)
{
	pq_buffer_append_byte(formatting->buffer, '[');
	for (uint32_t i = 0; i < pq_cel_list_size(list); i++) {
		struct pq_cel_value item;
		pq_cel_list_get(formatting->arena, list, i, &item);
		if (i > 0)
			pq_buffer_append_text(formatting->buffer, ", ");
		if (!write_element(formatting, &item))
			return false;
	}
	pq_buffer_append_byte(formatting->buffer, ']');
	return true;
}

/* What Go does with the name of a member that is no field. */
#define NIL_DEREFERENCED                                                                           \
	"internal error: runtime error: invalid memory address or nil pointer dereference"

struct pair {
	struct pq_string key;
	struct pq_string value;
};

static int compare_pairs(const void *a, const void *b)
{
	return pq_string_compare(((const struct pair *)a)->key, ((const struct pair *)b)->key);
}

/* A part of a map as a text of its own. */
static bool write_apart(struct pq_cel_formatting *formatting, const struct pq_cel_value *value,
			struct pq_string *text)
{
	struct pq_buffer buffer, *outer = formatting->buffer;
	pq_buffer_init_in(&buffer, formatting->arena, 0);
	formatting->buffer = &buffer;
	bool written = write_element(formatting, value);
	formatting->buffer = outer;
	*text = pq_buffer_view(&buffer);
	return written && !pq_buffer_failed(&buffer);
}

static bool write_pair(struct pq_cel_formatting *formatting, const struct pq_cel_value *key,
		       const struct pq_cel_value *value, struct pair *pair)
{
	if (key->kind != PQ_CEL_STRING && key->kind != PQ_CEL_BOOL && key->kind != PQ_CEL_INT &&
	    key->kind != PQ_CEL_UINT)
		return pq_cel_format_fail(formatting,
					  "no formatting function for map key of type %.*s",
					  PQ_STRING_ARGUMENT(pq_cel_runtime_type(key)->name));
	return write_apart(formatting, key, &pair->key) &&
	       write_apart(formatting, value, &pair->value);
}

static bool write_map(struct pq_cel_formatting *formatting, const struct pq_cel_value *map)
{
	struct pq_cel_value key, value;
	size_t count = 0;
	struct pair *pairs =
		pq_arena_alloc_array(formatting->arena, pq_cel_map_size(map), sizeof *pairs);
	if (pairs == NULL)
		return pq_cel_format_fail(formatting, "out of memory");
	for (uint32_t i = 0; pq_cel_map_next(formatting->arena, map, &i, &key, &value);) {
		if (map->kind == PQ_CEL_OBJECT_VALUE && key.kind == PQ_CEL_NULL) {
			pq_cel_end_run(formatting->run, pq_cel_from_fatal(NIL_DEREFERENCED));
			return pq_cel_format_fail(formatting, NIL_DEREFERENCED);
		}
		if (pq_cel_is_error(&value) &&
		    !pq_cel_map_find(formatting->arena, map, &key, &value))
			return pq_cel_format_fail(formatting, "could not find key: \"%.*s\"",
						  PQ_STRING_ARGUMENT(pq_cel_value_string(&key)));
		if (!write_pair(formatting, &key, &value, &pairs[count++]))
			return false;
	}
	qsort(pairs, count, sizeof *pairs, compare_pairs);
	pq_buffer_append_byte(formatting->buffer, '{');
	for (size_t i = 0; i < count; i++) {
		pq_buffer_append_text(formatting->buffer, i > 0 ? ", " : "");
		pq_buffer_append_string(formatting->buffer, pairs[i].key);
		pq_buffer_append_byte(formatting->buffer, ':');
		pq_buffer_append_string(formatting->buffer, pairs[i].value);
	}
	pq_buffer_append_byte(formatting->buffer, '}');
	return true;
}

static bool write_container(struct pq_cel_formatting *formatting, const struct pq_cel_value *value)
{
	if (formatting->depth >= PQ_CEL_FORMAT_DEPTH_MAX)
		return pq_cel_format_fail(formatting, "values nest too deeply");
	formatting->depth++;
	bool written = value->kind == PQ_CEL_LIST_VALUE ? write_list(formatting, value)
							: write_map(formatting, value);
	formatting->depth--;
	return written;
}

/* An element of a list or map, as CEL writes it. */
static bool write_element(struct pq_cel_formatting *formatting, const struct pq_cel_value *value)
{
	struct pq_buffer *buffer = formatting->buffer;
	if (pq_buffer_failed(buffer) || !pq_cel_take_steps(formatting->run, STEPS_OF_TEXT))
		return pq_cel_format_fail(formatting, "too large");
	switch (value->kind) {
	case PQ_CEL_STRING:
		pq_go_quote(buffer, pq_cel_value_string(value));
		return true;
	case PQ_CEL_BYTES:
		pq_buffer_append_byte(buffer, 'b');
		pq_go_quote(buffer, pq_cel_value_string(value));
		return pq_utf8_find_invalid(pq_cel_value_string(value)) == value->length ||
		       pq_cel_format_string(formatting, value);
	case PQ_CEL_TIMESTAMP:
		pq_buffer_append_text(buffer, "timestamp(\"");
		pq_cel_write_timestamp(buffer, value);
		pq_buffer_append_text(buffer, "\")");
		return true;
	case PQ_CEL_DURATION:
		pq_buffer_append_text(buffer, "duration(\"");
		pq_cel_write_duration(buffer, value->integer);
		pq_buffer_append_text(buffer, "\")");
		return true;
	case PQ_CEL_DOUBLE:
		if (isfinite(value->number))
			pq_buffer_append_format(buffer, "%.6f", value->number);
		else
			pq_buffer_append_format(buffer, "\"%s\"",
						isnan(value->number) ? "NaN"
						: value->number > 0  ? "+Inf"
								     : "-Inf");
		return true;
	case PQ_CEL_ERROR:
		return pq_cel_format_fail(formatting, "no formatting function for error");
	case PQ_CEL_OPTIONAL:
	case PQ_CEL_OPAQUE_VALUE:
		return pq_cel_format_fail(formatting, "no formatting function for %.*s",
					  PQ_STRING_ARGUMENT(pq_cel_runtime_type(value)->name));
	default:
		return pq_cel_format_string(formatting, value);
	}
}

bool pq_cel_format_string(struct pq_cel_formatting *formatting, const struct pq_cel_value *value)
{
	switch (value->kind) {
	case PQ_CEL_LIST_VALUE:
	case PQ_CEL_MAP_VALUE:
	case PQ_CEL_OBJECT_VALUE:
		return write_container(formatting, value);
	case PQ_CEL_NULL:
		pq_buffer_append_text(formatting->buffer, "null");
		return true;
	case PQ_CEL_BYTES:
		if (pq_utf8_find_invalid(pq_cel_value_string(value)) < value->length)
			return pq_cel_format_fail(formatting,
						  "could not convert argument \"invalid UTF-8 in "
						  "bytes, cannot convert to string\" to string");
		pq_buffer_append_string(formatting->buffer, pq_cel_value_string(value));
		return true;
	case PQ_CEL_TIMESTAMP:
		pq_cel_write_timestamp(formatting->buffer, value);
		return true;
	case PQ_CEL_DURATION:
		pq_cel_write_duration(formatting->buffer, value->integer);
		return true;
	default:
		pq_cel_write_value(formatting->buffer, formatting->arena, value);
		return true;
	}
}
