#include "yaml/build.h"

#include "base/hash.h"
#include "yaml/resolve.h"
#include "json/write.h"

struct pq_yaml_anchor {
	bool is_done; /* its node has ended; else an alias would contain itself */
	bool is_scalar;
	bool is_mapping;
	struct pq_yaml_scalar scalar;
	struct pq_value value;
	uint64_t nodes; /* what writing it out costs */
	size_t height;  /* levels of collections in it */
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

void *pq_yaml_builder_push(struct pq_yaml_builder *builder, struct pq_stack *stack, size_t count,
			   struct pq_error *error)
{
	if (stack->count + count > builder->arena->limit / stack->item_size) {
		fail_exhausted(error);
		return NULL;
	}
	void *items = pq_stack_push_many(stack, count);
	if (items == NULL)
		pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
	return items;
}

void pq_yaml_builder_init(struct pq_yaml_builder *builder, const struct pq_yaml_options *options,
			  struct pq_string text)
{
	*builder = (struct pq_yaml_builder){ .options = options, .text = text };
	pq_stack_init(&builder->frames, sizeof(struct pq_yaml_frame));
	pq_stack_init(&builder->items, sizeof(struct pq_value));
	pq_stack_init(&builder->entries, sizeof(struct pq_yaml_entry));
	pq_stack_init(&builder->slots, sizeof(uint32_t));
	pq_map_init(&builder->anchors);
}

void pq_yaml_builder_done(struct pq_yaml_builder *builder)
{
	pq_map_done(&builder->anchors);
	pq_stack_done(&builder->frames);
	pq_stack_done(&builder->items);
	pq_stack_done(&builder->entries);
	pq_stack_done(&builder->slots);
}

void pq_yaml_builder_start(struct pq_yaml_builder *builder, struct pq_arena *arena)
{
	pq_map_done(&builder->anchors);
	pq_map_init(&builder->anchors);
	builder->arena = arena;
	pq_stack_cut(&builder->frames, 0);
	pq_stack_cut(&builder->items, 0);
	pq_stack_cut(&builder->entries, 0);
	builder->nodes = 1; /* the document itself */
	builder->alias_nodes = 0;
	builder->merged_members = 0;
	builder->flow_depth = 0;
	builder->root = pq_value_null();
}

static struct pq_yaml_frame *top_frame(const struct pq_yaml_builder *builder)
{
	return builder->frames.count == 0 ? NULL : pq_stack_top(&builder->frames);
}

static bool expects(const struct pq_yaml_frame *frame, enum pq_yaml_frame_state state)
{
	return frame != NULL && pq_yaml_frame_is_mapping(frame) && frame->state == state;
}

/* Puts a finished node where the innermost open collection, or the document, wants it. */
static bool store(struct pq_yaml_builder *builder, struct pq_value value, struct pq_error *error)
{
	struct pq_yaml_frame *frame = top_frame(builder);
	if (frame == NULL) {
		builder->root = value;
		return true;
	}
	if (!pq_yaml_frame_is_mapping(frame)) {
		struct pq_value *item = pq_yaml_builder_push(builder, &builder->items, 1, error);
		if (item != NULL)
			*item = value;
		return item != NULL;
	}
	struct pq_yaml_entry *entry = pq_yaml_builder_push(builder, &builder->entries, 1, error);
	if (entry == NULL)
		return false;
	*entry = (struct pq_yaml_entry){ .key = frame->key,
					 .value = value,
					 .offset = frame->key_offset };
	frame->state = PQ_YAML_EXPECT_KEY;
	return true;
}

static bool merge_object(struct pq_yaml_builder *builder, const struct pq_value *value,
			 struct pq_error *error)
{
	const struct pq_object *object = value->object;
	if (object->count == 0)
		return true;
	builder->merged_members += object->count;
	if (builder->merged_members > PQ_YAML_MERGED_MEMBERS_MAX)
		return pq_error_set(error, PQ_ERROR_TOO_LARGE,
				    "yaml: more than %d members are merged by \"<<\"",
				    PQ_YAML_MERGED_MEMBERS_MAX);
	struct pq_yaml_entry *entries =
		pq_yaml_builder_push(builder, &builder->entries, object->count, error);
	if (entries == NULL)
		return false;
	for (size_t i = 0; i < object->count; i++)
		entries[i] = (struct pq_yaml_entry){ .key = object->members[i].key,
						     .value = object->members[i].value,
						     .offset = object->members[i].offset,
						     .is_merged = true };
	return true;
}

static bool set_key(struct pq_yaml_builder *builder, const struct pq_yaml_scalar *scalar,
		    uint32_t offset, struct pq_error *error)
{
	struct pq_yaml_frame *frame = top_frame(builder);
	if (!pq_yaml_scalar_to_key(builder->arena, scalar, &frame->key, error))
		return false;
	frame->key_offset = offset;
	frame->state = PQ_YAML_EXPECT_VALUE;
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
	if (expects(frame, PQ_YAML_EXPECT_MERGED) ||
	    (frame != NULL && frame->kind == PQ_YAML_FRAME_MERGED_SEQUENCE))
		return fail(event, error, MERGE_TEXT);
	if (expects(frame, PQ_YAML_EXPECT_KEY) && is_merge_key(event)) {
		frame->state = PQ_YAML_EXPECT_MERGED;
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
	if (expects(frame, PQ_YAML_EXPECT_KEY)) {
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

static bool fail_depth(const yaml_event_t *event, struct pq_error *error)
{
	pq_error_set(error, PQ_ERROR_TOO_LARGE, "yaml: line %zu: exceeded max depth of %d",
		     event->start_mark.line + 1, (int)PQ_YAML_DEPTH_MAX);
	return fail_at(event, error);
}

/* What is inside raises what it is in. */
static void raise_height(struct pq_yaml_frame *frame, size_t height)
{
	if (frame != NULL && frame->height < height + 1)
		frame->height = height + 1;
}

/* Counts an alias as if its anchor's node were written out in its place. */
static bool charge_alias(struct pq_yaml_builder *builder, const yaml_event_t *event,
			 const struct pq_yaml_anchor *anchor, struct pq_error *error)
{
	builder->nodes += 1 + anchor->nodes;
	builder->alias_nodes += anchor->nodes;
	if (is_excessive(builder)) {
		pq_error_set(error, PQ_ERROR_TOO_LARGE,
			     "yaml: document contains excessive aliasing");
		return fail_at(event, error);
	}
	if (builder->frames.count + anchor->height > PQ_YAML_DEPTH_MAX)
		return fail_depth(event, error);
	raise_height(top_frame(builder), anchor->height);
	return true;
}

static bool store_alias(struct pq_yaml_builder *builder, const struct pq_yaml_anchor *anchor,
			struct pq_error *error)
{
	struct pq_value value = anchor->value;
	/* A scalar that was a key is a value only now. */
	if (anchor->is_scalar &&
	    !pq_yaml_scalar_to_value(&anchor->scalar, builder->options->conversion, &value, error))
		return false;
	value.offset = anchor->value.offset;
	return store(builder, value, error);
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
	if (!charge_alias(builder, event, anchor, error))
		return false;
	struct pq_yaml_frame *frame = top_frame(builder);
	bool is_merge = expects(frame, PQ_YAML_EXPECT_MERGED);
	bool is_merge_item = frame != NULL && frame->kind == PQ_YAML_FRAME_MERGED_SEQUENCE;
	if (!anchor->is_mapping && (is_merge || is_merge_item))
		return fail(event, error, MERGE_TEXT);
	if (is_merge) {
		frame->state = PQ_YAML_EXPECT_KEY;
		return merge_object(builder, &anchor->value, error) || fail_at(event, error);
	}
	if (!expects(frame, PQ_YAML_EXPECT_KEY))
		return store_alias(builder, anchor, error) || fail_at(event, error);
	if (!anchor->is_scalar)
		return fail(event, error, "invalid map key: a mapping or sequence");
	return set_key(builder, &anchor->scalar, offset, error) || fail_at(event, error);
}

static bool is_flow(const yaml_event_t *event)
{
	return event->type == YAML_MAPPING_START_EVENT
		       ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
		       : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
}

static bool add_start(struct pq_yaml_builder *builder, const yaml_event_t *event, uint32_t offset,
		      struct pq_error *error)
{
	bool is_mapping = event->type == YAML_MAPPING_START_EVENT;
	const struct pq_yaml_frame *parent = top_frame(builder);
	if (expects(parent, PQ_YAML_EXPECT_KEY))
		return fail(event, error,
			    is_mapping ? "invalid map key: a mapping"
				       : "invalid map key: a sequence");
	bool is_merged = expects(parent, PQ_YAML_EXPECT_MERGED);
	if (parent != NULL && parent->kind == PQ_YAML_FRAME_MERGED_SEQUENCE && !is_mapping)
		return fail(event, error, MERGE_TEXT);
	if (builder->frames.count >= PQ_YAML_DEPTH_MAX)
		return fail_depth(event, error);
	struct pq_yaml_anchor *anchor;
	const yaml_char_t *name =
		is_mapping ? event->data.mapping_start.anchor : event->data.sequence_start.anchor;
	struct pq_yaml_frame *frame;
	if (!open_anchor(builder, name, &anchor, error) ||
	    (frame = pq_yaml_builder_push(builder, &builder->frames, 1, error)) == NULL)
		return fail_at(event, error);
	enum pq_yaml_frame_kind kind = is_mapping ? PQ_YAML_FRAME_MAPPING : PQ_YAML_FRAME_SEQUENCE;
	if (is_merged)
		kind = is_mapping ? PQ_YAML_FRAME_MERGED_MAPPING : PQ_YAML_FRAME_MERGED_SEQUENCE;
	*frame = (struct pq_yaml_frame){
		.kind = kind,
		.first = is_mapping ? builder->entries.count : builder->items.count,
		.offset = offset,
		.anchor = anchor,
		.nodes_before = builder->nodes,
		.height = 1,
		.is_flow = is_flow(event),
	};
	builder->flow_depth += frame->is_flow;
	builder->nodes++;
	return true;
}

static bool finish_mapping(struct pq_yaml_builder *builder, const struct pq_yaml_frame *frame,
			   struct pq_value *value, struct pq_error *error)
{
	if (!pq_yaml_remove_duplicates(builder, frame->first, error))
		return false;
	size_t count = builder->entries.count - frame->first;
	struct pq_object *object = pq_object_new(builder->arena, count);
	if (object == NULL)
		return fail_exhausted(error);
	for (size_t i = 0; i < count; i++) {
		const struct pq_yaml_entry *entry =
			pq_stack_at(&builder->entries, frame->first + i);
		pq_object_put(object, &(struct pq_member){ .key = entry->key,
							   .hash = pq_hash(entry->key),
							   .offset = entry->offset,
							   .value = entry->value });
	}
	*value = pq_value_from_object(object);
	value->offset = frame->offset;
	return true;
}

static bool finish_sequence(struct pq_yaml_builder *builder, const struct pq_yaml_frame *frame,
			    struct pq_value *value, struct pq_error *error)
{
	size_t count = builder->items.count - frame->first;
	struct pq_value *items = pq_arena_alloc_array(builder->arena, count, sizeof *items);
	if (items == NULL)
		return fail_exhausted(error);
	if (count > 0)
		memcpy(items, pq_stack_at(&builder->items, frame->first), count * sizeof *items);
	*value = pq_value_from_items(items, count);
	value->offset = frame->offset;
	pq_stack_cut(&builder->items, frame->first);
	return true;
}

/* Hands a merged collection's members to the mapping around it. */
static bool finish_merge(struct pq_yaml_builder *builder, const struct pq_yaml_frame *frame,
			 const struct pq_value *value, struct pq_error *error)
{
	top_frame(builder)->state = PQ_YAML_EXPECT_KEY;
	if (frame->kind == PQ_YAML_FRAME_MERGED_MAPPING)
		return merge_object(builder, value, error);
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
	bool finished = pq_yaml_frame_is_mapping(&frame)
				? finish_mapping(builder, &frame, &value, error)
				: finish_sequence(builder, &frame, &value, error);
	if (!finished)
		return error->line != 0 ? false : fail_at(event, error);
	pq_stack_cut(&builder->frames, builder->frames.count - 1);
	builder->flow_depth -= frame.is_flow;
	close_anchor(frame.anchor, value, builder->nodes - frame.nodes_before);
	if (frame.anchor != NULL)
		frame.anchor->height = frame.height;
	raise_height(top_frame(builder), frame.height);
	if (pq_yaml_frame_is_mapping(&frame))
		pq_stack_cut(&builder->entries, frame.first);
	if (frame.kind == PQ_YAML_FRAME_MERGED_MAPPING ||
	    frame.kind == PQ_YAML_FRAME_MERGED_SEQUENCE)
		return finish_merge(builder, &frame, &value, error) || fail_at(event, error);
	return store(builder, value, error) || fail_at(event, error);
}

bool pq_yaml_builder_add(struct pq_yaml_builder *builder, const yaml_event_t *event,
			 uint32_t offset, struct pq_error *error)
{
	builder->flow_work += builder->flow_depth;
	if (builder->flow_work > PQ_YAML_FLOW_WORK_MAX) {
		pq_error_set(error, PQ_ERROR_TOO_LARGE,
			     "yaml: too much is nested too deeply in [] and {}");
		return fail_at(event, error);
	}
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
