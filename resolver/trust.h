/* SPDX-License-Identifier: MIT */
/* trust.h — what is trusted besides what the configuration says: keys that followed those (RFC
 * 5011), and negative anchors that were set while the daemon runs (RFC 7646).
 *
 * Plain values of the main thread. A list of negative anchors that is in force belongs to the
 * settings that were made with it; whoever wants another one changes a copy. */
#ifndef XYLEM_RESOLVER_TRUST_H
#define XYLEM_RESOLVER_TRUST_H

#include "resolver/complaint.h"
#include "resolver/rollover_file.h"
#include "resolver/validate/anchors.h"

struct negative {
	char        text[NAME_TEXT_SIZE];       /* as config.h has names */
	struct name name;
	char        reason[MAX_NEGATIVE_REASON + 1];
	uint32_t    expires_at;                 /* age clock, s; 0: it doesn't */
};

struct negatives {
	size_t          count;
	struct negative at[MAX_NEGATIVE_ANCHORS];
};

/* A copy, or, of NULL, an empty one. NULL: no memory. free() it. */
MUST_USE struct negatives *negatives_copy(const struct negatives *negatives);

const struct negative *negatives_find(const struct negatives *negatives, const struct name *name);

/* Puts it in, or in the place of the one of that name. False: `why`. */
MUST_USE bool negatives_put(struct negatives *negatives, const struct negative *negative,
			    struct complaint *why);

/* False: there is none of that name. */
bool negatives_remove(struct negatives *negatives, const struct name *name);

/* Takes out those whose time is over; gives how many. */
size_t negatives_expire(struct negatives *negatives, uint32_t now);

/* In how many seconds the first of them ends; UINT32_MAX: none does. */
uint32_t negatives_next_end(const struct negatives *negatives, uint32_t now);

/* Makes there be a roll-over for each zone that the anchors have DS for, and no others. One that
 * began from other anchors begins anew, but for its revoked keys. */
void trust_align(struct rollovers *rollovers, const struct anchors *configured);

/* The anchors in force: those, less what was revoked, with what followed them. Roll-overs that
 * began from others than these count only for what was revoked; NULL: none. Gives NULL
 * for want of memory. */
MUST_USE struct anchors *trust_follow(const struct anchors *configured,
				      const struct rollovers *rollovers);

/* The DS of that zone, and of no other; empty: none. */
struct bytes trust_listed(const struct anchors *anchors, const struct name *zone);

#endif
