/* Bytes of a watch stream: each line becomes an event, each event a change of a cache. */
#include "kube/list.h"
#include "operator/cache.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void take_line(struct pq_cache *cache, struct pq_string line)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, (size_t)64 << 20);
	struct pq_kube_event event;
	struct pq_error error;
	if (!pq_kube_event_read(&arena, line, &event, &error))
		return;
	if (event.type == PQ_KUBE_DELETED)
		pq_cache_remove(cache, pq_kube_metadata(event.object, PQ_S("namespace")),
				pq_kube_metadata(event.object, PQ_S("name")));
	else if (!pq_cache_put(cache, event.object, &error) && error.code == PQ_ERROR_NONE)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pq_cache cache;
	pq_cache_init(&cache, (size_t)8 << 20, NULL, NULL);
	struct pq_string rest = { .data = (const char *)data, .length = size }, line;
	while (pq_string_split(&rest, '\n', &line))
		take_line(&cache, line);
	/* An empty list takes everything away, without a trace. */
	pq_cache_start_replace(&cache);
	pq_cache_finish_replace(&cache);
	if (cache.slots.count != 0 || cache.owners.count != 0 || cache.bytes != 0)
		abort();
	pq_cache_done(&cache);
	return 0;
}
