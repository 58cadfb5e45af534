/* SPDX-License-Identifier: MIT */
/* rdata.h — what lies in a record's data, as far as a resolver must know: where names are.
 *
 * Data from a message is expanded once, when it is read: names uncompressed, lengths checked,
 * so that all later code may take it as it is. Types that aren't in the table are opaque (RFC
 * 3597). */
#ifndef XYLEM_CACHE_RDATA_H
#define XYLEM_CACHE_RDATA_H

#include "cache/message.h"

/* Writes the record's data, expanded. The record was read from `message`. If the data breaks
 * its type's format, the writer has failed. */
void rdata_expand(struct bytes message, const struct record *record, struct writer *into);

/* Small letters in the names of expanded data, in place, where the canonical form has them (RFC
 * 4034 §6.2, without NSEC: RFC 6840 §5.1). */
void rdata_lower(uint16_t type, uint8_t *rdata, size_t length);

/* The name that an expanded NS, CNAME, DNAME or PTR's data is. False: it isn't exactly one. */
MUST_USE bool rdata_name(struct bytes rdata, struct name *into);

/* Of an expanded SOA: its last field, the negative TTL (RFC 2308 §4). */
uint32_t rdata_soa_minimum(struct bytes rdata);

/* Of an expanded RRSIG: the type that it covers. */
uint16_t rdata_covered_type(struct bytes rdata);

/* May names in this type's data be compressed when it is sent? RFC 3597 §4: only in RFC 1035's. */
bool rdata_is_compressible(uint16_t type);

/* Expanded data as a list of parts, for a writer that compresses: the next part is a name or
 * plain octets. False at the end. `*field` is 0 before the first. Data that breaks its type's
 * format harms nothing: where it is too short or holds no name the cursor has failed, what it has
 * too much comes as octets. */
struct rdata_part {
	bool         is_name;
	struct name  name;
	struct bytes octets;
};
bool rdata_next_part(uint16_t type, struct cursor *rdata, unsigned *field, struct rdata_part *into);

#endif
