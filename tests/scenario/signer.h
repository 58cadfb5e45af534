/* SPDX-License-Identifier: MIT */
/* signer.h — the keys of a story's signed zones, and signatures made with them. ldns and OpenSSL
 * sign: not our own code. Keys are test keys: whoever reads this file can make them again. */
#ifndef XYLEM_TESTS_SIGNER_H
#define XYLEM_TESTS_SIGNER_H

#include <ldns/ldns.h>
#include <stdbool.h>
#include <stdint.h>

enum { MOST_KEYS = 6, FLAGS_OF_ZSK = 256, FLAGS_OF_KSK = 257 };

struct key_of_story {
	ldns_key *key;          /* NULL: there is no such */
	bool      published;    /* stands in the DNSKEY set */
	bool      signs_keys;   /* that set */
	bool      signs_data;   /* all others */
	bool      vouched;      /* the parent has a DS of it */
};

/* How a signature is made; all zeroes but the times: as it should be. */
struct manner {
	int64_t    inception, expiration;       /* seconds since 1970 */
	int        labels;                      /* to say; below 0: the right number */
	ldns_rdf  *signer;                      /* to say; NULL: the key's zone */
};

/* "ECDSAP256SHA256", "RSASHA256", …; 0: unknown. */
ldns_algorithm signer_algorithm(const char *word);

/* Number `number` of that zone: always the same for an elliptic curve; RSA keys are made by chance,
 * of `bits`. NULL: can't be made. */
ldns_key *signer_key(ldns_rdf *zone, unsigned number, ldns_algorithm algorithm, uint16_t flags,
		     unsigned bits);

/* Sets the flags, and the tag that follows from them. */
void signer_set_flags(ldns_key *key, uint16_t flags);

/* The signature of a set, owner as the set's. */
ldns_rr *signer_sign(const ldns_rr_list *set, ldns_key *key, const struct manner *manner);

#endif
