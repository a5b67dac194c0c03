#include "certs/memory.h"

#include "certs/pem.h"

#include <stdio.h>

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash == NULL ? path : slash + 1;
}

/* Its place, or that of no file when name is ""; PQ_CERTS_MEMORY_FILES_MAX when there is none. */
static size_t find(const struct pq_certs_memory *memory, const char *name)
{
	size_t place = 0;
	while (place < PQ_CERTS_MEMORY_FILES_MAX && strcmp(memory->files[place].name, name) != 0)
		place++;
	return place;
}

static void drop(struct pq_certs_memory *memory, size_t place)
{
	pq_secret_cleanup(&memory->files[place].bytes);
	memset(&memory->files[place], 0, sizeof memory->files[place]);
}

void pq_certs_memory_done(struct pq_certs_memory *memory)
{
	for (size_t i = 0; i < PQ_CERTS_MEMORY_FILES_MAX; i++)
		drop(memory, i);
}

/* Room for all of it from the start: growing would leave a part of a key behind. */
bool pq_certs_memory_write(struct pq_certs_memory *memory, const char *path, struct pq_string bytes,
			   struct pq_error *error)
{
	const char *name = name_of(path);
	struct pq_buffer copy;
	size_t place = find(memory, name);
	if (place == PQ_CERTS_MEMORY_FILES_MAX)
		place = find(memory, "");
	if (place == PQ_CERTS_MEMORY_FILES_MAX || strlen(name) >= sizeof memory->files[0].name)
		return pq_error_set_at(error, PQ_ERROR_INTERNAL, path, "is one file too many");
	pq_buffer_init(&copy, 0);
	pq_buffer_reserve(&copy, bytes.length);
	pq_buffer_append_string(&copy, bytes);
	if (pq_buffer_failed(&copy)) {
		pq_buffer_done(&copy);
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for keys");
	}
	drop(memory, place);
	strcpy(memory->files[place].name, name);
	memory->files[place].bytes = copy;
	return true;
}

const struct pq_buffer *pq_certs_memory_find(const struct pq_certs_memory *memory, const char *path)
{
	size_t place = find(memory, name_of(path));
	return place == PQ_CERTS_MEMORY_FILES_MAX ? NULL : &memory->files[place].bytes;
}

bool pq_certs_memory_rename(struct pq_certs_memory *memory, const char *from, const char *to)
{
	size_t place = find(memory, name_of(from)), old = find(memory, name_of(to));
	if (place == PQ_CERTS_MEMORY_FILES_MAX)
		return false;
	if (place == old)
		return true;
	if (old != PQ_CERTS_MEMORY_FILES_MAX)
		drop(memory, old);
	snprintf(memory->files[place].name, sizeof memory->files[place].name, "%s", name_of(to));
	return true;
}
