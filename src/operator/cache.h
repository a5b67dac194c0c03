/*
 * Cache: the last state seen of every object of one resource.
 *
 * Objects are immutable and counted: whoever holds a reference may look at one for as long as he
 * likes, on any thread, while the cache moves on. Each lives in an arena of its own, without
 * metadata.managedFields, which nobody reads and which is often half of an object. Found by key
 * ("namespace/name", or "name" when cluster-scoped) and by the UID of the controller that owns it
 * (the ownerReference with controller: true). But for references, a cache belongs to one thread.
 */
#ifndef PQ_OPERATOR_CACHE_H
#define PQ_OPERATOR_CACHE_H

#include "base/map.h"
#include "json/value.h"

#include <stdatomic.h>

struct pq_cached_object {
	atomic_size_t count;
	struct pq_arena arena;
	struct pq_value value;
	struct pq_string key;
	struct pq_string namespace; /* empty when cluster-scoped */
	struct pq_string name;
	struct pq_string uid;
	struct pq_string resource_version;
	/* The controlling ownerReference; empty when there is none. */
	struct pq_string owner_uid;
	struct pq_string owner_kind;
	struct pq_string owner_name;
};

/* Both take and give back one reference; thread-safe. unref of NULL is fine. */
const struct pq_cached_object *pq_cached_object_ref(const struct pq_cached_object *object);
void pq_cached_object_unref(const struct pq_cached_object *object);

enum {
	PQ_CACHE_OBJECT_BYTES_MAX = 16 << 20,
	PQ_CACHE_KEY_MAX = 640, /* a namespace has at most 63 bytes, a name 253 */
};
#define PQ_CACHE_BYTES_MAX ((size_t)512 << 20)

/* Told of each change, after it has been made: before is NULL for an object that is new, after for
 * one that is gone. Both are valid during the call. Must not change the cache. */
typedef void pq_cache_changed(void *context, const struct pq_cached_object *before,
			      const struct pq_cached_object *after);

struct pq_cache {
	struct pq_map slots;  /* by key */
	struct pq_map owners; /* by the owner's UID: the first of a chain of slots */
	size_t bytes;         /* held by the objects' arenas */
	size_t bytes_max;
	uint64_t pass; /* counts replacements */
	pq_cache_changed *changed;
	void *context;
};

/* bytes_max 0 means PQ_CACHE_BYTES_MAX. changed may be NULL. */
void pq_cache_init(struct pq_cache *cache, size_t bytes_max, pq_cache_changed *changed,
		   void *context);
void pq_cache_done(struct pq_cache *cache);

/* Stores a copy of an object. One whose UID and resourceVersion are those already there changes
 * nothing and is not told of. PQ_ERROR_TOO_LARGE when the cache's cap would be exceeded;
 * PQ_ERROR_INVALID for what it never takes: an object above its own cap, without metadata.name or
 * with too long a key. What stood there before stays on failure. */
PQ_CHECKED bool pq_cache_put(struct pq_cache *cache, const struct pq_value *object,
			     struct pq_error *error);

/* Drops an object if it is there. */
void pq_cache_remove(struct pq_cache *cache, struct pq_string namespace, struct pq_string name);

/* Between the two, put is called for every object of a new list; what was not put is gone and is
 * dropped, and told of, by the second. */
void pq_cache_start_replace(struct pq_cache *cache);
void pq_cache_finish_replace(struct pq_cache *cache);

/* The object, or NULL. Valid until the cache changes unless a reference is taken. */
const struct pq_cached_object *pq_cache_find(const struct pq_cache *cache,
					     struct pq_string namespace, struct pq_string name);

/* Visits the objects that an owner controls, in no order. visit must not change the cache. */
void pq_cache_visit_owned(const struct pq_cache *cache, struct pq_string owner_uid,
			  void (*visit)(void *context, const struct pq_cached_object *object),
			  void *context);

/* Visits all. */
void pq_cache_visit(const struct pq_cache *cache,
		    void (*visit)(void *context, const struct pq_cached_object *object),
		    void *context);

#endif
