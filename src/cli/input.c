#include "cli/input.h"

#include "base/file.h"

bool pq_input_read(struct pq_arena *arena, const char *path, size_t limit, struct pq_string *text,
		   struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer contents;
	pq_buffer_init(&contents, limit);
	if (!pq_file_read(path, &contents, error))
		return false;
	struct pq_string copy = pq_arena_copy(arena, pq_buffer_view(&contents));
	if (copy.data == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to read %s", path);
	*text = copy;
	return true;
}

bool pq_input_is_json(struct pq_string path, struct pq_string text)
{
	struct pq_string start = pq_string_trim(text);
	return pq_string_ends_with(path, PQ_S(".json")) ||
	       (start.length > 0 && (start.data[0] == '{' || start.data[0] == '['));
}
