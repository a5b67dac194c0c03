#include "regex/known.h"

#include "base/hash.h"

#include <pthread.h>
#include <stdlib.h>

struct known {
	uint64_t pattern; /* 0: none */
	uint8_t length;
	char text[PQ_KNOWN_TEXT_MAX];
};

static _Thread_local struct known *thread_table;

/* Frees a thread's table when it ends. */
static pthread_key_t table_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool has_key;

static void make_key(void)
{
	has_key = pthread_key_create(&table_key, free) == 0;
}

static struct known *make_table(void)
{
	pthread_once(&once, make_key);
	struct known *table = has_key ? calloc(PQ_KNOWN_TEXTS, sizeof *table) : NULL;
	if (table == NULL || pthread_setspecific(table_key, table) == 0)
		return table;
	free(table);
	return NULL;
}

static struct known *place_of(uint64_t pattern, struct pq_string text)
{
	return &thread_table[(pq_hash(text) + pattern) % PQ_KNOWN_TEXTS];
}

bool pq_known_matches(uint64_t pattern, struct pq_string text)
{
	if (thread_table == NULL || text.length > PQ_KNOWN_TEXT_MAX)
		return false;
	const struct known *known = place_of(pattern, text);
	return known->pattern == pattern && known->length == text.length &&
	       pq_bytes_equal(known->text, text.data, text.length);
}

void pq_known_add(uint64_t pattern, struct pq_string text)
{
	if (text.length > PQ_KNOWN_TEXT_MAX)
		return;
	if (thread_table == NULL && (thread_table = make_table()) == NULL)
		return;
	struct known *known = place_of(pattern, text);
	known->pattern = pattern;
	known->length = (uint8_t)text.length;
	if (text.length > 0)
		memcpy(known->text, text.data, text.length);
}
