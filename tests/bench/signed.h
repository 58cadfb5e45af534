/* SPDX-License-Identifier: MIT */
/* signed.h — signatures, keys and proofs of the generated Internet, where it is signed (generated.h
 * says which zone how).
 *
 * Every zone has two keys, one for its keys and one for the rest, which it shares with others.
 * Nothing is put if the asker doesn't want it (DO) or the zone isn't signed. What isn't there is
 * denied narrowly: NSEC as in RFC 4470, NSEC3 as in RFC 7129 appendix B, no iterations, no salt. */
#ifndef XYLEM_BENCH_SIGNED_H
#define XYLEM_BENCH_SIGNED_H

#include "talk.h"

/* Makes the keys: once, before anything is asked. */
void signed_begin(void);

/* The root's DS as a line of a zone file, with its end. */
void signed_anchor(char *into, size_t room);

/* Signs the set whose records are what has been put since `from`. */
void put_signature(struct talk *talk, unsigned section, struct zone zone, size_t from);

/* The zone's DNSKEYs, not yet signed; false if it has none. */
bool put_keys(struct talk *talk, struct zone zone);

/* The child's DS; its signed absence if the child isn't signed. True: there is one. */
bool put_trust(struct talk *talk, unsigned section, struct zone parent, struct zone child);

/* Does the child have a DS? */
bool signed_has_trust(const struct talk *talk, struct zone parent, struct zone child);

/* That the question's name, or its type there, doesn't exist. */
void put_denial(struct talk *talk, struct zone zone, unsigned rcode);

#endif
