#include "cli/input.h"

#include "base/file.h"
#include "json/read.h"

bool pq_input_read(struct pq_arena *arena, const char *path, size_t limit, struct pq_string *text,
		   struct pq_error *error)
{
	struct pq_buffer contents pq_cleanup_buffer;
	pq_buffer_init(&contents, limit);
	if (!pq_file_read(path, &contents, error))
		return false;
	char *copy = pq_arena_alloc_bytes(arena, contents.length + PQ_JSON_PADDING);
	if (copy == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to read %s", path);
	if (contents.length > 0)
		memcpy(copy, contents.data, contents.length);
	*text = (struct pq_string){ .data = copy, .length = contents.length };
	return true;
}

bool pq_input_is_json(struct pq_string path, struct pq_string text)
{
	struct pq_string start = pq_string_trim(text);
	return pq_string_ends_with(path, PQ_S(".json")) ||
	       (start.length > 0 && (start.data[0] == '{' || start.data[0] == '['));
}
