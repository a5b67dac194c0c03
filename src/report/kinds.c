#include "report/kinds.h"

#include <stdlib.h>

void report_kinds_init(struct report_kinds *kinds)
{
	*kinds = (struct report_kinds){ .failed = false };
	pq_arena_init(&kinds->arena, 0);
	pq_map_init(&kinds->map);
}

void report_kinds_done(struct report_kinds *kinds)
{
	pq_map_done(&kinds->map);
	pq_arena_done(&kinds->arena);
}

static struct report_kind *add_kind(struct report_kinds *kinds, struct pq_string key,
				    const struct pq_check_outcome *outcome)
{
	struct report_kind *kind = pq_arena_alloc(&kinds->arena, sizeof *kind);
	if (kind == NULL)
		return NULL;
	kind->api_version = pq_arena_copy(&kinds->arena, outcome->api_version);
	kind->kind = pq_arena_copy(&kinds->arena, outcome->kind);
	if (kind->api_version.data == NULL || kind->kind.data == NULL ||
	    !pq_map_put(&kinds->map, key, kind, NULL))
		return NULL;
	return kind;
}

static struct report_kind *find_kind(struct report_kinds *kinds,
				     const struct pq_check_outcome *outcome)
{
	pq_cleanup_buffer struct pq_buffer key;
	pq_buffer_init(&key, 0);
	pq_buffer_append_string(&key, outcome->api_version);
	pq_buffer_append_byte(&key, '\0');
	pq_buffer_append_string(&key, outcome->kind);
	if (pq_buffer_failed(&key))
		return NULL;
	struct report_kind *kind = pq_map_find(&kinds->map, pq_buffer_view(&key));
	if (kind != NULL)
		return kind;
	if (kinds->map.count >= PQ_REPORT_KINDS_MAX)
		return &kinds->others;
	return add_kind(kinds, pq_buffer_view(&key), outcome);
}

void report_kinds_add(struct report_kinds *kinds, const struct pq_check_outcome *outcome)
{
	if (outcome->kind.length == 0 || outcome->verdict == PQ_CHECK_NOT_A_MANIFEST)
		return;
	struct report_kind *kind = find_kind(kinds, outcome);
	if (kind == NULL) {
		kinds->failed = true;
		return;
	}
	switch (outcome->verdict) {
	case PQ_CHECK_INVALID:
		kind->invalid++;
		kind->checked++;
		break;
	case PQ_CHECK_VALID:
		kind->checked++;
		break;
	case PQ_CHECK_UNKNOWN:
		kind->unknown++;
		break;
	default:
		kind->skipped++;
		break;
	}
}

static int compare(const void *a, const void *b)
{
	const struct report_kind *const *left = a, *const *right = b;
	int order = pq_string_compare((*left)->api_version, (*right)->api_version);
	return order != 0 ? order : pq_string_compare((*left)->kind, (*right)->kind);
}

const struct report_kind **report_kinds_list(struct report_kinds *kinds, size_t *count)
{
	const struct report_kind **list =
		pq_arena_alloc_array(&kinds->arena, kinds->map.count + 1, sizeof *list);
	if (list == NULL)
		return NULL;
	for (size_t i = 0; i < kinds->map.count; i++)
		list[i] = kinds->map.entries[i].value;
	*count = kinds->map.count;
	if (*count > 1)
		qsort(list, *count, sizeof *list, compare);
	if (kinds->others.checked + kinds->others.skipped + kinds->others.unknown > 0)
		list[(*count)++] = &kinds->others;
	return list;
}
