/*
 * Builder: one document's libyaml events to one value.
 *
 * Open collections are frames on an explicit stack, so depth costs no C stack. An alias shares its
 * anchor's value; what it would cost to expand it is counted, and refused by the rule of
 * go.yaml.in/yaml/v2 (decode.go, allowedAliasRatio) and by a cap of ours.
 */
#ifndef PQ_YAML_BUILD_H
#define PQ_YAML_BUILD_H

#include "base/map.h"
#include "yaml/read.h"

#include <yaml.h>

struct pq_yaml_frame;

struct pq_yaml_builder {
	const struct pq_yaml_options *options;
	struct pq_string text; /* for the lines of duplicates */
	struct pq_arena *arena;
	struct pq_yaml_frame *frames;
	size_t frame_count, frame_capacity;
	struct pq_value *items; /* of all open sequences, outermost first */
	size_t item_count, item_capacity;
	struct pq_member *members; /* of all open mappings, outermost first */
	size_t member_count, member_capacity;
	uint32_t *slots; /* of the table that finds a mapping's duplicates */
	size_t slot_capacity;
	struct pq_map anchors; /* name to struct pq_yaml_anchor in the arena */
	uint64_t nodes;        /* as if every alias were written out */
	uint64_t alias_nodes;  /* of those, the ones that aliases brought */
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

#endif
