#include "base/hash.h"

#include <sys/random.h>

/* Multiply-and-fold over 16 bytes at a time, in the manner of wyhash (public domain). */

static uint64_t seed[2] = { 0x9e3779b97f4a7c15u, 0xd1b54a32d192ed03u };

__attribute__((constructor)) static void choose_seed(void)
{
	uint64_t random[2];
	if (getrandom(random, sizeof random, 0) == (ssize_t)sizeof random) {
		seed[0] ^= random[0];
		seed[1] ^= random[1];
	}
}

static inline uint64_t fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t load8(const char *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof word);
	return word;
}

static inline uint64_t load4(const char *at)
{
	uint32_t word;
	memcpy(&word, at, sizeof word);
	return word;
}

/* All of a text of up to 8 bytes; the halves may overlap. */
static inline uint64_t load_short(const char *at, size_t length)
{
	if (length >= 4)
		return load4(at) << 32 | load4(at + length - 4);
	if (length == 0)
		return 0;
	const unsigned char *bytes = (const unsigned char *)at;
	return (uint64_t)bytes[0] << 16 | (uint64_t)bytes[length / 2] << 8 | bytes[length - 1];
}

uint32_t pq_hash(struct pq_string text)
{
	const char *at = text.data;
	size_t left = text.length;
	uint64_t state = seed[0] ^ text.length;
	for (; left > 16; at += 16, left -= 16)
		state = fold(load8(at) ^ seed[1], load8(at + 8) ^ state);
	uint64_t first, second = seed[1];
	if (left > 8) {
		first = load8(at);
		second ^= load8(at + left - 8);
	} else {
		first = load_short(at, left);
	}
	state = fold(first ^ state, second);
	state = fold(state, seed[0] | 1);
	return (uint32_t)(state ^ (state >> 32));
}
