/* SPDX-License-Identifier: MIT */
/* rollover.c — the table of RFC 5011 §4.2, and what it is told. */
#include "resolver/validate/rollover.h"

#include <string.h>

#include "resolver/validate/algorithm.h"
#include "resolver/validate/keys.h"
#include "resolver/validate/signature.h"

static const char *const names[ROLLOVER_STATES] = {
	[ROLLOVER_PENDING] = "pending",
	[ROLLOVER_VALID] = "valid",
	[ROLLOVER_MISSING] = "missing",
	[ROLLOVER_REVOKED] = "revoked",
	[ROLLOVER_REMOVED] = "removed",
};

const char *rollover_state_name(enum rollover_state state)
{
	return names[state];
}

enum rollover_state rollover_state_of(const char *name, size_t length)
{
	unsigned state = 0;

	while (state < ROLLOVER_STATES &&
	       (strlen(names[state]) != length || memcmp(names[state], name, length) != 0))
		state++;
	return (enum rollover_state)state;
}

bool rollover_is_trusted(enum rollover_state state)
{
	return state == ROLLOVER_VALID || state == ROLLOVER_MISSING;
}

/* --- what is seen --- */

/* §2.1: a revocation counts if the key itself has signed the set that has it. */
static bool has_signed(const struct check *check, const struct zone_key *key,
		       const struct rrset *dnskey)
{
	union {
		struct zone_keys keys;
		uint8_t room[sizeof(struct zone_keys) + sizeof(struct zone_key)];
	} one = { .keys = { .zone = dnskey->owner, .count = 1 } };
	struct bytes signatures[MAX_SIGNATURES_PER_RRSET];
	struct rrset set = *dnskey;
	unsigned labels;
	bool good;

	one.keys.keys[0] = *key;
	set.security = SECURITY_UNCHECKED;
	set.signatures = signatures;
	set.signature_count = 0;
	for (unsigned i = 0; i < dnskey->signature_count; i++) {
		struct signature signature;

		if (set.signature_count < MAX_SIGNATURES_PER_RRSET &&
		    signature_read(dnskey->signatures[i], &signature) &&
		    signature.tag == key->tag && signature.algorithm == key->algorithm)
			signatures[set.signature_count++] = dnskey->signatures[i];
	}
	good = check_set(check, &one.keys, &set, &labels).security == SECURITY_SECURE &&
	       labels == name_labels(&dnskey->owner);
	zone_key_clear(&one.keys.keys[0]);
	return good;
}

/* Could it be an anchor, now or once? */
static bool is_of_interest(const struct check *check, struct bytes rdata, struct zone_key *key)
{
	const uint16_t wanted = KEY_FLAG_ZONE | KEY_FLAG_SEP;
	bool fits;

	if (rdata.length > MAX_ANCHOR_KEY || !zone_key_read(rdata, key) ||
	    (key->flags & wanted) != wanted || key->protocol != 3 ||
	    !algorithm_is_supported(key->algorithm, check->sha1))
		return false;
	fits = zone_key_prepare(key, check->sha1);
	zone_key_clear(key);
	return fits && zone_key_read(rdata, key);
}

static void sight_add(const struct check *check, const struct rrset *dnskey, struct bytes rdata,
		      struct sight *into)
{
	struct sighted_key *seen = &into->keys[into->count];
	struct zone_key key;
	bool says_revoked;

	if (!is_of_interest(check, rdata, &key))
		return;
	says_revoked = (key.flags & KEY_FLAG_REVOKED) != 0;
	if (says_revoked && !has_signed(check, &key, dnskey))
		return;
	seen->is_revoked = says_revoked;
	seen->length = (uint16_t)rdata.length;
	memcpy(seen->rdata, rdata.at, rdata.length);
	seen->rdata[1] &= (uint8_t)~KEY_FLAG_REVOKED;
	into->count++;
}

bool sight_read(const struct check *check, const struct rrset *dnskey, struct bytes good,
		struct sight *into)
{
	struct signature signature;

	if (!signature_read(good, &signature))
		return false;
	into->now = 0;
	into->count = 0;
	into->original_ttl = signature.original_ttl;
	into->expires_in = (int32_t)(signature.expires - check->now) < 0
				   ? 0 : signature.expires - check->now;
	for (unsigned i = 0; i < dnskey->count && into->count < MAX_ANCHOR_KEYS; i++)
		sight_add(check, dnskey, dnskey->rdata[i], into);
	return true;
}

