#include "operator/cache.h"

#include <assert.h>
#include <stdlib.h>

/* Where an object stands in the cache; the object itself is shared and cannot hold links. */
struct slot {
	const struct pq_cached_object *object;
	uint64_t pass; /* of the replacement that last saw it */
	struct slot *next_owned;
	struct slot *previous_owned;
};

const struct pq_cached_object *pq_cached_object_ref(const struct pq_cached_object *object)
{
	/* The count is the one part of an object that changes. */
	atomic_fetch_add(&((struct pq_cached_object *)object)->count, 1);
	return object;
}

void pq_cached_object_unref(const struct pq_cached_object *object)
{
	struct pq_cached_object *mine = (struct pq_cached_object *)object;
	if (mine == NULL || atomic_fetch_sub(&mine->count, 1) != 1)
		return;
	pq_arena_done(&mine->arena);
	free(mine);
}

static bool without_managed_fields(struct pq_arena *scratch, const struct pq_value *object,
				   struct pq_value *result)
{
	const struct pq_value *metadata = pq_value_find(object, PQ_S("metadata"));
	struct pq_value lean;
	return pq_value_with_member(scratch, metadata, PQ_S("managedFields"), NULL, &lean) &&
	       pq_value_with_member(scratch, object, PQ_S("metadata"), &lean, result);
}

static void read_owner(struct pq_cached_object *object, const struct pq_value *metadata)
{
	const struct pq_value *owners = pq_value_find(metadata, PQ_S("ownerReferences"));
	if (owners == NULL || owners->kind != PQ_ARRAY)
		return;
	for (uint32_t i = 0; i < owners->length; i++) {
		const struct pq_value *owner = &owners->items[i];
		const struct pq_value *controller = pq_value_find(owner, PQ_S("controller"));
		if (controller == NULL || controller->kind != PQ_BOOLEAN || !controller->boolean)
			continue;
		object->owner_uid = pq_value_find_string(owner, PQ_S("uid"));
		object->owner_kind = pq_value_find_string(owner, PQ_S("kind"));
		object->owner_name = pq_value_find_string(owner, PQ_S("name"));
		return;
	}
}

static struct pq_string write_key(struct pq_arena *arena, struct pq_string namespace,
				  struct pq_string name)
{
	return pq_arena_format(arena, "%.*s%s%.*s", PQ_STRING_ARGUMENT(namespace),
			       namespace.length > 0 ? "/" : "", PQ_STRING_ARGUMENT(name));
}

/* Copies an object into an arena of its own, with one reference. */
static struct pq_cached_object *copy_object(const struct pq_value *value, struct pq_error *error)
{
	struct pq_cached_object *object = calloc(1, sizeof *object);
	if (object == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for an object");
		return NULL;
	}
	pq_arena_init(&object->arena, PQ_CACHE_OBJECT_BYTES_MAX);
	pq_cleanup_arena struct pq_arena scratch;
	pq_arena_init(&scratch, PQ_CACHE_OBJECT_BYTES_MAX);
	struct pq_value lean;
	atomic_init(&object->count, 1);
	if (without_managed_fields(&scratch, value, &lean) &&
	    pq_value_copy(&object->arena, &lean, &object->value)) {
		const struct pq_value *metadata = pq_value_find(&object->value, PQ_S("metadata"));
		object->namespace = pq_value_find_string(metadata, PQ_S("namespace"));
		object->name = pq_value_find_string(metadata, PQ_S("name"));
		object->uid = pq_value_find_string(metadata, PQ_S("uid"));
		object->resource_version = pq_value_find_string(metadata, PQ_S("resourceVersion"));
		object->key = write_key(&object->arena, object->namespace, object->name);
		read_owner(object, metadata);
	}
	if (object->key.data != NULL)
		return object;
	if (pq_arena_is_limited(&object->arena) || pq_arena_is_limited(&scratch))
		pq_error_set(error, PQ_ERROR_INVALID, "an object would take more than %d bytes",
			     PQ_CACHE_OBJECT_BYTES_MAX);
	else
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for an object");
	pq_cached_object_unref(object);
	return NULL;
}

