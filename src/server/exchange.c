#include "server/exchange.h"

#include "json/read.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

/* A thread of a pool serves one server as long as it lives. */
static _Thread_local struct pq_worker *current_worker;

struct pq_worker *pq_workers_get(struct pq_workers *workers)
{
	if (current_worker != NULL)
		return current_worker;
	struct pq_worker *worker = calloc(1, sizeof *worker);
	if (worker == NULL)
		return NULL;
	worker->all = workers;
	pthread_mutex_lock(&workers->mutex);
	worker->next = workers->list;
	workers->list = worker;
	pthread_mutex_unlock(&workers->mutex);
	current_worker = worker;
	return worker;
}

static void free_exchange(struct pq_exchange *exchange)
{
	pq_arena_done(&exchange->arena);
	free(exchange);
}

void pq_workers_done(struct pq_workers *workers)
{
	for (struct pq_worker *worker = workers->list, *next; worker != NULL; worker = next) {
		next = worker->next;
		while (worker->spare != NULL) {
			struct pq_exchange *exchange = worker->spare;
			worker->spare = exchange->next;
			free_exchange(exchange);
		}
		pq_policy_reader_done(&worker->reader);
		free(worker->spare_ahead);
		free(worker);
	}
	workers->list = NULL;
	pthread_mutex_destroy(&workers->mutex);
}

/* One that was made under another limit is of no use any more. */
static struct pq_exchange *take_spare(struct pq_worker *worker)
{
	struct pq_exchange *exchange;
	while ((exchange = worker->spare) != NULL) {
		worker->spare = exchange->next;
		worker->spare_count--;
		if (exchange->arena_limit == worker->settings.arena_limit)
			return exchange;
		free_exchange(exchange);
	}
	return NULL;
}

static struct pq_exchange *make_exchange(struct pq_worker *worker)
{
	struct pq_exchange *exchange = calloc(1, sizeof *exchange);
	if (exchange == NULL)
		return NULL;
	exchange->arena_limit = worker->settings.arena_limit;
	pq_arena_init(&exchange->arena, exchange->arena_limit);
	exchange->worker = worker;
	return exchange;
}

struct pq_exchange *pq_exchange_take(struct pq_worker *worker)
{
	struct pq_exchange *exchange = take_spare(worker);
	if (exchange == NULL)
		exchange = make_exchange(worker);
	if (exchange == NULL)
		return NULL;
	exchange->body_limit = worker->settings.body_limit;
	exchange->admission = worker->settings.admission;
	exchange->log_allowed = worker->settings.log_allowed;
	exchange->answer_status = 0;
	exchange->is_review = false;
	exchange->refusal.http_status = 0;
	exchange->span = NULL;
	exchange->body = NULL;
	exchange->body_length = exchange->body_capacity = exchange->discarded = 0;
	exchange->held = 0;
	atomic_fetch_add_explicit(&worker->all->in_flight, 1, memory_order_acq_rel);
	return exchange;
}

static void hold_less(struct pq_exchange *exchange, size_t size)
{
	if (size == 0)
		return;
	atomic_fetch_sub_explicit(&exchange->worker->all->held, size, memory_order_relaxed);
	exchange->held -= size;
}

static bool hold_more(struct pq_exchange *exchange, size_t size)
{
	struct pq_worker *worker = exchange->worker;
	size_t others = atomic_fetch_add_explicit(&worker->all->held, size, memory_order_relaxed);
	size_t limit = worker->settings.bodies_limit;
	exchange->held += size;
	if (others + size <= (exchange->is_known ? limit : limit / 2))
		return true;
	hold_less(exchange, size);
	return false;
}

/* Most requests are small and count for nothing: those touch nothing that threads share. */
bool pq_exchange_hold(struct pq_exchange *exchange, size_t size)
{
	size_t counted = size > PQ_EXCHANGE_HELD_FREE ? size : 0;
	if (counted > exchange->held)
		return hold_more(exchange, counted - exchange->held);
	hold_less(exchange, exchange->held - counted);
	return true;
}

void pq_exchange_drop_body(struct pq_exchange *exchange)
{
	exchange->body = NULL;
	exchange->body_length = exchange->body_capacity = 0;
	pq_arena_reset(&exchange->arena, PQ_EXCHANGE_ARENA_KEEP);
	hold_less(exchange, exchange->held);
}

void pq_exchange_release(struct pq_exchange *exchange)
{
	struct pq_worker *worker = exchange->worker;
	hold_less(exchange, exchange->held);
	pq_span_fail(exchange->span); /* the connection broke: others end with their answer */
	pq_span_end(exchange->span);
	atomic_fetch_sub_explicit(&worker->all->in_flight, 1, memory_order_acq_rel);
	if (worker->spare_count == PQ_EXCHANGES_SPARE_MAX) {
		free_exchange(exchange);
		return;
	}
	pq_arena_reset(&exchange->arena, PQ_EXCHANGE_ARENA_KEEP);
	exchange->next = worker->spare;
	worker->spare = exchange;
	worker->spare_count++;
}

bool pq_exchange_reserve(struct pq_exchange *exchange, size_t size)
{
	exchange->body = pq_arena_alloc_bytes(&exchange->arena, size);
	exchange->body_capacity = exchange->body == NULL ? 0 : size;
	return exchange->body != NULL;
}

void pq_exchange_refuse(struct pq_exchange *exchange, int http_status, const char *reason,
			const char *format, ...)
{
	struct pq_refusal *refusal = &exchange->refusal;
	if (refusal->http_status != 0)
		return;
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(refusal->message, sizeof refusal->message, format, arguments);
	va_end(arguments);
	refusal->reason = reason;
	refusal->http_status = http_status;
}
