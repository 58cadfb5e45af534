/* SPDX-License-Identifier: MIT */
/* key.h — one public key of a zone: its DNSKEY read, and made ready for checking when it is first
 * used. One thread only. */
#ifndef XYLEM_VALIDATE_KEY_H
#define XYLEM_VALIDATE_KEY_H

#include "cache/base/bytes.h"
#include "cache/name.h"
#include "resolver/validate/verdict.h"

enum { KEY_FLAG_ZONE = 0x0100, KEY_FLAG_REVOKED = 0x0080, KEY_FLAG_SEP = 0x0001 };

struct public_key;                      /* OpenSSL's; key.c */

struct zone_key {
	uint16_t           flags;
	uint8_t            protocol;
	uint8_t            algorithm;
	uint16_t           tag;         /* RFC 4034 appendix B */
	struct bytes       rdata;       /* all of the DNSKEY's data; borrowed */
	struct public_key *ready;       /* NULL: not used yet */
	bool               is_unfit;    /* it was tried: too short, too long, or no key at all */
};

/* False: it isn't a DNSKEY's data. */
MUST_USE bool zone_key_read(struct bytes rdata, struct zone_key *into);
void          zone_key_clear(struct zone_key *key);

/* RFC 4034 §2.1.1, RFC 5011 §2.1: may it sign the zone's data? */
bool zone_key_may_sign(const struct zone_key *key);

/* RFC 4034 appendix B, of a whole DNSKEY's data. */
uint16_t key_tag(struct bytes rdata);

/* Makes it ready. False: its algorithm isn't supported, or its size is out of bounds (LIMITS.md:
 * RSA 1024 to 4096 bits, exponent of at most 64 bits; the others have one size). */
MUST_USE bool zone_key_prepare(struct zone_key *key, bool sha1);

/* Is `signature` this key's over the octets? Spends one check, and a failure if it isn't; false
 * too when there is nothing left to spend. */
MUST_USE bool zone_key_verify(struct zone_key *key, const struct check *check, struct bytes octets,
			      struct bytes signature);

/* RFC 4034 §5.1.4: is the DS's digest that of this key, as a key of `zone`? */
MUST_USE bool zone_key_has_digest(const struct zone_key *key, const struct name *zone,
				  uint8_t digest_type, struct bytes digest);

/* Writes a DS's data for the key with SHA-256; `into` has room. Gives its length: 36. */
enum { DS_SHA256_SIZE = 36 };
size_t zone_key_digest(const struct zone_key *key, const struct name *zone,
		       uint8_t into[DS_SHA256_SIZE]);

#endif
