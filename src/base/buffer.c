#include "base/buffer.h"

#include "base/format.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { CAPACITY_MIN = 64 };

void pq_buffer_init(struct pq_buffer *buffer, size_t limit)
{
	*buffer = (struct pq_buffer){ .limit = limit == 0 ? SIZE_MAX / 4 : limit };
}

void pq_buffer_init_in(struct pq_buffer *buffer, struct pq_arena *arena, size_t limit)
{
	pq_buffer_init(buffer, limit);
	buffer->arena = arena;
}

void pq_buffer_done(struct pq_buffer *buffer)
{
	if (buffer->arena == NULL)
		free(buffer->data);
	*buffer = (struct pq_buffer){ .limit = buffer->limit, .arena = buffer->arena };
}

/* Room for size bytes under the cap and slack more, which will not count, behind them. */
static char *reserve(struct pq_buffer *buffer, size_t size, size_t slack)
{
	if (buffer->failed || size > buffer->limit || buffer->length > buffer->limit - size) {
		buffer->failed = true;
		return NULL;
	}
	size_t wanted = buffer->length + size + slack;
	if (wanted > buffer->capacity || buffer->data == NULL) {
		size_t capacity = buffer->capacity == 0 ? CAPACITY_MIN : buffer->capacity;
		while (capacity < wanted)
			capacity *= 2;
		char *data = buffer->arena == NULL ? realloc(buffer->data, capacity)
						   : pq_arena_grow(buffer->arena, buffer->data,
								   buffer->capacity, capacity);
		if (data == NULL) {
			buffer->failed = true;
			return NULL;
		}
		buffer->data = data;
		buffer->capacity = capacity;
	}
	return buffer->data + buffer->length;
}

char *pq_buffer_reserve(struct pq_buffer *buffer, size_t size)
{
	return reserve(buffer, size, 0);
}

void pq_buffer_append(struct pq_buffer *buffer, const void *bytes, size_t size)
{
	if (size == 0)
		return;
	char *room = pq_buffer_reserve(buffer, size);
	if (room == NULL)
		return;
	memcpy(room, bytes, size);
	buffer->length += size;
}

void pq_buffer_append_byte(struct pq_buffer *buffer, char byte)
{
	char *room = pq_buffer_reserve(buffer, 1);
	if (room == NULL)
		return;
	*room = byte;
	buffer->length++;
}

void pq_buffer_append_times(struct pq_buffer *buffer, char byte, size_t count)
{
	if (count == 0)
		return;
	char *room = pq_buffer_reserve(buffer, count);
	if (room == NULL)
		return;
	memset(room, byte, count);
	buffer->length += count;
}

void pq_buffer_append_text(struct pq_buffer *buffer, const char *text)
{
	pq_buffer_append(buffer, text, strlen(text));
}

void pq_buffer_append_string(struct pq_buffer *buffer, struct pq_string text)
{
	pq_buffer_append(buffer, text.data, text.length);
}

void pq_buffer_append_format(struct pq_buffer *buffer, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	pq_buffer_append_format_list(buffer, format, arguments);
	va_end(arguments);
}

void pq_buffer_append_format_list(struct pq_buffer *buffer, const char *format, va_list arguments)
{
	va_list again;
	va_copy(again, arguments);
	int length = pq_format_list(NULL, 0, format, arguments);
	char *room = length < 0 ? NULL : reserve(buffer, (size_t)length, 1);
	if (room != NULL) {
		pq_format_list(room, (size_t)length + 1, format, again);
		buffer->length += (size_t)length;
	} else {
		buffer->failed = true;
	}
	va_end(again);
}
