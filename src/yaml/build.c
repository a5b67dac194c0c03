#include "yaml/build.h"

#include "base/hash.h"
#include "yaml/resolve.h"
#include "json/write.h"

#include <stdlib.h>

enum { FEW_MEMBERS = 8, CAPACITY_MIN = 32 };

struct pq_yaml_anchor {
	bool is_done; /* its node has ended; else an alias would contain itself */
	bool is_scalar;
	bool is_mapping;
	struct pq_yaml_scalar scalar;
	struct pq_value value;
	uint64_t nodes; /* what writing it out costs */
};

enum frame_kind {
	FRAME_SEQUENCE,
	FRAME_MAPPING,
	FRAME_MERGED_MAPPING,  /* the value of "<<": its members become the parent's */
	FRAME_MERGED_SEQUENCE, /* a list of such mappings, the first one wins */
};

/* What the next node of a mapping is. */
enum frame_state { EXPECT_KEY, EXPECT_VALUE, EXPECT_MERGED };

struct pq_yaml_frame {
	enum frame_kind kind;
	enum frame_state state;
	size_t first; /* of its items or members */
	struct pq_string key;
	uint32_t key_offset;
	uint32_t offset;
	struct pq_yaml_anchor *anchor;
	uint64_t nodes_before;
};

static bool fail_at(const yaml_event_t *event, struct pq_error *error)
{
	pq_error_set_position(error, (uint32_t)event->start_mark.line + 1,
			      (uint32_t)event->start_mark.column + 1);
	return false;
}

static bool fail(const yaml_event_t *event, struct pq_error *error, const char *message)
{
	pq_error_set(error, PQ_ERROR_INVALID, "yaml: %s", message);
	return fail_at(event, error);
}

static bool fail_exhausted(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_TOO_LARGE, "document is too large");
}

/* Room for count more elements behind used. What is open may take as much as the arena may. */
static bool reserve(const struct pq_yaml_builder *builder, void *array_address, size_t used,
		    size_t count, size_t size, size_t *capacity, struct pq_error *error)
{
	if (count <= *capacity - used)
		return true;
	size_t wanted = used + count < CAPACITY_MIN ? CAPACITY_MIN : (used + count) * 2;
	if (wanted > builder->arena->limit / size)
		return fail_exhausted(error);
	void *array;
	memcpy(&array, array_address, sizeof array);
	array = realloc(array, wanted * size);
	if (array == NULL)
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	memcpy(array_address, &array, sizeof array);
	*capacity = wanted;
	return true;
}

static bool reserve_members(struct pq_yaml_builder *builder, size_t count, struct pq_error *error)
{
	return reserve(builder, &builder->members, builder->member_count, count,
		       sizeof *builder->members, &builder->member_capacity, error);
}

void pq_yaml_builder_init(struct pq_yaml_builder *builder, const struct pq_yaml_options *options,
			  struct pq_string text)
{
	*builder = (struct pq_yaml_builder){ .options = options, .text = text };
	pq_map_init(&builder->anchors);
}

void pq_yaml_builder_done(struct pq_yaml_builder *builder)
{
	pq_map_done(&builder->anchors);
	free(builder->frames);
	free(builder->items);
	free(builder->members);
	free(builder->slots);
}

void pq_yaml_builder_start(struct pq_yaml_builder *builder, struct pq_arena *arena)
{
	pq_map_done(&builder->anchors);
	pq_map_init(&builder->anchors);
	builder->arena = arena;
	builder->frame_count = 0;
	builder->item_count = 0;
	builder->member_count = 0;
	builder->nodes = 1; /* the document itself */
	builder->alias_nodes = 0;
	builder->root = pq_value_null();
}

static struct pq_yaml_frame *top_frame(const struct pq_yaml_builder *builder)
{
	return builder->frame_count == 0 ? NULL : &builder->frames[builder->frame_count - 1];
}

static bool is_mapping_frame(const struct pq_yaml_frame *frame)
{
	return frame->kind == FRAME_MAPPING || frame->kind == FRAME_MERGED_MAPPING;
}

static bool expects(const struct pq_yaml_frame *frame, enum frame_state state)
{
	return frame != NULL && is_mapping_frame(frame) && frame->state == state;
}

