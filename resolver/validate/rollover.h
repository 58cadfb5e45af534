/* SPDX-License-Identifier: MIT */
/* rollover.h — the keys of one zone with an anchor, as they come and go (RFC 5011 §4).
 *
 * Plain values, driven by what is seen: a set of keys that was found secure by an anchor in force.
 * Knows no clock of its own, no file and no network. Only keys with the SEP flag count, of an
 * algorithm that we can check.
 *
 * Time is counted between sights, and a clock may jump: a sight is worth at most what lies between
 * two of them when all goes well (15 days), and nothing if the clock went back. So no single jump
 * makes a key trusted that was seen only twice. */
#ifndef XYLEM_VALIDATE_ROLLOVER_H
#define XYLEM_VALIDATE_ROLLOVER_H

#include "cache/base/limits.h"
#include "cache/rrset.h"
#include "resolver/validate/key.h"

/* RFC 5011 §4.2; Start is a key that isn't there. */
enum rollover_state {
	ROLLOVER_PENDING,       /* seen, and not yet trusted */
	ROLLOVER_VALID,         /* trusted */
	ROLLOVER_MISSING,       /* trusted, and not in the set any more */
	ROLLOVER_REVOKED,       /* its owner has said that it counts no more */
	ROLLOVER_REMOVED,       /* … long ago; never trusted again */
	ROLLOVER_STATES
};

/* For files and people; the other way round gives ROLLOVER_STATES for what is none. */
const char         *rollover_state_name(enum rollover_state state);
enum rollover_state rollover_state_of(const char *name, size_t length);

enum {
	ROLLOVER_HOLD_DOWN_S = 30 * 86400,      /* §2.4.1, §4.1: of a new key, and of a revoked */
	ROLLOVER_MOST_PAUSE_S = 15 * 86400,     /* §2.3 */
	ROLLOVER_LEAST_PAUSE_S = 3600,
};

struct rollover_key {
	enum rollover_state state;
	int64_t             since;      /* wall clock, s: when it came into this state */
	uint32_t            observed;   /* s, of the time that its state takes, until the last
					 * sight */
	uint16_t            length;
	uint8_t             rdata[MAX_ANCHOR_KEY];      /* a DNSKEY's, never with REVOKE */
};

struct rollover {
	struct name         zone;
	uint64_t            basis;      /* of which anchors it began: anchors_basis() */
	int64_t             seen_at;    /* wall clock, s: the last sight; 0: none yet */
	uint32_t            pause;      /* s, from then to the next */
	unsigned            count;
	struct rollover_key keys[MAX_ANCHOR_KEYS];
};

/* What was seen at one time. */
struct sight {
	int64_t  now;                   /* wall clock, s */
	uint32_t original_ttl;          /* of the signature by which it was found secure … */
	uint32_t expires_in;            /* … and for how long that is good, s */
	unsigned count;
	struct sighted_key {
		bool     is_revoked;    /* and it has signed that itself (§2.1) */
		uint16_t length;
		uint8_t  rdata[MAX_ANCHOR_KEY]; /* without REVOKE */
	} keys[MAX_ANCHOR_KEYS];
};

/* `dnskey`: the set as it came, with all signatures; `good`: the RRSIG by which it was found
 * secure. Keys over the limit are left out. The check's effort is spent on keys that say they are
 * revoked. False: the signature can't be read. */
MUST_USE bool sight_read(const struct check *check, const struct rrset *dnskey, struct bytes good,
			 struct sight *into);

/* One step of the table of §4.2. `listed`: the DS of the zone that somebody wrote down (anchor.h):
 * their keys are trusted at once, unless revoked. True: other keys are trusted now than before. */
bool rollover_see(struct rollover *rollover, const struct sight *sight, struct bytes listed);

bool rollover_is_trusted(enum rollover_state state);

/* May this DS be trusted, as far as is known here? Not if its key was revoked. */
bool rollover_permits(const struct rollover *rollover, struct bytes ds);

/* Does one of the DS, each behind its length, fit the key? */
bool rollover_is_listed(struct bytes listed, const struct name *zone, struct bytes rdata);

/* §2.3: how many seconds after a failed question the next one is due. */
uint32_t rollover_retry(uint32_t pause);

/* When to look again, wall clock, s; never more than the longest pause from now. */
int64_t rollover_next(const struct rollover *rollover, int64_t now);

#endif
