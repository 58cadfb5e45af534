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
	uint64_t      heard_us;         /* timer clock: the last reply to anybody; 0: none */
	unsigned      doubtful_count;   /* failures kept since everybody fell silent, up to … */
	struct question doubtful[MAX_DOUBTFUL_FAILURES];
};

void outage_init(struct walks *walks);
void outage_clear(struct walks *walks);

/* The root's servers, or whom everything is passed on to instead of asking them (not if they may be
 * asked all the same). */
const struct cut *outage_root(const struct walk_settings *settings);

/* What became of a query. Inside: of one to a server that we were told of. */
void outage_heard(struct walks *walks, const struct address *by);
void outage_heard_inside(struct walks *walks, const struct address *by);
void outage_silent(struct walks *walks, const struct address *whom, bool no_route);

enum family_state outage_state(const struct walks *walks, uint8_t family);

/* Is it the fault of whoever has this address if he is silent? */
bool outage_blames(const struct walk *w, const struct address *whom);

/* As cache_get_server(), but without what was held against it during an outage. */
void outage_get_server(const struct walk *w, const struct address *address, struct server *into);

/* Sends the probes that are due. */
void outage_look(struct walks *walks);

/* Nobody replies, over any family in use: what fails now has failed for that. */
bool outage_is_total(const struct walks *walks);

/* Has anybody replied, to whichever walk of this thread, since that time on the timer clock? */
bool outage_heard_since(const struct walks *walks, uint64_t since_us);

/* A failure goes into the cache: should it turn out that nobody could reply, it is dropped again
 * with the first reply (LIMITS.md). */
void outage_note_failure(struct walks *walks, const struct question *question);

/* What is in the air has been sent in vain: those who wait for it choose again, a few at a time. */
void outage_send_again(struct walks *walks);

/* Is it worth while to look for addresses of this family? Not while it is down and another up. */
bool outage_may_use(const struct walks *walks, uint8_t family);

#endif
