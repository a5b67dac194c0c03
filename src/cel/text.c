#include "cel/text.h"

#include "base/clock.h"
#include "cel/container.h"
#include "cel/opaque.h"
#include "formats/duration.h"
#include "formats/timestamp.h"
#include "json/double.h"
#include "json/write.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool write_special_double(struct pq_buffer *buffer, double number)
{
	if (isnan(number))
		pq_buffer_append_text(buffer, "NaN");
	else if (isinf(number))
		pq_buffer_append_text(buffer, number > 0 ? "+Inf" : "-Inf");
	else
		return false;
	return true;
}

void pq_cel_write_plain_double(struct pq_buffer *buffer, double number)
{
	if (write_special_double(buffer, number))
		return;
	if (signbit(number))
		pq_buffer_append_byte(buffer, '-');
	struct pq_double_digits digits = pq_double_shortest(fabs(number));
	if (digits.point <= 0)
		pq_buffer_append_byte(buffer, '0');
	for (int i = 0; i < digits.point; i++)
		pq_buffer_append_byte(buffer, i < digits.count ? digits.digits[i] : '0');
	if (digits.point >= digits.count || number == 0)
		return;
	pq_buffer_append_byte(buffer, '.');
	for (int i = digits.point; i < digits.count; i++)
		pq_buffer_append_byte(buffer, i < 0 ? '0' : digits.digits[i]);
}

/* fmt's %g and %v: shortest digits; "NaN", "+Inf". */
static void write_double(struct pq_buffer *buffer, double number)
{
	if (!write_special_double(buffer, number))
		pq_go_write_double(buffer, number);
}

void pq_cel_write_duration(struct pq_buffer *buffer, int64_t nanoseconds)
{
	double seconds = (double)(nanoseconds / PQ_SECOND) +
			 (double)(nanoseconds % PQ_SECOND) / (double)PQ_SECOND;
	pq_cel_write_plain_double(buffer, seconds);
	pq_buffer_append_byte(buffer, 's');
}

static void write_fraction(struct pq_buffer *buffer, int32_t nanoseconds)
{
	char digits[16];
	if (nanoseconds == 0)
		return;
	int length = snprintf(digits, sizeof digits, ".%09d", nanoseconds);
	while (digits[length - 1] == '0')
		length--;
	pq_buffer_append(buffer, digits, (size_t)length);
}

void pq_cel_write_timestamp(struct pq_buffer *buffer, const struct pq_cel_value *timestamp)
{
	struct pq_date_time date =
		pq_date_time_from(pq_cel_local_seconds(timestamp, timestamp->utc_offset));
	pq_buffer_append_format(buffer, "%04lld-%02d-%02dT%02d:%02d:%02d", (long long)date.year,
				date.month, date.day, date.hour, date.minute, date.second);
	write_fraction(buffer, timestamp->nanoseconds);
	int32_t minutes = timestamp->utc_offset / 60;
	if (timestamp->utc_offset == 0)
		pq_buffer_append_byte(buffer, 'Z');
	else
		pq_buffer_append_format(buffer, "%c%02d:%02d", minutes < 0 ? '-' : '+',
					abs(minutes) / 60, abs(minutes) % 60);
}

/* Go's time.Time.String: "2026-11-23 00:00:00.5 +0100 +0100". */
static void write_time(struct pq_buffer *buffer, const struct pq_cel_value *timestamp)
{
	struct pq_date_time date =
		pq_date_time_from(pq_cel_local_seconds(timestamp, timestamp->utc_offset));
	int32_t minutes = timestamp->utc_offset / 60;
	char zone[sizeof "+0000"];
	snprintf(zone, sizeof zone, "%c%02u%02u", minutes < 0 ? '-' : '+',
		 (unsigned)abs(minutes) / 60 % 100, (unsigned)abs(minutes) % 60);
	pq_buffer_append_format(buffer, "%04lld-%02d-%02d %02d:%02d:%02d", (long long)date.year,
				date.month, date.day, date.hour, date.minute, date.second);
	write_fraction(buffer, timestamp->nanoseconds);
	pq_buffer_append_format(buffer, " %s %s", zone, minutes == 0 ? "UTC" : zone);
}

struct writer {
	struct pq_buffer *buffer;
	struct pq_arena *arena;
	unsigned depth;
	unsigned values;
};

static void write_any(struct writer *writer, const struct pq_cel_value *value);

static void write_list(struct writer *writer, const struct pq_cel_value *list)
{
	pq_buffer_append_byte(writer->buffer, '[');
	for (uint32_t i = 0; i < pq_cel_list_size(list); i++) {
		struct pq_cel_value item;
		pq_cel_list_get(writer->arena, list, i, &item);
		pq_buffer_append_text(writer->buffer, i > 0 ? ", " : "");
		write_any(writer, &item);
	}
	pq_buffer_append_byte(writer->buffer, ']');
}

