/* SPDX-License-Identifier: MIT */
/* trust.c — two sets of the zone's top, gathered from its records and checked like any. */
#include "resolver/root/trust.h"

#include "cache/base/limits.h"
#include "cache/rdata.h"
#include "resolver/validate/signature.h"

enum { ROOM = 1024 * 1024 };

/* --- sets --- */

static bool add_signature(struct rrset *set, struct arena *arena, struct bytes rdata)
{
	if (set->signatures == NULL)
		set->signatures = arena_take(arena, MAX_SIGNATURES_PER_RRSET * sizeof(rdata));
	if (set->signatures == NULL)
		return false;
	if (set->signature_count < MAX_SIGNATURES_PER_RRSET)
		set->signatures[set->signature_count++] = rdata;
	return true;
}

static bool add_record(struct rrset *set, struct arena *arena, const struct zone_record *record)
{
	if (record->ttl < set->ttl)
		set->ttl = record->ttl;
	if (record->type == set->type)
		return rrset_add(set, arena, record->rdata) == OK;
	if (record->type == TYPE_RRSIG && rdata_covered_type(record->rdata) == set->type)
		return add_signature(set, arena, record->rdata);
	return true;
}

/* The top's set of the type, with its signatures; NULL: no memory, or too many records. */
static struct rrset *gather(const struct zone *zone, uint16_t type, struct arena *arena)
{
	struct rrset *set = rrset_new(arena, &zone->apex, type, CLASS_IN, MAX_TTL);

	for (size_t i = 0; set != NULL && i < zone->count; i++) {
		struct zone_record record = zone_record(zone, i);

		if (zone_record_is_at_apex(zone, &record) && !add_record(set, arena, &record))
			return NULL;
	}
	return set;
}

/* --- verdicts --- */

static uint32_t life_of(const struct rrset *set, int64_t now)
{
	struct signature signature;

	if (set->signature_count == 0 || !signature_read(set->signatures[0], &signature))
		return 0;
	return signature.expires - (uint32_t)now;
}

static bool is_secure(struct verdict verdict, const char *what, struct complaint *why)
{
	if (verdict.security == SECURITY_SECURE)
		return true;
	return complain(why, "%s can't be trusted: %s", what,
			verdict.why == NULL ? "there is no chain of trust to them" : verdict.why);
}

static bool check_zone(const struct check *check, const struct zone *zone,
		       const struct anchor *anchor, uint32_t *life, struct complaint *why)
{
	struct rrset *dnskey = gather(zone, TYPE_DNSKEY, check->arena);
	struct rrset *digest = gather(zone, TYPE_ZONEMD, check->arena);
	struct zone_keys *keys;
	unsigned labels;
	uint32_t other;
	bool good;

	if (dnskey == NULL || digest == NULL)
		return complain(why, "no memory to check it");
	if (digest->count == 0)         /* nothing speaks for all of it */
		return complain(why, "it has no digest (ZONEMD), so that it can't be trusted");
	if (!is_secure(check_keys(check, dnskey, anchor->ds), "its keys", why))
		return false;
	keys = zone_keys_new(dnskey);
	if (keys == NULL)
		return complain(why, "no memory to check it");
	good = is_secure(check_set(check, keys, digest, &labels), "its digest (ZONEMD)", why);
	zone_keys_drop(keys);
	*life = life_of(dnskey, check->now);
	other = life_of(digest, check->now);
	if (other < *life)
		*life = other;
	return good;
}

enum security zone_trust(const struct zone *zone, const struct anchors *anchors, int64_t now,
			 uint32_t *life, struct complaint *why)
{
	const struct anchor *anchor = anchors_find(anchors, &zone->apex, now);
	struct effort effort = { .checks = MAX_CHECKS, .failures = MAX_FAILED_CHECKS_IN_ALL };
	struct check check = { .now = (uint32_t)now, .effort = &effort };
	struct arena arena;
	bool good;

	if (anchor == NULL || anchor->is_negative)
		return SECURITY_INDETERMINATE;
	arena_init(&arena, ROOM);
	check.arena = &arena;
	good = check_zone(&check, zone, anchor, life, why);
	arena_clear(&arena);
	return good ? SECURITY_SECURE : SECURITY_BOGUS;
}