/* --- keys that somebody wrote down --- */

static bool fits(struct bytes ds, const struct zone_key *key, const struct name *zone)
{
	enum { HEAD = 4 };

	return ds.length > HEAD && load_u16(ds.at) == key->tag && ds.at[2] == key->algorithm &&
	       zone_key_has_digest(key, zone, ds.at[3],
				   bytes_of(ds.at + HEAD, ds.length - HEAD));
}

bool rollover_is_listed(struct bytes listed, const struct name *zone, struct bytes rdata)
{
	struct cursor at = cursor_over(listed);
	struct zone_key key;

	if (!zone_key_read(rdata, &key))
		return false;
	while (cursor_left(&at) != 0) {
		if (fits(take_bytes(&at, take_u16(&at)), &key, zone))
			return true;
	}
	return false;
}

bool rollover_permits(const struct rollover *rollover, struct bytes ds)
{
	for (unsigned i = 0; i < rollover->count; i++) {
		const struct rollover_key *kept = &rollover->keys[i];
		struct zone_key key;

		if (!rollover_is_trusted(kept->state) && kept->state != ROLLOVER_PENDING &&
		    zone_key_read(bytes_of(kept->rdata, kept->length), &key) &&
		    fits(ds, &key, &rollover->zone))
			return false;
	}
	return true;
}

/* --- the table --- */

static bool is_same(const struct rollover_key *kept, const struct sighted_key *seen)
{
	return kept->length == seen->length &&
	       memcmp(kept->rdata, seen->rdata, seen->length) == 0;
}

/* A revocation beats what else the set says of the same key. NULL: it isn't there. */
static const struct sighted_key *find_sighted(const struct sight *sight,
					      const struct rollover_key *kept)
{
	const struct sighted_key *found = NULL;

	for (unsigned i = 0; i < sight->count; i++) {
		if (is_same(kept, &sight->keys[i]) && (found == NULL || sight->keys[i].is_revoked))
			found = &sight->keys[i];
	}
	return found;
}

static bool is_kept(const struct rollover *rollover, const struct sighted_key *seen)
{
	for (unsigned i = 0; i < rollover->count; i++) {
		if (is_same(&rollover->keys[i], seen))
			return true;
	}
	return false;
}

static void become(struct rollover_key *key, enum rollover_state state, int64_t now)
{
	key->state = state;
	key->since = now;
	key->observed = 0;
}

static void wait(struct rollover_key *key, uint32_t elapsed)
{
	key->observed = key->observed > UINT32_MAX - elapsed ? UINT32_MAX
							     : key->observed + elapsed;
}

/* §2.4.1: 30 days, or the original TTL, whichever is longer. */
static uint32_t hold_down(const struct sight *sight)
{
	return sight->original_ttl > ROLLOVER_HOLD_DOWN_S ? sight->original_ttl
							  : ROLLOVER_HOLD_DOWN_S;
}

/* False: it is a key of Start again, of which nothing is kept. */
static bool step(struct rollover_key *key, const struct sight *sight,
		 const struct sighted_key *seen, uint32_t elapsed)
{
	bool is_there = seen != NULL && !seen->is_revoked;
	bool is_revoked = seen != NULL && seen->is_revoked;

	switch (key->state) {
	case ROLLOVER_PENDING:
		if (!is_there)
			return false;                           /* KeyRem */
		wait(key, elapsed);
		if (key->observed >= hold_down(sight))
			become(key, ROLLOVER_VALID, sight->now);        /* AddTime */
		return true;
	case ROLLOVER_VALID:
		if (!is_there)                                  /* RevBit, KeyRem */
			become(key, is_revoked ? ROLLOVER_REVOKED : ROLLOVER_MISSING, sight->now);
		return true;
	case ROLLOVER_MISSING:
		if (seen != NULL)                               /* RevBit, KeyPres */
			become(key, is_revoked ? ROLLOVER_REVOKED : ROLLOVER_VALID, sight->now);
		return true;
	case ROLLOVER_REVOKED:
		wait(key, elapsed);
		if (key->observed >= ROLLOVER_HOLD_DOWN_S)
			become(key, ROLLOVER_REMOVED, sight->now);      /* RemTime */
		return true;
	case ROLLOVER_REMOVED:
	case ROLLOVER_STATES:
		return true;
	}
	return true;
}

