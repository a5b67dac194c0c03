/*
 * Texts that a thread knows to match a pattern.
 *
 * What objects hold repeats, within one and from one review to the next: kinds, groups, names. To
 * see that a text is one that has matched takes a tenth of another match. Short texts only, each in
 * the place where its hash points, until another takes it; a thread has 32 KiB of them from the
 * first on, given back when it ends. Every function is about the calling thread's.
 */
#ifndef PQ_REGEX_KNOWN_H
#define PQ_REGEX_KNOWN_H

#include "base/string_view.h"

enum {
	PQ_KNOWN_TEXTS = 512,
	PQ_KNOWN_TEXT_MAX = 55, /* bytes */
};

/* pattern: a number that no other pattern of the process has or will have, and not 0. */
bool pq_known_matches(uint64_t pattern, struct pq_string text);

/* From now on it is known; not if the text is too long, or without memory. */
void pq_known_add(uint64_t pattern, struct pq_string text);

#endif
