/* SPDX-License-Identifier: MIT */
/* cache.c — the cache's life, and the door of its answers: what may enter, and how it is found. */
#include "cache/cache.h"

#include <stdlib.h>

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

enum result cache_new(const struct cache_settings *settings, struct cache **into)
{
	struct cache *cache = calloc(1, sizeof(*cache));

	if (cache == NULL)
		return NO_MEMORY;
	cache->limit = settings->memory;
	cache->max_ttl = settings->max_ttl;
	cache->max_negative_ttl = settings->max_negative_ttl;
	hash_key_draw(&cache->key);
	if (init_tables(cache, settings->memory) != OK) {
		cache_free(cache);
		return NO_MEMORY;
	}
	*into = cache;
	return OK;
}

void cache_free(struct cache *cache)
{
	if (cache == NULL)
		return;
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

/* How long an answer of this kind may be kept at most, in s. */
static uint32_t longest_life(const struct cache *cache, const struct answer *answer)
{
	if (answer_is_failure(answer))
		return MAX_FAILURE_TTL;
	if (answer_security(answer) == SECURITY_BOGUS)
		return MAX_BOGUS_TTL;
	if (!answer_is_denial(answer))
		return cache->max_ttl;
	/* RFC 2308 §5: a denial without a SOA should not be kept. Kept for a moment, it stops a client that repeats
	 * its question at once from being passed on each time. */
	if (answer_records(answer, SECTION_AUTHORITY) == 0)
		return MIN_FAILURE_TTL;
	return cache->max_negative_ttl;
}

struct newcomer {
	uint32_t now;
	uint32_t hits;                  /* out: of the one whose place it takes */
};

static bool answer_yields(const struct entry *old, struct entry *fresh, void *subject)
{
	struct newcomer *newcomer = subject;
	const struct answer *known = answer_in(old), *answer = answer_in(fresh);

	newcomer->hits = entry_hits(old);
	entry_set_hits(fresh, newcomer->hits);
	if (answer_ttl_left(known, newcomer->now) == 0)
		return true;
	if (answer_is_failure(known))
		return true;
	if (answer_is_failure(answer))
		return false;
	return security_may_replace(answer_security(answer), answer_security(known));
}

void cache_put_answer(struct cache *cache, const struct answer *answer, uint32_t now)
{
	struct newcomer newcomer = { .now = now };
	struct table_rule rule = { answer_yields, &newcomer };
	struct question question;
	struct table_key key;
	struct entry *entry;

	if (answer_ttl_left(answer, now) == 0)
		return;
	answer_question(answer, &question);
	key = answer_key(cache_hash_name(cache, &question.name), &question);
	entry = entry_of(bytes_of(answer, answer_size(answer)));
	if (entry == NULL)
		return;
	answer_adopt((void *)entry->octets, answer_stored_at(answer), longest_life(cache, answer));
	table_put(&cache->answers, &key, entry, &rule);
}
