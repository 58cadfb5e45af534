/* SPDX-License-Identifier: MIT */
/* generated.h — the generated Internet of the benchmarks: its names, its addresses, its answers.
 *
 * A tree that nobody has to store, since everything in it follows from its name:
 *
 *   .                    servers a.r. b.r. ...; r. is a part of the root zone
 *   tJ.                  J below tlds; servers ns1.tJ. ns2.tJ. ...
 *   zK.tJ.               K below zones, J = K mod tlds; servers ns1.zK.tJ. ns2.zK.tJ. ...
 *   www*.zK.tJ.          every name of one label that begins so: an A and an AAAA record
 *
 * All zones have equally many servers, each with an IPv4 and an IPv6 address, named in the zone
 * itself with glue. Every address is of a host (who serves what) and an index (which of the
 * host's servers): the root is host 0, tJ. is host 1 + J, zK. is at host 64 + K mod hosts, so that
 * several zones may share their servers. The networks are those set aside for benchmarks:
 *
 *   198.18.0.0/15        host * 16 + index, index from 1
 *   2001:2::/48          the last four octets: host, index
 *
 * It may be signed: the root, t*. and seven of eight zones below them (generated_signing); signed.h
 * tells how.
 *
 * Of each host's servers some may be silent; which ones differs from host to host. Addresses with
 * an index that no server has are silent always. Below evil. is what evil.h tells. */
#ifndef XYLEM_BENCH_GENERATED_H
#define XYLEM_BENCH_GENERATED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	GENERATED_TLDS_MAX = 63,
	GENERATED_HOSTS_MAX = 8000,
	GENERATED_SERVERS_MAX = 13,
	GENERATED_FIRST_HOST = 64,      /* of those that serve zones of the second level */
	GENERATED_EVIL_HOST = 8064,     /* evil. is here, its zones are at those after it */
	GENERATED_MESSAGE = 1232,       /* the longest datagram */
	GENERATED_LARGEST = 65535,      /* the longest reply over TCP */
	GENERATED_QUERY = 512,          /* the longest query that is looked at */
};

struct generated {
	unsigned tlds, zones, hosts;
	unsigned servers;               /* of each zone */
	unsigned alive;                 /* how many of them answer */
	bool     with_v6;               /* are there IPv6 addresses? */
	bool     is_signed;
};

/* A server as its address names it. */
struct generated_server {
	unsigned host, index;           /* index from 0 */
};

/* The last four octets of an address, IPv4 or IPv6, as a number: which server is that? */
struct generated_server generated_server_v4(uint32_t address);
struct generated_server generated_server_v6(uint32_t last);

bool generated_is_silent(const struct generated *world, struct generated_server server);

/* How zK is signed in a signed world: 0 if it isn't, else 8 (RSASHA256) or 13 (ECDSAP256). */
struct generated_signing {
	unsigned algorithm;
	bool     nsec3;
};
struct generated_signing generated_signing(unsigned zone);

/* The address of any name's A record: the same in the world that answers and in the client that
 * checks. `name` is in wire form, letters in any case. */
uint32_t generated_address(const uint8_t *name, size_t length);

/* Messages that come to the asker before the reply, and aren't it. */
enum stray {
	STRAY_FORGED,                   /* any id, and data that the server never said */
	STRAY_OTHER_ID,
	STRAY_OTHER_QUESTION,
	STRAY_MALFORMED,                /* in a dozen ways; the id is the query's at every other */
};

/* How a reply travels. */
struct manner {
	unsigned   later_ms;            /* than other servers' replies */
	unsigned   in_unison_ms;        /* it leaves when the clock is at a multiple of this */
	unsigned   strays;              /* so many come first */
	enum stray stray;
	bool       never;               /* the reply itself doesn't come */
	unsigned   drip_ms;             /* over TCP: from octet to octet */
};

struct generated_reply {
	uint8_t *at;
	size_t   room;                  /* at most GENERATED_MESSAGE over UDP */
	size_t   length;                /* 0: there is none, since that was no query */
	struct manner manner;
};

/* Writes what the server says to the query. Over UDP less than the room is used if the query says
 * so, and TC set. */
void generated_answer(const struct generated *world, struct generated_server server, bool udp,
		      const uint8_t *query, size_t length, struct generated_reply *into);

#endif
