/* SPDX-License-Identifier: MIT */
/* resolve.h — the addresses of a host: A and AAAA asked at once of the daemon (or any resolver),
 * each question with the trace of its walk.
 *
 * Over TCP first, because only there the trace comes. A server that doesn't speak TCP is asked over
 * UDP, one that stumbles over EDNS is asked without: each said to the log. */
#ifndef XYLEM_CLIENT_RESOLVE_H
#define XYLEM_CLIENT_RESOLVE_H

#include "client/connect/watch.h"
#include "client/dns/message.h"
#include "client/log/events.h"

enum { DNS_PATIENCE_MS = 10 * 1000 };   /* more than the daemon takes for a walk (LIMITS.md) */

struct resolve_wishes {
	struct address server;
	const char    *name;
	uint16_t       port;            /* put into the addresses found */
	bool           v4, v6;          /* which families to ask for */
};

enum resolve_outcome {
	RESOLVE_GOES_ON,
	RESOLVE_SOME,                   /* there are addresses; another question is still open */
	RESOLVE_DONE,                   /* there are addresses, and no more will come */
	RESOLVE_NO_NAME,                /* the name doesn't exist */
	RESOLVE_NO_ADDRESS,             /* it exists and has none of these families */
	RESOLVE_BOGUS,                  /* DNSSEC: the extended error says so */
	RESOLVE_FAILED,                 /* SERVFAIL, REFUSED, … */
	RESOLVE_SILENT,
	RESOLVE_UNREACHABLE,            /* nobody answers there at all */
	RESOLVE_IMPOSSIBLE,             /* this can't be a name in the DNS */
};

struct resolve;

/* NULL without memory. The name's text and the log must outlive it. */
struct resolve *resolve_new(uv_loop_t *loop, const struct resolve_wishes *wishes,
			    struct event_log *log, struct waker waker);
void            resolve_free(struct resolve *resolve);

/* Looks at what has happened. RESOLVE_SOME comes only when it is right to begin connecting (RFC
 * 8305 §3). */
enum resolve_outcome resolve_step(struct resolve *resolve);

/* What has been found so far, AAAA first. */
size_t          resolve_addresses(const struct resolve *resolve, struct address *into, size_t room);

/* For a failure: RCODE in words, errno, and the extended error's text ("" if there is none). */
const char     *resolve_reason(const struct resolve *resolve);

#endif
