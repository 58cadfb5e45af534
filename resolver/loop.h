/* SPDX-License-Identifier: MIT */
/* loop.h — one thread's loop as walks and exchanges see it: what is ready, what rings when, what
 * time it is.
 *
 * Nothing here knows libuv; loop_uv.h drives this from a real loop, tests/fake/ from a simulated
 * world. A turn that was made ready runs after the callback that made it so, never inside it: so
 * nobody recurses. An alarm rings once; setting it again moves it. One thread only. */
#ifndef XYLEM_RESOLVER_LOOP_H
#define XYLEM_RESOLVER_LOOP_H

#include "cache/base/list.h"
#include "cache/base/result.h"

#include <stdint.h>

/* A place in the ready list, embedded in whoever runs. */
struct turn {
	struct list place;
	void      (*run)(struct turn *);
};

/* A time at which to be called, embedded in whoever waits. */
struct alarm {
	uint64_t due_ms;
	size_t   seat;                  /* in the heap, from 1; 0: not set */
	void   (*rings)(struct alarm *);
};

struct loop {
	uint64_t       now_ms;          /* timer clock, as of the last look at it */
	uint32_t       now_s;           /* age clock, likewise */
	struct list    ready;
	struct alarm **heap;            /* earliest first; heap[0] unused */
	size_t         seats, room;
	void          *driver;          /* loop_uv's or the fake's own */
};

void loop_init(struct loop *loop);
void loop_clear(struct loop *loop);

/* Looks at the clocks. */
void loop_look_at_clocks(struct loop *loop);

void turn_init(struct turn *turn, void (*run)(struct turn *));

/* Once, however often it is called. */
void loop_make_ready(struct loop *loop, struct turn *turn);
void turn_cancel(struct turn *turn);

void alarm_init(struct alarm *alarm, void (*rings)(struct alarm *));
MUST_USE enum result alarm_set(struct loop *loop, struct alarm *alarm, uint64_t in_ms);
void alarm_cancel(struct loop *loop, struct alarm *alarm);

/* For drivers: rings what is due, then runs what is ready until nothing is. */
void loop_run_due(struct loop *loop);

/* When the next alarm rings (timer clock, ms); UINT64_MAX: none is set. */
uint64_t loop_next_due(const struct loop *loop);

#endif
