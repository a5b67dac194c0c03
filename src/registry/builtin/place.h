/*
 * A place in an object of a built-in kind: what the Go field there holds once the object has been
 * decoded. What was not sent, or sent as null, reads as Go's zero value, so that rules can be
 * written as the server's are. A place stands on the stack and its parent must outlive it.
 *
 * Private to this folder.
 */
#ifndef PQ_REGISTRY_BUILTIN_PLACE_H
#define PQ_REGISTRY_BUILTIN_PLACE_H

#include "base/map.h"
#include "formats/quantity.h"
#include "json/value.h"

struct place {
	const struct pq_value *value; /* NULL: nothing was sent, or null */
	struct pq_path path;
	uint32_t offset; /* of the value, or of what lacks it */
	struct pq_findings *findings;
	const struct place *parent; /* NULL: the object itself */
	bool is_stored; /* of an object that a server gave: it has all that is filled in */
};

typedef void place_check(const struct place *place);

struct place place_of_object(const struct pq_value *object, struct pq_findings *findings);

/* A field of a struct, an item of a list, the value of a map's member. */
struct place place_field(const struct place *parent, const char *name);
struct place place_item(const struct place *list, size_t index);
struct place place_member(const struct place *map, size_t index);

/* The same value told of by another step from the same parent: the server's name of it, when that
 * is not the field's, or a key. */
struct place place_called(const struct place *place, const char *name);
struct place place_keyed(const struct place *parent, struct pq_string key);

/* A map's value at a key; without parent when there is none. */
struct place place_labelled(const struct place *map, const char *key);

/* NULL for the object itself. */
const struct pq_path *place_path(const struct place *place);

static inline bool place_is_set(const struct place *place)
{
	return place->value != NULL;
}

/* The items of a list or the members of a map. */
size_t place_count(const struct place *place);
struct pq_string place_key(const struct place *map, size_t index);

struct pq_string place_text(const struct place *place);
bool place_is_text(const struct place *place, const char *text);
bool place_is_one_of(const struct place *place, const char *const *texts);
int64_t place_integer(const struct place *place);
int64_t place_integer_or(const struct place *place, int64_t otherwise);
bool place_flag(const struct place *place);

/* Zero when nothing was sent; place_resource is rounded up to thousandths, as the server does to
 * each quantity of a resource list. False when the number has more digits than we count with, or
 * stood in a form that is lost; nothing should be said of it then. */
bool place_quantity(const struct place *place, struct pq_quantity *quantity);
bool place_resource(const struct place *place, struct pq_quantity *quantity);

/* Calls check for each item. */
void place_each(const struct place *list, place_check *check);

/* Puts a text among those that were seen; false when it was among them already. */
bool place_note(const struct place *place, struct pq_map *seen, struct pq_string text);

/* Counts a finding that memory was lacking for, so that the request is refused as too large. */
void place_out_of_memory(const struct place *place);

/* Whether a list of texts holds one. */
bool place_lists(const struct place *list, const char *text);

/* Begins a map from the texts of a list to where each stands last; the caller ends it. */
void place_index(const struct place *list, struct pq_map *index);
bool place_find_last(const struct pq_map *index, struct pq_string text, size_t *last);

#endif
