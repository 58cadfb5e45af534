/* SPDX-License-Identifier: MIT */
/* keys.c — from a DS set to the keys that it vouches for. */
#include "resolver/validate/keys.h"

#include <stdlib.h>
#include <string.h>

#include "cache/base/must.h"
#include "resolver/validate/algorithm.h"
#include "resolver/validate/signature.h"

enum { SHORTEST_DS = 5 };

/* A DS's data, read. */
struct ds {
	uint16_t     tag;
	uint8_t      algorithm, digest_type;
	struct bytes digest;
};

static bool read_ds(struct bytes rdata, struct ds *into)
{
	if (rdata.length < SHORTEST_DS)
		return false;
	*into = (struct ds){
		.tag = load_u16(rdata.at), .algorithm = rdata.at[2], .digest_type = rdata.at[3],
		.digest = bytes_of(rdata.at + 4, rdata.length - 4),
	};
	return true;
}

/* --- a zone's keys, kept --- */

struct zone_keys *zone_keys_new(const struct rrset *dnskey)
{
	size_t octets = 0;
	struct zone_keys *keys;
	uint8_t *at;

	for (unsigned i = 0; i < dnskey->count; i++)
		octets += dnskey->rdata[i].length;
	keys = calloc(1, sizeof(*keys) + dnskey->count * sizeof(keys->keys[0]) + octets);
	if (keys == NULL)
		return NULL;
	keys->zone = dnskey->owner;
	keys->holders = 1;
	at = (uint8_t *)(keys->keys + dnskey->count);
	for (unsigned i = 0; i < dnskey->count; i++) {
		struct bytes rdata = dnskey->rdata[i];
		struct zone_key *key = &keys->keys[keys->count];

		memcpy(at, rdata.at, rdata.length);
		if (zone_key_read(bytes_of(at, rdata.length), key) && zone_key_may_sign(key))
			keys->count++;
		at += rdata.length;
	}
	return keys;
}

struct zone_keys *zone_keys_hold(struct zone_keys *keys)
{
	keys->holders++;
	return keys;
}

void zone_keys_drop(struct zone_keys *keys)
{
	if (keys == NULL)
		return;
	must(keys->holders > 0);
	if (--keys->holders != 0)
		return;
	for (unsigned i = 0; i < keys->count; i++)
		zone_key_clear(&keys->keys[i]);
	free(keys);
}

/* --- DS sets --- */

/* What a set of DS has to offer, by what we can use. */
struct offer {
	bool any, known_algorithm, known_digest, better_digest;
	uint8_t algorithm, digest_type;         /* one of those that we can't */
};

static bool is_usable(const struct check *check, const struct ds *ds)
{
	return algorithm_is_supported(ds->algorithm, check->sha1) &&
	       digest_is_supported(ds->digest_type);
}

static void look_at(const struct check *check, const struct ds *ds, struct offer *offer)
{
	bool algorithm = algorithm_is_supported(ds->algorithm, check->sha1);

	offer->any = true;
	offer->known_algorithm |= algorithm;
	offer->known_digest |= algorithm && digest_is_supported(ds->digest_type);
	offer->better_digest |= is_usable(check, ds) && ds->digest_type != DIGEST_SHA1;
	if (!algorithm)
		offer->algorithm = ds->algorithm;
	else if (!digest_is_supported(ds->digest_type))
		offer->digest_type = ds->digest_type;
}

static struct verdict unusable(const struct check *check, const struct name *zone,
			       const struct offer *offer)
{
	char text[NAME_TEXT_SIZE], room[ALGORITHM_TEXT_SIZE];
	struct verdict verdict = { .security = SECURITY_INSECURE, .ede = EDE_NONE };

	if (!offer->any)
		return verdict;
	name_print(zone, text);
	if (!offer->known_algorithm) {
		verdict.ede = EDE_UNSUPPORTED_DNSKEY;
		verdict.why = arena_print(check->arena, "%s is signed with %s only, which isn't "
					  "checked here, so it counts as not signed", text,
					  algorithm_name(offer->algorithm, room));
	} else {
		verdict.ede = EDE_UNSUPPORTED_DS;
		verdict.why = arena_print(check->arena, "the DS of %s has digests of type %u only, "
					  "which isn't known here, so it counts as not signed",
					  text, offer->digest_type);
	}
	return verdict;
}

struct verdict ds_reason(const struct check *check, const struct name *zone, struct bytes ds)
{
	struct cursor at = cursor_over(ds);
	struct offer offer = { 0 };
	struct ds one;

	while (cursor_left(&at) != 0) {
		if (read_ds(take_bytes(&at, take_u16(&at)), &one))
			look_at(check, &one, &offer);
	}
	return unusable(check, zone, &offer);
}

struct verdict ds_choose(const struct check *check, const struct rrset *ds, struct writer *into)
{
	struct offer offer = { 0 };
	unsigned chosen = 0;
	struct ds one;