static void write_map(struct writer *writer, const struct pq_cel_value *map)
{
	struct pq_cel_value key, value;
	const char *separator = "";
	pq_buffer_append_byte(writer->buffer, '{');
	for (uint32_t i = 0; pq_cel_map_next(writer->arena, map, &i, &key, &value);
	     separator = ", ") {
		pq_buffer_append_text(writer->buffer, separator);
		write_any(writer, &key);
		pq_buffer_append_text(writer->buffer, ": ");
		write_any(writer, &value);
	}
	pq_buffer_append_byte(writer->buffer, '}');
}

static void write_optional(struct writer *writer, const struct pq_cel_value *optional)
{
	if (optional->present == NULL) {
		pq_buffer_append_text(writer->buffer, "optional.none()");
		return;
	}
	pq_buffer_append_text(writer->buffer, "optional(");
	write_any(writer, optional->present);
	pq_buffer_append_byte(writer->buffer, ')');
}

static void write_bytes(struct pq_buffer *buffer, struct pq_string bytes)
{
	pq_buffer_append_byte(buffer, '[');
	for (size_t i = 0; i < bytes.length; i++)
		pq_buffer_append_format(buffer, "%s%d", i > 0 ? " " : "",
					(unsigned char)bytes.data[i]);
	pq_buffer_append_byte(buffer, ']');
}

static void write_opaque(struct pq_buffer *buffer, const struct pq_cel_value *value)
{
	const struct pq_cel_opaque_kind *kind = pq_cel_opaque_kind(value);
	if (kind->write != NULL)
		kind->write(buffer, value->opaque);
	else
		pq_buffer_append_string(buffer, kind->type.name);
}

static void write_scalar(struct pq_buffer *buffer, const struct pq_cel_value *value)
{
	switch (value->kind) {
	case PQ_CEL_NULL:
		pq_buffer_append_byte(buffer, '0');
		break;
	case PQ_CEL_BOOL:
		pq_buffer_append_text(buffer, value->boolean ? "true" : "false");
		break;
	case PQ_CEL_INT:
		pq_buffer_append_format(buffer, "%lld", (long long)value->integer);
		break;
	case PQ_CEL_UINT:
		pq_buffer_append_format(buffer, "%llu", (unsigned long long)value->natural);
		break;
	case PQ_CEL_DOUBLE:
		write_double(buffer, value->number);
		break;
	case PQ_CEL_STRING:
		pq_buffer_append_string(buffer, pq_cel_value_string(value));
		break;
	case PQ_CEL_BYTES:
		write_bytes(buffer, pq_cel_value_string(value));
		break;
	case PQ_CEL_TIMESTAMP:
		write_time(buffer, value);
		break;
	case PQ_CEL_DURATION:
		pq_duration_write(buffer, value->integer);
		break;
	case PQ_CEL_ERROR:
		pq_buffer_append_string(buffer, pq_cel_value_string(value));
		break;
	case PQ_CEL_TYPE_VALUE:
		pq_buffer_append_string(buffer, value->type_value->name);
		break;
	case PQ_CEL_OPAQUE_VALUE:
		write_opaque(buffer, value);
		break;
	default:
		pq_buffer_append_string(buffer, pq_cel_runtime_type(value)->name);
	}
}

static void write_any(struct writer *writer, const struct pq_cel_value *value)
{
	if (pq_buffer_failed(writer->buffer))
		return;
	if (writer->depth >= PQ_CEL_SHOW_DEPTH_MAX || ++writer->values > PQ_CEL_SHOW_VALUES_MAX) {
		pq_buffer_append_text(writer->buffer, "...");
		return;
	}
	writer->depth++;
	if (value->kind == PQ_CEL_LIST_VALUE)
		write_list(writer, value);
	else if (pq_cel_is_map(value))
		write_map(writer, value);
	else if (value->kind == PQ_CEL_OPTIONAL)
		write_optional(writer, value);
	else
		write_scalar(writer->buffer, value);
	writer->depth--;
}

void pq_cel_write_value(struct pq_buffer *buffer, struct pq_arena *arena,
			const struct pq_cel_value *value)
{
	struct writer writer = { .buffer = buffer, .arena = arena };
	write_any(&writer, value);
}

struct pq_string pq_cel_to_go_text(struct pq_arena *arena, const struct pq_cel_value *value)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, arena, 0);
	pq_cel_write_value(&buffer, arena, value);
	return pq_buffer_failed(&buffer) ? PQ_S("") : pq_buffer_view(&buffer);
}

struct pq_cel_value pq_cel_from_buffer(const struct pq_buffer *buffer)
{
	return pq_buffer_failed(buffer) ? pq_cel_out_of_memory()
					: pq_cel_from_string(pq_buffer_view(buffer));
}

struct pq_cel_value pq_cel_error_from_buffer(const struct pq_buffer *buffer)
{
	struct pq_cel_value error = pq_cel_from_buffer(buffer);
	error.kind = PQ_CEL_ERROR;
	return error;
}
