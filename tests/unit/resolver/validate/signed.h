/* SPDX-License-Identifier: MIT */
/* signed.h — sets that ldns has signed, as validation gets them. A mistake in a test's text ends
 * the test. */
#ifndef XYLEM_TESTS_SIGNED_H
#define XYLEM_TESTS_SIGNED_H

#include "resolver/validate/signature.h"
#include "tests/scenario/signer.h"

enum { SIGNED_AT = 1790000000, VALID_FOR = 86400, MOST_SIGNERS = 9 };

/* A zone's keys, and a check as of SIGNED_AT with all of a client query's effort. */
struct signed_zone {
	ldns_rdf     *apex;
	ldns_key     *keys[MOST_SIGNERS];
	unsigned      count;
	struct arena  arena;
	struct effort effort;
	struct check  check;
};

void signed_begin(struct signed_zone *zone, const char *apex);
void signed_end(struct signed_zone *zone);

/* Another key of the zone; gives its number. */
unsigned signed_key(struct signed_zone *zone, ldns_algorithm algorithm, uint16_t flags,
		    unsigned bits);

/* A set of records in presentation format, one a line; signed by these keys, -1 at the end. */
struct rrset *signed_set(struct signed_zone *zone, const char *text, const int *signers);

/* One signature more, made so. */
void signed_add(struct signed_zone *zone, struct rrset *set, const char *text, unsigned signer,
		const struct manner *manner);

/* The zone's DNSKEY set, signed by these keys, and all of its keys as validation keeps them. */
struct rrset     *signed_dnskey(struct signed_zone *zone, const int *signers);
struct zone_keys *signed_keys(struct signed_zone *zone);

/* A DS of a key as in cut.h: behind what is in `into`. */
void signed_ds(const struct signed_zone *zone, unsigned key, ldns_hash hash, struct writer *into);

#endif
