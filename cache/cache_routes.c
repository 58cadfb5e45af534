/* SPDX-License-Identifier: MIT */
/* cache_routes.c — the stores of what leads to answers: cuts, servers, denials. */
#include "cache/base/clock.h"
#include "cache/base/limits.h"
#include "cache/base/rcu.h"
#include "cache/cache_private.h"

/* --- cuts --- */

static bool find_live_cut(struct cache *cache, const struct name *zone, uint32_t now,
			  struct cut *into)
{
	struct table_key key = cut_key(cache, zone);
	struct entry *entry;
	bool is_live = false;

	rcu_read_begin();
	entry = table_find(&cache->cuts, &key);
	if (entry != NULL && cut_packed_ttl_left(entry_bytes(entry), now) != 0) {
		is_live = cut_unpack(entry_bytes(entry), into);
		entry_count_hit(entry);
	}
	rcu_read_end();
	return is_live;
}

bool cache_find_cut(struct cache *cache, const struct name *name, uint32_t now, struct cut *into)
{
	struct table_counter *counter = table_counter(&cache->cuts);
	struct name zone = *name;

	for (;;) {
		if (find_live_cut(cache, &zone, now, into)) {
			table_count(&counter->hits);
			return true;
		}
		if (name_is_root(&zone))
			break;
		name_parent(&zone, &zone);
	}
	table_count(&counter->misses);
	return false;
}

struct cut_newcomer {
	uint32_t now;
	bool     is_loaded;             /* from the disk: yields to whatever lives */
};

static bool cut_yields(const struct entry *old, struct entry *fresh, void *subject)
{
	const struct cut_newcomer *newcomer = subject;
	struct cut known, cut;

	entry_set_hits(fresh, entry_hits(old));
	if (cut_packed_ttl_left(entry_bytes(old), newcomer->now) == 0)
		return true;
	if (newcomer->is_loaded)
		return false;
	if (!cut_unpack(entry_bytes(old), &known) || !cut_unpack(entry_bytes(fresh), &cut))
		return true;
	return security_may_replace(cut.security, known.security);
}

/* Packs and puts; false if it isn't kept. */
static bool put_cut(struct cache *cache, const struct cut *cut, struct cut_newcomer *newcomer,
		    uint8_t packed[CUT_PACKED_SIZE], size_t *length)
{
	struct table_key key = cut_key(cache, &cut->zone);
	struct table_rule rule = { cut_yields, newcomer };
	struct entry *entry;

	if (cut_ttl_left(cut, newcomer->now) < MIN_CUT_TTL)
		return false;
	if (cut->security == SECURITY_BOGUS)
		return false;
	*length = cut_pack(cut, packed);
	if (*length == 0)
		return false;
	cut_packed_cap(packed, cache->max_ttl);
	entry = entry_of(bytes_of(packed, *length));
	return entry != NULL && table_put(&cache->cuts, &key, entry, &rule);
}

/* What is configured comes from the configuration again. */
static bool is_lasting_cut(const struct cut *cut)
{
	return cut->source == CUT_FROM_HINTS || cut->source == CUT_FROM_REFERRAL;
}

void cache_put_cut(struct cache *cache, const struct cut *cut, uint32_t now)
{
	struct cut_newcomer newcomer = { .now = now };
	uint8_t packed[CUT_PACKED_SIZE];
	size_t length;

	if (!put_cut(cache, cut, &newcomer, packed, &length))
		return;
	if (cache->disk != NULL && is_lasting_cut(cut))
		(void)disk_put_cut(cache->disk, bytes_of(packed, length));
}

void cache_load_cut(struct cache *cache, struct bytes octets, uint32_t stored_at)
{
	struct cut_newcomer newcomer = { .now = clock_age_seconds(), .is_loaded = true };
	uint8_t packed[CUT_PACKED_SIZE];
	size_t length;
	struct cut cut;

	if (!cut_unpack(octets, &cut))
		return;
	if (!is_lasting_cut(&cut))
		return;
	cut.stored_at = stored_at;
	if (cut.ttl > cache->max_ttl)
		cut.ttl = cache->max_ttl;
	(void)put_cut(cache, &cut, &newcomer, packed, &length);
}

/* --- servers --- */

