/* SPDX-License-Identifier: MIT */
/* signature.h — is a set what its zone has signed (RFC 4034 §3, RFC 4035 §5.3)? */
#ifndef XYLEM_VALIDATE_SIGNATURE_H
#define XYLEM_VALIDATE_SIGNATURE_H

#include "resolver/validate/keys.h"

/* An RRSIG's data, read. */
struct signature {
	uint16_t     covered;
	uint8_t      algorithm;
	uint8_t      labels;
	uint32_t     original_ttl;
	uint32_t     expires, begins;   /* wall clock, s, modulo 2^32 */
	uint16_t     tag;
	struct name  signer;
	struct bytes octets;            /* the signature itself; borrowed */
};

/* False: it isn't an RRSIG's data. The set's data is expanded already (rdata.h). */
MUST_USE bool signature_read(struct bytes rdata, struct signature *into);

/* Whose signatures are on the set? The zone of the first that can be read and is at or above the
 * owner; false if there is none. */
MUST_USE bool signature_signer(const struct rrset *set, struct name *into);

/* One good signature of one of the zone's keys is enough (RFC 6840 §5.11). SECURE: the set's
 * security says so from now on, its TTL is at most the original one and what is left until the
 * signature expires (RFC 4035 §5.3.3), only good signatures are left on it, and `labels` has
 * how many of the owner's labels were signed: fewer than it has means that it was made from a
 * wildcard, which needs a proof (proof.h). BOGUS: why tells of the signature that came nearest. A
 * set that is secure already isn't checked again (its labels are told all the same).
 *
 * Every rule of RFC 4035 §5.3.1 holds, and: labels no fewer than the signer's; owner in the zone;
 * at most MAX_SIGNATURES_PER_RRSET looked at, MAX_KEYS_PER_TAG keys tried for each,
 * MAX_FAILED_CHECKS of a set. */
struct verdict check_set(const struct check *check, const struct zone_keys *keys,
			 struct rrset *set, unsigned *labels);

#endif
