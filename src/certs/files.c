#include "certs/files.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>

int pq_files_lock(const struct pq_certs_memory *memory, const char *folder)
{
	int lock = memory != NULL ? -1 : open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (lock >= 0)
		(void)flock(lock, LOCK_EX);
	return lock;
}

bool pq_files_have(const struct pq_certs_memory *memory, const char *path)
{
	return memory == NULL ? access(path, F_OK) == 0
			      : pq_certs_memory_find(memory, path) != NULL;
}

bool pq_files_read(const struct pq_certs_memory *memory, const char *path,
		   struct pq_buffer *contents, struct pq_error *error)
{
	if (memory == NULL)
		return pq_file_read(path, contents, error);
	const struct pq_buffer *bytes = pq_certs_memory_find(memory, path);
	if (bytes == NULL)
		return pq_error_set_at(error, PQ_ERROR_NOT_FOUND, path, "%s", strerror(ENOENT));
	pq_buffer_append_string(contents, pq_buffer_view(bytes));
	return !pq_buffer_failed(contents) ||
	       pq_error_set_at(error, PQ_ERROR_TOO_LARGE, path, "is too large");
}

bool pq_files_replace(struct pq_certs_memory *memory, const char *path, struct pq_string contents,
		      unsigned mode, struct pq_error *error)
{
	return memory == NULL ? pq_file_replace(path, contents, mode, error)
			      : pq_certs_memory_write(memory, path, contents, error);
}

bool pq_files_rename(struct pq_certs_memory *memory, const char *from, const char *to,
		     struct pq_error *error)
{
	if (memory != NULL)
		return pq_certs_memory_rename(memory, from, to) ||
		       pq_error_set_at(error, PQ_ERROR_NOT_FOUND, from, "%s", strerror(ENOENT));
	if (rename(from, to) != 0)
		return pq_error_set_at(error, PQ_ERROR_IO, to, "%s", strerror(errno));
	return true;
}
