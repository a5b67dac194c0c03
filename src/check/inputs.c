#include "check/inputs.h"

#include "base/file.h"
#include "base/walk.h"
#include "check/check.h"
#include "policy/load.h"

#include <stdlib.h>

static bool out_of_memory(const char *path, struct pq_error *error)
{
	return pq_error_set_at(error, PQ_ERROR_MEMORY, path, "no memory to read it");
}

static bool add(struct check_inputs *inputs, const struct check_input *input)
{
	if (inputs->count == inputs->capacity) {
		size_t capacity = inputs->capacity == 0 ? 64 : inputs->capacity * 2;
		struct check_input *grown = realloc(inputs->items, capacity * sizeof *grown);
		if (grown == NULL)
			return false;
		inputs->items = grown;
		inputs->capacity = capacity;
	}
	inputs->items[inputs->count++] = *input;
	return true;
}

static bool read_file(const char *path, struct pq_arena *arena, struct pq_string *text,
		      struct pq_error *error)
{
	struct pq_buffer contents;
	pq_buffer_init_in(&contents, arena, PQ_CHECK_FILE_BYTES_MAX);
	if (!pq_file_read(path, &contents, error))
		return false;
	*text = pq_buffer_view(&contents);
	return true;
}

static bool add_file(const char *path, void *context, struct pq_error *error)
{
	struct check_inputs *inputs = context;
	struct check_input input = {
		.file = pq_arena_copy(&inputs->arena, pq_string_from(path)),
	};
	if (strcmp(path, "-") == 0 && !read_file(path, &inputs->arena, &input.text, error))
		return false;
	return (input.file.data != NULL && add(inputs, &input)) || out_of_memory(path, error);
}

static bool is_manifest(const char *path, bool is_folder, void *context)
{
	(void)context;
	return is_folder || pq_policy_is_source(pq_string_from(path));
}

bool check_inputs_find(struct check_inputs *inputs, const char *const *paths, size_t count,
		       struct pq_error *error)
{
	struct pq_walk walk = { .is_wanted = is_manifest, .visit = add_file, .context = inputs };
	bool fine = true;
	*inputs = (struct check_inputs){ 0 };
	pq_arena_init(&inputs->arena, 0);
	pq_walk_init(&walk);
	for (size_t i = 0; fine && i < count; i++)
		fine = pq_walk_path(&walk, paths[i], error);
	pq_walk_done(&walk);
	return fine;
}

void check_inputs_done(struct check_inputs *inputs)
{
	free(inputs->items);
	pq_arena_done(&inputs->arena);
}

bool check_inputs_read(const struct check_input *input, struct pq_arena *arena,
		       struct pq_string *text, struct pq_error *error)
{
	if (!pq_string_is(input->file, "-"))
		return read_file(input->file.data, arena, text, error);
	*text = input->text;
	return true;
}