/* Puts a finished node where the innermost open collection, or the document, wants it. */
static bool store(struct pq_yaml_builder *builder, struct pq_value value, struct pq_error *error)
{
	struct pq_yaml_frame *frame = top_frame(builder);
	if (frame == NULL) {
		builder->root = value;
		return true;
	}
	if (!is_mapping_frame(frame)) {
		if (!reserve(builder, &builder->items, builder->item_count, 1,
			     sizeof *builder->items, &builder->item_capacity, error))
			return false;
		builder->items[builder->item_count++] = value;
		return true;
	}
	if (!reserve_members(builder, 1, error))
		return false;
	builder->members[builder->member_count++] = (struct pq_member){ .key = frame->key,
									.offset = frame->key_offset,
									.value = value };
	frame->state = EXPECT_KEY;
	return true;
}

static bool merge_object(struct pq_yaml_builder *builder, const struct pq_value *value,
			 struct pq_error *error)
{
	const struct pq_object *object = value->object;
	if (!reserve_members(builder, object->count, error))
		return false;
	for (uint32_t i = 0; i < object->count; i++)
		builder->members[builder->member_count++] = object->members[i];
	return true;
}

static bool set_key(struct pq_yaml_builder *builder, const struct pq_yaml_scalar *scalar,
		    uint32_t offset, struct pq_error *error)
{
	struct pq_yaml_frame *frame = top_frame(builder);
	if (!pq_yaml_scalar_to_key(builder->arena, scalar, &frame->key, error))
		return false;
	frame->key_offset = offset;
	frame->state = EXPECT_VALUE;
	return true;
}

/* A node with an anchor replaces the last one of that name from its first event on. */
static bool open_anchor(struct pq_yaml_builder *builder, const yaml_char_t *name,
			struct pq_yaml_anchor **anchor, struct pq_error *error)
{
	*anchor = NULL;
	if (name == NULL)
		return true;
	struct pq_yaml_anchor *made = pq_arena_alloc(builder->arena, sizeof *made);
	if (made == NULL)
		return fail_exhausted(error);
	if (!pq_map_put(&builder->anchors, pq_string_from((const char *)name), made, NULL))
		return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	*anchor = made;
	return true;
}

static void close_anchor(struct pq_yaml_anchor *anchor, struct pq_value value, uint64_t nodes)
{
	if (anchor == NULL)
		return;
	anchor->value = value;
	anchor->nodes = nodes;
	anchor->is_mapping = value.kind == PQ_OBJECT;
	anchor->is_done = true;
}

#define MERGE_TEXT "map merge requires map or sequence of maps as the value"

static bool is_merge_key(const yaml_event_t *event)
{
	const char *tag = (const char *)event->data.scalar.tag;
	return event->data.scalar.length == 2 && memcmp(event->data.scalar.value, "<<", 2) == 0 &&
	       (event->data.scalar.plain_implicit ||
		(tag != NULL && strcmp(tag, "tag:yaml.org,2002:merge") == 0));
}

static bool add_scalar(struct pq_yaml_builder *builder, const yaml_event_t *event, uint32_t offset,
		       struct pq_error *error)
{
	struct pq_yaml_frame *frame = top_frame(builder);
	if (expects(frame, EXPECT_MERGED) ||
	    (frame != NULL && frame->kind == FRAME_MERGED_SEQUENCE))
		return fail(event, error, MERGE_TEXT);
	if (expects(frame, EXPECT_KEY) && is_merge_key(event)) {
		frame->state = EXPECT_MERGED;
		return true;
	}
	builder->nodes++;
	struct pq_string text = { .data = (const char *)event->data.scalar.value,
				  .length = event->data.scalar.length };
	struct pq_yaml_scalar scalar;
	struct pq_value value;
	struct pq_yaml_anchor *anchor;
	if (!open_anchor(builder, event->data.scalar.anchor, &anchor, error) ||
	    !pq_yaml_resolve(builder->arena, (const char *)event->data.scalar.tag,
			     event->data.scalar.plain_implicit, text, &scalar, error))
		return fail_at(event, error);
	if (anchor != NULL) {
		anchor->is_scalar = true;
		anchor->scalar = scalar;
	}
	if (expects(frame, EXPECT_KEY)) {
		if (!set_key(builder, &scalar, offset, error))
			return fail_at(event, error);
		close_anchor(anchor, pq_value_from_string(frame->key), 1);
		return true;
	}
	if (!pq_yaml_scalar_to_value(&scalar, builder->options->conversion, &value, error))
		return fail_at(event, error);
	value.offset = offset;
	close_anchor(anchor, value, 1);
	return store(builder, value, error) || fail_at(event, error);
}

