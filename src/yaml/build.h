/*
 * Builder: one document's events to one value.
 *
 * Open collections are frames on an explicit stack, so depth costs no C stack. An alias shares its
 * anchor's value; what it would cost to expand it is counted, and refused by the rule of
 * go.yaml.in/yaml/v2 (decode.go, allowedAliasRatio) and by a cap of ours.
 */
#ifndef PQ_YAML_BUILD_H
#define PQ_YAML_BUILD_H

#include "base/map.h"
#include "base/stack.h"
#include "yaml/read.h"

#include <yaml.h>

struct pq_yaml_anchor;

enum pq_yaml_frame_kind {
	PQ_YAML_FRAME_SEQUENCE,
	PQ_YAML_FRAME_MAPPING,
	PQ_YAML_FRAME_MERGED_MAPPING,  /* the value of "<<": its members become the parent's */
	PQ_YAML_FRAME_MERGED_SEQUENCE, /* a list of such mappings, the first one wins */
};

/* What the next node of a mapping is. */
enum pq_yaml_frame_state {
	PQ_YAML_EXPECT_KEY,
	PQ_YAML_EXPECT_VALUE,
	PQ_YAML_EXPECT_MERGED,
};

/* An open collection. */
struct pq_yaml_frame {
	enum pq_yaml_frame_kind kind;
	enum pq_yaml_frame_state state;
	size_t first; /* of its items or entries on their stack */
	struct pq_string key;
	uint32_t key_offset;
	uint32_t offset;
	struct pq_yaml_anchor *anchor;
	uint64_t nodes_before;
	size_t height; /* levels of collections in it so far, its own included */
	bool is_flow;
};

/* What a mapping that is still open has so far. */
struct pq_yaml_entry {
	struct pq_string key;
	struct pq_value value;
	uint32_t offset; /* of the key, or PQ_OFFSET_NONE */
	bool is_merged;  /* brought by "<<" */
};

struct pq_yaml_builder {
	const struct pq_yaml_options *options;
	struct pq_string text; /* for the lines of duplicates */
	struct pq_arena *arena;
	struct pq_stack frames;  /* struct pq_yaml_frame */
	struct pq_stack items;   /* struct pq_value, of all open sequences, outermost first */
	struct pq_stack entries; /* struct pq_yaml_entry, of all open mappings, outermost first */
	struct pq_stack slots;   /* uint32_t: the table that finds a mapping's duplicates */
	struct pq_map anchors;   /* name to struct pq_yaml_anchor in the arena */
	uint64_t nodes;          /* as if every alias were written out */
	uint64_t alias_nodes;    /* of those, the ones that aliases brought */
	uint64_t merged_members; /* copied from mapping to mapping by "<<" */
	size_t flow_depth;       /* frames that are [] or {} */
	uint64_t flow_work;      /* of all documents; see PQ_YAML_FLOW_WORK_MAX */
	struct pq_value root;
};

/* options and text must outlive the builder. */
void pq_yaml_builder_init(struct pq_yaml_builder *builder, const struct pq_yaml_options *options,
			  struct pq_string text);
void pq_yaml_builder_done(struct pq_yaml_builder *builder);

/* Forgets the last document; values of the next one go into the arena. */
void pq_yaml_builder_start(struct pq_yaml_builder *builder, struct pq_arena *arena);

/* Takes a scalar, an alias, or the start or end of a collection, at an offset in the text. After
 * the root's last event, root is set. The error has a message and the event's line and column. */
PQ_CHECKED bool pq_yaml_builder_add(struct pq_yaml_builder *builder, const yaml_event_t *event,
				    uint32_t offset, struct pq_error *error);

static inline bool pq_yaml_frame_is_mapping(const struct pq_yaml_frame *frame)
{
	return frame->kind == PQ_YAML_FRAME_MAPPING || frame->kind == PQ_YAML_FRAME_MERGED_MAPPING;
}

/* Room for count items on one of the builder's stacks. What is open may take as much memory as the
 * arena may. NULL with the error's message set on failure. */
void *pq_yaml_builder_push(struct pq_yaml_builder *builder, struct pq_stack *stack, size_t count,
			   struct pq_error *error);

/* Leaves each key of the innermost mapping once, where it stood first, with its last value.
 * Duplicates are reported as the options want it. */
PQ_CHECKED bool pq_yaml_remove_duplicates(struct pq_yaml_builder *builder, size_t first,
					  struct pq_error *error);

#endif
