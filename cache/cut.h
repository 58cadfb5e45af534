/* SPDX-License-Identifier: MIT */
/* cut.h — a zone cut: where to go on for the names of a zone, as its parent told.
 *
 * Routing is learnt only from referrals (and hints, and configuration); what a child says of
 * itself never extends a cut. In the cut store a cut is packed; here it is a plain value of some
 * kilobytes, for the arena of a walk. */
#ifndef XYLEM_CACHE_CUT_H
#define XYLEM_CACHE_CUT_H

#include "cache/base/address.h"
#include "cache/base/limits.h"
#include "cache/name.h"
#include "cache/trust.h"

enum cut_source {                       /* the numbers of docs/trace-format.md */
	CUT_FROM_HINTS = 0,             /* built in, or primed from them */
	CUT_FROM_CACHE = 1,             /* only said in a trace: where it was found */
	CUT_FROM_REFERRAL = 2,
	CUT_FROM_STUB = 3,              /* configured: authoritative servers */
	CUT_FROM_FORWARD = 4,           /* configured: other resolvers */
	CUT_FROM_LOCAL_ROOT = 5,        /* as a referral, from our copy of the root zone */
};

struct cut_server {
	struct name    name;            /* of a configured server: its certificate's, or not set */
	uint8_t        address_count;   /* 0: known only by name; a sub-walk finds its addresses */
	struct address addresses[MAX_ADDRESSES_PER_SERVER];
};

struct cut {
	struct name       zone;
	enum cut_source   source;
	enum security     security;
	bool              over_tls;     /* configured: asked by TLS, never otherwise; not packed */
	uint32_t          stored_at;    /* seconds on the age clock */
	uint32_t          ttl;          /* seconds from then; the least of all that made it */
	uint8_t           server_count;
	struct cut_server servers[MAX_SERVERS_PER_CUT];
	uint16_t          ds_length;    /* the DS set of the parent: (u16 length, data)… */
	uint8_t           ds[1024];
};

/* Does it come from other people's servers, rather than from hints and settings? */
static inline bool cut_is_learnt(const struct cut *cut)
{
	return cut->source == CUT_FROM_REFERRAL || cut->source == CUT_FROM_LOCAL_ROOT;
}

uint32_t cut_ttl_left(const struct cut *cut, uint32_t now);

/* Adds an address to the server of that name; unknown names, doubles and what is over the limits
 * are ignored. */
void cut_add_address(struct cut *cut, const struct name *server, const struct address *address);

/* Adds a server, if it isn't there and there is room. */
void cut_add_server(struct cut *cut, const struct name *server);

/* The packed form: flat octets, for store and disk. pack gives 0 if there is no room
 * (CUT_PACKED_SIZE always suffices); unpack believes nothing and says false if the octets aren't
 * a cut. */
enum { CUT_PACKED_SIZE = 8192 };
size_t        cut_pack(const struct cut *cut, uint8_t into[CUT_PACKED_SIZE]);
MUST_USE bool cut_unpack(struct bytes packed, struct cut *into);

/* Of octets that cut_pack() made: without unpacking all. */
uint32_t cut_packed_ttl_left(struct bytes packed, uint32_t now);
void     cut_packed_cap(uint8_t *packed, uint32_t max_ttl);
bool     cut_packed_is_of(struct bytes packed, const struct name *zone);

#endif
