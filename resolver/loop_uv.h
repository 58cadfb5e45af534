/* SPDX-License-Identifier: MIT */
/* loop_uv.h — drives a struct loop from a libuv loop.
 *
 * What is ready runs from uv_prepare and from uv_check: so before the loop can block, whichever
 * callback made it ready. One uv_timer rings for the earliest alarm. */
#ifndef XYLEM_RESOLVER_LOOP_UV_H
#define XYLEM_RESOLVER_LOOP_UV_H

#include <uv.h>

#include "resolver/loop.h"

struct loop_uv {
	struct loop  loop;
	uv_loop_t    uv;
	uv_prepare_t before_blocking;
	uv_check_t   after_polling;
	uv_timer_t   timer;
};

MUST_USE enum result loop_uv_init(struct loop_uv *driver);

/* Closes its own handles; everybody else's are closed already. Runs the loop until the callbacks
 * are done. */
void loop_uv_clear(struct loop_uv *driver);

/* The libuv loop behind a loop: for those who watch sockets (upstream, front). */
static inline uv_loop_t *loop_uv_of(struct loop *loop)
{
	return &((struct loop_uv *)loop->driver)->uv;
}

#endif
