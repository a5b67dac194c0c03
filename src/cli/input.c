#include "cli/input.h"

#include "base/file.h"
#include "base/utf8.h"

bool pq_input_add_named(struct pq_arena *arena, const struct pq_option_list *named,
			struct pq_option_list *files, struct pq_error *error)
{
	size_t count = files->count + named->count;
	const char **items = pq_arena_alloc_array(arena, count + 1, sizeof *items);
	if (items == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the names of files");
	for (size_t i = 0; i < count; i++)
		items[i] = i < files->count ? files->items[i] : named->items[i - files->count];
	*files = (struct pq_option_list){ .items = items, .count = count };
	return true;
}

bool pq_input_read(struct pq_arena *arena, const char *path, size_t limit, struct pq_string *text,
		   struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer contents;
	pq_buffer_init(&contents, limit);
	if (!pq_file_read(path, &contents, error))
		return false;
	struct pq_string copy = pq_arena_copy(arena, pq_utf8_skip_mark(pq_buffer_view(&contents)));
	if (copy.data == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to read %s", path);
	*text = copy;
	return true;
}
