/* SPDX-License-Identifier: MIT */
/* message.h — reads a DNS message in place: header, question, records, EDNS.
 *
 * Every function reads at a cursor that runs over the whole message (compression needs its start)
 * and leaves it behind what was read; on malformed octets the cursor has failed and stays so.
 * Nothing is allocated, nothing is copied but names. Whoever reads asks cursor_is_good() before
 * believing. */
#ifndef XYLEM_CACHE_MESSAGE_H
#define XYLEM_CACHE_MESSAGE_H

#include "cache/dns.h"
#include "cache/question.h"

struct header {
	uint16_t id;
	uint16_t flags;                 /* FLAG_…, opcode and RCODE together */
	uint16_t questions;
	uint16_t counts[SECTIONS];      /* records in answer, authority, additional */
};

struct record {
	struct name owner;
	uint16_t    type;
	uint16_t    class;
	uint32_t    ttl;                /* as on the wire; RFC 2181 §8: over 2^31 - 1 means 0 */
	struct bytes rdata;             /* in the message, perhaps compressed: see rdata.h */
	size_t      rdata_position;
};

struct edns {
	bool         present;
	bool         dnssec_ok;
	uint8_t      version;
	uint8_t      extended_rcode;    /* the upper eight bits of the RCODE */
	uint16_t     payload;
	struct bytes options;           /* in the message */
};

struct edns_option {
	uint16_t     code;
	struct bytes value;
};

void header_read(struct cursor *message, struct header *into);
void header_write(struct writer *writer, const struct header *header);

void question_read(struct cursor *message, struct question *into);
void question_write(struct writer *writer, const struct question *question);

void record_read(struct cursor *message, struct record *into);

/* Of a record of type OPT: false if its owner isn't the root (RFC 6891 §6.1.2). */
MUST_USE bool edns_read(const struct record *opt, struct edns *into);

/* The next option, false at the end; a malformed one fails the cursor, which runs over the
 * options. */
bool edns_option_read(struct cursor *options, struct edns_option *into);

/* An OPT record without options; returns where its RDLENGTH stands, for patch_u16() after
 * options. */
size_t edns_write(struct writer *writer, const struct edns *edns);
void   edns_option_write(struct writer *writer, uint16_t code, struct bytes value);

static inline unsigned header_rcode(const struct header *header)
{
	return header->flags & MASK_RCODE;
}

#endif
