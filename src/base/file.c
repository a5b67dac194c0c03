#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_SIZE = 16 * 1024 };

static void close_descriptor(const int *descriptor)
{
	if (*descriptor > STDERR_FILENO)
		close(*descriptor);
}

static enum pq_error_code code_of(int system_error)
{
	return system_error == ENOENT ? PQ_ERROR_NOT_FOUND : PQ_ERROR_IO;
}

static bool fail(const char *path, struct pq_error *error)
{
	return pq_error_set_at(error, code_of(errno), path, "%s", strerror(errno));
}

/* Room for all of a file at once, if it says how large it is. */
static void make_room(int file, struct pq_buffer *contents)
{
	struct stat facts;
	if (fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) && facts.st_size > READ_SIZE &&
	    (uint64_t)facts.st_size <= contents->limit - contents->length)
		pq_buffer_reserve(contents, (size_t)facts.st_size);
}

static bool read_all(int file, const char *path, struct pq_buffer *contents, struct pq_error *error)
{
	make_room(file, contents);
	for (;;) {
		char chunk[READ_SIZE];
		ssize_t got = read(file, chunk, sizeof chunk);
		if (got == 0)
			return true;
		if (got < 0 && errno != EINTR)
			return fail(path, error);
		if (got > 0)
			pq_buffer_append(contents, chunk, (size_t)got);
		if (pq_buffer_failed(contents))
			return pq_error_set_at(error, PQ_ERROR_TOO_LARGE, path,
					       "file is too large: more than %zu bytes",
					       contents->limit);
	}
}

bool pq_file_read(const char *path, struct pq_buffer *contents, struct pq_error *error)
{
	bool is_standard_input = strcmp(path, "-") == 0;
	PQ_CLEANUP(close_descriptor)
	int file = is_standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	return file < 0 ? fail(path, error) : read_all(file, path, contents, error);
}

bool pq_file_read_regular(const char *path, struct pq_buffer *contents, struct pq_error *error)
{
	struct stat facts;
	PQ_CLEANUP(close_descriptor)
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	bool is_socket = file < 0 && errno == ENXIO;
	if (!is_socket && (file < 0 || fstat(file, &facts) != 0))
		return fail(path, error);
	if (is_socket || (!S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode)))
		return pq_error_set_at(error, PQ_ERROR_UNSUPPORTED, path,
				       "is neither a file nor a folder");
	return read_all(file, path, contents, error);
}

static bool write_all(int file, struct pq_string contents)
{
	while (contents.length > 0) {
		ssize_t wrote = write(file, contents.data, contents.length);
		if (wrote < 0) {
			if (errno == EINTR)
				continue;
			return false;
		}
		contents = pq_string_slice(contents, (size_t)wrote, contents.length);
	}
	return true;
}

bool pq_file_replace(const char *path, struct pq_string contents, unsigned mode,
		     struct pq_error *error)
{
	char temporary[PATH_MAX];
	int length = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
	if (length < 0 || (size_t)length >= sizeof temporary)
		return pq_error_set_at(error, PQ_ERROR_INVALID, path, "path is too long");
	int file = mkostemp(temporary, O_CLOEXEC);
	if (file < 0)
		return pq_error_set_at(error, PQ_ERROR_IO, path, "%s", strerror(errno));
	bool written =
		fchmod(file, (mode_t)mode) == 0 && write_all(file, contents) && fsync(file) == 0;
	int reason = errno;
	close(file);
	if (written && rename(temporary, path) == 0)
		return true;
	if (written)
		reason = errno;
	unlink(temporary);
	return pq_error_set_at(error, PQ_ERROR_IO, path, "%s", strerror(reason));
}
