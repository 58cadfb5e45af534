/* SPDX-License-Identifier: MIT */
/* swap.c — other settings come into force: on each worker between two of its callbacks.
 *
 * Where zones differ, what the cache has of their names was learnt from others than would be asked
 * now. It is flushed while no worker may keep anything (walks_close_cache()), so that neither view
 * shows through in the other. */
#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "resolver/daemon.h"

enum {
	MOST_FLUSHES = 64, /* each looks through the whole cache; more zones flush all of it */
};

struct changed_zones {
	struct name names[MOST_FLUSHES];
	size_t count;
	bool too_many;
};

static const struct walk_zone *find_zone(const struct walk_settings *settings,
					 const struct name *name)
{
	for (unsigned i = 0; i < settings->zone_count; i++)
		if (name_equal(&settings->zones[i].cut.zone, name)) return &settings->zones[i];
	return NULL;
}

/* Whether it is asked over TLS isn't packed, since no cut that is is ever kept. */
static size_t pack(const struct walk_zone *zone, uint8_t into[CUT_PACKED_SIZE])
{
	static struct cut cut;
	size_t length;

	cut = zone->cut;
	cut.over_tls = false;
	length = cut_pack(&cut, into);
	must(length != 0);
	return length;
}

static bool is_same(const struct walk_zone *one, const struct walk_zone *other)
{
	static uint8_t first[CUT_PACKED_SIZE], second[CUT_PACKED_SIZE];
	size_t length = pack(one, first);

	return pack(other, second) == length && memcmp(first, second, length) == 0 &&
	       one->cut.over_tls == other->cut.over_tls && one->unchecked == other->unchecked &&
	       (one->health != NULL) == (other->health != NULL);
}

static void note_changed(struct changed_zones *changed, const struct name *name)
{
	if (changed->count == MOST_FLUSHES) changed->too_many = true;
	else changed->names[changed->count++] = *name;
}

static void find_changed(const struct walk_settings *before, const struct walk_settings *next,
			 struct changed_zones *into)
{
	into->count = 0;
	into->too_many = false;
	for (unsigned i = 0; i < before->zone_count; i++) {
		const struct walk_zone *zone = &before->zones[i];
		const struct walk_zone *now = find_zone(next, &zone->cut.zone);

		if (now == NULL || !is_same(zone, now)) note_changed(into, &zone->cut.zone);
	}
	for (unsigned i = 0; i < next->zone_count; i++)
		if (find_zone(before, &next->zones[i].cut.zone) == NULL)
			note_changed(into, &next->zones[i].cut.zone);
}

/* What was learnt below a negative anchor was not checked; what was found bogus there now
 * counts. */
static void find_changed_negatives(const struct negatives *before, const struct negatives *next,
				   struct changed_zones *into)
{
	for (size_t i = 0; i < before->count; i++)
		if (negatives_find(next, &before->at[i].name) == NULL)
			note_changed(into, &before->at[i].name);
	for (size_t i = 0; i < next->count; i++)
		if (negatives_find(before, &next->at[i].name) == NULL)
			note_changed(into, &next->at[i].name);
}

static bool is_any(const struct changed_zones *changed)
{
	return changed->count > 0 || changed->too_many;
}

static uint64_t flush(struct cache *cache, const struct changed_zones *changed)
{
	struct cache_flush what = { .all = true };
	uint64_t flushed = 0;

	if (changed->too_many) return cache_flush(cache, &what);
	what = (struct cache_flush){ .below = true, .through = true };
	for (size_t i = 0; i < changed->count; i++) {
		what.name = changed->names[i];
		flushed += cache_flush(cache, &what);
	}
	return flushed;
}

static void on_each_worker(const struct daemon *daemon, void (*does)(struct worker *))
{
	for (unsigned i = 0; i < daemon->worker_count; i++)
		does(daemon->workers[i]);
}

/* When the last worker has taken the new settings nobody looks at the old ones. */
void daemon_put_into_force(struct daemon *daemon, struct settings *next)
{
	static struct changed_zones changed;
	struct settings *before = daemon->settings;

	next->walk.clock = &daemon->clock;
	find_changed(&before->walk, &next->walk, &changed);
	find_changed_negatives(before->negatives, next->negatives, &changed);
	/* What was found secure, or bogus, was found so by other lights. */
	changed.too_many |= before->cache.fingerprint != next->cache.fingerprint;
	if (is_any(&changed)) on_each_worker(daemon, worker_close_cache);
	for (unsigned i = 0; i < daemon->worker_count; i++)
		worker_configure(daemon->workers[i], next);
	daemon->settings = next;
	follower_configure(daemon->follower, next);
	if (is_any(&changed)) {
		uint64_t flushed;

		cache_trust(daemon->cache, next->cache.fingerprint);
		flushed = flush(daemon->cache, &changed);

		on_each_worker(daemon, worker_open_cache);
		log_debug("zones changed: %zu; entries flushed: %llu", changed.count,
			  (unsigned long long)flushed);
	}
	if (before != daemon->first) settings_free(before);
}

void daemon_forget_all(struct daemon *daemon)
{
	const struct cache_flush all = { .all = true };

	on_each_worker(daemon, worker_close_cache);
	(void)cache_flush(daemon->cache, &all);
	on_each_worker(daemon, worker_open_cache);
}
