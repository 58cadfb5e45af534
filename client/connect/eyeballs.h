/* SPDX-License-Identifier: MIT */
/* eyeballs.h — Happy Eyeballs (RFC 8305 §5) without sockets and without a clock: who is tried when.
 *
 * Pure: it is told what happened and at what time, and says what to do next. Attempts begin 250 ms
 * apart, or at once when one fails; earlier ones go on; the first that connects wins, the others
 * are lost. Addresses may still come while attempts go on. */
#ifndef XYLEM_CLIENT_EYEBALLS_H
#define XYLEM_CLIENT_EYEBALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/connect/address.h"

enum { ATTEMPT_DELAY_US = 250 * 1000 };         /* RFC 8305 §5: recommended */

enum attempt_state { ATTEMPT_WAITS, ATTEMPT_GOES_ON, ATTEMPT_FAILED, ATTEMPT_WON, ATTEMPT_LOST };

struct attempt {
	struct address     to;
	enum attempt_state state;
	uint64_t           began_us;
	uint64_t           ended_us;
};

struct eyeballs {
	struct attempt attempts[MAX_ADDRESSES];
	size_t         count;
	bool           more_may_come;   /* an address question is still open */
	uint64_t       last_began_us;
	bool           hurry;           /* the last attempt failed: don't wait for the delay */
};

enum eyeballs_deed {
	EYEBALLS_BEGIN,	   /* begin attempt `which`, then ask again */
	EYEBALLS_WAIT,	   /* for something to happen, or until `until_us` (0: no time) */
	EYEBALLS_OVER,	   /* `which` has won */
	EYEBALLS_HOPELESS, /* all have failed, and no more will come */
};

struct eyeballs_advice {
	enum eyeballs_deed deed;
	size_t             which;
	uint64_t           until_us;
};

void eyeballs_init(struct eyeballs *eyeballs);

/* Takes addresses in the order of preference; those not begun yet are ordered anew with the
 * families in turn (RFC 8305 §4), the first one's first. What is there already, or one too many, is
 * ignored. */
void eyeballs_add(struct eyeballs *eyeballs, const struct address *addresses, size_t count);

struct eyeballs_advice eyeballs_next(const struct eyeballs *eyeballs, uint64_t now_us);

void eyeballs_began(struct eyeballs *eyeballs, size_t which, uint64_t now_us);
void eyeballs_failed(struct eyeballs *eyeballs, size_t which, uint64_t now_us);

/* This one connected: it wins, and all that go on are lost. */
void eyeballs_won(struct eyeballs *eyeballs, size_t which, uint64_t now_us);

#endif
