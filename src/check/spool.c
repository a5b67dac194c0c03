#include "check/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { COPY_BYTES = 64 * 1024 };

static bool fail(struct pq_error *error, const char *path)
{
	return pq_error_set_at(error, PQ_ERROR_IO, path, "%s", strerror(errno));
}

static bool fail_temporary(struct pq_error *error, const char *path)
{
	fail(error, path);
	pq_error_add_advice(error, "set TMPDIR to a folder with room that can be written to");
	return false;
}

bool check_spool_open(int *file, struct pq_error *error)
{
	const char *folder = getenv("TMPDIR");
	char path[PATH_MAX];
	if (folder == NULL || folder[0] == '\0')
		folder = "/tmp";
	if ((size_t)snprintf(path, sizeof path, "%s/pratique-XXXXXX", folder) >= sizeof path)
		return pq_error_set(error, PQ_ERROR_USAGE, "TMPDIR is too long");
	*file = mkostemp(path, O_CLOEXEC);
	if (*file < 0)
		return fail_temporary(error, folder);
	unlink(path);
	return true;
}

bool check_spool_write(int file, struct pq_string text, struct pq_error *error)
{
	while (text.length > 0) {
		ssize_t wrote = write(file, text.data, text.length);
		if (wrote < 0 && errno != EINTR)
			return fail_temporary(error, "temporary file");
		text = pq_string_slice(text, wrote < 0 ? 0 : (size_t)wrote, text.length);
	}
	return true;
}

static bool copy(int from, int file, struct pq_error *error)
{
	char bytes[COPY_BYTES];
	for (unsigned long long total = 0;;) {
		ssize_t got = read(from, bytes, sizeof bytes);
		if (got == 0)
			return true;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return pq_error_set(error, PQ_ERROR_IO, "%s", strerror(errno));
		total += (unsigned long long)got;
		if (total > PQ_CHECK_SPOOL_BYTES_MAX)
			return pq_error_set(error, PQ_ERROR_TOO_LARGE, "is larger than %llu GiB",
					    PQ_CHECK_SPOOL_BYTES_MAX >> 30);
		const struct pq_string part = { .data = bytes, .length = (size_t)got };
		if (!check_spool_write(file, part, error))
			return false;
	}
}

bool check_spool(const char *path, int *file, struct pq_error *error)
{
	bool is_standard_input = strcmp(path, "-") == 0;
	int from = is_standard_input ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int spool = -1;
	if (from < 0)
		return fail(error, path);
	bool fine = check_spool_open(&spool, error);
	if (fine && !copy(from, spool, error)) {
		pq_error_add_path(error, pq_string_from(path));
		close(spool);
		fine = false;
	}
	if (!is_standard_input)
		close(from);
	if (fine)
		*file = spool;
	return fine;
}
