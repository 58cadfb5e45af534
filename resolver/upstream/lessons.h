/* SPDX-License-Identifier: MIT */
/* lessons.h — what is known of a server decides how it is asked, and what comes back teaches more.
 *
 * Pure. Nothing is believed of a server that a forger could have said: what takes a defence away
 * is learnt only from what came over TCP. */
#ifndef XYLEM_UPSTREAM_LESSONS_H
#define XYLEM_UPSTREAM_LESSONS_H

#include "cache/server.h"
#include "resolver/upstream/exchange.h"

/* Which defences are wanted at all. */
struct defences {
	bool vary_letters;              /* 0x20 */
	bool cookies;                   /* RFC 7873 */
};

/* Fills in what of the request hangs on the server that it goes to. */
void lessons_apply(const struct server *server, const struct defences *wanted, uint32_t now,
		   struct exchange_request *request);

/* From an exchange whose outcome is EXCHANGE_REPLIED. */
void lessons_learn(struct server *server, const struct exchange_findings *findings, uint32_t now);

#endif
