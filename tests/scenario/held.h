/* SPDX-License-Identifier: MIT */
/* held.h — zones that simulated servers hold, and what those answer from them: as RFC 1034 §4.3.2,
 * RFC 4035 §3.1 and RFC 5155 §7.2 say, but for the faults that a story wants. */
#ifndef XYLEM_TESTS_HELD_H
#define XYLEM_TESTS_HELD_H

#include "tests/scenario/signer.h"

enum manner_of_fault {
	SIGNS_EXPIRED, SIGNS_EARLY, SIGNS_FOR, SIGNS_BADLY, SIGNS_ALSO_BADLY, SIGNS_NOT,
	SIGNS_BY_ANOTHER, SIGNS_AS, SIGNS_WITH_LABELS,
};

/* What is wrong with the signatures of some sets. */
struct fault_of_zone {
	struct fault_of_zone *next;
	enum manner_of_fault  how;
	ldns_rdf             *name;     /* NULL: any */
	ldns_rr_type          type;     /* 0: any */
	unsigned              number;   /* of labels, of seconds */
	ldns_rdf             *signer;
};

/* A DS set that a story wants in place of the right one. */
struct vouching {
	struct vouching *next;
	ldns_rdf        *child;
	bool             nothing;       /* there is none, and that is proved */
	bool             wrongly;
	unsigned         key;           /* its number; 0: as those are vouched for */
	unsigned         digest;        /* 0: 2 */
	unsigned         algorithm;     /* to say; 0: the key's */
};

struct held_zone {
	struct held_zone     *next;
	ldns_rdf             *apex;
	ldns_rr_list         *records;
	bool                  is_signed, nsec3, opt_out;
	int64_t               lives_s;  /* its signatures, s; 0: fourteen days */
	uint16_t              iterations;
	char                  salt[64]; /* in hex; "-": none */
	bool                  lacks_proof, lacks_keys, lacks_ds;
	struct key_of_story   keys[MOST_KEYS];  /* number 1 at 0 */
	struct fault_of_zone *faults;
	struct vouching      *vouchings;
};

/* By its name; made if there is none, with a SOA. */
struct held_zone *held_zone(const char *name);
struct held_zone *held_find(const ldns_rdf *name);      /* NULL: none begins there */

/* The deepest of them that the name is in; NULL: none. */
struct held_zone *held_above(const ldns_rdf *name);

bool held_add(struct held_zone *zone, const char *record);

/* Fills in flags and sections of a reply to a question, from this zone. */
void held_answer(const struct held_zone *zone, const ldns_rdf *name, ldns_rr_type type,
		 bool wants_signatures, ldns_pkt *into);

/* Signs what stands in answer and authority, but NS there, where a held zone is signed. */
void held_sign_packet(ldns_pkt *packet);

/* held_records.c — what a zone has; lists are the caller's. */
ldns_rr_list *held_set(const struct held_zone *zone, const ldns_rdf *owner, ldns_rr_type type);
bool          held_has(const struct held_zone *zone, const ldns_rdf *owner, ldns_rr_type type);
bool          held_exists(const struct held_zone *zone, const ldns_rdf *name);
/* The name at or above this one, below the apex, where the highest cut is; NULL: none. Whoever asks
 * for DS isn't below the cut that has the name. The caller's. */
ldns_rdf     *held_cut(const struct held_zone *zone, const ldns_rdf *name, ldns_rr_type type);
ldns_rr_list *held_ds(const struct held_zone *zone, const ldns_rdf *child);

/* held_sign.c — pushes the set with its signatures; it is freed. A wildcard is made the name
 * `shown_as` after it is signed, unless that is NULL. */
void held_push(const struct held_zone *zone, ldns_rr_list *set, const ldns_rdf *shown_as,
	       bool wants_signatures, ldns_pkt_section section, ldns_pkt *into);

/* held_proof.c — NSEC or NSEC3 records, each once. */
enum lack { DENIES_NAME, DENIES_TYPE, DENIES_CLOSER, DENIES_DS };
void          held_deny(const struct held_zone *zone, const ldns_rdf *name, enum lack denial,
			ldns_pkt *into);
ldns_rr_list *held_nsec(const struct held_zone *zone, const ldns_rdf *owner);

/* The longest name at or above this one that exists. The caller's. */
ldns_rdf *held_encloser(const struct held_zone *zone, const ldns_rdf *name);
ldns_rdf *held_wildcard(const ldns_rdf *encloser);

void held_clear(void);

#endif
