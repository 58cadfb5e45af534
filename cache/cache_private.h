/* SPDX-License-Identifier: MIT */
/* cache_private.h — what the cache's own files share: the struct and the keys of the four tables. */
#ifndef XYLEM_CACHE_CACHE_PRIVATE_H
#define XYLEM_CACHE_CACHE_PRIVATE_H

#include "cache/cache.h"
#include "cache/table.h"

struct disk;

struct cache {
	struct hash_key       key;
	struct table          answers, cuts, servers, denials;
	size_t                limit;
	size_t                queue_limit;      /* of the octets that wait for the disk */
	uint32_t              max_ttl, max_negative_ttl;
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
struct table_key denial_key(const struct cache *cache, const struct name *zone);

static inline const struct answer *answer_in(const struct entry *entry)
{
	return (const void *)entry->octets;
}

static inline const struct known_server *server_in(const struct entry *entry)
{
	return (const void *)entry->octets;
}

static inline struct bytes entry_bytes(const struct entry *entry)
{
	return bytes_of(entry->octets, entry->length);
}

/* A new entry with a copy of the octets; NULL: no memory. */
MUST_USE struct entry *entry_of(struct bytes octets);

/* May what has the security `fresh` take the place of what is live with `old`? */
bool security_may_replace(enum security fresh, enum security old);

#endif
