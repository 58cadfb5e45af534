/* SPDX-License-Identifier: MIT */
/* table.c — shards: their locks, queues, budgets, and those that wait for readers to leave. */
#include "cache/table.h"

#include <pthread.h>
#include <stdlib.h>

#include "cache/base/must.h"
#include "cache/evict.h"

enum {
	SHARD_OCTETS = 256 * 1024,      /* not less in a shard, if there are several */
	BUCKET_OCTETS = 160,            /* an ordinary entry with its bucket: one bucket for each */
	WAITING_SHARE = 16,             /* one part in so many is for what awaits its readers */
	BATCH_SHARE = 4,                /* so many batches fit into that … */
	BATCH_OCTETS = 64 * 1024,       /* … but none need be larger */
};

struct shard {
	alignas(64) pthread_mutex_t lock;
	struct sieve  sieve;
	struct list  *waiting;          /* unlinked, and not yet handed to RCU: by order.next */
	size_t        waiting_octets;
	size_t        limit;            /* of live + dying */
	size_t        live;             /* octets of what can be found */
	size_t        dying;            /* … of what can't, but may yet be read; atomic */
	size_t        batch;            /* octets that are worth a call of RCU */
	uint64_t      entries, evictions;
};

/* What was unlinked together and is freed together: so that RCU's thread is woken once per
 * batch, not per put. */
struct batch {
	struct rcu_head head;
	struct shard   *shard;
	struct list    *first;
	size_t          octets;
};

static unsigned shard_bits_for(size_t limit)
{
	unsigned bits = 0;

	while ((1u << (bits + 1)) <= TABLE_MAX_SHARDS && limit >> (bits + 1) >= SHARD_OCTETS)
		bits++;
	return bits;
}

static enum result init_shards(struct table *table, size_t limit)
{
	unsigned count = 1u << table->shard_bits;

	table->shards = aligned_alloc(64, count * sizeof(struct shard));
	if (table->shards == NULL)
		return NO_MEMORY;
	for (unsigned i = 0; i < count; i++) {
		struct shard *shard = &table->shards[i];

		*shard = (struct shard){ .limit = limit / count };
		shard->batch = shard->limit / WAITING_SHARE / BATCH_SHARE;
		if (shard->batch > BATCH_OCTETS)
			shard->batch = BATCH_OCTETS;
		sieve_init(&shard->sieve);
		pthread_mutex_init(&shard->lock, NULL);
	}
	return OK;
}

enum result table_init(struct table *table, size_t limit)
{
	size_t per_shard;

	*table = (struct table){ .shard_bits = shard_bits_for(limit) };
	per_shard = (limit >> table->shard_bits) / BUCKET_OCTETS + 1;
	table->buckets_per_shard = per_shard > UINT32_MAX ? UINT32_MAX : (uint32_t)per_shard;
	table->bucket_count = (size_t)table->buckets_per_shard << table->shard_bits;
	table->fixed = table->bucket_count * sizeof(struct entry *) +
		       COUNTER_SLOTS * sizeof(struct table_counter) +
		       ((size_t)sizeof(struct shard) << table->shard_bits);
	table->buckets = calloc(table->bucket_count, sizeof(struct entry *));
	table->counters = aligned_alloc(64, COUNTER_SLOTS * sizeof(struct table_counter));
	if (table->buckets == NULL || table->counters == NULL ||
	    init_shards(table, limit > table->fixed ? limit - table->fixed : 0) != OK) {
		table_clear(table);
		return NO_MEMORY;
	}
	memset(table->counters, 0, COUNTER_SLOTS * sizeof(struct table_counter));
	return OK;
}

static struct entry *entry_at(struct list *place)
{
	return container_of(place, struct entry, order);
}

static void free_waiting(struct list *place)
{
	while (place != NULL) {
		struct list *next = place->next;

		entry_free(entry_at(place));
		place = next;
	}
}

