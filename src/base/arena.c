#include "base/arena.h"

#include "base/format.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__)
#define PQ_POISON 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PQ_POISON 1
#endif
#endif
#ifdef PQ_POISON
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size)   ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

struct pq_arena_block {
	struct pq_arena_block *older;
	size_t size; /* bytes behind this header */
	alignas(max_align_t) char bytes[];
};

enum {
	BLOCK_SIZE_MIN = 4096,
	BLOCK_SIZE_MAX = 1 << 20,
	ALIGNMENT = alignof(max_align_t),
};

void pq_arena_init(struct pq_arena *arena, size_t limit)
{
	*arena = (struct pq_arena){ .limit = limit == 0 ? SIZE_MAX : limit };
}

static void free_block(struct pq_arena *arena, struct pq_arena_block *block)
{
	ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->size);
	arena->reserved -= sizeof *block + block->size;
	free(block);
}

void pq_arena_done(struct pq_arena *arena)
{
	while (arena->blocks != NULL) {
		struct pq_arena_block *block = arena->blocks;
		arena->blocks = block->older;
		free_block(arena, block);
	}
	arena->next = arena->end = NULL;
	arena->exhausted = arena->limited = false;
}

static void wipe(char *from, const char *to)
{
	size_t size = (size_t)(to - from);
	ASAN_UNPOISON_MEMORY_REGION(from, size);
	explicit_bzero(from, size);
}

void pq_arena_wipe(struct pq_arena *arena)
{
	for (struct pq_arena_block *block = arena->blocks; block != NULL; block = block->older)
		wipe(block->bytes, block->bytes + block->size);
}

static void use_block(struct pq_arena *arena, struct pq_arena_block *block)
{
	ASAN_POISON_MEMORY_REGION(block->bytes, block->size);
	arena->next = block->bytes;
	arena->end = block->bytes + block->size;
}

void pq_arena_reset(struct pq_arena *arena, size_t keep)
{
	struct pq_arena_block *kept = NULL;
	for (struct pq_arena_block *block = arena->blocks, *older; block != NULL; block = older) {
		older = block->older;
		if (block->size <= keep && (kept == NULL || block->size > kept->size)) {
			if (kept != NULL)
				free_block(arena, kept);
			kept = block;
		} else {
			free_block(arena, block);
		}
	}
	arena->blocks = kept;
	arena->next = arena->end = NULL;
	arena->exhausted = arena->limited = false;
	if (kept != NULL) {
		kept->older = NULL;
		use_block(arena, kept);
	}
}

struct pq_arena_mark pq_arena_mark(const struct pq_arena *arena)
{
	return (struct pq_arena_mark){ .block = arena->blocks,
				       .next = arena->next,
				       .exhausted = arena->exhausted,
				       .limited = arena->limited };
}

void pq_arena_return(struct pq_arena *arena, const struct pq_arena_mark *mark)
{
	char *used_end = arena->next; /* of the newest block; those older are as good as full */
	while (arena->blocks != mark->block) {
		struct pq_arena_block *block = arena->blocks;
		arena->blocks = block->older;
		wipe(block->bytes, used_end);
		free_block(arena, block);
		used_end =
			arena->blocks == NULL ? NULL : arena->blocks->bytes + arena->blocks->size;
	}
	arena->next = mark->next;
	arena->end = NULL;
	if (mark->block != NULL) {
		wipe(mark->next, used_end);
		arena->end = mark->block->bytes + mark->block->size;
		ASAN_POISON_MEMORY_REGION(arena->next, (size_t)(arena->end - arena->next));
	}
	arena->exhausted = mark->exhausted;
	arena->limited = mark->limited;
}

