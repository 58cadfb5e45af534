/* SPDX-License-Identifier: MIT */
/* server.h — what we remember of one address that we ask. A plain value; the server store keeps
 * one per address. */
#ifndef XYLEM_CACHE_SERVER_H
#define XYLEM_CACHE_SERVER_H

#include "cache/base/address.h"

/* DOUBTED: it said over UDP, where anybody may have said it, that it can't. FAILS: over TCP too. */
enum server_edns { EDNS_UNKNOWN, EDNS_WORKS, EDNS_FAILS, EDNS_DOUBTED };

enum { CLIENT_COOKIE_OCTETS = 8, MAX_COOKIE_OCTETS = 40 };      /* RFC 7873 §4 */

/* The COOKIE option's value for the next query: eight octets of ours, then the server's. */
struct cookie {
	uint8_t length;                 /* 0: none */
	uint8_t octets[MAX_COOKIE_OCTETS];
};

struct server {
	uint32_t         round_trip_us; /* smoothed (RFC 6298 §2); 0: never measured */
	uint32_t         variation_us;
	uint16_t         silences;      /* in a row, since it last replied */
	uint32_t         avoid_until;   /* age clock, s: silent or broken until then; 0: no */
	uint32_t         silent_at;     /* age clock, s: when that was last counted; 0: it wasn't */
	uint32_t         last_heard;    /* age clock, s; 0: never */
	uint32_t         recases_until; /* age clock, s: no 0x20 for it until then; 0: as any */
	uint32_t         cookieless_until;      /* likewise: it answers with no cookies */
	uint32_t         edns_until;    /* age clock, s: FAILS holds, or TCP isn't asked again */
	enum server_edns edns;
	bool             prefers_tcp;   /* UDP was truncated or strange lately */
	struct cookie    cookie;        /* last: the store keeps no more of it than there is */
};

/* A reply came after so long. */
void server_heard(struct server *server, uint32_t round_trip_us, uint32_t now);

/* It stayed silent: the wait doubles with each silence in a row, up to five minutes. */
void server_was_silent(struct server *server, uint32_t now);

/* It replied with something useless (lame, refused, malformed): left alone for a while. */
void server_was_useless(struct server *server, uint32_t now);

/* It doesn't understand EDNS: so it said over UDP, or over TCP as well. */
void server_doubted_edns(struct server *server, uint32_t now);
void server_failed_edns(struct server *server, uint32_t now);

/* Is TCP to be asked whether it is true? Once in EDNS_EXCEPTION_S. Is it known to be? */
bool server_wants_edns_checked(const struct server *server, uint32_t now);
bool server_lacks_edns(const struct server *server, uint32_t now);

/* It hasn't replied for so long when another was quicker: not silent, but no longer as quick
 * as it was thought. */
void server_was_late(struct server *server, uint32_t waited_us, uint32_t now);

/* When it is later than it usually is, in ms: then another server is asked beside it. */
uint32_t server_usual_ms(const struct server *server);

/* How long to wait for it, in ms: FIRST_PATIENCE_MS when unknown, else what RFC 6298 says, within
 * limits. */
uint32_t server_patience_ms(const struct server *server);

#endif
