/* SPDX-License-Identifier: MIT */
/* cache.c — the cache's life, and the door of its answers: what may enter, and how it is found. */
#include "cache/cache.h"

#include <stdlib.h>

#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/rcu.h"
#include "cache/cache_private.h"

/* How the octets are shared out: a quarter for what a flood of names must not push out. */
enum {
	CUTS_SHARE = 8,                 /* one part in so many */
	SERVERS_SHARE = 16,
	DENIALS_SHARE = 16,
	QUEUE_SHARE = 32,               /* what waits for the disk … */
	QUEUE_OCTETS = 8 * 1024 * 1024, /* … and never more than that */
};

static enum result init_tables(struct cache *cache, size_t octets)
{
	size_t cuts = octets / CUTS_SHARE, servers = octets / SERVERS_SHARE;
	size_t denials = octets / DENIALS_SHARE;

	if (table_init(&cache->answers, octets - cuts - servers - denials) != OK)
		return NO_MEMORY;
	if (table_init(&cache->cuts, cuts) != OK)
		return NO_MEMORY;
	if (table_init(&cache->servers, servers) != OK)
		return NO_MEMORY;
	return table_init(&cache->denials, denials);
}

static enum result start_disk(struct cache *cache, const struct cache_settings *settings,
			      size_t queue)
{
	struct disk_settings disk = {
		.path = settings->file,
		.queue_octets = queue,
		.wal_octets = DISK_WAL_OCTETS,
		.batch_ms = DISK_BATCH_MS,
		.retry_ms = DISK_RETRY_MS,
		.log = settings->log,
		.cache = cache,
	};

	cache->disk = disk_start(&disk);
	return cache->disk == NULL ? NO_MEMORY : OK;
}

static size_t queue_share(const struct cache_settings *settings)
{
	size_t octets = settings->memory / QUEUE_SHARE;

	if (settings->file == NULL)
		return 0;
	return octets < QUEUE_OCTETS ? octets : QUEUE_OCTETS;
}

enum result cache_new(const struct cache_settings *settings, struct cache **into)
{
	struct cache *cache = calloc(1, sizeof(*cache));
	size_t queue = queue_share(settings);
	enum result result;

	if (cache == NULL)
		return NO_MEMORY;
	cache->limit = settings->memory;
	cache->max_ttl = settings->max_ttl;
	cache->max_negative_ttl = settings->max_negative_ttl;
	cache->fingerprint = settings->fingerprint;
	hash_key_draw(&cache->key);
	result = init_tables(cache, settings->memory - queue);
	if (result == OK && settings->file != NULL)
		result = start_disk(cache, settings, queue);
	if (result != OK) {
		cache_free(cache);
		return result;
	}
	*into = cache;
	return OK;
}

void cache_trust(struct cache *cache, uint64_t fingerprint)
{
	__atomic_store_n(&cache->fingerprint, fingerprint, __ATOMIC_RELEASE);
}

void cache_free(struct cache *cache)
{
	if (cache == NULL)
		return;
	if (cache->disk != NULL) {
		disk_end_threads(cache->disk);
		cache_save_answers(cache);
		cache_save_servers(cache);
		disk_stop(cache->disk);
	}
	table_clear(&cache->answers);
	table_clear(&cache->cuts);
	table_clear(&cache->servers);
	table_clear(&cache->denials);
	free(cache);
}

struct entry *entry_of(struct bytes octets)
{
	struct entry *entry = entry_new(octets.length);

	if (entry != NULL)
		memcpy(entry->octets, octets.at, octets.length);
	return entry;
}

bool security_may_replace(enum security fresh, enum security old)
{
	static const uint8_t rank[] = {
		[SECURITY_BOGUS] = 0,
		[SECURITY_UNCHECKED] = 1,
		[SECURITY_INDETERMINATE] = 2,
		[SECURITY_INSECURE] = 3,
		[SECURITY_SECURE] = 4,
	};

	return rank[fresh] >= rank[old];
}

/* --- answers --- */

const struct answer *cache_find_answer(struct cache *cache, const struct question *question,
				       uint64_t name_hash, uint32_t now)
{
	struct table_key key = answer_key(name_hash, question);
	struct entry *entry = table_find(&cache->answers, &key);
	struct table_counter *counter = table_counter(&cache->answers);

	if (entry == NULL || answer_ttl_left(answer_in(entry), now) == 0) {
		table_count(&counter->misses);
		return NULL;
	}
	table_count(&counter->hits);
	entry_count_hit(entry);
	return answer_in(entry);
}

struct answer *cache_copy_answer(struct cache *cache, const struct question *question, uint32_t now,
				 struct arena *arena)
{
	uint64_t name_hash = cache_hash_name(cache, &question->name);
	const struct answer *found;
	struct bytes copy = bytes_of(NULL, 0);

	rcu_read_begin();
	found = cache_find_answer(cache, question, name_hash, now);
	if (found != NULL)
		copy = arena_copy(arena, bytes_of(found, answer_size(found)));
	rcu_read_end();
	return (struct answer *)(uintptr_t)copy.at;
}

