#include "cel/explain/context.h"

const struct pq_cel_context pq_cel_context_empty = { .count = 0 };

static uint32_t hash_returns(const struct pq_cel_return *returns, uint32_t count)
{
	uint32_t hash = 1;
	for (uint32_t i = 0; i < count; i++)
		hash = (hash ^ returns[i].parent->hash ^ returns[i].state) * UINT32_C(0x9E3779B1) +
		       (hash >> 15);
	return hash;
}

static bool equal_returns(const struct pq_cel_return *a, const struct pq_cel_return *b,
			  uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (a[i].parent != b[i].parent || a[i].state != b[i].state)
			return false;
	}
	return true;
}

/* The context of these returns, made when there is none. */
static const struct pq_cel_context *intern(struct pq_cel_contexts *contexts,
					   const struct pq_cel_return *returns, uint32_t count)
{
	uint32_t hash = hash_returns(returns, count);
	struct pq_cel_context **bucket = &contexts->buckets[hash % PQ_CEL_CONTEXT_BUCKETS];
	for (struct pq_cel_context *context = *bucket; context != NULL; context = context->next) {
		if (context->hash == hash && context->count == count &&
		    equal_returns(context->returns, returns, count))
			return context;
	}
	struct pq_cel_context *context =
		pq_arena_alloc_raw(contexts->arena, sizeof *context + count * sizeof *returns);
	if (context == NULL)
		return NULL;
	context->next = *bucket;
	context->hash = hash;
	context->count = count;
	memcpy(context->returns, returns, count * sizeof *returns);
	*bucket = context;
	return context;
}

const struct pq_cel_context *pq_cel_context_push(struct pq_cel_contexts *contexts,
						 const struct pq_cel_context *parent,
						 uint16_t state)
{
	return intern(contexts, &(struct pq_cel_return){ .parent = parent, .state = state }, 1);
}

/* Merges sorted lists; the number of returns, or -1 when the arena is exhausted. */
static long merge_returns(struct pq_cel_contexts *contexts, const struct pq_cel_context *a,
			  const struct pq_cel_context *b, bool is_wildcard,
			  struct pq_cel_return *merged)
{
	uint32_t i = 0, j = 0;
	long count = 0;
	while (i < a->count || j < b->count) {
		if (j == b->count || (i < a->count && a->returns[i].state < b->returns[j].state)) {
			merged[count++] = a->returns[i++];
		} else if (i == a->count || a->returns[i].state > b->returns[j].state) {
			merged[count++] = b->returns[j++];
		} else {
			merged[count].state = a->returns[i].state;
			merged[count].parent =
				pq_cel_context_merge(contexts, a->returns[i++].parent,
						     b->returns[j++].parent, is_wildcard);
			if (merged[count++].parent == NULL)
				return -1;
		}
	}
	return count;
}

const struct pq_cel_context *pq_cel_context_merge(struct pq_cel_contexts *contexts,
						  const struct pq_cel_context *a,
						  const struct pq_cel_context *b, bool is_wildcard)
{
	if (a == b)
		return a;
	if (is_wildcard && (a->count == 0 || b->count == 0))
		return &pq_cel_context_empty;
	struct pq_cel_return *merged =
		pq_arena_alloc_raw(contexts->arena, ((size_t)a->count + b->count) * sizeof *merged);
	if (merged == NULL)
		return NULL;
	long count = merge_returns(contexts, a, b, is_wildcard, merged);
	return count < 0 ? NULL : intern(contexts, merged, (uint32_t)count);
}
