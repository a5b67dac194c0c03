#include "base/hash.h"

#include <sys/random.h>

/* Multiply-and-fold over 8 bytes at a time, in the manner of wyhash (public domain). */

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

uint32_t pq_hash(struct pq_string text)
{
	const char *at = text.data;
	size_t left = text.length;
	uint64_t state = seed[0] ^ text.length;
	for (; left > 8; at += 8, left -= 8) {
		uint64_t word;
		memcpy(&word, at, 8);
		state = fold(state ^ word, seed[1] | 1);
	}
	uint64_t tail = 0;
	if (left > 0)
		memcpy(&tail, at, left);
	state = fold(state ^ tail, seed[1] | 1);
	state = fold(state, seed[0] | 1);
	return (uint32_t)(state ^ (state >> 32));
}
