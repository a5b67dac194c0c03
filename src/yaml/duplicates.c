#include "yaml/build.h"

#include "base/hash.h"
#include "json/write.h"

enum { FEW_MEMBERS = 8 };

/* "line 4: key \"a\" already set in map", the text of go-yaml's strict reading, which names the
 * line of the value. */
static struct pq_string duplicate_text(const struct pq_yaml_builder *builder,
				       struct pq_arena *arena, const struct pq_yaml_entry *entry)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	if (entry->value.offset != PQ_OFFSET_NONE) {
		uint32_t line;
		uint32_t column;
		pq_source_locate(builder->text, entry->value.offset, &line, &column);
		pq_buffer_append_format(&text, "line %u: ", line);
	}
	pq_buffer_append_text(&text, "key ");
	pq_go_quote(&text, entry->key);
	pq_buffer_append_text(&text, " already set in map");
	return pq_buffer_failed(&text) ? PQ_S("duplicate key") : pq_buffer_view(&text);
}

/* Whether a collection holds what "<<" merges, so that its key or index is no step of a path. */
static bool is_merging(const struct pq_yaml_frame *frame)
{
	return frame->kind == PQ_YAML_FRAME_MERGED_SEQUENCE ||
	       (pq_yaml_frame_is_mapping(frame) && frame->state == PQ_YAML_EXPECT_MERGED);
}

/* Where the innermost open collection's key stands, from the document's root. */
static struct pq_string duplicate_path(const struct pq_yaml_builder *builder,
				       struct pq_arena *arena, struct pq_string key)
{
	size_t depth = builder->frames.count - 1;
	struct pq_path *steps = pq_arena_alloc_array(arena, depth + 1, sizeof *steps);
	if (steps == NULL)
		return key;
	const struct pq_path *parent = NULL;
	size_t items_end = builder->items.count;
	for (size_t i = depth; i-- > 0;) {
		/* From the inside out: an outer sequence's items end where the next one's begin. */
		const struct pq_yaml_frame *frame = pq_stack_at(&builder->frames, i);
		if (pq_yaml_frame_is_mapping(frame)) {
			steps[i] = pq_path_property(NULL, frame->key);
		} else {
			steps[i] = pq_path_index(NULL, items_end - frame->first);
			items_end = frame->first;
		}
	}
	for (size_t i = 0; i < depth; i++) {
		if (is_merging(pq_stack_at(&builder->frames, i)))
			continue;
		steps[i].parent = parent;
		parent = &steps[i];
	}
	steps[depth] = pq_path_property(parent, key);
	struct pq_string text = pq_path_render(arena, &steps[depth]);
	return text.data == NULL ? key : text;
}

/* As the reader of JSON words it. */
static struct pq_string field_text(struct pq_arena *arena, struct pq_string path)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, arena, 0);
	pq_buffer_append_text(&text, "duplicate field ");
	pq_go_quote(&text, path);
	return pq_buffer_failed(&text) ? PQ_S("duplicate field") : pq_buffer_view(&text);
}

static void add_finding(const struct pq_yaml_builder *builder, const struct pq_yaml_entry *entry)
{
	struct pq_findings *findings = builder->options->findings;
	if (findings->count >= findings->limit) {
		findings->dropped++; /* nothing is rendered for what nobody will see */
		return;
	}
	struct pq_string path = duplicate_path(builder, findings->arena, entry->key);
	struct pq_finding finding = {
		.type = PQ_FINDING_DUPLICATE_FIELD,
		.field = path,
		.message = builder->options->go_texts
				   ? duplicate_text(builder, findings->arena, entry)
				   : field_text(findings->arena, path),
		.offset = entry->offset,
	};
	pq_findings_add(findings, finding);
}

static bool report_duplicate(const struct pq_yaml_builder *builder,
			     const struct pq_yaml_entry *entry, struct pq_error *error)
{
	if (builder->options->findings != NULL) {
		add_finding(builder, entry);
		return true;
	}
	struct pq_string text = duplicate_text(builder, builder->arena, entry);
	pq_error_set(error, PQ_ERROR_INVALID, "yaml: %.*s", PQ_STRING_ARGUMENT(text));
	if (entry->offset != PQ_OFFSET_NONE) {
		uint32_t line;
		uint32_t column;
		pq_source_locate(builder->text, entry->offset, &line, &column);
		pq_error_set_position(error, line, column);
	}
	return false;
}

/* The place of a key among the first kept entries, or of the free slot for it. */
static struct pq_yaml_entry *find_kept(struct pq_yaml_entry *entries, size_t kept,
				       struct pq_string key, uint32_t *slots, size_t slot_count,
				       size_t *slot)
{
	if (slot_count == 0) {
		for (size_t i = 0; i < kept; i++) {
			if (pq_string_equal(entries[i].key, key))
				return &entries[i];
		}
		return NULL;
	}
	*slot = pq_hash(key) & (slot_count - 1);
	for (; slots[*slot] != 0; *slot = (*slot + 1) & (slot_count - 1)) {
		struct pq_yaml_entry *found = &entries[slots[*slot] - 1];
		if (pq_string_equal(found->key, key))
			return found;
	}
	return NULL;
}

/* A cleared table with room for count keys; none when looking through them is as fast. */
static bool make_slots(struct pq_yaml_builder *builder, size_t count, uint32_t **slots,
		       size_t *slot_count, struct pq_error *error)
{
	*slots = NULL;
	*slot_count = 0;
	if (count <= FEW_MEMBERS)
		return true;
	size_t size = 4 * FEW_MEMBERS;
	while (size < count * 2)
		size *= 2;
	pq_stack_cut(&builder->slots, 0);
	*slots = pq_yaml_builder_push(builder, &builder->slots, size, error);
	if (*slots == NULL)
		return false;
	memset(*slots, 0, size * sizeof **slots);
	*slot_count = size;
	return true;
}

bool pq_yaml_remove_duplicates(struct pq_yaml_builder *builder, size_t first,
			       struct pq_error *error)
{
	size_t count = builder->entries.count - first;
	uint32_t *slots;
	size_t slot_count;
	if (!make_slots(builder, count, &slots, &slot_count, error))
		return false;
	struct pq_yaml_entry *entries = count == 0 ? NULL : pq_stack_at(&builder->entries, first);
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		const struct pq_yaml_entry entry = entries[i];
		size_t slot = 0;
		struct pq_yaml_entry *earlier =
			find_kept(entries, kept, entry.key, slots, slot_count, &slot);
		if (earlier != NULL) {
			if (!(earlier->is_merged && builder->options->findings != NULL) &&
			    !report_duplicate(builder, &entry, error))
				return false;
			*earlier = entry;
			continue;
		}
		entries[kept++] = entry;
		if (slot_count > 0)
			slots[slot] = (uint32_t)kept;
	}
	pq_stack_cut(&builder->entries, first + kept);
	return true;
}
