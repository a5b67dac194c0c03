#include "check/part.h"

#include "check/check.h"
#include "check/classify.h"
#include "check/read.h"
#include "check/split.h"
#include "json/detect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* An input's file while it is read. */
struct file {
	int descriptor;
	bool is_spool;
	uint64_t size;
};

static bool fail(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_IO, "%s", strerror(errno));
}

static void close_file(const struct file *file)
{
	if (!file->is_spool && file->descriptor >= 0)
		close(file->descriptor);
}

static bool open_file(const struct check_input *input, struct file *file, struct pq_error *error)
{
	struct stat facts;
	file->is_spool = input->spool >= 0;
	file->descriptor =
		file->is_spool ? input->spool : open(input->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (file->descriptor < 0 || fstat(file->descriptor, &facts) != 0)
		return fail(error);
	file->size = (uint64_t)facts.st_size;
	return true;
}

/* Puts up to length bytes from an offset into text. */
static bool read_range(const struct file *file, uint64_t offset, size_t length,
		       struct pq_buffer *text, struct pq_error *error)
{
	text->length = 0;
	text->failed = false;
	char *bytes = pq_buffer_reserve(text, length);
	if (bytes == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to read it");
	while (text->length < length) {
		ssize_t got = pread(file->descriptor, bytes + text->length, length - text->length,
				    (off_t)(offset + text->length));
		if (got == 0)
			return true;
		if (got < 0 && errno != EINTR)
			return fail(error);
		text->length += got < 0 ? 0 : (size_t)got;
	}
	return true;
}

static bool too_large(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_TOO_LARGE, "a document is larger than %d MiB",
			    PQ_CHECK_FILE_BYTES_MAX >> 20);
}

static bool read_whole(const struct file *file, struct pq_buffer *text, struct pq_error *error)
{
	if (file->size > PQ_CHECK_FILE_BYTES_MAX)
		return too_large(error);
	return read_range(file, 0, file->size, text, error);
}

bool check_part_read(const struct check_input *input, size_t index, struct pq_buffer *text,
		     struct check_part *part, struct pq_error *error)
{
	PQ_CLEANUP(close_file) struct file file;
	if (!open_file(input, &file, error))
		return false;
	bool is_cut = check_part_is_cut(input);
	*part = is_cut ? input->parts->items[index] : (struct check_part){ .first_line = 1 };
	return is_cut ? read_range(&file, part->offset, part->length, text, error)
		      : read_whole(&file, text, error);
}

bool check_part_read_bytes(const struct check_input *input, uint64_t offset, uint64_t length,
			   struct pq_buffer *text, struct pq_error *error)
{
	if (length > PQ_CHECK_FILE_BYTES_MAX)
		return too_large(error);
	PQ_CLEANUP(close_file) struct file file;
	return open_file(input, &file, error) && read_range(&file, offset, length, text, error);
}

/* A schema or a namespace, as far as can be told without parsing. One whose kind is written with
 * escapes is not found. */
static bool may_hold_others(struct pq_string text)
{
	static const struct pq_string words[] = {
		PQ_LITERAL("CustomResourceDefinition"),
		PQ_LITERAL("AdmissionSchema"),
		PQ_LITERAL("AdmissionExemption"),
		PQ_LITERAL("ConversionRules"),
		PQ_LITERAL("Namespace"),
	};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
		if (memmem(text.data, text.length, words[i].data, words[i].length) != NULL)
			return true;
	}
	return false;
}

/* The whole documents in front of a text that goes on in the file, and how many. The last one is
 * not whole; neither can be told whether a marker is one that the text's end cuts. */
static struct pq_string whole_documents(struct pq_string text, bool is_end, uint32_t *count)
{
	enum { MARKER_LENGTH = 4 };
	struct pq_string rest = text, document, last = { 0 };
	for (*count = 0; check_split_yaml(&rest, &document); ++*count)
		last = document;
	if (is_end)
		return text;
	if (*count < 2 || last.length < MARKER_LENGTH)
		return (struct pq_string){ 0 };
	--*count;
	return pq_string_slice(text, 0, text.length - last.length);
}

static bool add_part(struct check_input *input, const struct check_part *part,
		     struct pq_error *error)
{
	struct check_parts *parts = input->parts;
	if (parts == NULL || parts->count == parts->capacity) {
		size_t capacity = parts == NULL ? 8 : parts->capacity * 2;
		struct check_parts *grown =
			realloc(parts, sizeof *parts + capacity * sizeof parts->items[0]);
		if (grown == NULL)
			return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to read it");
		if (parts == NULL)
			grown->count = 0;
		grown->capacity = capacity;
		input->parts = parts = grown;
	}
	parts->items[parts->count++] = *part;
	return true;
}

static bool cut(struct check_input *input, const struct file *file, struct pq_buffer *text,
		struct pq_error *error)
{
	struct check_part part = { .first_line = 1 };
	size_t size = CHECK_PART_BYTES;
	while (part.offset < file->size) {
		uint32_t count;
		if (!read_range(file, part.offset, size, text, error))
			return false;
		bool is_end = text->length < size || part.offset + size == file->size;
		struct pq_string documents = whole_documents(pq_buffer_view(text), is_end, &count);
		if (documents.length == 0) {
			if (is_end || size >= PQ_CHECK_FILE_BYTES_MAX)
				return is_end || too_large(error);
			size *= 2;
			continue;
		}
		part.length = (uint32_t)documents.length;
		input->has_others |= may_hold_others(documents);
		if (!add_part(input, &part, error))
			return false;
		part.offset += documents.length;
		part.first_document += count;
		part.first_line += (uint32_t)check_count_lines(documents);
		size = CHECK_PART_BYTES;
	}
	return true;
}

bool check_part_cut(struct check_input *input, struct pq_buffer *text, struct pq_error *error)
{
	PQ_CLEANUP(close_file) struct file file;
	struct pq_string start;
	if (!open_file(input, &file, error) || !read_range(&file, 0, CHECK_PART_BYTES, text, error))
		return false;
	input->has_others = check_has_kustomization_name(pq_string_from(input->path));
	start = pq_buffer_view(text);
	if (file.size > CHECK_PART_BYTES) {
		if (!pq_json_begins(start) && !check_is_wide(start))
			return cut(input, &file, text, error);
		if (!read_whole(&file, text, error))
			return false;
	}
	input->has_others |= may_hold_others(pq_buffer_view(text));
	return true;
}

void check_part_forget(struct pq_buffer *text)
{
	if (text->capacity > 4 * CHECK_PART_BYTES)
		pq_buffer_done(text);
}
