/*
 * Any bytes as a file of manifests. Where YAML reads all of it as one stream, documents that are
 * taken apart first are the same ones, but for those that are no objects: a text at the very left
 * may hold what looks like a marker.
 */
#include "check/list.h"
#include "check/read.h"
#include "check/split.h"
#include "yaml/read.h"
#include "json/write.h"

#include <stdlib.h>

enum { ARENA_LIMIT = 16 * 1024 * 1024, TEXT_LIMIT = 64 * 1024 * 1024 };

/* Objects as JSON, a line each. */
struct objects {
	struct pq_buffer text;
	bool has_others; /* or what could not be read */
};

static void add(struct objects *objects, const struct pq_value *value)
{
	objects->has_others |= value->kind != PQ_OBJECT || check_is_list(value);
	pq_json_write(&objects->text, value, PQ_JSON_GO);
	pq_buffer_append_byte(&objects->text, '\n');
}

static bool visit(struct check_source *source, const struct check_document *document, void *context)
{
	struct objects *objects = context;
	const struct pq_value *value = &document->value;
	bool is_inside = value->offset == PQ_OFFSET_NONE || value->offset <= source->text.length;
	if (!is_inside || document->head.length > source->text.length)
		abort();
	if (document->error.code != PQ_ERROR_NONE)
		objects->has_others = true;
	else
		add(objects, value);
	return true;
}

static void read_apart(struct pq_string bytes, struct objects *objects)
{
	const struct check_text text = { .file = PQ_S("a.yaml"), .bytes = bytes, .first_line = 1 };
	struct pq_error error;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, ARENA_LIMIT);
	if (!check_read_documents(&arena, &text, visit, objects, &error))
		objects->has_others = true;
}

static void read_whole(struct pq_string bytes, struct objects *objects)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, ARENA_LIMIT);
	struct pq_findings findings;
	struct pq_value value;
	struct pq_error error;
	pq_findings_init(&findings, &arena, 0);
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON,
						 .findings = &findings };
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream = pq_yaml_stream_new(bytes, &options);
	enum pq_yaml_result result = PQ_YAML_FAILED;
	while (stream != NULL && (result = pq_yaml_stream_next(stream, &arena, &value, NULL,
							       &error)) == PQ_YAML_DOCUMENT) {
		if (value.kind != PQ_NULL)
			add(objects, &value);
	}
	objects->has_others |= result == PQ_YAML_FAILED;
}

/* Nothing is lost and nothing made up. */
static void split(struct pq_string bytes,
		  bool (*next)(struct pq_string *rest, struct pq_string *document))
{
	struct pq_string rest = bytes, document;
	size_t length = 0;
	while (next(&rest, &document)) {
		if (document.length == 0 || document.data != bytes.data + length)
			abort();
		length += document.length;
	}
	if (length > bytes.length)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pq_string bytes = { .data = (const char *)data, .length = size };
	struct objects apart = { 0 }, whole = { 0 };
	pq_buffer_init(&apart.text, TEXT_LIMIT);
	pq_buffer_init(&whole.text, TEXT_LIMIT);
	split(bytes, check_split_yaml);
	split(bytes, check_split_json);
	read_apart(bytes, &apart);
	read_whole(bytes, &whole);
	if (!apart.has_others && !whole.has_others &&
	    !pq_string_equal(pq_buffer_view(&apart.text), pq_buffer_view(&whole.text)))
		abort();
	pq_buffer_done(&apart.text);
	pq_buffer_done(&whole.text);
	return 0;
}