/* The share of a document that aliases may bring, by its size; go-yaml's own figures. */
static bool is_excessive(const struct pq_yaml_builder *builder)
{
	const double low = 400000;
	const double high = 4000000;
	size_t most = builder->options->alias_nodes_max == 0 ? PQ_YAML_ALIAS_NODES_MAX
							     : builder->options->alias_nodes_max;
	if (builder->alias_nodes > most)
		return true;
	if (builder->alias_nodes <= 100 || builder->nodes <= 1000)
		return false;
	double nodes = (double)builder->nodes;
	double allowed = nodes <= low    ? 0.99
			 : nodes >= high ? 0.10
					 : 0.99 - 0.89 * ((nodes - low) / (high - low));
	return (double)builder->alias_nodes / nodes > allowed;
}

static bool add_alias(struct pq_yaml_builder *builder, const yaml_event_t *event, uint32_t offset,
		      struct pq_error *error)
{
	const char *name = (const char *)event->data.alias.anchor;
	const struct pq_yaml_anchor *anchor = pq_map_find(&builder->anchors, pq_string_from(name));
	if (anchor == NULL || !anchor->is_done) {
		pq_error_set(error, PQ_ERROR_INVALID,
			     anchor == NULL ? "yaml: unknown anchor '%s' referenced"
					    : "yaml: anchor '%s' value contains itself",
			     name);
		return fail_at(event, error);
	}
	builder->nodes += 1 + anchor->nodes;
	builder->alias_nodes += anchor->nodes;
	if (is_excessive(builder)) {
		pq_error_set(error, PQ_ERROR_TOO_LARGE,
			     "yaml: document contains excessive aliasing");
		return fail_at(event, error);
	}
	struct pq_yaml_frame *frame = top_frame(builder);
	bool is_merge = expects(frame, EXPECT_MERGED);
	if (!anchor->is_mapping &&
	    (is_merge || (frame != NULL && frame->kind == FRAME_MERGED_SEQUENCE)))
		return fail(event, error, MERGE_TEXT);
	if (is_merge) {
		frame->state = EXPECT_KEY;
		return merge_object(builder, &anchor->value, error) || fail_at(event, error);
	}
	if (expects(frame, EXPECT_KEY)) {
		if (!anchor->is_scalar)
			return fail(event, error, "invalid map key: a mapping or sequence");
		return set_key(builder, &anchor->scalar, offset, error) || fail_at(event, error);
	}
	if (anchor->is_scalar) {
		/* One that was a key has its value still to come. */
		struct pq_value value;
		if (!pq_yaml_scalar_to_value(&anchor->scalar, builder->options->conversion, &value,
					     error))
			return fail_at(event, error);
		value.offset = anchor->value.offset;
		return store(builder, value, error) || fail_at(event, error);
	}
	return store(builder, anchor->value, error) || fail_at(event, error);
}

static bool add_start(struct pq_yaml_builder *builder, const yaml_event_t *event, uint32_t offset,
		      struct pq_error *error)
{
	bool is_mapping = event->type == YAML_MAPPING_START_EVENT;
	const struct pq_yaml_frame *parent = top_frame(builder);
	if (expects(parent, EXPECT_KEY))
		return fail(event, error,
			    is_mapping ? "invalid map key: a mapping"
				       : "invalid map key: a sequence");
	bool is_merged = expects(parent, EXPECT_MERGED);
	if (parent != NULL && parent->kind == FRAME_MERGED_SEQUENCE && !is_mapping)
		return fail(event, error, MERGE_TEXT);
	if (builder->frame_count >= PQ_YAML_DEPTH_MAX) {
		pq_error_set(error, PQ_ERROR_TOO_LARGE, "yaml: line %zu: exceeded max depth of %d",
			     event->start_mark.line + 1, (int)PQ_YAML_DEPTH_MAX);
		return fail_at(event, error);
	}
	struct pq_yaml_anchor *anchor;
	const yaml_char_t *name =
		is_mapping ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
	if (!open_anchor(builder, name, &anchor, error) ||
	    !reserve(builder, &builder->frames, builder->frame_count, 1, sizeof *builder->frames,
		     &builder->frame_capacity, error))
		return fail_at(event, error);
	enum frame_kind kind = is_mapping ? FRAME_MAPPING : FRAME_SEQUENCE;
	if (is_merged)
		kind = is_mapping ? FRAME_MERGED_MAPPING : FRAME_MERGED_SEQUENCE;
	builder->frames[builder->frame_count++] = (struct pq_yaml_frame){
		.kind = kind,
		.first = is_mapping ? builder->member_count : builder->item_count,
		.offset = offset,
		.anchor = anchor,
		.nodes_before = builder->nodes,
	};
	builder->nodes++;
	return true;
}