static void step_all(struct rollover *rollover, const struct sight *sight, uint32_t elapsed)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < rollover->count; i++) {
		struct rollover_key *key = &rollover->keys[i];

		if (!step(key, sight, find_sighted(sight, key), elapsed))
			continue;
		if (kept != i)
			rollover->keys[kept] = *key;
		kept++;
	}
	rollover->count = kept;
}

/* When there is no room the key removed longest ago makes some: a zone that has had so many has
 * signed each of them. NULL: there is none. */
static struct rollover_key *find_room(struct rollover *rollover)
{
	struct rollover_key *oldest = NULL;

	if (rollover->count < MAX_ANCHOR_KEYS)
		return &rollover->keys[rollover->count++];
	for (unsigned i = 0; i < rollover->count; i++) {
		struct rollover_key *key = &rollover->keys[i];

		if (key->state == ROLLOVER_REMOVED &&
		    (oldest == NULL || key->since < oldest->since))
			oldest = key;
	}
	return oldest;
}

/* From Start: NewKey; or trusted at once, since it is listed; or, if that is, revoked. */
static void meet(struct rollover *rollover, const struct sight *sight,
		 const struct sighted_key *seen, struct bytes listed)
{
	bool is_listed = rollover_is_listed(listed, &rollover->zone,
					    bytes_of(seen->rdata, seen->length));
	struct rollover_key *key;

	if (is_kept(rollover, seen) || (seen->is_revoked && !is_listed))
		return;
	key = find_room(rollover);
	if (key == NULL)
		return;
	key->length = seen->length;
	memcpy(key->rdata, seen->rdata, seen->length);
	become(key, seen->is_revoked ? ROLLOVER_REVOKED
		    : is_listed ? ROLLOVER_VALID : ROLLOVER_PENDING, sight->now);
}

static void meet_all(struct rollover *rollover, const struct sight *sight, struct bytes listed)
{
	/* Revocations first: the same key may be there without. */
	for (unsigned i = 0; i < sight->count; i++) {
		if (sight->keys[i].is_revoked)
			meet(rollover, sight, &sight->keys[i], listed);
	}
	for (unsigned i = 0; i < sight->count; i++) {
		if (!sight->keys[i].is_revoked)
			meet(rollover, sight, &sight->keys[i], listed);
	}
}

static uint32_t elapsed_since(const struct rollover *rollover, int64_t now)
{
	if (rollover->seen_at == 0 || now <= rollover->seen_at)
		return 0;
	return now - rollover->seen_at > ROLLOVER_MOST_PAUSE_S
		       ? ROLLOVER_MOST_PAUSE_S : (uint32_t)(now - rollover->seen_at);
}

static uint32_t clamp(uint32_t value, uint32_t least, uint32_t most)
{
	if (value < least)
		return least;
	return value > most ? most : value;
}

/* §2.3. */
static uint32_t pause_after(const struct sight *sight)
{
	uint32_t half_ttl = sight->original_ttl / 2, half_life = sight->expires_in / 2;

	return clamp(half_ttl < half_life ? half_ttl : half_life, ROLLOVER_LEAST_PAUSE_S,
		     ROLLOVER_MOST_PAUSE_S);
}

/* A sum over those that are trusted, and those that are no more, in no order. */
static uint64_t sum_of_trust(const struct rollover *rollover)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < rollover->count; i++) {
		const struct rollover_key *key = &rollover->keys[i];
		uint64_t one = 0xcbf29ce484222325;

		if (key->state == ROLLOVER_PENDING)
			continue;
		for (unsigned j = 0; j < key->length; j++)
			one = (one ^ key->rdata[j]) * 0x100000001b3;
		sum += one + rollover_is_trusted(key->state);
	}
	return sum;
}

bool rollover_see(struct rollover *rollover, const struct sight *sight, struct bytes listed)
{
	uint64_t before = sum_of_trust(rollover);

	step_all(rollover, sight, elapsed_since(rollover, sight->now));
	meet_all(rollover, sight, listed);
	rollover->seen_at = sight->now;
	rollover->pause = pause_after(sight);
	return sum_of_trust(rollover) != before;
}

/* --- when --- */

/* A tenth of TTL or life, where the pause is half of them. */
uint32_t rollover_retry(uint32_t pause)
{
	return clamp(pause / 5, ROLLOVER_LEAST_PAUSE_S, 86400);
}

int64_t rollover_next(const struct rollover *rollover, int64_t now)
{
	int64_t next = rollover->seen_at + rollover->pause;

	if (rollover->seen_at == 0 || rollover->seen_at > now)
		return now;
	return next;
}
