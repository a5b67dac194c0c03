#include "check/olds.h"

#include "base/pages.h"
#include "check/identity.h"
#include "check/list.h"
#include "check/part.h"
#include "check/read.h"
#include "check/split.h"

#include <limits.h>
#include <stdio.h>

enum { READER_KEPT = 1 << 20 }; /* bytes of what an old document took, for the next one */

void check_olds_init(struct check_olds *olds,
		     const struct check_working_directory *working_directory)
{
	*olds = (struct check_olds){ 0 };
	check_inputs_init(&olds->inputs, working_directory);
}

void check_olds_done(struct check_olds *olds)
{
	pq_pages_free(olds->items, olds->capacity * sizeof *olds->items);
	check_inputs_done(&olds->inputs);
}

void check_old_reader_init(struct check_old_reader *reader)
{
	*reader = (struct check_old_reader){ 0 };
	pq_arena_init(&reader->arena, CHECK_READ_MEMORY_MAX);
	pq_buffer_init(&reader->text, 0);
}

void check_old_reader_done(struct check_old_reader *reader)
{
	pq_arena_done(&reader->arena);
	pq_buffer_done(&reader->text);
}

/* The first one with a hash, or where it would stand. */
static size_t lower_bound(const struct check_olds *olds, uint64_t hash)
{
	size_t low = 0, high = olds->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (olds->items[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many parts two paths have in common at their ends. */
static size_t common_parts(struct pq_string a, struct pq_string b)
{
	size_t parts = 0, i = a.length, j = b.length;
	while (i > 0 && j > 0 && a.data[i - 1] == b.data[j - 1]) {
		i--;
		j--;
		parts += a.data[i] == '/';
	}
	bool ends = (i == 0 || a.data[i - 1] == '/') && (j == 0 || b.data[j - 1] == '/');
	return parts + ends;
}

static const struct check_old *choose(const struct check_olds *olds, uint64_t hash,
				      struct pq_string path)
{
	const struct check_old *best = NULL;
	size_t most = 0;
	for (size_t i = lower_bound(olds, hash); i < olds->count && olds->items[i].hash == hash;
	     i++) {
		const struct check_old *old = &olds->items[i];
		const char *old_path = olds->inputs.items[old->input].path;
		size_t common = common_parts(pq_string_from(old_path), path);
		if (best == NULL || common > most) {
			best = old;
			most = common;
		}
	}
	return best;
}

static bool read_document(const struct check_olds *olds, struct check_old_reader *reader,
			  const struct check_old *old, struct pq_error *error)
{
	const struct check_input *input = &olds->inputs.items[old->input];
	if (reader->old != NULL && reader->old->input == old->input &&
	    reader->old->offset == old->offset)
		return true;
	reader->old = NULL;
	pq_arena_reset(&reader->arena, READER_KEPT);
	check_part_forget(&reader->text);
	if (!check_part_read_bytes(input, old->offset, old->length, &reader->text, error) ||
	    !check_read_first(&reader->arena, pq_buffer_view(&reader->text), &reader->document,
			      error)) {
		pq_error_add_path(error, pq_string_from(input->path));
		return false;
	}
	reader->old = old;
	return true;
}

static bool take_object(struct check_old_reader *reader, const struct check_old *old,
			struct pq_value *object)
{
	const struct pq_value *document = &reader->document;
	*object = *document;
	if (old->item == UINT32_MAX)
		return true;
	return check_is_list(document) && old->item < check_list_length(document) &&
	       check_list_item(&reader->arena, document, old->item, object);
}

uint32_t check_old_line(const struct check_old_reader *reader, const struct pq_value *object)
{
	size_t offset = object->offset == PQ_OFFSET_NONE ? 0 : object->offset;
	struct pq_string before = pq_string_slice(pq_buffer_view(&reader->text), 0, offset);
	return reader->old->line + (uint32_t)check_count_lines(before);
}

bool check_olds_find(const struct check_olds *olds, struct check_old_reader *reader,
		     const struct pq_value *object, struct pq_string file,
		     struct check_old_object *old, struct pq_error *error)
{
	struct check_identity wanted, got;
	char path[PATH_MAX];
	old->is_found = false;
	if (pq_string_starts_with(file, PQ_S("./")))
		file = pq_string_slice(file, 2, file.length);
	if (!check_identity_of(object, &wanted))
		return true;
	int length = snprintf(path, sizeof path, "%.*s%.*s", PQ_STRING_ARGUMENT(olds->prefix),
			      PQ_STRING_ARGUMENT(file));
	struct pq_string whole = { .data = path, .length = (size_t)length };
	const struct check_old *chosen = choose(olds, check_identity_hash(&wanted),
						whole.length < sizeof path ? whole : file);
	if (chosen == NULL)
		return true;
	if (!read_document(olds, reader, chosen, error))
		return false;
	old->file = olds->inputs.items[chosen->input].path;
	old->is_found = take_object(reader, chosen, &old->value) &&
			check_identity_of(&old->value, &got) && check_identity_equal(&wanted, &got);
	return true;
}
