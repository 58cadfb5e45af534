/* SPDX-License-Identifier: MIT */
/* chance_zone.h — a small zone made by chance, its chains of NSEC and NSEC3, and its truth.
 *
 * It has all that makes denials hard: empty non-terminals, wildcards and names below them, CNAMEs,
 * DNAMEs, delegations with and without DS. The truth is told from its names alone, by other means
 * than those that are tested. */
#ifndef XYLEM_TESTS_CHANCE_ZONE_H
#define XYLEM_TESTS_CHANCE_ZONE_H

#include "tests/unit/resolver/validate/evidence.h"

enum { CHANCE_NODES = 64, CHANCE_MAP = 7 };

struct chance_node {
	struct name name;
	uint8_t     types[CHANCE_MAP];          /* a bit map of the first window; all zero: empty */
	bool        is_empty;
	bool        is_left_out;                /* of the NSEC3 chain, by opt-out */
};

/* In the order of the chain; each record's gap ends where the next one begins. */
struct chance_link {
	const struct chance_node *node;
	uint8_t                   hash[NSEC3_HASH_SIZE];
	bool                      opts_out;
	struct rrset             *set;
};

enum chain_kind { CHAIN_NSEC, CHAIN_NSEC3, CHAIN_OPT_OUT, CHAIN_SOME_OPT_OUT, CHAINS };

struct chance_zone {
	uint64_t           state;
	struct name        top;
	unsigned           count, links;
	struct chance_node nodes[CHANCE_NODES];
	enum chain_kind         chain;
	struct chance_link link[CHANCE_NODES];
};

uint32_t chance(struct chance_zone *zone, uint32_t bound);

/* The same for the same seed, which isn't 0. */
void chance_zone_make(struct chance_zone *zone, uint64_t seed);

/* A name in the zone, there or not; often below one that is there. */
void chance_name(struct chance_zone *zone, struct name *into);

/* One more label, of one octet. */
void chance_put_label(struct name *name, char octet);

/* Adds all of a chain to the evidence, which was made for this zone. */
void chance_chain(struct chance_zone *zone, enum chain_kind chain, struct evidence *evidence);

const struct chance_node *chance_find(const struct chance_zone *zone, const struct name *name);
bool chance_has(const struct chance_node *node, unsigned type);

/* NS without SOA; that, or a DNAME: what is below isn't the zone's to tell. */
bool chance_delegates(const struct chance_node *node);
bool chance_hides(const struct chance_node *node);

/* The nearest ancestor that the chain knows of; the name itself if it does. */
const struct chance_node *chance_encloser(const struct chance_zone *zone, const struct name *name);

/* The link whose gap, or whose own name, this is. */
const struct chance_link *chance_link_of(const struct chance_zone *zone, const struct name *name);

/* Is there data at the wildcard below the ancestor that has so many labels? */
bool chance_may_answer(const struct chance_zone *zone, const struct name *name, unsigned labels);

/* What all of the chain must prove; a part of it may prove this or nothing. */
enum proof chance_truth(const struct chance_zone *zone, enum claimed claimed,
			const struct name *name, unsigned number);

/* Makes only those records secure that a server would send with a claim that is true. */
void chance_select(struct chance_zone *zone, const struct name *name);

#endif