/* "line 4: key \"a\" already set in map", the text of go-yaml's strict reading, which names the
 * line of the value. */
static struct pq_string duplicate_text(const struct pq_yaml_builder *builder,
				       const struct pq_member *member)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, builder->arena, 0);
	if (member->value.offset != PQ_OFFSET_NONE) {
		uint32_t line;
		uint32_t column;
		pq_source_locate(builder->text, member->value.offset, &line, &column);
		pq_buffer_append_format(&text, "line %u: ", line);
	}
	pq_buffer_append_text(&text, "key ");
	pq_go_quote(&text, member->key);
	pq_buffer_append_text(&text, " already set in map");
	return pq_buffer_failed(&text) ? PQ_S("duplicate key") : pq_buffer_view(&text);
}

/* Where the innermost open collection's key stands, from the document's root. */
static struct pq_string duplicate_path(const struct pq_yaml_builder *builder, struct pq_string key)
{
	size_t depth = builder->frame_count - 1;
	struct pq_path *steps = pq_arena_alloc_array(builder->arena, depth + 1, sizeof *steps);
	if (steps == NULL)
		return key;
	const struct pq_path *parent = NULL;
	size_t items_end = builder->item_count;
	for (size_t i = depth; i-- > 0;) {
		/* From the inside out: an outer sequence's items end where the next one's begin. */
		const struct pq_yaml_frame *frame = &builder->frames[i];
		if (is_mapping_frame(frame)) {
			steps[i] = pq_path_property(NULL, frame->key);
		} else {
			steps[i] = pq_path_index(NULL, items_end - frame->first);
			items_end = frame->first;
		}
	}
	for (size_t i = 0; i < depth; i++) {
		steps[i].parent = parent;
		parent = &steps[i];
	}
	steps[depth] = pq_path_property(parent, key);
	struct pq_string text = pq_path_render(builder->arena, &steps[depth]);
	return text.data == NULL ? key : text;
}

static bool report_duplicate(const struct pq_yaml_builder *builder, const struct pq_member *member,
			     struct pq_error *error)
{
	struct pq_string text = duplicate_text(builder, member);
	if (builder->options->findings != NULL) {
		pq_findings_add(builder->options->findings,
				(struct pq_finding){
					.type = PQ_FINDING_DUPLICATE_FIELD,
					.field = duplicate_path(builder, member->key),
					.message = text,
					.offset = member->offset,
				});
		return true;
	}
	pq_error_set(error, PQ_ERROR_INVALID, "yaml: %.*s", PQ_STRING_ARGUMENT(text));
	if (member->offset != PQ_OFFSET_NONE) {
		uint32_t line;
		uint32_t column;
		pq_source_locate(builder->text, member->offset, &line, &column);
		pq_error_set_position(error, line, column);
	}
	return false;
}

/* The place of a key among the first kept members, or of the free slot for it. */
static struct pq_member *find_kept(struct pq_member *members, size_t kept,
				   const struct pq_member *member, uint32_t *slots,
				   size_t slot_count, size_t *slot)
{
	if (slot_count == 0) {
		for (size_t i = 0; i < kept; i++) {
			if (pq_string_equal(members[i].key, member->key))
				return &members[i];
		}
		return NULL;
	}
	*slot = member->hash & (slot_count - 1);
	for (; slots[*slot] != 0; *slot = (*slot + 1) & (slot_count - 1)) {
		struct pq_member *found = &members[slots[*slot] - 1];
		if (found->hash == member->hash && pq_string_equal(found->key, member->key))
			return found;
	}
	return NULL;
}

