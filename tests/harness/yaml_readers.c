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

static bool begin(struct reading *reading, struct pq_string text, const struct pq_yaml_options *how,
		  bool has_findings, size_t arena_limit)
{
	*reading = (struct reading){ .result = PQ_YAML_DOCUMENT };
	pq_arena_init(&reading->arena, arena_limit);
	pq_findings_init(&reading->findings, &reading->arena, 0);
	struct pq_yaml_options options = *how;
	options.findings = has_findings ? &reading->findings : NULL;
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

static bool has_same_findings(const struct pq_findings *a, const struct pq_findings *b)
{
	bool same = a->count == b->count && a->dropped == b->dropped;
	for (size_t i = 0; same && i < a->count; i++)
		same = a->items[i].type == b->items[i].type &&
		       a->items[i].offset == b->items[i].offset &&
		       pq_string_equal(a->items[i].field, b->items[i].field) &&
		       pq_string_equal(a->items[i].message, b->items[i].message);
	return same;
}

static bool has_same_error(const struct pq_error *a, const struct pq_error *b)
{
	return a->code == b->code && strcmp(a->message, b->message) == 0 && a->line == b->line &&
	       a->column == b->column;
}

static bool agree(const struct reading *a, const struct reading *b)
{
	return a->result == b->result && a->start == b->start &&
	       has_same_error(&a->error, &b->error) &&
	       has_same_findings(&a->findings, &b->findings) &&
	       (a->result != PQ_YAML_DOCUMENT || is_same(&a->value, &b->value));
}

static bool agree_on(struct pq_string text, enum pq_yaml_conversion conversion, bool has_findings,
		     size_t arena_limit)
{
	struct reading ours, libyaml;
	struct pq_yaml_options how = { .conversion = conversion, .go_texts = true };
	bool same = begin(&ours, text, &how, has_findings, arena_limit);
	how.only_libyaml = true;
	same = begin(&libyaml, text, &how, has_findings, arena_limit) && same;
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

bool test_yaml_readers_agree(struct pq_string text, bool has_findings, size_t arena_limit)
{
	return agree_on(text, PQ_YAML_TO_JSON, has_findings, arena_limit) &&
	       agree_on(text, PQ_YAML_PLAIN, has_findings, arena_limit);
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
