/* SPDX-License-Identifier: MIT */
/* making.h — names, sets and answers for tests, from text. Whoever makes something wrong is
 * stopped. */
#ifndef XYLEM_TESTS_UNIT_CACHE_MAKING_H
#define XYLEM_TESTS_UNIT_CACHE_MAKING_H

#include "cache/cache.h"

struct name     name_of(const char *text);
struct question question_of(const char *name, uint16_t type);

/* A set of records whose data are given in presentation form, one per line; ldns reads them. */
struct rrset *set_of(struct arena *arena, const char *owner, const char *type, uint32_t ttl,
		     const char *lines);

/* Adds a signature of the right form, and no worth, over the set. */
void sign(struct arena *arena, struct rrset *set, const char *signer, uint32_t expires_at);

/* "name A address" as of `now`; from 192.0.2.53. */
struct answer *a_answer(struct arena *arena, const char *name, const char *address, uint32_t ttl,
			enum security security, uint32_t now);

/* A cache in memory of so many octets, with the usual bounds. */
struct cache *cache_of(size_t octets, const char *file, void (*log)(int, const char *));

#endif