static bool make_slots(struct pq_yaml_builder *builder, size_t count, size_t *slot_count,
		       struct pq_error *error)
{
	*slot_count = 0;
	if (count <= FEW_MEMBERS)
		return true;
	size_t size = CAPACITY_MIN;
	while (size < count * 2)
		size *= 2;
	if (!reserve(builder, &builder->slots, 0, size, sizeof *builder->slots,
		     &builder->slot_capacity, error))
		return false;
	memset(builder->slots, 0, size * sizeof *builder->slots);
	*slot_count = size;
	return true;
}

/* Leaves each key of the innermost mapping once, where it stood first, with its last value. */
static bool remove_duplicates(struct pq_yaml_builder *builder, size_t first, struct pq_error *error)
{
	struct pq_member *members = builder->members + first;
	size_t count = builder->member_count - first;
	size_t slot_count;
	if (!make_slots(builder, count, &slot_count, error))
		return false;
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		struct pq_member member = members[i];
		size_t slot = 0;
		if (slot_count > 0)
			member.hash = pq_hash(member.key);
		struct pq_member *earlier =
			find_kept(members, kept, &member, builder->slots, slot_count, &slot);
		if (earlier != NULL) {
			if (!report_duplicate(builder, &member, error))
				return false;
			*earlier = member;
			continue;
		}
		members[kept++] = member;
		if (slot_count > 0)
			builder->slots[slot] = (uint32_t)kept;
	}
	builder->member_count = first + kept;
	return true;
}

static bool finish_mapping(struct pq_yaml_builder *builder, const struct pq_yaml_frame *frame,
			   struct pq_value *value, struct pq_error *error)
{
	if (!remove_duplicates(builder, frame->first, error))
		return false;
	if (!pq_value_from_members(builder->arena, builder->members + frame->first,
				   builder->member_count - frame->first, value))
		return fail_exhausted(error);
	value->offset = frame->offset;
	return true;
}

static bool finish_sequence(struct pq_yaml_builder *builder, const struct pq_yaml_frame *frame,
			    struct pq_value *value, struct pq_error *error)
{
	size_t count = builder->item_count - frame->first;
	struct pq_value *items = pq_arena_alloc_array(builder->arena, count, sizeof *items);
	if (items == NULL)
		return fail_exhausted(error);
	if (count > 0)
		memcpy(items, builder->items + frame->first, count * sizeof *items);
	*value = pq_value_from_items(items, count);
	value->offset = frame->offset;
	builder->item_count = frame->first;
	return true;
}

/* Hands a merged collection's members to the mapping around it. */
static bool finish_merge(struct pq_yaml_builder *builder, const struct pq_yaml_frame *frame,
			 const struct pq_value *value, struct pq_error *error)
{
	top_frame(builder)->state = EXPECT_KEY;
	if (frame->kind == FRAME_MERGED_MAPPING)
		return true; /* they stand behind the parent's already */
	/* The later set wins, and the first mapping of the list is to win. */
	for (size_t i = value->length; i-- > 0;) {
		if (!merge_object(builder, &value->items[i], error))
			return false;
	}
	return true;
}

static bool add_end(struct pq_yaml_builder *builder, const yaml_event_t *event,
		    struct pq_error *error)
{
	struct pq_yaml_frame frame = *top_frame(builder);
	struct pq_value value;
	bool finished = is_mapping_frame(&frame) ? finish_mapping(builder, &frame, &value, error)
						 : finish_sequence(builder, &frame, &value, error);
	if (!finished)
		return error->line != 0 ? false : fail_at(event, error);
	builder->frame_count--;
	close_anchor(frame.anchor, value, builder->nodes - frame.nodes_before);
	if (frame.kind == FRAME_MERGED_MAPPING || frame.kind == FRAME_MERGED_SEQUENCE)
		return finish_merge(builder, &frame, &value, error) || fail_at(event, error);
	if (frame.kind == FRAME_MAPPING)
		builder->member_count = frame.first;
	return store(builder, value, error) || fail_at(event, error);
}

bool pq_yaml_builder_add(struct pq_yaml_builder *builder, const yaml_event_t *event,
			 uint32_t offset, struct pq_error *error)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return add_scalar(builder, event, offset, error);
	case YAML_ALIAS_EVENT:
		return add_alias(builder, event, offset, error);
	case YAML_MAPPING_START_EVENT:
	case YAML_SEQUENCE_START_EVENT:
		return add_start(builder, event, offset, error);
	default:
		return add_end(builder, event, error);
	}
}
