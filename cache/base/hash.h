/* SPDX-License-Identifier: MIT */
/* hash.h — a keyed hash: SipHash-1-3 with a key drawn at start.
 *
 * Nobody outside can aim at one bucket of a table, since nobody outside knows the key. */
#ifndef XYLEM_BASE_HASH_H
#define XYLEM_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

struct hash_key {
	uint64_t k0, k1;
};

void     hash_key_draw(struct hash_key *key);
uint64_t hash_octets(const struct hash_key *key, const void *octets, size_t length);

#endif
