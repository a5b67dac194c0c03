/*
 * Buffer: bytes that grow up to a cap.
 *
 * Failure is sticky: after the cap has been hit or memory has run out, every write does nothing
 * and pq_buffer_failed says so, so that a writer checks once, at the end.
 *
 * A buffer is on the heap (arena NULL; pq_buffer_done frees it) or in an arena (done is a no-op
 * for its memory). Not thread-safe.
 */
#ifndef PQ_BASE_BUFFER_H
#define PQ_BASE_BUFFER_H

#include "base/arena.h"

struct pq_buffer {
	char *data;
	size_t length;
	size_t capacity;
	size_t limit;
	struct pq_arena *arena;
	bool failed;
};

/* limit is the cap on length in bytes; 0 means none. */
void pq_buffer_init(struct pq_buffer *buffer, size_t limit);
void pq_buffer_init_in(struct pq_buffer *buffer, struct pq_arena *arena, size_t limit);
void pq_buffer_done(struct pq_buffer *buffer);

void pq_buffer_append(struct pq_buffer *buffer, const void *bytes, size_t size);
void pq_buffer_append_byte(struct pq_buffer *buffer, char byte);
void pq_buffer_append_times(struct pq_buffer *buffer, char byte, size_t count);
void pq_buffer_append_text(struct pq_buffer *buffer, const char *text);
void pq_buffer_append_string(struct pq_buffer *buffer, struct pq_string text);
void pq_buffer_append_format(struct pq_buffer *buffer, const char *format, ...) PQ_PRINTF(2, 3);
void pq_buffer_append_format_list(struct pq_buffer *buffer, const char *format, va_list arguments)
	PQ_PRINTF(2, 0);

/* Room for size more bytes at data + length; the caller adds to length what it used. NULL on
 * failure. */
char *pq_buffer_reserve(struct pq_buffer *buffer, size_t size);

/* Forgets what was written, and a failure, but keeps the memory. */
static inline void pq_buffer_clear(struct pq_buffer *buffer)
{
	buffer->length = 0;
	buffer->failed = false;
}

static inline bool pq_buffer_failed(const struct pq_buffer *buffer)
{
	return buffer->failed;
}

/* What has been written; valid until the next write. */
static inline struct pq_string pq_buffer_view(const struct pq_buffer *buffer)
{
	return (struct pq_string){ .data = buffer->data, .length = buffer->length };
}

#define pq_cleanup_buffer PQ_CLEANUP(pq_buffer_done)

#endif