static bool add_block(struct pq_arena *arena, size_t size)
{
	size_t wanted = arena->blocks == NULL ? BLOCK_SIZE_MIN : arena->blocks->size * 2;
	if (wanted > BLOCK_SIZE_MAX)
		wanted = BLOCK_SIZE_MAX;
	if (wanted < size)
		wanted = size;
	size_t left = arena->limit - arena->reserved;
	if (left < sizeof(struct pq_arena_block) + size) {
		arena->limited = true;
		return false;
	}
	if (wanted > left - sizeof(struct pq_arena_block))
		wanted = left - sizeof(struct pq_arena_block);
	struct pq_arena_block *block = malloc(sizeof *block + wanted);
	if (block == NULL)
		return false;
	block->older = arena->blocks;
	block->size = wanted;
	arena->blocks = block;
	arena->reserved += sizeof *block + wanted;
	use_block(arena, block);
	return true;
}

static char *take(struct pq_arena *arena, size_t size, size_t alignment)
{
	size_t gap = (size_t)(-(uintptr_t)arena->next & (alignment - 1));
	size_t left = (size_t)(arena->end - arena->next);
	if (arena->next == NULL || left < gap || left - gap < size) {
		if (size > SIZE_MAX / 2 || !add_block(arena, size + alignment)) {
			arena->exhausted = true;
			return NULL;
		}
		gap = (size_t)(-(uintptr_t)arena->next & (alignment - 1));
	}
	char *memory = arena->next + gap;
	arena->next = memory + size;
	ASAN_UNPOISON_MEMORY_REGION(memory, size);
	return memory;
}

void *pq_arena_alloc(struct pq_arena *arena, size_t size)
{
	void *memory = take(arena, size, ALIGNMENT);
	return memory == NULL ? NULL : memset(memory, 0, size);
}

void *pq_arena_alloc_raw(struct pq_arena *arena, size_t size)
{
	return take(arena, size, ALIGNMENT);
}

void *pq_arena_alloc_array(struct pq_arena *arena, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes)) {
		arena->exhausted = true;
		return NULL;
	}
	return pq_arena_alloc(arena, bytes);
}

char *pq_arena_alloc_bytes(struct pq_arena *arena, size_t size)
{
	return take(arena, size, 1);
}

void *pq_arena_grow(struct pq_arena *arena, void *old, size_t old_size, size_t new_size)
{
	char *start = old;
	if (old != NULL && start + old_size == arena->next &&
	    new_size <= (size_t)(arena->end - start)) {
		arena->next = start + new_size;
		ASAN_UNPOISON_MEMORY_REGION(start, new_size);
		return old;
	}
	char *memory = take(arena, new_size, ALIGNMENT);
	if (memory == NULL)
		return NULL;
	if (old_size > 0)
		memcpy(memory, old, old_size < new_size ? old_size : new_size);
	return memory;
}

struct pq_string pq_arena_copy(struct pq_arena *arena, struct pq_string text)
{
	char *memory =
		text.length == SIZE_MAX ? NULL : pq_arena_alloc_bytes(arena, text.length + 1);
	if (memory == NULL)
		return (struct pq_string){ 0 };
	if (text.length > 0)
		memcpy(memory, text.data, text.length);
	memory[text.length] = '\0';
	return (struct pq_string){ .data = memory, .length = text.length };
}

struct pq_string pq_arena_copy_lower(struct pq_arena *arena, struct pq_string text)
{
	struct pq_string copy = pq_arena_copy(arena, text);
	char *bytes = (char *)(uintptr_t)copy.data;
	for (size_t i = 0; i < copy.length; i++) {
		if (bytes[i] >= 'A' && bytes[i] <= 'Z')
			bytes[i] = (char)(bytes[i] - 'A' + 'a');
	}
	return copy;
}

struct pq_string pq_arena_format(struct pq_arena *arena, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	struct pq_string text = pq_arena_format_list(arena, format, arguments);
	va_end(arguments);
	return text;
}

struct pq_string pq_arena_format_list(struct pq_arena *arena, const char *format, va_list arguments)
{
	va_list again;
	va_copy(again, arguments);
	int length = pq_format_list(NULL, 0, format, arguments);
	char *memory = length < 0 ? NULL : pq_arena_alloc_bytes(arena, (size_t)length + 1);
	if (memory != NULL)
		pq_format_list(memory, (size_t)length + 1, format, again);
	va_end(again);
	if (memory == NULL)
		return (struct pq_string){ 0 };
	return (struct pq_string){ .data = memory, .length = (size_t)length };
}
