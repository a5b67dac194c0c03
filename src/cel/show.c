#include "cel/show.h"

#include "cel/container.h"
#include "cel/opaque.h"
#include "json/write.h"

#include <math.h>
#include <stdlib.h>

struct shower {
	struct pq_buffer *buffer;
	struct pq_arena *arena;
	unsigned depth;
	unsigned values;
};

static void show(struct shower *shower, const struct pq_cel_value *value);

static void show_double(struct pq_buffer *buffer, double number)
{
	if (!isfinite(number)) {
		pq_buffer_append_text(buffer, isnan(number) ? "double(\"NaN\")"
					      : number > 0  ? "double(\"Infinity\")"
							    : "double(\"-Infinity\")");
		return;
	}
	size_t start = buffer->length;
	pq_cel_write_plain_double(buffer, number);
	struct pq_string digits = pq_string_slice(pq_buffer_view(buffer), start, buffer->length);
	if (pq_string_find_byte(digits, '.') < 0)
		pq_buffer_append_text(buffer, ".0");
}

static void show_bytes(struct pq_buffer *buffer, struct pq_string bytes)
{
	pq_buffer_append_text(buffer, "b\"");
	for (size_t i = 0; i < bytes.length; i++) {
		unsigned byte = (unsigned char)bytes.data[i];
		const char octal[] = { '\\', (char)('0' + (byte >> 6)),
				       (char)('0' + (byte >> 3 & 7)), (char)('0' + (byte & 7)) };
		pq_buffer_append(buffer, octal, sizeof octal);
	}
	pq_buffer_append_byte(buffer, '"');
}

static void show_timestamp(struct pq_buffer *buffer, const struct pq_cel_value *value)
{
	struct pq_cel_value utc = *value;
	utc.utc_offset = 0;
	pq_buffer_append_text(buffer, "timestamp(\"");
	pq_cel_write_timestamp(buffer, &utc);
	pq_buffer_append_text(buffer, "\")");
}

static void show_list(struct shower *shower, const struct pq_cel_value *list)
{
	pq_buffer_append_byte(shower->buffer, '[');
	for (uint32_t i = 0; i < pq_cel_list_size(list); i++) {
		struct pq_cel_value item;
		pq_cel_list_get(shower->arena, list, i, &item);
		pq_buffer_append_text(shower->buffer, i > 0 ? ", " : "");
		show(shower, &item);
	}
	pq_buffer_append_byte(shower->buffer, ']');
}

struct entry {
	struct pq_string key;
	struct pq_cel_value value;
};

static int compare_entries(const void *a, const void *b)
{
	return pq_string_compare(((const struct entry *)a)->key, ((const struct entry *)b)->key);
}

/* Members that are no fields of an object, which no rule sees, are left out; what is listed but not
 * to be had is shown as null. */
static size_t read_entries(struct shower *shower, const struct pq_cel_value *map,
			   struct entry *entries)
{
	struct pq_buffer *outer = shower->buffer;
	struct pq_cel_value key;
	size_t count = 0;
	for (uint32_t i = 0;
	     pq_cel_map_next(shower->arena, map, &i, &key, &entries[count].value);) {
		struct pq_buffer buffer;
		struct pq_cel_value *value = &entries[count].value;
		if (map->kind == PQ_CEL_OBJECT_VALUE && key.kind == PQ_CEL_NULL)
			continue;
		if (pq_cel_is_error(value) && !pq_cel_map_find(shower->arena, map, &key, value))
			*value = pq_cel_null_value();
		pq_buffer_init_in(&buffer, shower->arena, 0);
		shower->buffer = &buffer;
		show(shower, &key);
		entries[count++].key = pq_buffer_view(&buffer);
	}
	shower->buffer = outer;
	return count;
}

static void show_map(struct shower *shower, const struct pq_cel_value *map)
{
	struct entry *entries = pq_arena_alloc_array(
		shower->arena, (size_t)pq_cel_map_size(map) + 1, sizeof *entries);
	if (entries == NULL)
		return;
	size_t count = read_entries(shower, map, entries);
	qsort(entries, count, sizeof *entries, compare_entries);
	pq_buffer_append_byte(shower->buffer, '{');
	for (size_t i = 0; i < count; i++) {
		pq_buffer_append_text(shower->buffer, i > 0 ? ", " : "");
		pq_buffer_append_string(shower->buffer, entries[i].key);
		pq_buffer_append_text(shower->buffer, ": ");
		show(shower, &entries[i].value);
	}
	pq_buffer_append_byte(shower->buffer, '}');
}

static void show_optional(struct shower *shower, const struct pq_cel_value *optional)
{
	if (optional->present == NULL) {
		pq_buffer_append_text(shower->buffer, "optional.none()");
		return;
	}
	pq_buffer_append_text(shower->buffer, "optional.of(");
	show(shower, optional->present);
	pq_buffer_append_byte(shower->buffer, ')');
}

static void show_opaque(struct pq_buffer *buffer, const struct pq_cel_value *value)
{
	const struct pq_cel_opaque_kind *kind = pq_cel_opaque_kind(value);
	if (kind->write == NULL) {
		pq_buffer_append_string(buffer, kind->type.name);
		return;
	}
	pq_buffer_append_string(buffer, kind->type.name);
	pq_buffer_append_byte(buffer, '(');
	kind->write(buffer, value->opaque);
	pq_buffer_append_byte(buffer, ')');
}

static void show_scalar(struct shower *shower, const struct pq_cel_value *value)
{
	struct pq_buffer *buffer = shower->buffer;
	switch (value->kind) {
	case PQ_CEL_NULL:
		pq_buffer_append_text(buffer, "null");
		return;
	case PQ_CEL_UINT:
		pq_buffer_append_format(buffer, "%lluu", (unsigned long long)value->natural);
		return;
	case PQ_CEL_DOUBLE:
		show_double(buffer, value->number);
		return;
	case PQ_CEL_STRING:
		pq_go_quote(buffer, pq_cel_value_string(value));
		return;
	case PQ_CEL_BYTES:
		show_bytes(buffer, pq_cel_value_string(value));
		return;
	case PQ_CEL_TIMESTAMP:
		show_timestamp(buffer, value);
		return;
	case PQ_CEL_DURATION:
		pq_buffer_append_text(buffer, "duration(\"");
		pq_cel_write_duration(buffer, value->integer);
		pq_buffer_append_text(buffer, "\")");
		return;
	case PQ_CEL_OPAQUE_VALUE:
		show_opaque(buffer, value);
		return;
	default:
		pq_cel_write_value(buffer, shower->arena, value);
	}
}

static void show(struct shower *shower, const struct pq_cel_value *value)
{
	if (pq_buffer_failed(shower->buffer))
		return;
	if (shower->depth >= PQ_CEL_SHOW_DEPTH_MAX || ++shower->values > PQ_CEL_SHOW_VALUES_MAX) {
		pq_buffer_append_text(shower->buffer, "...");
		return;
	}
	shower->depth++;
	if (value->kind == PQ_CEL_LIST_VALUE)
		show_list(shower, value);
	else if (pq_cel_is_map(value))
		show_map(shower, value);
	else if (value->kind == PQ_CEL_OPTIONAL)
		show_optional(shower, value);
	else
		show_scalar(shower, value);
	shower->depth--;
}

void pq_cel_show_value(struct pq_buffer *buffer, struct pq_arena *arena,
		       const struct pq_cel_value *value)
{
	struct shower shower = { .buffer = buffer, .arena = arena };
	show(&shower, value);
}