void pq_cache_init(struct pq_cache *cache, size_t bytes_max, pq_cache_changed *changed,
		   void *context)
{
	*cache = (struct pq_cache){
		.bytes_max = bytes_max != 0 ? bytes_max : PQ_CACHE_BYTES_MAX,
		.changed = changed,
		.context = context,
	};
	pq_map_init(&cache->slots);
	pq_map_init(&cache->owners);
}

void pq_cache_done(struct pq_cache *cache)
{
	for (size_t i = 0; i < cache->slots.count; i++) {
		struct slot *slot = cache->slots.entries[i].value;
		pq_cached_object_unref(slot->object);
		free(slot);
	}
	pq_map_done(&cache->slots);
	pq_map_done(&cache->owners);
}

/* False when out of memory. */
static bool link_owned(struct pq_cache *cache, struct slot *slot)
{
	struct pq_string owner = slot->object->owner_uid;
	slot->next_owned = slot->previous_owned = NULL;
	if (owner.length == 0)
		return true;
	void *next;
	if (!pq_map_put(&cache->owners, owner, slot, &next))
		return false;
	slot->next_owned = next;
	if (slot->next_owned != NULL)
		slot->next_owned->previous_owned = slot;
	return true;
}

/* Gives the head of a chain to the next one. */
static void set_first_owned(struct pq_cache *cache, const struct slot *slot, struct slot *next)
{
	struct pq_string owner = slot->object->owner_uid;
	if (pq_map_find(&cache->owners, owner) != slot)
		return; /* it was never linked, for lack of memory */
	if (next == NULL) {
		pq_map_take(&cache->owners, owner);
		return;
	}
	bool replaced = pq_map_put(&cache->owners, owner, next, NULL);
	assert(replaced); /* replacing what is there allocates nothing */
	(void)replaced;
}

static void unlink_owned(struct pq_cache *cache, struct slot *slot)
{
	struct pq_string owner = slot->object->owner_uid;
	if (owner.length == 0)
		return;
	if (slot->next_owned != NULL)
		slot->next_owned->previous_owned = slot->previous_owned;
	if (slot->previous_owned != NULL)
		slot->previous_owned->next_owned = slot->next_owned;
	else
		set_first_owned(cache, slot, slot->next_owned);
	slot->next_owned = slot->previous_owned = NULL;
}

static void tell(struct pq_cache *cache, const struct pq_cached_object *before,
		 const struct pq_cached_object *after)
{
	if (cache->changed != NULL)
		cache->changed(cache->context, before, after);
}

static bool add_slot(struct pq_cache *cache, const struct pq_cached_object *object)
{
	struct slot *slot = calloc(1, sizeof *slot);
	if (slot == NULL)
		return false;
	*slot = (struct slot){ .object = object, .pass = cache->pass };
	if (!pq_map_put(&cache->slots, object->key, slot, NULL)) {
		free(slot);
		return false;
	}
	if (!link_owned(cache, slot)) {
		pq_map_take(&cache->slots, object->key);
		free(slot);
		return false;
	}
	cache->bytes += object->arena.reserved;
	tell(cache, NULL, object);
	return true;
}

static bool replace_in_slot(struct pq_cache *cache, struct slot *slot,
			    const struct pq_cached_object *object)
{
	const struct pq_cached_object *before = slot->object;
	bool moves = !pq_string_equal(before->owner_uid, object->owner_uid);
	if (moves)
		unlink_owned(cache, slot);
	slot->object = object;
	if (moves && !link_owned(cache, slot)) {
		slot->object = before;
		return false;
	}
	cache->bytes += object->arena.reserved - before->arena.reserved;
	tell(cache, before, object);
	pq_cached_object_unref(before);
	return true;
}

static bool fits_key(struct pq_string namespace, struct pq_string name)
{
	return name.length < PQ_CACHE_KEY_MAX && namespace.length < PQ_CACHE_KEY_MAX - name.length;
}

