/* SPDX-License-Identifier: MIT */
/* denial.h — proven gaps: "between these two names of this zone there is nothing" (RFC 8198).
 *
 * Only what DNSSEC has proven enters: a gap comes with the signed NSEC that says so and its SOA.
 * Keyed by zone, ordered canonically within it. */
#ifndef XYLEM_CACHE_DENIAL_H
#define XYLEM_CACHE_DENIAL_H

#include "cache/answer.h"

struct denial {
	struct name   zone;
	struct name   owner;            /* the NSEC's */
	struct name   next;             /* the next name that exists, in `zone` */
	enum security security;         /* anything but secure is refused at the door */
	uint32_t      stored_at;        /* age clock, s */
	uint32_t      ttl;
	struct bytes  proof;            /* an answer (answer.h) that holds NSEC, RRSIG and SOA */
};

/* Does the gap cover the name: owner < name < next, in canonical order, the zone's last gap
 * wrapping round to its apex (RFC 4034 §4.1.1)? */
bool denial_covers(const struct denial *denial, const struct name *name);

#endif
