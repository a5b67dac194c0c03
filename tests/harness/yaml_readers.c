#include "harness/yaml_readers.h"

#include "yaml/block.h"
#include "yaml/read.h"

static bool is_same(const struct pq_value *a, const struct pq_value *b);

static bool has_same_items(const struct pq_value *a, const struct pq_value *b)
{
	bool same = a->length == b->length;
	for (size_t i = 0; same && i < a->length; i++)
		same = is_same(&a->items[i], &b->items[i]);
	return same;
}

static bool has_same_members(const struct pq_object *a, const struct pq_object *b)
{
	bool same = a->count == b->count;
	for (size_t i = 0; same && i < a->count; i++)
		same = pq_string_equal(a->members[i].key, b->members[i].key) &&
		       a->members[i].offset == b->members[i].offset &&
		       is_same(&a->members[i].value, &b->members[i].value);
	return same;
}

static bool is_same(const struct pq_value *a, const struct pq_value *b)
{
	if (a->kind != b->kind || a->offset != b->offset)
		return false;
	if (a->kind == PQ_ARRAY)
		return has_same_items(a, b);
	return a->kind == PQ_OBJECT ? has_same_members(a->object, b->object) : pq_value_equal(a, b);
}

struct reading {
	struct pq_arena arena;
	struct pq_findings findings;
	struct pq_yaml_stream *stream;
	enum pq_yaml_result result;
	struct pq_value value;
	uint32_t start;
	struct pq_error error;
};

static bool begin(struct reading *reading, struct pq_string text, bool has_findings,
		  bool only_libyaml, size_t arena_limit)
{
	*reading = (struct reading){ .result = PQ_YAML_DOCUMENT };
	pq_arena_init(&reading->arena, arena_limit);
	pq_findings_init(&reading->findings, &reading->arena, 0);
	const struct pq_yaml_options options = {
		.conversion = PQ_YAML_TO_JSON,
		.findings = has_findings ? &reading->findings : NULL,
		.only_libyaml = only_libyaml,
	};
	reading->stream = pq_yaml_stream_new(text, &options);
	return reading->stream != NULL;
}

static void next(struct reading *reading)
{
	reading->start = 0;
	reading->error = (struct pq_error){ 0 };
	reading->result = pq_yaml_stream_next(reading->stream, &reading->arena, &reading->value,
					      &reading->start, &reading->error);
}

static bool agree(const struct reading *a, const struct reading *b)
{
	return a->result == b->result && a->start == b->start &&
	       strcmp(a->error.message, b->error.message) == 0 && a->error.line == b->error.line &&
	       a->error.column == b->error.column && a->findings.count == b->findings.count &&
	       (a->result != PQ_YAML_DOCUMENT || is_same(&a->value, &b->value));
}

bool test_yaml_readers_agree(struct pq_string text, bool has_findings, size_t arena_limit)
{
	struct reading ours, libyaml;
	bool same = begin(&ours, text, has_findings, false, arena_limit);
	same = begin(&libyaml, text, has_findings, true, arena_limit) && same;
	while (same && ours.result == PQ_YAML_DOCUMENT) {
		next(&ours);
		next(&libyaml);
		same = agree(&ours, &libyaml);
	}
	pq_yaml_stream_free(ours.stream);
	pq_yaml_stream_free(libyaml.stream);
	pq_arena_done(&ours.arena);
	pq_arena_done(&libyaml.arena);
	return same;
}

static enum pq_yaml_block_result scan_document(struct pq_yaml_block *block)
{
	uint32_t offset;
	yaml_event_t event;
	enum pq_yaml_block_result result = pq_yaml_block_start(block, &offset);
	if (result != PQ_YAML_BLOCK_FOUND)
		return result;
	while (result == PQ_YAML_BLOCK_FOUND)
		result = pq_yaml_block_next(block, &event, &offset);
	return result == PQ_YAML_BLOCK_OVER ? PQ_YAML_BLOCK_FOUND : result;
}

bool test_yaml_block_takes(struct pq_string text)
{
	struct pq_yaml_block block;
	enum pq_yaml_block_result result =
		pq_yaml_block_init(&block, text) ? PQ_YAML_BLOCK_FOUND : PQ_YAML_BLOCK_DECLINED;
	while (result == PQ_YAML_BLOCK_FOUND)
		result = scan_document(&block);
	pq_yaml_block_done(&block);
	return result == PQ_YAML_BLOCK_OVER;
}
