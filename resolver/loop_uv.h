/* SPDX-License-Identifier: MIT */
/* loop_uv.h — drives a struct loop from a libuv loop.
 *
 * What is ready runs from uv_prepare and from uv_check: so before the loop can block, whichever
 * callback made it ready. One uv_timer rings for the earliest alarm. Sockets that come and go
 * with each query are watched in one epoll set of our own inside libuv's: that costs one system
 * call each, and nothing has to be kept for a close callback. */
#ifndef XYLEM_RESOLVER_LOOP_UV_H
#define XYLEM_RESOLVER_LOOP_UV_H

#include <sys/epoll.h>
#include <uv.h>

#include "resolver/loop.h"

enum { WATCH_BATCH = 64 };              /* events taken at once */

struct loop_uv {
	struct loop        loop;
	uv_loop_t          uv;
	uv_prepare_t       before_blocking;
	uv_check_t         after_polling;
	uv_timer_t         timer;
	uv_poll_t          watches;             /* readable: one of the watched is ready */
	int                watched;             /* the inner epoll set */
	struct epoll_event batch[WATCH_BATCH];  /* what is being told of now … */
	int                batch_count;         /* … and how many they are */
	unsigned           holds;
	void              *kept;                /* what upstream keeps with the loop … */
	void             (*free_kept)(void *);  /* … and how it goes */
};

MUST_USE enum result loop_uv_init(struct loop_uv *driver);

/* Closes its own handles; everybody else's are closed already. Runs the loop until the callbacks
 * are done. */
void loop_uv_clear(struct loop_uv *driver);

/* The libuv loop behind a loop: for those who watch sockets for long (front). */
static inline uv_loop_t *loop_uv_of(struct loop *loop)
{
	return &((struct loop_uv *)loop->driver)->uv;
}

/* While somebody waits for something, the loop goes on though it has no handle of libuv's. */
void loop_uv_hold(struct loop *loop);
void loop_uv_release(struct loop *loop);

/* A descriptor watched, embedded in whoever reads it. `ready` is told EPOLLIN, EPOLLOUT, EPOLLERR,
 * EPOLLHUP as long as they hold; it may close this watch or any other. */
struct watch {
	int    descriptor;
	void (*ready)(struct watch *, uint32_t events);
};

/* NO_SOCKET: the system can't; the descriptor stays the caller's. */
MUST_USE enum result watch_start(struct loop *loop, struct watch *watch, uint32_t events);
void watch_change(struct loop *loop, struct watch *watch, uint32_t events);

/* Closes the descriptor too, which is what takes it out of the set. Never told again. */
void watch_close(struct loop *loop, struct watch *watch);

#endif
