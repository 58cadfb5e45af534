/* SPDX-License-Identifier: MIT */
/* zone.h — a whole zone's records on their way to become the local root: gathered in any order,
 * then sorted as DNSSEC sorts them.
 *
 * What comes in is hostile until the zone has been checked: bounded in records and octets, every
 * record of class IN and of a type that is data. Kept in canonical form (RFC 4034 §6.2), so names
 * are lower case. Records outside the zone are left out, as its digest leaves them out (RFC 8976
 * §3.3.1). Lives while a copy is made; not for threads to share. */
#ifndef XYLEM_ROOT_ZONE_H
#define XYLEM_ROOT_ZONE_H

#include "cache/message.h"
#include "resolver/complaint.h"
#include "resolver/root/growing.h"

struct zone {
	struct name    apex;
	struct growing octets;          /* the records, one behind the other */
	struct growing order;           /* uint32_t: where each begins; sorted by zone_finish() */
	size_t         count;
};

/* A name as octets that memcmp() sorts as RFC 4034 §6.1 sorts names; in `room`. */
enum { ZONE_KEY_SIZE = 2 * NAME_SIZE };
struct bytes zone_key(const struct name *name, uint8_t room[ZONE_KEY_SIZE]);

/* One record of it; borrowed. */
struct zone_record {
	struct bytes key;               /* of its owner: octets that sort as names do */
	struct bytes wire;              /* owner, type, class, TTL, length, data: canonical form */
	struct bytes owner, rdata;
	uint16_t     type;
	uint32_t     ttl;
};

void zone_init(struct zone *zone, const struct name *apex);
void zone_clear(struct zone *zone);

/* Adds a record that was read from `message`. False: `why` says what is wrong with it, or which
 * bound it breaks. */
MUST_USE bool zone_add(struct zone *zone, struct bytes message, const struct record *record,
		       struct complaint *why);

/* No more will come: sorts, drops doubles, and looks whether it is a zone at all: one SOA and an NS
 * set at its apex. */
MUST_USE bool zone_finish(struct zone *zone, struct complaint *why);

/* Of a finished zone. */
struct zone_record zone_record(const struct zone *zone, size_t i);
bool zone_record_is_at_apex(const struct zone *zone, const struct zone_record *record);

struct zone_soa {
	uint32_t serial, refresh, retry, expire;
};
struct zone_soa zone_soa(const struct zone *zone);

/* Of an SOA's data; false if it is none. */
MUST_USE bool zone_soa_read(struct bytes rdata, struct zone_soa *into);

/* RFC 1982: does serial `a` come after `b`? */
static inline bool serial_is_newer(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) > 0;
}

#endif
