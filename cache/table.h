/* SPDX-License-Identifier: MIT */
/* table.h — the one hash table that all four stores sit in: read without locks, kept to a
 * budget.
 *
 * Writers lock one shard. The number of buckets is fixed by the budget, as many as it can hold
 * ordinary entries: so there is no resizing, and pages of buckets that were never used cost
 * nothing. The hash comes from outside and is keyed: nobody can aim at one bucket. Its upper
 * bits choose the shard, its lower 32 the bucket in it.
 *
 * The budget: an entry costs what the allocator took for it, and goes on costing it until its
 * readers have left. If what waits for that fills the room set aside for it (a sixteenth), a
 * put is refused rather than the budget broken. */
#ifndef XYLEM_CACHE_TABLE_H
#define XYLEM_CACHE_TABLE_H

#include <stdalign.h>

#include "cache/base/rcu.h"
#include "cache/entry.h"

struct shard;

enum { TABLE_MAX_SHARDS = 64, COUNTER_SLOTS = 64 };

/* Hits and misses, counted by each thread for itself; more threads than slots share some and
 * may lose counts. */
struct table_counter {
	alignas(64) uint64_t hits;
	uint64_t misses;
};

struct table {
	struct entry        **buckets;
	size_t                bucket_count;
	uint32_t              buckets_per_shard;
	unsigned              shard_bits;
	struct shard         *shards;
	struct table_counter *counters;
	size_t                fixed;    /* octets that it costs when empty */
};

struct table_figures {
	uint64_t entries, octets, hits, misses, evictions;
};

/* The last two arguments of the functions below say which entry is meant: a matcher of the
 * store, and its key. */
struct table_key {
	uint64_t    hash;
	bool      (*matches)(const struct entry *entry, const void *sought);
	const void *sought;
};

/* Whether an entry may take the place of an old one. It may still change the fresh one. */
struct table_rule {
	bool (*yields)(const struct entry *old, struct entry *fresh, void *subject);
	void  *subject;
};

MUST_USE enum result table_init(struct table *table, size_t limit);

/* No reader and no writer may be left. */
void table_clear(struct table *table);

/* Takes the entry. False, and the entry is freed: the old one didn't yield, or there is no room. */
bool table_put(struct table *table, const struct table_key *key, struct entry *entry,
	       const struct table_rule *rule);

/* How many it removed: 1 or 0. */
unsigned table_remove(struct table *table, const struct table_key *key);

/* Removes each entry of which `is_unwanted` says true; gives how many. */
uint64_t table_remove_each(struct table *table, bool (*is_unwanted)(const struct entry *, void *),
			   void *subject);

/* Shows each entry under its shard's lock: for the end of a cache's life, not for its working
 * days. */
void table_each(struct table *table, void (*each)(const struct entry *, void *), void *subject);

/* Do the entries fill so many hundredths of what they may? For those who load. */
bool table_is_filled(const struct table *table, unsigned percent);

void table_get_figures(const struct table *table, struct table_figures *into);

/* The calling thread's counter. */
struct table_counter *table_counter(const struct table *table);

static inline void table_count(uint64_t *counter)
{
	__atomic_store_n(counter, __atomic_load_n(counter, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
}

static inline unsigned table_shard_of(const struct table *table, uint64_t hash)
{
	return (unsigned)(hash >> 32 >> (32 - table->shard_bits));
}

static inline struct entry **table_bucket(const struct table *table, uint64_t hash)
{
	size_t in_shard = (size_t)((uint64_t)(uint32_t)hash * table->buckets_per_shard >> 32);

	return &table->buckets[(size_t)table_shard_of(table, hash) * table->buckets_per_shard +
			       in_shard];
}

/* NULL if it isn't there. Only inside a read section, and the entry is dead after it. In the
 * header so that the matcher is called directly. */
static inline struct entry *table_find(const struct table *table, const struct table_key *key)
{
	struct entry *entry = rcu_load(table_bucket(table, key->hash));

	while (entry != NULL) {
		if (entry->hash == (uint32_t)key->hash && key->matches(entry, key->sought))
			return entry;
		entry = rcu_load(&entry->next);
	}
	return NULL;
}

#endif
