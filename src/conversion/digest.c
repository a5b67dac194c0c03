#include "conversion/digest.h"

#include "base/character.h"
#include "base/hash.h"
#include "json/write.h"

#include <inttypes.h>
#include <stdio.h>

enum { ENTRIES_MIN = 64 };

struct digest_entry {
	const struct pq_value *value; /* NULL: a free place */
	uint64_t digest;
};

/* FNV-1a; whoever can choose collisions can write the annotation as well. */
bool digest_make(const struct pq_value *value, struct pq_conversion_work *work, uint64_t *digest)
{
	pq_cleanup_buffer struct pq_buffer text;
	uint64_t hash = 14695981039346656037u;
	pq_buffer_init(&text, 0);
	pq_json_write(&text, value, PQ_JSON_GO);
	if (pq_buffer_failed(&text))
		return false;
	for (size_t i = 0; i < text.length; i++)
		hash = (hash ^ (unsigned char)text.data[i]) * 1099511628211u;
	*digest = hash;
	return work_spend(work, COST_OF_DIGEST + text.length);
}

void digest_write(uint64_t digest, char text[DIGEST_TEXT_MAX])
{
	snprintf(text, DIGEST_TEXT_MAX, "%016" PRIx64, digest);
}

bool digest_read(struct pq_string text, uint64_t *digest)
{
	uint64_t sum = 0;
	if (text.length != DIGEST_TEXT_MAX - 1)
		return false;
	for (size_t i = 0; i < text.length; i++) {
		int digit = pq_hexadecimal_value((unsigned char)text.data[i]);
		if (digit < 0)
			return false;
		sum = sum * 16 + (uint64_t)digit;
	}
	*digest = sum;
	return true;
}

/* The place of a value, or the free one where it belongs; there is always a free one. */
static struct digest_entry *find_place(const struct digests *digests, const struct pq_value *value)
{
	const struct pq_string bytes = { .data = (const char *)&value, .length = sizeof value };
	size_t mask = digests->capacity - 1;
	size_t at = pq_hash(bytes) & mask;
	while (digests->entries[at].value != NULL && digests->entries[at].value != value)
		at = (at + 1) & mask;
	return &digests->entries[at];
}

static bool grow(struct digests *digests)
{
	struct digests bigger = *digests;
	bigger.capacity = digests->capacity == 0 ? ENTRIES_MIN : digests->capacity * 2;
	bigger.entries =
		pq_arena_alloc_array(digests->arena, bigger.capacity, sizeof *bigger.entries);
	if (bigger.entries == NULL)
		return false;
	for (size_t i = 0; i < digests->capacity; i++) {
		if (digests->entries[i].value != NULL)
			*find_place(&bigger, digests->entries[i].value) = digests->entries[i];
	}
	*digests = bigger;
	return true;
}

bool digests_get(struct digests *digests, const struct pq_value *value,
		 struct pq_conversion_work *work, uint64_t *digest)
{
	if (2 * (digests->count + 1) > digests->capacity && !grow(digests))
		return false;
	struct digest_entry *entry = find_place(digests, value);
	if (entry->value == NULL) {
		if (!digest_make(value, work, &entry->digest))
			return false;
		entry->value = value;
		digests->count++;
	}
	*digest = entry->digest;
	return true;
}
