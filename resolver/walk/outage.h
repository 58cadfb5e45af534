/* SPDX-License-Identifier: MIT */
/* outage.h — the network comes and goes, and no server is to blame: whether each address family
 * gets replies, the probes that find it out, and what happens when it comes back.
 *
 * One per thread, in its walks. A family that has fallen silent is probed while walks are under
 * way: by a query for the root's servers, to a root server and to whoever replied last in turn. */
#ifndef XYLEM_WALK_OUTAGE_H
#define XYLEM_WALK_OUTAGE_H

#include "resolver/upstream/exchange.h"
#include "resolver/upstream/family.h"
#include "resolver/walk/walk.h"

struct probe {
	struct walks    *walks;
	struct family   *family;
	uint8_t          number;        /* 4 or 6 */
	unsigned         turn;
	struct address   to;
	struct exchange *exchange;      /* in the air; or NULL */
	struct alarm     due;
};

struct outage {
	struct walks *walks;
	struct family ipv4, ipv6;
	struct probe  probe4, probe6;
	unsigned      era;              /* one more each time when everything comes back */
	struct alarm  resend;
};

void outage_init(struct walks *walks);
void outage_clear(struct walks *walks);

/* What became of a query. */
void outage_heard(struct walks *walks, const struct address *by);
void outage_silent(struct walks *walks, const struct address *whom, bool no_route);

enum family_state outage_state(const struct walks *walks, uint8_t family);

/* Is it the fault of whoever has this address if he is silent? */
bool outage_blames(const struct walks *walks, const struct address *whom);

/* As cache_get_server(), but without what was held against it during an outage. */
void outage_get_server(const struct walks *walks, const struct address *address,
		       struct server *into);

/* Sends the probes that are due. */
void outage_look(struct walks *walks);

/* Nobody replies, over any family in use: what fails now has failed for that. */
bool outage_is_total(const struct walks *walks);

/* Is it worth while to look for addresses of this family? Not while it is down and another up. */
bool outage_may_use(const struct walks *walks, uint8_t family);

#endif
