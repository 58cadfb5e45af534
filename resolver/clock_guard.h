/* SPDX-License-Identifier: MIT */
/* clock_guard.h — can the wall clock be right? Signatures have dates, so a clock that is wrong
 * makes good ones bad (LIMITS.md, "A clock that is wrong at boot").
 *
 * It can't be before this program was built, nor before the last time at which it was known to be
 * right, which is kept in the daemon's folder. That the root's own keys seem to be out of date the
 * walks find out (walk.h). The kernel tells when the clock is set: then it is looked at again at
 * once. On the main thread. */
#ifndef XYLEM_RESOLVER_CLOCK_GUARD_H
#define XYLEM_RESOLVER_CLOCK_GUARD_H

#include <uv.h>

#include "resolver/walk/walk.h"

struct clock_guard;

/* Says in `doubt` what it thinks, now and whenever that changes; `was_set` is called after a doubt
 * has ended by the clock's being set. Both outlive it. NULL: no memory. */
MUST_USE struct clock_guard *clock_guard_new(uv_loop_t *loop, const char *directory,
					     struct clock_doubt *doubt, void (*was_set)(void *),
					     void *subject);

/* Keeps the time, if it is right. NULL is fine. The handles close with the loop. */
void clock_guard_stop(struct clock_guard *guard);

/* Frees it, after the loop has closed. */
void clock_guard_free(struct clock_guard *guard);

#endif
