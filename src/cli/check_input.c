#include "cli/check_input.h"

#include "cli/input.h"
#include "policy/load.h"
#include "yaml/read.h"
#include "json/read.h"

static bool out_of_memory(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to read the input");
}

static bool add(struct check_documents *documents, const struct check_document *document,
		struct pq_error *error)
{
	if (documents->count == documents->capacity) {
		size_t capacity = documents->capacity == 0 ? 16 : documents->capacity * 2;
		struct check_document *grown = pq_arena_grow(documents->arena, documents->items,
							     documents->capacity * sizeof *grown,
							     capacity * sizeof *grown);
		if (grown == NULL)
			return out_of_memory(error);
		documents->items = grown;
		documents->capacity = capacity;
	}
	documents->items[documents->count++] = *document;
	return true;
}

/* A list of several objects is taken apart, as kubectl does: whatever it calls itself, what has
 * items is one. */
static bool add_or_split(struct check_documents *documents, struct check_document *document,
			 struct pq_error *error)
{
	const struct pq_value list = document->value;
	const struct pq_value *items = pq_value_find(&list, PQ_S("items"));
	if (list.kind == PQ_NULL)
		return true;
	if (items == NULL || items->kind != PQ_ARRAY)
		return add(documents, document, error);
	for (size_t i = 0; i < items->length; i++) {
		document->value = items->items[i];
		if (!add(documents, document, error))
			return false;
	}
	return true;
}

static bool read_json(struct check_documents *documents, struct check_document *document,
		      struct pq_error *error)
{
	pq_findings_init(&document->reading, documents->arena, 0);
	const struct pq_json_options options = { .findings = &document->reading };
	if (pq_json_read(documents->arena, document->text, &options, &document->value,
			 &document->error))
		return add_or_split(documents, document, error);
	return add(documents, document, error);
}

static bool read_yaml(struct check_documents *documents, struct check_document *document,
		      struct pq_error *error)
{
	struct pq_findings found;
	pq_findings_init(&found, documents->arena, 0);
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON,
						 .findings = &found };
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream =
		pq_yaml_stream_new(document->text, &options);
	if (stream == NULL)
		return out_of_memory(error);
	for (;;) {
		enum pq_yaml_result result = pq_yaml_stream_next(
			stream, documents->arena, &document->value, NULL, &document->error);
		if (result == PQ_YAML_END)
			return true;
		if (result == PQ_YAML_FAILED)
			return add(documents, document, error);
		/* What was found so far belongs to this document; the next starts afresh. */
		document->reading = found;
		pq_findings_init(&found, documents->arena, 0);
		if (!add_or_split(documents, document, error))
			return false;
	}
}

static bool read_file(const char *path, void *context, struct pq_error *error)
{
	struct check_documents *documents = context;
	struct check_document document = {
		.file = pq_arena_copy(documents->arena, pq_string_from(path)),
	};
	if (document.file.data == NULL)
		return out_of_memory(error);
	if (!pq_input_read(documents->arena, path, PQ_INPUT_BYTES_MAX, &document.text, error))
		return false;
	return pq_input_is_json(document.file, document.text)
		       ? read_json(documents, &document, error)
		       : read_yaml(documents, &document, error);
}

bool check_documents_read(struct check_documents *documents, const char *const *paths, size_t count,
			  struct pq_error *error)
{
	return pq_policy_each_file(paths, count, read_file, documents, error);
}
