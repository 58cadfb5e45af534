/* SPDX-License-Identifier: MIT */
/* chance_set.h — sets of random records, signed by ldns with keys of every algorithm, and spoilt.
 * The same seed gives the same ones, but for keys and signatures of RSA. */
#ifndef XYLEM_TESTS_CHANCE_SET_H
#define XYLEM_TESTS_CHANCE_SET_H

#include "tests/unit/resolver/validate/signed.h"

enum { MOST_RECORDS = 6, MOST_OCTETS = 600 };

/* Where an RRSIG's and a DNSKEY's fields are (RFC 4034 §3.1, §2.1). */
enum {
	COVERED = 0, ALGORITHM = 2, LABELS = 3, ORIGINAL_TTL = 4, EXPIRES = 8, BEGINS = 12,
	TAG = 16, RRSIG_FIXED = 18, KEY_FIXED = 4
};

struct run {
	size_t  length;
	uint8_t octets[MOST_OCTETS];
};

/* A set as on the wire, its signature, and the key. The zone is example.com. */
struct chance_set {
	struct run owner;
	uint16_t   type;
	uint32_t   ttl;
	unsigned   count;
	struct run rdata[MOST_RECORDS + 1];
	struct run rrsig;
	struct run key;
	unsigned   signer;              /* the zone's key of that number */
};

void        chance_begin(uint64_t seed);
void        chance_end(void);
uint32_t    chance(uint32_t bound);
const char *chance_word(const char *const *of, unsigned count);

/* The key of that number. */
ldns_key *chance_key(unsigned number);

/* One of those that were made at the beginning, signed rightly. */
const struct chance_set *chance_any_set(void);

/* None to three changes: of owner, records, signature, key, TTL. */
void chance_spoil(struct chance_set *set);

/* As odd as it has become, it is signed rightly: only its oddity speaks against it. */
void chance_sign_again(struct chance_set *set);

/* A record as ldns has it; NULL: it can't read it. */
ldns_rr *chance_record(const struct run *owner, uint16_t type, uint32_t ttl,
		       const struct run *rdata);

void     run_put_name(const char *text, struct run *into);
size_t   run_signer_size(const struct run *rrsig);
unsigned run_labels(const uint8_t *name);

static inline void put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value & 0xffff);
}

static inline unsigned get16(const uint8_t *at)
{
	return (unsigned)at[0] << 8 | at[1];
}

static inline uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

#endif
