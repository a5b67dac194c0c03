#include "operator/queue.h"

#include <stdlib.h>

enum state { IDLE, DELAYED, READY, RUNNING, RUNNING_DIRTY };

struct pq_queue_item {
	struct pq_heap_node node; /* first: the heap's nodes are items */
	struct pq_queue_item *next;
	enum state state;
	unsigned failures; /* in a row */
	size_t length;
	char key[];
};

static struct pq_string item_key(const struct pq_queue_item *item)
{
	return (struct pq_string){ .data = item->key, .length = item->length };
}

void pq_queue_init(struct pq_queue *queue, const struct pq_clock *clock, size_t limit)
{
	*queue = (struct pq_queue){ .clock = clock,
				    .limit = limit != 0 ? limit : PQ_QUEUE_KEYS_MAX };
	pq_map_init(&queue->items);
	pq_heap_init(&queue->delayed);
	queue->last = &queue->first;
}

void pq_queue_done(struct pq_queue *queue)
{
	pq_heap_done(&queue->delayed); /* touches the items left in it */
	for (size_t i = 0; i < queue->items.count; i++)
		free(queue->items.entries[i].value);
	pq_map_done(&queue->items);
}

static struct pq_queue_item *add_item(struct pq_queue *queue, struct pq_string key)
{
	if (queue->items.count >= queue->limit)
		return NULL;
	struct pq_queue_item *item = calloc(1, sizeof *item + key.length);
	if (item == NULL)
		return NULL;
	item->length = key.length;
	memcpy(item->key, key.data, key.length);
	if (!pq_map_put(&queue->items, key, item, NULL)) {
		free(item);
		return NULL;
	}
	return item;
}

static void make_ready(struct pq_queue *queue, struct pq_queue_item *item)
{
	item->state = READY;
	item->next = NULL;
	*queue->last = item;
	queue->last = &item->next;
	queue->ready++;
}

bool pq_queue_add(struct pq_queue *queue, struct pq_string key)
{
	struct pq_queue_item *item = pq_map_find(&queue->items, key);
	if (item == NULL)
		item = add_item(queue, key);
	if (item == NULL) {
		queue->overflowed = true;
		return false;
	}
	switch (item->state) {
	case DELAYED:
		pq_heap_remove(&queue->delayed, &item->node);
		make_ready(queue, item);
		break;
	case IDLE:
		make_ready(queue, item);
		break;
	case RUNNING:
		item->state = RUNNING_DIRTY;
		break;
	case READY:
	case RUNNING_DIRTY:
		break;
	}
	return true;
}

/* Moves what is due from the delayed to the ready ones. */
static void wake_due(struct pq_queue *queue)
{
	int64_t now = pq_clock_monotonic(queue->clock);
	for (;;) {
		struct pq_heap_node *node = pq_heap_first(&queue->delayed);
		if (node == NULL || node->key > now)
			return;
		pq_heap_remove(&queue->delayed, node);
		make_ready(queue, (struct pq_queue_item *)node);
	}
}

bool pq_queue_take(struct pq_queue *queue, struct pq_string *key)
{
	wake_due(queue);
	struct pq_queue_item *item = queue->first;
	if (item == NULL)
		return false;
	queue->first = item->next;
	if (queue->first == NULL)
		queue->last = &queue->first;
	queue->ready--;
	item->state = RUNNING;
	*key = item_key(item);
	return true;
}

static int64_t backoff(unsigned failures)
{
	int64_t delay = PQ_QUEUE_BACKOFF_MIN;
	for (unsigned i = 1; i < failures && delay < PQ_QUEUE_BACKOFF_MAX; i++)
		delay *= 2;
	return delay < PQ_QUEUE_BACKOFF_MAX ? delay : PQ_QUEUE_BACKOFF_MAX;
}

static void make_delayed(struct pq_queue *queue, struct pq_queue_item *item, int64_t delay)
{
	int64_t now = pq_clock_monotonic(queue->clock);
	if (delay > 0 && pq_heap_add(&queue->delayed, &item->node, now + delay))
		item->state = DELAYED;
	else
		make_ready(queue, item); /* sooner than wanted, but not forgotten */
}

void pq_queue_finish(struct pq_queue *queue, struct pq_string key, struct pq_outcome outcome)
{
	struct pq_queue_item *item = pq_map_find(&queue->items, key);
	if (item == NULL || (item->state != RUNNING && item->state != RUNNING_DIRTY))
		return;
	bool dirty = item->state == RUNNING_DIRTY;
	item->failures = outcome.kind == PQ_OUTCOME_RETRY ? item->failures + 1 : 0;
	item->state = IDLE;
	if (dirty)
		make_ready(queue, item);
	else if (outcome.kind == PQ_OUTCOME_RETRY)
		make_delayed(queue, item, backoff(item->failures));
	else if (outcome.kind == PQ_OUTCOME_AFTER)
		make_delayed(queue, item, outcome.after);
	else
		free(pq_map_take(&queue->items, item_key(item)));
}

int64_t pq_queue_next(const struct pq_queue *queue)
{
	if (queue->first != NULL)
		return INT64_MIN;
	struct pq_heap_node *node = pq_heap_first(&queue->delayed);
	return node == NULL ? INT64_MAX : node->key;
}