	for (unsigned i = 0; i < ds->count; i++) {
		if (read_ds(ds->rdata[i], &one))
			look_at(check, &one, &offer);
	}
	if (!offer.known_digest)
		return unusable(check, &ds->owner, &offer);
	for (unsigned i = 0; i < ds->count && chosen < MAX_DS_TRIED; i++) {
		if (!read_ds(ds->rdata[i], &one) || !is_usable(check, &one))
			continue;
		if (offer.better_digest && one.digest_type == DIGEST_SHA1)
			continue;               /* RFC 4509 §3 */
		put_u16(into, (uint16_t)ds->rdata[i].length);
		put_bytes(into, ds->rdata[i]);
		chosen++;
	}
	return (struct verdict){ .security = SECURITY_SECURE, .ede = EDE_NONE };
}

/* --- keys that a DS vouches for --- */

static bool vouches(const struct ds *ds, const struct zone_key *key, const struct name *zone)
{
	return key->tag == ds->tag && key->algorithm == ds->algorithm &&
	       zone_key_has_digest(key, zone, ds->digest_type, ds->digest);
}

/* What came of the tries so far. */
struct tries {
	bool           usable;          /* a DS of a kind that we know */
	bool           unfit;           /* one vouches for a key that we can't use … */
	bool           fit;             /* … and one for a key that we can */
	bool           no_zone_bit;
	struct offer   offer;
	struct verdict nearest;
};

static void try_key(const struct check *check, struct zone_keys *one, struct rrset *dnskey,
		    struct tries *tries)
{
	unsigned labels;

	tries->fit = true;
	tries->nearest = check_set(check, one, dnskey, &labels);
	if (tries->nearest.security == SECURITY_SECURE && labels < name_labels(&dnskey->owner))
		tries->nearest = (struct verdict){
			.security = SECURITY_BOGUS, .ede = EDE_DNSSEC_BOGUS,
			.why = "the keys were made from a wildcard",
		};
}

static bool try_ds(const struct check *check, struct zone_keys *one, struct rrset *dnskey,
		   const struct ds *ds, struct tries *tries)
{
	unsigned tried = 0;

	for (unsigned i = 0; i < dnskey->count && tried < MAX_KEYS_PER_TAG; i++) {
		struct zone_key *key = &one->keys[0];

		if (!zone_key_read(dnskey->rdata[i], key) || key->tag != ds->tag ||
		    key->algorithm != ds->algorithm)
			continue;
		tried++;
		if (!vouches(ds, key, &dnskey->owner))
			continue;
		if (!zone_key_may_sign(key)) {
			tries->no_zone_bit = true;
			continue;
		}
		if (!zone_key_prepare(key, check->sha1)) {
			tries->unfit = true;
			continue;
		}
		try_key(check, one, dnskey, tries);
		zone_key_clear(key);
		return tries->nearest.security == SECURITY_SECURE;
	}
	return false;
}

static struct verdict no_key(const struct check *check, const struct rrset *dnskey,
			     const struct tries *tries)
{
	char text[NAME_TEXT_SIZE];

	name_print(&dnskey->owner, text);
	if (tries->fit)
		return tries->nearest;
	if (tries->unfit)
		return (struct verdict){
			.security = SECURITY_INSECURE, .ede = EDE_UNSUPPORTED_DNSKEY,
			.why = arena_print(check->arena, "the keys of %s have a size that isn't "
					   "checked here, so it counts as not signed", text),
		};
	if (tries->no_zone_bit)
		return (struct verdict){
			.security = SECURITY_BOGUS, .ede = EDE_NO_ZONE_KEY_BIT,
			.why = arena_print(check->arena, "the key of %s that its DS vouches for "
					   "may not sign: it is revoked, or no zone key", text),
		};
	return (struct verdict){
		.security = SECURITY_BOGUS, .ede = EDE_DNSKEY_MISSING,
		.why = arena_print(check->arena, "none of the keys of %s is one that its DS "
				   "vouches for", text),
	};
}

/* LIMITS.md: of one set, whatever vouches for its keys. */
static bool has_failed_enough(const struct check *check, unsigned before)
{
	return before - check->effort->failures >= MAX_FAILED_CHECKS;
}

struct verdict check_keys(const struct check *check, struct rrset *dnskey, struct bytes ds)
{
	union {
		struct zone_keys keys;
		uint8_t room[sizeof(struct zone_keys) + sizeof(struct zone_key)];
	} one = { .keys = { .zone = dnskey->owner, .count = 1 } };
	unsigned failures = check->effort->failures;
	struct cursor at = cursor_over(ds);
	struct tries tries = { 0 };

	while (cursor_left(&at) != 0) {
		struct ds promise;

		if (!read_ds(take_bytes(&at, take_u16(&at)), &promise))
			continue;
		look_at(check, &promise, &tries.offer);
		if (!is_usable(check, &promise) || has_failed_enough(check, failures))
			continue;
		if (try_ds(check, &one.keys, dnskey, &promise, &tries))
			return tries.nearest;
	}
	if (!tries.offer.known_digest)
		return unusable(check, &dnskey->owner, &tries.offer);
	return no_key(check, dnskey, &tries);
}
