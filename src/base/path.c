#include "base/path.h"

#include <stdio.h>

static size_t step_length(const struct pq_path *path)
{
	switch (path->kind) {
	case PQ_PATH_PROPERTY:
		return path->name.length + (path->parent != NULL);
	case PQ_PATH_KEY:
		return path->name.length + 2;
	case PQ_PATH_INDEX:
		return (size_t)snprintf(NULL, 0, "[%zu]", path->index);
	}
	return 0;
}

static void write_step(char *at, const struct pq_path *path)
{
	char index[32];
	switch (path->kind) {
	case PQ_PATH_PROPERTY:
		if (path->parent != NULL)
			*at++ = '.';
		if (path->name.length > 0)
			memcpy(at, path->name.data, path->name.length);
		break;
	case PQ_PATH_KEY:
		*at++ = '[';
		if (path->name.length > 0)
			memcpy(at, path->name.data, path->name.length);
		at[path->name.length] = ']';
		break;
	case PQ_PATH_INDEX:
		snprintf(index, sizeof index, "[%zu]", path->index);
		memcpy(at, index, strlen(index));
		break;
	}
}

/* A path is linked from its end, so it is measured first and then written backwards: no recursion
 * however deep the object is. */
void pq_path_write(struct pq_buffer *buffer, const struct pq_path *path)
{
	size_t length = 0;
	for (const struct pq_path *step = path; step != NULL; step = step->parent)
		length += step_length(step);
	char *room = pq_buffer_reserve(buffer, length);
	if (room == NULL)
		return;
	char *end = room + length;
	for (const struct pq_path *step = path; step != NULL; step = step->parent) {
		end -= step_length(step);
		write_step(end, step);
	}
	buffer->length += length;
}

struct pq_string pq_path_render(struct pq_arena *arena, const struct pq_path *path)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, arena, 0);
	pq_path_write(&buffer, path);
	pq_buffer_append_byte(&buffer, '\0');
	if (pq_buffer_failed(&buffer))
		return (struct pq_string){ 0 };
	return (struct pq_string){ .data = buffer.data, .length = buffer.length - 1 };
}
