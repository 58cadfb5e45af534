/* SPDX-License-Identifier: MIT */
/* signer.h — key pairs that sign fast, since nobody has to keep their secret.
 *
 * Their signatures are checked like any others. Making one costs much less than it does elsewhere:
 * a P-256 key has one nonce for all of its signatures (which gives the key away), and an RSA
 * modulus of 2,048 bits is the product of eight primes. The same octets have the same signature
 * always. */
#ifndef XYLEM_BENCH_SIGNER_H
#define XYLEM_BENCH_SIGNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RSASHA256 = 8, ECDSAP256 = 13,  /* as in a DNSKEY */
	SIGNERS = 32,                   /* of each algorithm */
	SIGNER_KEY = 264,               /* the longest DNSKEY's data */
	SIGNATURE = 256,                /* the longest */
	SIGNER_DIGEST = 32,             /* SHA-256 */
};

struct signer;

/* Makes them all, anew; ends the process if that can't be done. */
void signers_make(void);

struct signer *signer_get(unsigned algorithm, unsigned number);

/* The data of its DNSKEY, as one that signs keys or one that signs the rest; gives the length. */
size_t   signer_key(const struct signer *signer, bool signs_keys, uint8_t into[SIGNER_KEY]);
unsigned signer_tag(const struct signer *signer, bool signs_keys);

/* The signature as an RRSIG has it; gives the length. */
size_t signer_sign(struct signer *signer, const uint8_t digest[SIGNER_DIGEST],
		   uint8_t into[SIGNATURE]);

#endif
