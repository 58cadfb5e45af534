/* SPDX-License-Identifier: MIT */
/* cache_private.h — what the cache's own files share: the struct and the keys of the four
 * tables. */
#ifndef XYLEM_CACHE_CACHE_PRIVATE_H
#define XYLEM_CACHE_CACHE_PRIVATE_H

#include "cache/cache.h"
#include "cache/table.h"

#include "cache/disk.h"

struct cache {
	struct hash_key       key;
	struct table          answers, cuts, servers, denials;
	size_t                limit;
	uint32_t              max_ttl, max_negative_ttl;
	uint64_t              fingerprint;      /* atomic */
	struct disk          *disk;             /* NULL: memory only */
};

/* What the server store keeps. */
struct known_server {
	struct address address;
	struct server  server;
};

struct table_key answer_key(uint64_t name_hash, const struct question *question);
struct table_key cut_key(const struct cache *cache, const struct name *zone);
struct table_key server_key(const struct cache *cache, const struct address *address);
struct table_key denial_key(const struct cache *cache, const struct denials_of *of);

static inline const struct answer *answer_in(const struct entry *entry)
{
	return (const void *)entry->octets;
}

/* How much of it the store keeps: its cookie's unused room is left out. */
static inline size_t known_server_length(const struct known_server *known)
{
	return offsetof(struct known_server, server.cookie.octets) + known->server.cookie.length;
}

static inline const struct address *server_address_in(const struct entry *entry)
{
	return &((const struct known_server *)(const void *)entry->octets)->address;
}

static inline struct known_server server_in(const struct entry *entry)
{
	struct known_server known = { 0 };

	memcpy(&known, entry->octets, entry->length);
	return known;
}

static inline struct bytes entry_bytes(const struct entry *entry)
{
	return bytes_of(entry->octets, entry->length);
}

/* A new entry with a copy of the octets; NULL: no memory. */
MUST_USE struct entry *entry_of(struct bytes octets);

/* A copy of this entry went to the disk tier: said inside the read section in which it was put. */
static inline void entry_set_queued(struct entry *entry)
{
	__atomic_store_n(&entry->is_queued, 1, __ATOMIC_RELAXED);
}

static inline bool entry_is_queued(const struct entry *entry)
{
	return __atomic_load_n(&entry->is_queued, __ATOMIC_RELAXED) != 0;
}

/* What the disk has goes through the same doors, but never takes the place of what is live,
 * and doesn't go back to the disk. Octets are believed no more than a packet's. */
void cache_load_answer(struct cache *cache, struct bytes octets, uint32_t stored_at, uint32_t hits);
void cache_load_cut(struct cache *cache, struct bytes packed, uint32_t stored_at);
void cache_load_server(struct cache *cache, const struct known_server *known);

/* At the end: what isn't on the disk yet goes there. */
void cache_save_answers(struct cache *cache);
void cache_save_servers(struct cache *cache);

/* May what has the security `fresh` take the place of what is live with `old`? */
bool security_may_replace(enum security fresh, enum security old);

#endif