void table_clear(struct table *table)
{
	if (table->shards != NULL) {
		rcu_drain();                    /* batches point to their shards */
		for (unsigned i = 0; i < 1u << table->shard_bits; i++) {
			struct shard *shard = &table->shards[i];

			list_for_each(place, &shard->sieve.queue)
				entry_free(entry_at(place));
			free_waiting(shard->waiting);
			pthread_mutex_destroy(&shard->lock);
		}
	}
	free(table->shards);
	free(table->counters);
	free(table->buckets);
	*table = (struct table){ 0 };
}

static void free_batch(struct rcu_head *head)
{
	struct batch *batch = container_of(head, struct batch, head);

	RCU_READERS_HAVE_LEFT();
	free_waiting(batch->first);
	__atomic_fetch_sub(&batch->shard->dying, batch->octets + sizeof(*batch), __ATOMIC_RELAXED);
	free(batch);
}

static bool has_room_for(const struct shard *shard, size_t octets)
{
	return shard->live + __atomic_load_n(&shard->dying, __ATOMIC_RELAXED) + octets <=
	       shard->limit;
}

/* Gives what waits to RCU. Without memory for the batch, or room for it in the budget (then earlier
 * batches are with RCU, and will make some), it waits on; it is counted, and tried again. */
static void retire_waiting(struct shard *shard)
{
	struct batch *batch;

	if (shard->waiting == NULL || !has_room_for(shard, sizeof(*batch)))
		return;
	batch = malloc(sizeof(*batch));
	if (batch == NULL)
		return;
	*batch = (struct batch){
		.shard = shard, .first = shard->waiting, .octets = shard->waiting_octets,
	};
	__atomic_fetch_add(&shard->dying, sizeof(*batch), __ATOMIC_RELAXED);
	shard->waiting = NULL;
	shard->waiting_octets = 0;
	rcu_retire(&batch->head, free_batch);
}

/* An entry that no new reader can find any more. Its `next` must stay as it is for those who
 * are standing on it, so it waits by the links of the queue that it has just left. */
static void let_die(struct shard *shard, struct entry *entry)
{
	size_t cost = entry_cost(entry);

	sieve_remove(&shard->sieve, entry);
	shard->entries--;
	shard->live -= cost;
	__atomic_fetch_add(&shard->dying, cost, __ATOMIC_RELAXED);
	entry->order.next = shard->waiting;
	shard->waiting = &entry->order;
	shard->waiting_octets += cost;
	if (shard->waiting_octets >= shard->batch)
		retire_waiting(shard);
}

/* The link that points to the entry: its bucket, or the `next` of another in it. */
static struct entry **link_to(struct entry **bucket, const struct entry *entry)
{
	struct entry **link = bucket;

	while (*link != entry) {
		must(*link != NULL);
		link = &(*link)->next;
	}
	return link;
}

static struct entry **bucket_of(struct table *table, const struct shard *shard,
				const struct entry *entry)
{
	uint64_t number = (uint64_t)(shard - table->shards);

	return table_bucket(table, number << (64 - table->shard_bits) % 64 | entry->hash);
}

static void unlink_entry(struct table *table, struct shard *shard, struct entry *entry)
{
	struct entry **link = link_to(bucket_of(table, shard, entry), entry);

	rcu_publish(link, entry->next);
	let_die(shard, entry);
}

static bool make_room(struct table *table, struct shard *shard, size_t cost)
{
	size_t may_live = shard->limit - shard->limit / WAITING_SHARE;

	if (cost > may_live / 4)
		return false;                   /* one entry never pushes out all others */
	while (shard->live + cost > may_live) {
		struct entry *victim = sieve_choose(&shard->sieve);

		must(victim != NULL);
		unlink_entry(table, shard, victim);
		shard->evictions++;
	}
	if (has_room_for(shard, cost))
		return true;
	retire_waiting(shard);
	return false;
}

static bool replaces(const struct entry *old, struct entry *fresh, const struct table_rule *rule)
{
	return old == NULL || rule == NULL || rule->yields(old, fresh, rule->subject);
}

