/* SPDX-License-Identifier: MIT */
/* hash.c — SipHash-1-3 (Aumasson and Bernstein, 2012: one round per word, three at the end). */
#include "cache/base/hash.h"

#include <endian.h>
#include <string.h>

#include "cache/base/random.h"

void hash_key_draw(struct hash_key *key)
{
	random_fill(key, sizeof(*key));
}

struct sip {
	uint64_t v0, v1, v2, v3;
};

static inline uint64_t rotate(uint64_t word, int bits)
{
	return word << bits | word >> (64 - bits);
}

static inline void sip_round(struct sip *s)
{
	s->v0 += s->v1;
	s->v1 = rotate(s->v1, 13) ^ s->v0;
	s->v0 = rotate(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = rotate(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = rotate(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = rotate(s->v1, 17) ^ s->v2;
	s->v2 = rotate(s->v2, 32);
}

static inline uint64_t load_little_endian(const uint8_t *at, size_t length)
{
	uint64_t word = 0;

	memcpy(&word, at, length);
	return le64toh(word);
}

static inline void absorb(struct sip *s, uint64_t word)
{
	s->v3 ^= word;
	sip_round(s);
	s->v0 ^= word;
}

uint64_t hash_octets(const struct hash_key *key, const void *octets, size_t length)
{
	const uint8_t *at = octets;
	size_t whole = length & ~(size_t)7;
	struct sip s = {
		key->k0 ^ 0x736f6d6570736575, key->k1 ^ 0x646f72616e646f6d,
		key->k0 ^ 0x6c7967656e657261, key->k1 ^ 0x7465646279746573,
	};

	for (size_t i = 0; i < whole; i += 8)
		absorb(&s, load_little_endian(at + i, 8));
	absorb(&s, load_little_endian(at + whole, length - whole) | (uint64_t)length << 56);
	s.v2 ^= 0xff;
	sip_round(&s);
	sip_round(&s);
	sip_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
