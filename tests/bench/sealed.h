/* SPDX-License-Identifier: MIT */
/* sealed.h — the generated Internet, signed: what generated.h says, with DNSKEY, DS, RRSIG and
 * proofs of what isn't there, for those who set DO.
 *
 *   .         ECDSAP256SHA256
 *   tJ.       ECDSAP256SHA256; that a child isn't signed it proves by NSEC, with odd J by NSEC3
 *   zK.tJ.    by K / 8 mod 8: 0 to 4 ECDSAP256SHA256, 5 and 6 RSASHA256 with 2048 bits, 7 not
 *             signed
 *
 * One key signs all of a zone (flags 257). There are few pairs of keys, shared by zones, so that
 * making them takes no time; each zone has a DNSKEY set, a DS and signatures of its own.
 * Denials are made for the question: an NSEC that begins just before the name and ends just behind
 * it (RFC 4470). Signing costs the world 20 us with P-256, and 600 us with RSA. */
#ifndef XYLEM_BENCH_SEALED_H
#define XYLEM_BENCH_SEALED_H

#include "talk.h"

/* Makes the keys, and writes the root's DS as "TAG ALGORITHM DIGESTTYPE HEX" into the file. */
void sealed_begin(const char *anchor_file);

/* Does the query's OPT record, behind its question, set DO? */
bool sealed_is_wanted(const uint8_t *query, size_t length, size_t question_end);

/* Answers what only signed zones have, DNSKEY and DS: false if the question isn't for these. */
bool sealed_says(struct talk *talk);

/* Adds to what a server said what its zone has signed. */
void sealed_sign(struct talk *talk, unsigned rcode);

#endif
