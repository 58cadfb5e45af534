/* SPDX-License-Identifier: MIT */
/* denial.h — proofs at hand: the NSEC, or the NSEC3, that a zone has signed (RFC 8198).
 *
 * Evidence and no more: whether it proves anything is for resolver/validate/proof.h to say. Only
 * what is secure enters. One zone's records of one type are one run of octets, in canonical order
 * of their owners, which for NSEC3 is the order of their hashes; with them the zone's SOA, that
 * denials are told with. */
#ifndef XYLEM_CACHE_DENIAL_H
#define XYLEM_CACHE_DENIAL_H

#include "cache/rrset.h"

/* Whose, and of which type: NSEC or NSEC3, that never prove anything together. */
struct denials_of {
	const struct name *zone;
	uint16_t           type;
};

enum { DENIALS_PACKED_SIZE = 32 * 1024 };

/* May it be kept: a secure set of one NSEC whose ends are in the zone, of one NSEC3 right below the
 * zone's top, or the zone's SOA? */
bool denials_admit(const struct denials_of *of, const struct rrset *set);

/* Are all that it admits of `sets` known, with the same data and for about as long? */
bool denials_know(struct bytes packed, const struct denials_of *of, const struct rrsets *sets,
		  uint32_t now, uint32_t longest);

/* Writes what is packed (nothing: no octets) with those of `sets` that are admitted, as of now and
 * for no longer than `longest` s; without those that have expired or whose owner is the same. When
 * there is no room for all, the last in order are left out. Gives the length; 0: there is nothing
 * to keep, or too much of it. */
size_t denials_add(struct bytes packed, const struct denials_of *of, const struct rrsets *sets,
		   uint32_t now, uint32_t longest, uint8_t into[DENIALS_PACKED_SIZE]);

bool denials_are_of(struct bytes packed, const struct denials_of *of);
void denials_zone(struct bytes packed, struct name *into);

/* The live record whose owner is the name or comes nearest before it, with the last one before the
 * first; or the SOA. Copied into the arena; NULL: none, or no memory. */
MUST_USE struct rrset *denials_find(struct bytes packed, const struct name *name, uint32_t now,
				    struct arena *arena);
MUST_USE struct rrset *denials_soa(struct bytes packed, uint32_t now, struct arena *arena);

#endif
