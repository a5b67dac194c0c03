/*
 * Arena: memory that is given piece by piece and taken back all at once.
 *
 * An arena has a cap. When a request would exceed it, or the system has no memory, an allocation
 * returns NULL and the arena remembers it (pq_arena_is_exhausted), so that a caller deep down may
 * just return false and the one on top can tell "too large" from other failures.
 *
 * Not thread-safe: one arena belongs to one request on one thread. What is shared between threads
 * lives in an arena that nobody allocates from any more.
 */
#ifndef PQ_BASE_ARENA_H
#define PQ_BASE_ARENA_H

#include "base/compiler.h"
#include "base/string_view.h"

#include <stdarg.h>

struct pq_arena_block;

struct pq_arena {
	char *next;
	char *end;
	struct pq_arena_block *blocks; /* newest first */
	size_t reserved;               /* bytes held from the system */
	size_t limit;                  /* cap on reserved, in bytes */
	bool exhausted;
	bool limited;
};

/* Nothing is allocated before the first use. limit is in bytes; 0 means no cap. */
void pq_arena_init(struct pq_arena *arena, size_t limit);

/* Gives everything back. The arena may be initialised again. */
void pq_arena_done(struct pq_arena *arena);

/* Overwrites all that was allocated, for what held secrets: before it is given back. */
void pq_arena_wipe(struct pq_arena *arena);

/* Forgets all allocations but keeps the largest block up to keep bytes for the next request;
 * clears exhaustion. */
void pq_arena_reset(struct pq_arena *arena, size_t keep);

/* How much an arena has given so far. It holds until the arena is reset, done, or returned to an
 * older one. */
struct pq_arena_mark {
	struct pq_arena_block *block;
	char *next;
	bool exhausted;
	bool limited;
};

struct pq_arena_mark pq_arena_mark(const struct pq_arena *arena);

/* Takes back what was allocated since the mark, overwritten as it may have held secrets; nothing
 * may refer to it any more. An allocation from before that has grown since has its old size again.
 * The arena is as exhausted as it was. */
void pq_arena_return(struct pq_arena *arena, const struct pq_arena_mark *mark);

/* Zeroed memory aligned for any object, or NULL. A size of 0 gives a valid pointer. */
void *pq_arena_alloc(struct pq_arena *arena, size_t size);

/* The same without zeroing, for what is written at once. */
void *pq_arena_alloc_raw(struct pq_arena *arena, size_t size);

/* Zeroed memory for count objects of size bytes each; NULL when the product overflows. */
void *pq_arena_alloc_array(struct pq_arena *arena, size_t count, size_t size);

/* Bytes without alignment and not zeroed, for text. */
char *pq_arena_alloc_bytes(struct pq_arena *arena, size_t size);

/* Grows the last allocation in place when it can, else copies. old may be NULL with old_size 0.
 * The new part is not zeroed. old stays valid on failure. */
void *pq_arena_grow(struct pq_arena *arena, void *old, size_t old_size, size_t new_size);

/* A copy of text that ends in a NUL (not counted in its length). data is NULL on failure. */
struct pq_string pq_arena_copy(struct pq_arena *arena, struct pq_string text);

/* The same with the letters A to Z made small. */
struct pq_string pq_arena_copy_lower(struct pq_arena *arena, struct pq_string text);

/* printf into the arena. data is NULL on failure. */
struct pq_string pq_arena_format(struct pq_arena *arena, const char *format, ...) PQ_PRINTF(2, 3);
struct pq_string pq_arena_format_list(struct pq_arena *arena, const char *format, va_list arguments)
	PQ_PRINTF(2, 0);

static inline bool pq_arena_is_exhausted(const struct pq_arena *arena)
{
	return arena->exhausted;
}

/* For what fails as an allocation does: sizes that nothing could hold, another arena's exhaustion.
 */
static inline void pq_arena_set_exhausted(struct pq_arena *arena)
{
	arena->exhausted = true;
}

/* Whether it is so because of its cap, and not for the system's lack of memory. */
static inline bool pq_arena_is_limited(const struct pq_arena *arena)
{
	return arena->limited;
}

/* As pq_arena_done, for what held secrets. */
static inline void pq_arena_done_secret(struct pq_arena *arena)
{
	pq_arena_wipe(arena);
	pq_arena_done(arena);
}

#define pq_cleanup_arena        PQ_CLEANUP(pq_arena_done)
#define pq_cleanup_secret_arena PQ_CLEANUP(pq_arena_done_secret)

#endif
