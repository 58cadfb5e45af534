/* SPDX-License-Identifier: MIT */
/* nsec3.h — what NSEC3 records say (RFC 5155), one by one, and of a name.
 *
 * What breaks its format, or has a hash or flags that nobody knows (RFC 5155 §8.1, §8.2), says
 * nothing: its reader gives false. What was read borrows from its set. */
#ifndef XYLEM_VALIDATE_NSEC3_H
#define XYLEM_VALIDATE_NSEC3_H

#include "resolver/validate/nsec.h"

struct nsec3_parameters {
	uint16_t     iterations;
	struct bytes salt;
};

struct nsec3 {
	uint8_t                 hash[NSEC3_HASH_SIZE];
	uint8_t                 next[NSEC3_HASH_SIZE];
	bool                    opts_out;
	struct nsec3_parameters parameters;
	struct bytes            types;
};

/* False: the set isn't one NSEC3 of the zone: its owner is a hash, right below the zone's top. Its
 * security isn't looked at. */
MUST_USE bool nsec3_read(const struct rrset *set, const struct name *zone, struct nsec3 *into);

/* The other way round: whose record would the hash's be? False: the name would be too long. */
MUST_USE bool nsec3_owner(const uint8_t hash[NSEC3_HASH_SIZE], const struct name *zone,
			  struct name *into);

bool nsec3_matches(const struct nsec3 *nsec3, const uint8_t hash[NSEC3_HASH_SIZE]);

/* Lies the hash between the two of it? The last one's next is the first. */
bool nsec3_covers(const struct nsec3 *nsec3, const uint8_t hash[NSEC3_HASH_SIZE]);

/* One proof's records and hashes: a name's ancestors are hashed once. */
struct nsec3_search {
	const struct proof_of  *of;
	const struct name      *name;
	struct nsec3_parameters parameters;
	enum standing           failure;        /* COSTLY or SPENT; UNKNOWN: none */
	unsigned                labels;         /* of the name */
	bool                    is_hashed[NAME_LABELS + 1];     /* by number of labels */
	uint8_t                 hashes[NAME_LABELS + 1][NSEC3_HASH_SIZE];
};

/* Chooses the parameters: those of the first record that doesn't cost too much. False: there is no
 * such record; `failure` says whether there is one that costs too much. */
MUST_USE bool nsec3_search_begin(struct nsec3_search *search, const struct proof_of *of,
				 const struct name *name);

struct finding nsec3_find(struct nsec3_search *search);

/* Of the wildcard below the ancestor that has so many labels. */
struct finding nsec3_find_wildcard(struct nsec3_search *search, unsigned labels);

/* Of the ancestor that has so many labels: only whether it is ABSENT. */
struct finding nsec3_find_gap(struct nsec3_search *search, unsigned labels);

#endif
