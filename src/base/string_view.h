/*
 * String view: bytes with a length, never owned, not necessarily ended by a NUL, may hold NULs.
 *
 * Whoever hands one out says how long the bytes live. A view of length 0 may have data NULL.
 */
#ifndef PQ_BASE_STRING_VIEW_H
#define PQ_BASE_STRING_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct pq_string {
	const char *data;
	size_t length;
};

/* A view of a string literal; usable in static tables. */
#define PQ_LITERAL(text)                                                                           \
	{                                                                                          \
		.data = (text), .length = sizeof(text) - 1                                         \
	}
#define PQ_S(text) ((struct pq_string)PQ_LITERAL(text))

/* For printf: printf("%.*s", PQ_STRING_ARGUMENT(view)). */
#define PQ_STRING_ARGUMENT(view) (int)(view).length, (view).data == NULL ? "" : (view).data

static inline struct pq_string pq_string_from(const char *text)
{
	return (struct pq_string){ .data = text, .length = text == NULL ? 0 : strlen(text) };
}

/* memcmp for equality; names are too short for a call to pay, and memcmp would make gcc warn where
 * it knows one of the lengths, as it would of the loop that is not taken. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Warray-bounds"
static inline bool pq_bytes_equal(const char *a, const char *b, size_t length)
{
	uint64_t left, right;
	uint32_t starts[2], ends[2];
	if (length < sizeof starts[0]) {
		for (size_t i = 0; i < length; i++) {
			if (a[i] != b[i])
				return false;
		}
		return true;
	}
	if (length < sizeof left) {
		memcpy(&starts[0], a, sizeof starts[0]);
		memcpy(&starts[1], b, sizeof starts[1]);
		memcpy(&ends[0], a + length - sizeof ends[0], sizeof ends[0]);
		memcpy(&ends[1], b + length - sizeof ends[1], sizeof ends[1]);
		return starts[0] == starts[1] && ends[0] == ends[1];
	}
	for (size_t i = 0; i + sizeof left < length; i += sizeof left) {
		memcpy(&left, a + i, sizeof left);
		memcpy(&right, b + i, sizeof right);
		if (left != right)
			return false;
	}
	memcpy(&left, a + length - sizeof left, sizeof left);
	memcpy(&right, b + length - sizeof right, sizeof right);
	return left == right;
}
#pragma GCC diagnostic pop

static inline bool pq_string_equal(struct pq_string a, struct pq_string b)
{
	return a.length == b.length && pq_bytes_equal(a.data, b.data, a.length);
}

static inline bool pq_string_is(struct pq_string a, const char *text)
{
	return pq_string_equal(a, pq_string_from(text));
}

/* Orders by bytes, as Go does: negative, 0 or positive. */
int pq_string_compare(struct pq_string a, struct pq_string b);

bool pq_string_starts_with(struct pq_string text, struct pq_string prefix);
bool pq_string_ends_with(struct pq_string text, struct pq_string suffix);

/* The part of text from offset, at most length bytes of it; clipped to what is there. */
struct pq_string pq_string_slice(struct pq_string text, size_t offset, size_t length);

/* Index of the first byte, or -1. */
ptrdiff_t pq_string_find_byte(struct pq_string text, char byte);

/* Splits off what stands before the first separator and moves *rest behind it. False, with
 * *part untouched, when *rest has been used up (its data is NULL then). A text without separator
 * gives one part; an empty text gives one empty part. */
bool pq_string_split(struct pq_string *rest, char separator, struct pq_string *part);

/* Without ASCII white space at both ends. */
struct pq_string pq_string_trim(struct pq_string text);

#endif