void cache_get_server(struct cache *cache, const struct address *address, struct server *into)
{
	struct table_key key = server_key(cache, address);
	struct table_counter *counter = table_counter(&cache->servers);
	struct entry *entry;

	*into = (struct server){ 0 };
	rcu_read_begin();
	entry = table_find(&cache->servers, &key);
	if (entry != NULL) {
		*into = server_in(entry).server;
		entry_count_hit(entry);
	}
	rcu_read_end();
	table_count(entry != NULL ? &counter->hits : &counter->misses);
}

static bool server_yields(const struct entry *old, struct entry *fresh, void *is_loaded)
{
	entry_set_hits(fresh, entry_hits(old));
	fresh->is_queued = entry_is_queued(old);
	return !*(const bool *)is_loaded;
}

static bool put_server(struct cache *cache, const struct known_server *known, bool is_loaded)
{
	struct table_key key = server_key(cache, &known->address);
	struct table_rule rule = { server_yields, &is_loaded };
	struct entry *entry = entry_of(bytes_of(known, known_server_length(known)));

	return entry != NULL && table_put(&cache->servers, &key, entry, &rule);
}

/* A server changes with each reply: on its way to the disk it goes only when it is first heard
 * of, and at the end. */
void cache_put_server(struct cache *cache, const struct address *address,
		      const struct server *server)
{
	struct known_server known = { .address = *address, .server = *server };
	struct table_key key = server_key(cache, address);
	struct entry *entry;

	rcu_read_begin();
	if (put_server(cache, &known, false) && cache->disk != NULL && server->last_heard != 0) {
		entry = table_find(&cache->servers, &key);
		if (entry != NULL && !entry_is_queued(entry) &&
		    disk_put_server(cache->disk, &known))
			entry_set_queued(entry);
	}
	rcu_read_end();
}

void cache_load_server(struct cache *cache, const struct known_server *known)
{
	(void)put_server(cache, known, true);
}

static void save_server(const struct entry *entry, void *subject)
{
	struct cache *cache = subject;
	struct known_server known = server_in(entry);

	if (known.server.last_heard == 0)
		return;
	disk_make_room(cache->disk);
	(void)disk_put_server(cache->disk, &known);
}

void cache_save_servers(struct cache *cache)
{
	table_each(&cache->servers, save_server, cache);
}

/* --- denials --- */

static struct rrset *find_denial(struct cache *cache, const struct denials_of *of,
				 const struct name *name, uint32_t now, struct arena *arena)
{
	struct table_key key = denial_key(cache, of);
	struct table_counter *counter = table_counter(&cache->denials);
	struct rrset *found = NULL;
	struct entry *entry;

	rcu_read_begin();
	entry = table_find(&cache->denials, &key);
	if (entry != NULL) {
		found = name == NULL ? denials_soa(entry_bytes(entry), now, arena)
				     : denials_find(entry_bytes(entry), name, now, arena);
		entry_count_hit(entry);
	}
	rcu_read_end();
	table_count(found != NULL ? &counter->hits : &counter->misses);
	return found;
}

struct rrset *cache_find_denial(struct cache *cache, const struct denials_of *of,
				const struct name *name, uint32_t now, struct arena *arena)
{
	return find_denial(cache, of, name, now, arena);
}

struct rrset *cache_find_denial_soa(struct cache *cache, const struct denials_of *of, uint32_t now,
				    struct arena *arena)
{
	return find_denial(cache, of, NULL, now, arena);
}

/* Two threads that add to one zone at once may lose some of it: it will be learnt again. */
void cache_put_denials(struct cache *cache, const struct denials_of *of,
		       const struct rrsets *sets, uint32_t now)
{
	struct table_key key = denial_key(cache, of);
	uint8_t packed[DENIALS_PACKED_SIZE];
	struct bytes known = bytes_of(NULL, 0);
	size_t length = 0;
	struct entry *old, *entry;

	rcu_read_begin();
	old = table_find(&cache->denials, &key);
	if (old != NULL)
		known = entry_bytes(old);
	if (old == NULL || !denials_know(known, of, sets, now, cache->max_negative_ttl))
		length = denials_add(known, of, sets, now, cache->max_negative_ttl, packed);
	rcu_read_end();
	if (length == 0)
		return;
	entry = entry_of(bytes_of(packed, length));
	if (entry != NULL)
		table_put(&cache->denials, &key, entry, NULL);
}
