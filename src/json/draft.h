/*
 * Draft: a document while it is being patched.
 *
 * Containers on the way to a change are copied the first time and changed in place from then on,
 * so that many changes of one array cost one copy; everything else is shared with the original.
 * When the work is done and settled, the root is an ordinary immutable value; it lives as long as
 * the arena and the original. Belongs to one thread.
 */
#ifndef PQ_JSON_DRAFT_H
#define PQ_JSON_DRAFT_H

#include "json/value.h"

struct pq_draft_owned;

struct pq_draft {
	struct pq_arena *arena;
	struct pq_value root;
	struct pq_draft_owned *owned; /* hash set of the containers made here */
	size_t owned_count;
	size_t owned_capacity;
	bool has_gaps; /* members have been removed, see pq_draft_settle */
};

void pq_draft_init(struct pq_draft *draft, struct pq_arena *arena, const struct pq_value *document);
void pq_draft_done(struct pq_draft *draft);

/* Makes value, which is the root or a child of an owned container, a container of the draft's own,
 * with room for extra more children. Addresses of its children are new then. False, with value as
 * it was, when the arena is exhausted or the system has no memory. */
PQ_CHECKED bool pq_draft_own(struct pq_draft *draft, struct pq_value *value, size_t extra);

/* Gives up the right to change anything in place: what has been made so far is about to be
 * referred to from a second place. */
void pq_draft_share(struct pq_draft *draft);

/* Makes a part of the draft, or its root, one that others may go over: after members have been
 * removed, and before anything but the functions here reads it. False when the system has no
 * memory. */
PQ_CHECKED bool pq_draft_settle(const struct pq_draft *draft, const struct pq_value *value);

/* Changes of a container that is owned. put and insert need room; put replaces in place, insert
 * and remove want an index that is there (to insert, the end is one); pq_draft_remove tells whether
 * there was such a key. */
void pq_draft_put(struct pq_value *object, struct pq_string key, const struct pq_value *value);
bool pq_draft_remove(struct pq_draft *draft, struct pq_value *object, struct pq_string key);
void pq_draft_insert_item(struct pq_value *array, size_t index, const struct pq_value *value);
void pq_draft_remove_item(struct pq_value *array, size_t index);

/* Children of an owned container; find gives NULL for a key that is not there. */
struct pq_value *pq_draft_find(struct pq_value *object, struct pq_string key);
struct pq_value *pq_draft_item(struct pq_value *array, size_t index);

#endif
