/* SPDX-License-Identifier: MIT */
/* watch.h — a descriptor or a moment that wakes somebody: thin owners of libuv's poll and timer
 * handles.
 *
 * A callback does nothing but note what is ready and call woken(subject). After watch_free() or
 * alarm_free() it isn't called any more; libuv's memory goes when the loop has let go of it.
 * Freeing a watch doesn't close its descriptor. */
#ifndef XYLEM_CLIENT_WATCH_H
#define XYLEM_CLIENT_WATCH_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "cache/base/result.h"

/* Who is woken, and how. Copied by those who keep it. */
struct waker {
	void (*woken)(void *subject);
	void  *subject;
};

struct watch;

/* NULL if there is no memory, or the descriptor can't be watched. */
struct watch *watch_new(uv_loop_t *loop, int descriptor, struct waker waker);
void          watch_free(struct watch *watch);

/* Watches for UV_READABLE, UV_WRITABLE or both; 0: for nothing. */
void          watch_for(struct watch *watch, int events);

/* What has become ready since last asked, and when it last did (clock_timer_us()). */
int           watch_take_ready(struct watch *watch);
uint64_t      watch_ready_us(const struct watch *watch);

struct alarm;

struct alarm *alarm_new(uv_loop_t *loop, struct waker waker);
void          alarm_free(struct alarm *alarm);

/* Rings once at this time of clock_timer_us(), or at once if that is past. Setting it again moves
 * it. */
void          alarm_set(struct alarm *alarm, uint64_t at_us);
void          alarm_unset(struct alarm *alarm);

#endif