static struct slot *find_slot(const struct pq_cache *cache, struct pq_string namespace,
			      struct pq_string name)
{
	char key[PQ_CACHE_KEY_MAX];
	if (!fits_key(namespace, name))
		return NULL;
	size_t length = 0;
	if (namespace.length > 0) {
		memcpy(key, namespace.data, namespace.length);
		length = namespace.length;
		key[length++] = '/';
	}
	if (name.length > 0)
		memcpy(key + length, name.data, name.length);
	length += name.length;
	return pq_map_find(&cache->slots, (struct pq_string){ .data = key, .length = length });
}

bool pq_cache_put(struct pq_cache *cache, const struct pq_value *value, struct pq_error *error)
{
	const struct pq_value *metadata = pq_value_find(value, PQ_S("metadata"));
	struct pq_string namespace = pq_value_find_string(metadata, PQ_S("namespace"));
	struct pq_string name = pq_value_find_string(metadata, PQ_S("name"));
	if (metadata == NULL || metadata->kind != PQ_OBJECT || name.length == 0)
		return pq_error_set(error, PQ_ERROR_INVALID, "an object has no metadata.name");
	if (!fits_key(namespace, name))
		return pq_error_set(error, PQ_ERROR_INVALID, "an object's name is too long");
	struct slot *slot = find_slot(cache, namespace, name);
	if (slot != NULL)
		slot->pass = cache->pass;
	if (slot != NULL &&
	    pq_string_equal(slot->object->uid, pq_value_find_string(metadata, PQ_S("uid"))) &&
	    pq_string_equal(slot->object->resource_version,
			    pq_value_find_string(metadata, PQ_S("resourceVersion"))))
		return true;
	struct pq_cached_object *object = copy_object(value, error);
	if (object == NULL)
		return false;
	if (cache->bytes + object->arena.reserved > cache->bytes_max) {
		pq_cached_object_unref(object);
		return pq_error_set(error, PQ_ERROR_TOO_LARGE,
				    "the cache would hold more than %zu bytes", cache->bytes_max);
	}
	if (slot == NULL ? add_slot(cache, object) : replace_in_slot(cache, slot, object))
		return true;
	pq_cached_object_unref(object);
	return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for an object");
}

static void remove_slot(struct pq_cache *cache, struct slot *slot)
{
	const struct pq_cached_object *object = slot->object;
	unlink_owned(cache, slot);
	pq_map_take(&cache->slots, object->key);
	free(slot);
	cache->bytes -= object->arena.reserved;
	tell(cache, object, NULL);
	pq_cached_object_unref(object);
}

void pq_cache_remove(struct pq_cache *cache, struct pq_string namespace, struct pq_string name)
{
	struct slot *slot = find_slot(cache, namespace, name);
	if (slot != NULL)
		remove_slot(cache, slot);
}

void pq_cache_start_replace(struct pq_cache *cache)
{
	cache->pass++;
}

void pq_cache_finish_replace(struct pq_cache *cache)
{
	/* Backwards, since the last entry moves into the gap of one that is taken out. */
	for (size_t i = cache->slots.count; i > 0; i--) {
		struct slot *slot = cache->slots.entries[i - 1].value;
		if (slot->pass != cache->pass)
			remove_slot(cache, slot);
	}
}

const struct pq_cached_object *pq_cache_find(const struct pq_cache *cache,
					     struct pq_string namespace, struct pq_string name)
{
	struct slot *slot = find_slot(cache, namespace, name);
	return slot == NULL ? NULL : slot->object;
}

void pq_cache_visit_owned(const struct pq_cache *cache, struct pq_string owner_uid,
			  void (*visit)(void *context, const struct pq_cached_object *object),
			  void *context)
{
	struct slot *slot = pq_map_find(&cache->owners, owner_uid);
	for (; slot != NULL; slot = slot->next_owned)
		visit(context, slot->object);
}

void pq_cache_visit(const struct pq_cache *cache,
		    void (*visit)(void *context, const struct pq_cached_object *object),
		    void *context)
{
	for (size_t i = 0; i < cache->slots.count; i++)
		visit(context, ((struct slot *)cache->slots.entries[i].value)->object);
}
