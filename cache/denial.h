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
uint32_t denial_ttl_left(const struct denial *denial, uint32_t now);

/* The gaps of a zone that the store keeps: flat octets, in canonical order of their owners. */
enum { DENIALS_PACKED_SIZE = 32 * 1024 };

/* Writes the zone's gaps (none: no octets) with a fresh one, without those that have expired
 * or that had the same owner; when there is no room for all, the last in order are left out.
 * Gives the length; 0 if the fresh one alone is too large. */
size_t denials_add(struct bytes packed, const struct denial *fresh, uint32_t now,
		   uint8_t into[DENIALS_PACKED_SIZE]);

/* For reading them: opens, then gives one gap after the other (its zone isn't touched), false
 * at the end. The proof points into the octets. */
struct cursor denials_open(struct bytes packed, struct name *zone);
bool          denials_next(struct cursor *gaps, struct denial *into);

#endif
