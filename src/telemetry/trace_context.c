#include "telemetry/trace_context.h"

#include "base/character.h"

#include <stdio.h>

enum {
	TRACE_ID_AT = 3,
	SPAN_ID_AT = 36,
	FLAGS_AT = 53,
	HEADER_LENGTH = 55,
	FLAG_SAMPLED = 1,
};

/* In lower case only, as the header is defined. */
static int hex_value(char digit)
{
	return digit >= 'A' && digit <= 'F' ? -1 : pq_hexadecimal_value((unsigned char)digit);
}

static bool read_hex(const char *text, uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		int high = hex_value(text[2 * i]), low = hex_value(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

static bool is_zero(const uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (bytes[i] != 0)
			return false;
	}
	return true;
}

static bool has_dashes(const char *text)
{
	return text[TRACE_ID_AT - 1] == '-' && text[SPAN_ID_AT - 1] == '-' &&
	       text[FLAGS_AT - 1] == '-';
}

bool pq_trace_context_parse(struct pq_string header, struct pq_trace_context *context)
{
	struct pq_trace_context read = { 0 };
	uint8_t version, flags;
	const char *text = header.data;
	if (header.length < HEADER_LENGTH || !has_dashes(text) || !read_hex(text, &version, 1) ||
	    version == 0xff || !read_hex(text + TRACE_ID_AT, read.trace_id, PQ_TRACE_ID_BYTES) ||
	    !read_hex(text + SPAN_ID_AT, read.span_id, PQ_SPAN_ID_BYTES) ||
	    !read_hex(text + FLAGS_AT, &flags, 1))
		return false;
	if (header.length > HEADER_LENGTH && (version == 0 || text[HEADER_LENGTH] != '-'))
		return false;
	if (is_zero(read.trace_id, PQ_TRACE_ID_BYTES) || is_zero(read.span_id, PQ_SPAN_ID_BYTES))
		return false;
	read.is_sampled = (flags & FLAG_SAMPLED) != 0;
	*context = read;
	return true;
}

bool pq_trace_context_is_set(const struct pq_trace_context *context)
{
	return !is_zero(context->trace_id, PQ_TRACE_ID_BYTES);
}

static void write_hex(const uint8_t *bytes, size_t count, char *text)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < count; i++) {
		*text++ = digits[bytes[i] >> 4];
		*text++ = digits[bytes[i] & 0xf];
	}
	*text = '\0';
}

void pq_trace_id_write(const struct pq_trace_context *context, char text[PQ_TRACE_ID_TEXT])
{
	write_hex(context->trace_id, PQ_TRACE_ID_BYTES, text);
}

void pq_span_id_write(const uint8_t span_id[PQ_SPAN_ID_BYTES], char text[PQ_SPAN_ID_TEXT])
{
	write_hex(span_id, PQ_SPAN_ID_BYTES, text);
}

void pq_traceparent_write(const struct pq_trace_context *context, char text[PQ_TRACEPARENT_TEXT])
{
	char trace_id[PQ_TRACE_ID_TEXT], span_id[PQ_SPAN_ID_TEXT];
	pq_trace_id_write(context, trace_id);
	pq_span_id_write(context->span_id, span_id);
	snprintf(text, PQ_TRACEPARENT_TEXT, "00-%s-%s-%s", trace_id, span_id,
		 context->is_sampled ? "01" : "00");
}
