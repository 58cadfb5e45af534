/* SPDX-License-Identifier: MIT */
/* keys.h — the keys of a zone, once its parent's DS or an anchor vouches for them.
 *
 * Counted, since walks hold them while others take their place. One thread only. */
#ifndef XYLEM_VALIDATE_KEYS_H
#define XYLEM_VALIDATE_KEYS_H

#include "cache/rrset.h"
#include "resolver/validate/key.h"

struct zone_keys {
	struct name     zone;
	unsigned        holders;
	uint32_t        good_until;     /* age clock, s; set by whoever keeps it … */
	uint32_t        asked_at;       /* … and so is when servers were last asked for it */
	unsigned        count;
	struct zone_key keys[];         /* those that may sign; each owns its data */
};

/* From a set that has been found secure: held once. NULL: no memory. */
MUST_USE struct zone_keys *zone_keys_new(const struct rrset *dnskey);
struct zone_keys          *zone_keys_hold(struct zone_keys *keys);
void                       zone_keys_drop(struct zone_keys *keys);      /* NULL is fine */

/* A DS set in one run of octets: for each record its length as a u16, then its data (as in cut.h).
 *
 * What does it promise of the child? SECURE: there is at least one DS of an algorithm and a digest
 * that we support; then `into` has those that count (RFC 4509 §3: no SHA-1 beside a better one),
 * at most MAX_DS_TRIED, and is as long as the result says. INSECURE: none (RFC 4035 §5.2), with
 * extended error 1 or 2. An empty set is INSECURE too. */
struct verdict ds_choose(const struct check *check, const struct rrset *ds, struct writer *into);

/* Why none of these DS, in one run of octets, is of any use: INSECURE, with extended error 1 or
 * 2. */
struct verdict ds_reason(const struct check *check, const struct name *zone, struct bytes ds);

/* RFC 4035 §5.2: does one of the DS vouch for a key of the set, and has this key signed the set?
 * SECURE: the set's security and TTL have been set as by check_set() (signature.h). INSECURE: the
 * DS vouch only for keys that we can't use. BOGUS otherwise: extended error 9 (no key fits), 6, 7,
 * 8, 10, 11 … */
struct verdict check_keys(const struct check *check, struct rrset *dnskey, struct bytes ds);

#endif