uint32_t cache_failed_for(struct cache *cache, const struct question *question, uint32_t now)
{
	struct table_key key = answer_key(cache_hash_name(cache, &question->name), question);
	const struct answer *known;
	const struct entry *entry;
	uint32_t lifetime = 0;

	rcu_read_begin();
	entry = table_find(&cache->answers, &key);
	known = entry == NULL ? NULL : answer_in(entry);
	if (known != NULL && answer_is_failure(known) &&
	    answer_age(known, now) <= answer_lifetime(known) + MAX_FAILURE_TTL)
		lifetime = answer_lifetime(known);
	rcu_read_end();
	return lifetime;
}

void cache_forget_failure(struct cache *cache, const struct question *question)
{
	struct table_key key = answer_key(cache_hash_name(cache, &question->name), question);
	const struct entry *entry;
	bool is_failure;

	rcu_read_begin();
	entry = table_find(&cache->answers, &key);
	is_failure = entry != NULL && answer_is_failure(answer_in(entry));
	rcu_read_end();
	/* If an answer has come between the two, it is learnt again. */
	if (is_failure)
		(void)table_remove(&cache->answers, &key);
}

/* How long an answer of this kind may be kept at most, in s. */
static uint32_t longest_life(const struct cache *cache, const struct answer *answer)
{
	if (answer_is_failure(answer))
		return MAX_FAILURE_TTL;
	if (answer_security(answer) == SECURITY_BOGUS)
		return MAX_BOGUS_TTL;
	if (!answer_is_denial(answer))
		return cache->max_ttl;
	/* RFC 2308 §5: a denial without a SOA should not be kept. Kept for a moment, it stops
	 * a client that repeats its question at once from being passed on each time. */
	if (answer_records(answer, SECTION_AUTHORITY) == 0)
		return MIN_FAILURE_TTL;
	return cache->max_negative_ttl;
}

struct newcomer {
	uint32_t now;
	bool     is_loaded;             /* from the disk: yields to whatever lives */
	uint32_t hits;                  /* of the one whose place it takes, or of the row */
};

static bool answer_yields(const struct entry *old, struct entry *fresh, void *subject)
{
	struct newcomer *newcomer = subject;
	const struct answer *known = answer_in(old), *answer = answer_in(fresh);

	if (entry_hits(old) > newcomer->hits)
		newcomer->hits = entry_hits(old);
	entry_set_hits(fresh, newcomer->hits);
	if (answer_ttl_left(known, newcomer->now) == 0)
		return true;
	if (newcomer->is_loaded)
		return false;
	if (answer_is_failure(known))
		return true;
	if (answer_is_failure(answer))
		return false;
	return security_may_replace(answer_security(answer), answer_security(known));
}

/* Puts an entry that is an answer; what is worth it goes on to the disk. */
static void put_entry(struct cache *cache, struct entry *entry, struct newcomer *newcomer)
{
	struct table_rule rule = { answer_yields, newcomer };
	struct answer *answer = (void *)entry->octets;
	struct question question;
	struct table_key key;

	answer_adopt(answer, answer_stored_at(answer), longest_life(cache, answer));
	if (answer_ttl_left(answer, newcomer->now) == 0) {
		entry_free(entry);
		return;
	}
	answer_question(answer, &question);
	key = answer_key(cache_hash_name(cache, &question.name), &question);
	entry->is_queued = newcomer->is_loaded;
	rcu_read_begin();                       /* so that the entry lives on, even if replaced */
	if (table_put(&cache->answers, &key, entry, &rule) && cache->disk != NULL &&
	    !newcomer->is_loaded && disk_put_answer(cache->disk, answer, newcomer->hits))
		entry_set_queued(entry);
	rcu_read_end();
}

void cache_put_answer(struct cache *cache, const struct answer *answer, uint32_t now)
{
	struct newcomer newcomer = { .now = now };
	struct entry *entry;

	if (answer_size(answer) > MAX_ANSWER_OCTETS)
		return;
	entry = entry_of(bytes_of(answer, answer_size(answer)));
	if (entry != NULL)
		put_entry(cache, entry, &newcomer);
}

void cache_load_answer(struct cache *cache, struct bytes octets, uint32_t stored_at, uint32_t hits)
{
	struct newcomer newcomer = { .now = clock_age_seconds(), .is_loaded = true, .hits = hits };
	const struct answer *answer = (const void *)octets.at;
	struct entry *entry;

	if (!answer_is_sound(octets))
		return;
	if (answer_is_failure(answer))
		return;
	if (answer_security(answer) == SECURITY_BOGUS)
		return;
	entry = entry_of(octets);
	if (entry == NULL)
		return;
	entry_set_hits(entry, hits);
	answer_adopt((void *)entry->octets, stored_at, cache->max_ttl);
	put_entry(cache, entry, &newcomer);
}

static void save_answer(const struct entry *entry, void *subject)
{
	struct cache *cache = subject;
	const struct answer *answer = answer_in(entry);
	struct question question;

	if (answer_ttl_left(answer, clock_age_seconds()) == 0)
		return;
	answer_question(answer, &question);
	disk_make_room(cache->disk);
	if (!entry_is_queued(entry))
		(void)disk_put_answer(cache->disk, answer, entry_hits(entry));
	else if (entry_hits(entry) != 0)
		(void)disk_put_hits(cache->disk, &question, entry_hits(entry));
}

void cache_save_answers(struct cache *cache)
{
	table_each(&cache->answers, save_answer, cache);
}
