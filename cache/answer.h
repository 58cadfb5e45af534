/* SPDX-License-Identifier: MIT */
/* answer.h — a complete answer to one question, ready for the wire.
 *
 * An answer is one flat run of octets without pointers: copied by memcpy, written to disk as it
 * is, read under RCU without a lock. It never changes. It holds the image of the answer,
 * authority and additional sections as they are sent to someone who sets DO, compressed against
 * the question's name (which the asker's own letters replace), with each record's offset, its TTL
 * and a bit that says whether it goes only to those who set DO. Compression never points into
 * such a record, so leaving it out is a plain copy of the others.
 *
 * A denial is an answer too (RCODE and SOA say which), and so is a failure that is kept for a
 * while (RFC 9520). */
#ifndef XYLEM_CACHE_ANSWER_H
#define XYLEM_CACHE_ANSWER_H

#include "cache/base/address.h"
#include "cache/base/limits.h"
#include "cache/rrset.h"

struct answer;

/* What an answer is made of; everything borrowed. */
struct answer_parts {
	struct question question;
	uint8_t         rcode;
	enum security   security;
	uint16_t        ede;            /* EDE_NONE, or the extended error's code … */
	const char     *ede_text;       /* … and its sentence; NULL: none */
	struct address  from;           /* the server that said it; family 0: nobody */
	struct rrsets   sections[SECTIONS];
};

/* Makes an answer as of `now` (seconds on the age clock) from sets whose TTLs count from then.
 * TTLs are capped by `max_ttl`; an answer without records lives for max_ttl. In `arena`, so with
 * its lifetime. NULL: no memory, or over MAX_TOLD_OCTETS. One of more than
 * MAX_ANSWER_OCTETS is told to those who asked, and not kept. */
MUST_USE struct answer *answer_build(struct arena *arena, const struct answer_parts *parts,
				     uint32_t now, uint32_t max_ttl);

/* For octets from a disk: are they an answer, whole and consistent? The same door as for what
 * comes from the wire. */
MUST_USE bool answer_is_sound(struct bytes octets);

size_t answer_size(const struct answer *answer);        /* octets in all */

/* Facts. A denial: NXDOMAIN, or no record in the answer section. A failure: neither data nor a
 * denial (SERVFAIL …). */
void          answer_question(const struct answer *answer, struct question *into);
bool          answer_is_for(const struct answer *answer, const struct question *question);
bool          answer_is_denial(const struct answer *answer);
bool          answer_is_failure(const struct answer *answer);
unsigned      answer_rcode(const struct answer *answer);
enum security answer_security(const struct answer *answer);
bool          answer_leads_into(const struct answer *answer, const struct name *zone);  /* by an
							 * alias whose target is part of it */
uint16_t      answer_ede(const struct answer *answer);
const char   *answer_ede_text(const struct answer *answer);     /* "" if there is none */
struct address answer_from(const struct answer *answer);
unsigned      answer_records(const struct answer *answer, enum section section);
uint32_t      answer_stored_at(const struct answer *answer);   /* age clock, s */
uint32_t      answer_age(const struct answer *answer, uint32_t now);
uint32_t      answer_ttl_left(const struct answer *answer, uint32_t now);  /* 0: it has expired */

/* How long it lived, or lives, from when it was stored: s, whatever of it is left. */
uint32_t      answer_lifetime(const struct answer *answer);

/* Writes the sections behind a header and a question that stand at the start of `message`
 * already: TTLs less their age, without DNSSEC records unless `dnssec_ok` or the question asked
 * for their type. The record counts go to `counts`. False, and the writer as before, if it
 * doesn't fit. No allocation, no formatting: the hot path. */
MUST_USE bool answer_write(const struct answer *answer, uint32_t now, bool dnssec_ok,
			   struct writer *message, uint16_t counts[SECTIONS]);

/* A whole message, for those who aren't in a hurry: header (given back too), question, records. It
 * always fits. */
enum { ANSWER_MESSAGE_SIZE = HEADER_LENGTH + NAME_SIZE + 4 + MAX_TOLD_OCTETS };
struct bytes answer_write_message(const struct answer *answer, uint32_t now, bool dnssec_ok,
				  uint8_t room[ANSWER_MESSAGE_SIZE], struct header *header);

/* Back to sets in the arena, TTLs less their age. */
MUST_USE enum result answer_expand(const struct answer *answer, uint32_t now, struct arena *arena,
				   struct answer_parts *into);

/* For whoever owns a copy that nobody else sees yet: it counts from `stored_at`, and lives no
 * longer than `max_ttl`. */
void answer_adopt(struct answer *answer, uint32_t stored_at, uint32_t max_ttl);

#endif
