/* Any bytes as YAML: all documents, in both conversions, with and without a list for duplicates;
 * and written again. What is read without libyaml is what libyaml makes of it. */
#include "yaml/read.h"
#include "yaml/write.h"

#include "harness/yaml_readers.h"
#include "json/write.h"

#include <stdlib.h>

enum { ARENA_LIMIT = 16 * 1024 * 1024, TEXT_LIMIT = 64 * 1024 * 1024 };

/* A Kubernetes object that is written as YAML reads back as what it was. */
static void write_again(const struct pq_value *value)
{
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON };
	pq_cleanup_arena struct pq_arena arena;
	pq_cleanup_buffer struct pq_buffer text;
	struct pq_value again;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&text, TEXT_LIMIT);
	pq_yaml_write(&text, value);
	if (pq_buffer_failed(&text))
		return;
	if (!pq_yaml_read(&arena, pq_buffer_view(&text), &options, &again, &error) ||
	    !pq_value_equal(value, &again))
		abort();
}

/* Values end inside the text and can be written; aliases do not make them endless. */
static void use(const struct pq_value *value, struct pq_string text)
{
	if (value->offset != PQ_OFFSET_NONE && value->offset > text.length)
		abort();
	pq_cleanup_buffer struct pq_buffer written;
	pq_buffer_init(&written, TEXT_LIMIT);
	pq_json_write(&written, value, PQ_JSON_GO);
}

static void read_stream(struct pq_string text, const struct pq_yaml_options *options,
			struct pq_arena *arena)
{
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream = pq_yaml_stream_new(text, options);
	if (stream == NULL)
		return;
	struct pq_value value;
	struct pq_error error = { 0 };
	enum pq_yaml_result result;
	while ((result = pq_yaml_stream_next(stream, arena, &value, NULL, &error)) ==
	       PQ_YAML_DOCUMENT) {
		use(&value, text);
		if (options->conversion == PQ_YAML_TO_JSON)
			write_again(&value);
	}
	bool tells_place = error.line > 0 || error.code == PQ_ERROR_MEMORY;
	if (result == PQ_YAML_FAILED && !tells_place)
		abort();
	if (pq_yaml_stream_next(stream, arena, &value, NULL, &error) != PQ_YAML_END)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pq_string text = { .data = (const char *)data, .length = size };
	for (int strict = 0; strict < 2; strict++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, ARENA_LIMIT);
		struct pq_findings findings;
		pq_findings_init(&findings, &arena, 0);
		struct pq_yaml_options options = {
			.conversion = strict ? PQ_YAML_PLAIN : PQ_YAML_TO_JSON,
			.findings = strict ? NULL : &findings,
		};
		read_stream(text, &options, &arena);
		if (!test_yaml_readers_agree(text, strict == 0, ARENA_LIMIT))
			abort();
	}
	return 0;
}
