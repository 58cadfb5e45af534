/* SPDX-License-Identifier: MIT */
/* cache_outside.c — for those who look from outside: figures, answers shown, entries flushed. */
#include "cache/base/rcu.h"
#include "cache/cache_private.h"

static void copy_figures(const struct table *table, struct store_figures *into)
{
	struct table_figures figures;

	table_get_figures(table, &figures);
	*into = (struct store_figures){
		.entries = figures.entries, .octets = figures.octets, .hits = figures.hits,
		.misses = figures.misses, .evictions = figures.evictions,
	};
}

void cache_get_figures(struct cache *cache, struct cache_figures *into)
{
	*into = (struct cache_figures){ .limit = cache->limit };
	copy_figures(&cache->answers, &into->answers);
	copy_figures(&cache->cuts, &into->cuts);
	copy_figures(&cache->servers, &into->servers);
	copy_figures(&cache->denials, &into->denials);
	into->octets = cache->disk == NULL ? 0 : disk_get_figures(cache->disk, into);
	into->octets += into->answers.octets + into->cuts.octets + into->servers.octets +
		       into->denials.octets;
}

/* All types of one name lie in different buckets, lest an asker fill one bucket with 65,535
 * types. So each type is looked up: some milliseconds, however large the cache is. Read
 * sections are kept short all the same. */
enum { TYPES = 65536, TYPES_PER_SECTION = 1024 };

void cache_each_answer(struct cache *cache, const struct name *name, uint32_t now,
		       void (*each)(const struct answer *, void *), void *subject)
{
	uint64_t name_hash = cache_hash_name(cache, name);
	struct question question = { .name = *name, .class = CLASS_IN };

	for (unsigned type = 0; type < TYPES;) {
		rcu_read_begin();
		do {
			struct table_key key;
			struct entry *entry;

			question.type = (uint16_t)type;
			key = answer_key(name_hash, &question);
			entry = table_find(&cache->answers, &key);
			if (entry != NULL && answer_ttl_left(answer_in(entry), now) != 0)
				each(answer_in(entry), subject);
		} while (++type % TYPES_PER_SECTION != 0);
		rcu_read_end();
	}
}

static bool name_is_meant(const struct cache_flush *what, const struct name *name)
{
	if (what->all)
		return true;
	return what->below ? name_is_in(name, &what->name) : name_equal(name, &what->name);
}

static bool answer_is_unwanted(const struct entry *entry, void *subject)
{
	const struct cache_flush *what = subject;
	struct question question;

	answer_question(answer_in(entry), &question);
	if (!what->all && what->type != 0 && question.type != what->type)
		return false;
	if (what->through && (answer_is_failure(answer_in(entry)) ||
			      answer_leads_into(answer_in(entry), &what->name)))
		return true;
	return name_is_meant(what, &question.name);
}

static bool cut_is_unwanted(const struct entry *entry, void *subject)
{
	struct cut cut;

	return !cut_unpack(entry_bytes(entry), &cut) || name_is_meant(subject, &cut.zone);
}

static bool denials_are_unwanted(const struct entry *entry, void *subject)
{
	struct name zone;

	denials_zone(entry_bytes(entry), &zone);
	return name_is_meant(subject, &zone);
}

static uint64_t flush_denials(struct cache *cache, const struct name *zone)
{
	const struct denials_of nsec = { zone, TYPE_NSEC }, nsec3 = { zone, TYPE_NSEC3 };
	struct table_key key = denial_key(cache, &nsec);
	uint64_t removed = table_remove(&cache->denials, &key);

	key = denial_key(cache, &nsec3);
	return removed + table_remove(&cache->denials, &key);
}

/* One name: no walk over the whole table is needed. */
static uint64_t flush_name(struct cache *cache, const struct cache_flush *what)
{
	uint64_t name_hash = cache_hash_name(cache, &what->name), removed = 0;
	struct question question = { .name = what->name, .class = CLASS_IN };
	struct table_key key;

	for (unsigned type = 0; type < TYPES; type++) {
		if (what->type != 0 && type != what->type)
			continue;
		question.type = (uint16_t)type;
		key = answer_key(name_hash, &question);
		removed += table_remove(&cache->answers, &key);
	}
	if (what->type != 0)
		return removed;
	key = cut_key(cache, &what->name);
	removed += table_remove(&cache->cuts, &key);
	return removed + flush_denials(cache, &what->name);
}

uint64_t cache_flush(struct cache *cache, const struct cache_flush *what)
{
	struct cache_flush meant = *what;
	uint64_t removed;

	if (cache->disk != NULL)
		disk_flush(cache->disk, &meant);
	if (!meant.all && !meant.below)
		return flush_name(cache, &meant);
	removed = table_remove_each(&cache->answers, answer_is_unwanted, &meant);
	if (!meant.all && meant.type != 0)
		return removed;
	removed += table_remove_each(&cache->cuts, cut_is_unwanted, &meant);
	return removed + table_remove_each(&cache->denials, denials_are_unwanted, &meant);
}