bool table_put(struct table *table, const struct table_key *key, struct entry *entry,
	       const struct table_rule *rule)
{
	struct shard *shard = &table->shards[table_shard_of(table, key->hash)];
	struct entry **bucket = table_bucket(table, key->hash);
	size_t cost = entry_cost(entry);
	struct entry *old;
	bool is_put;

	entry->hash = (uint32_t)key->hash;
	pthread_mutex_lock(&shard->lock);
	is_put = replaces(table_find(table, key), entry, rule) && make_room(table, shard, cost);
	if (is_put) {
		/* Readers find the old one, or the fresh one before it, never neither. */
		old = table_find(table, key);
		entry->next = *bucket;
		rcu_publish(bucket, entry);
		sieve_add(&shard->sieve, entry);
		shard->entries++;
		shard->live += cost;
		if (old != NULL)
			unlink_entry(table, shard, old);
	}
	pthread_mutex_unlock(&shard->lock);
	if (!is_put)
		entry_free(entry);
	return is_put;
}

unsigned table_remove(struct table *table, const struct table_key *key)
{
	struct shard *shard = &table->shards[table_shard_of(table, key->hash)];
	struct entry *entry;

	pthread_mutex_lock(&shard->lock);
	entry = table_find(table, key);
	if (entry != NULL)
		unlink_entry(table, shard, entry);
	pthread_mutex_unlock(&shard->lock);
	return entry != NULL;
}

uint64_t table_remove_each(struct table *table, bool (*is_unwanted)(const struct entry *, void *),
			   void *subject)
{
	uint64_t removed = 0;

	for (unsigned i = 0; i < 1u << table->shard_bits; i++) {
		struct shard *shard = &table->shards[i];

		pthread_mutex_lock(&shard->lock);
		list_for_each(place, &shard->sieve.queue) {
			if (!is_unwanted(entry_at(place), subject))
				continue;
			unlink_entry(table, shard, entry_at(place));
			removed++;
		}
		retire_waiting(shard);
		pthread_mutex_unlock(&shard->lock);
	}
	return removed;
}

void table_each(struct table *table, void (*each)(const struct entry *, void *), void *subject)
{
	for (unsigned i = 0; i < 1u << table->shard_bits; i++) {
		struct shard *shard = &table->shards[i];

		pthread_mutex_lock(&shard->lock);
		list_for_each(place, &shard->sieve.queue)
			each(entry_at(place), subject);
		pthread_mutex_unlock(&shard->lock);
	}
}

bool table_is_filled(const struct table *table, unsigned percent)
{
	size_t live = 0, limit = 0;

	for (unsigned i = 0; i < 1u << table->shard_bits; i++) {
		struct shard *shard = &table->shards[i];

		pthread_mutex_lock(&shard->lock);
		live += shard->live;
		limit += shard->limit - shard->limit / WAITING_SHARE;
		pthread_mutex_unlock(&shard->lock);
	}
	return live >= limit / 100 * percent;
}

void table_get_figures(const struct table *table, struct table_figures *into)
{
	*into = (struct table_figures){ .octets = table->fixed };
	for (unsigned i = 0; i < 1u << table->shard_bits; i++) {
		struct shard *shard = &table->shards[i];

		pthread_mutex_lock(&shard->lock);
		into->entries += shard->entries;
		into->octets += shard->live + __atomic_load_n(&shard->dying, __ATOMIC_RELAXED);
		into->evictions += shard->evictions;
		pthread_mutex_unlock(&shard->lock);
	}
	for (unsigned i = 0; i < COUNTER_SLOTS; i++) {
		into->hits += __atomic_load_n(&table->counters[i].hits, __ATOMIC_RELAXED);
		into->misses += __atomic_load_n(&table->counters[i].misses, __ATOMIC_RELAXED);
	}
}

struct table_counter *table_counter(const struct table *table)
{
	static _Thread_local unsigned slot = COUNTER_SLOTS;
	static unsigned threads;

	if (slot == COUNTER_SLOTS)
		slot = __atomic_fetch_add(&threads, 1, __ATOMIC_RELAXED) % COUNTER_SLOTS;
	return &table->counters[slot];
}
