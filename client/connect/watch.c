/* SPDX-License-Identifier: MIT */
/* watch.c — callbacks that only wake. */
#include "client/connect/watch.h"

#include <stdlib.h>

#include "cache/base/clock.h"

struct watch {
	uv_poll_t    poll;
	struct waker waker;
	int          ready;
	int          wanted;
	uint64_t     ready_us;
};

struct alarm {
	uv_timer_t   timer;
	struct waker waker;
};

static void on_watch_closed(uv_handle_t *handle)
{
	free(handle->data);
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
	struct watch *watch = poll->data;

	/* An error is told by the next read or write. */
	watch->ready |= status < 0 ? UV_READABLE | UV_WRITABLE : events;
	watch->ready_us = clock_timer_us();
	watch->waker.woken(watch->waker.subject);
}

struct watch *watch_new(uv_loop_t *loop, int descriptor, struct waker waker)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (watch == NULL)
		return NULL;
	watch->waker = waker;
	if (uv_poll_init(loop, &watch->poll, descriptor) != 0) {
		free(watch);
		return NULL;
	}
	watch->poll.data = watch;
	return watch;
}

void watch_free(struct watch *watch)
{
	if (watch != NULL)
		uv_close((uv_handle_t *)&watch->poll, on_watch_closed);
}

void watch_for(struct watch *watch, int events)
{
	if (events == watch->wanted)
		return;
	watch->wanted = events;
	if (events == 0)
		uv_poll_stop(&watch->poll);
	else
		uv_poll_start(&watch->poll, events, on_ready);
}

int watch_take_ready(struct watch *watch)
{
	int ready = watch->ready;

	watch->ready = 0;
	return ready;
}

uint64_t watch_ready_us(const struct watch *watch)
{
	return watch->ready_us;
}

static void on_rung(uv_timer_t *timer)
{
	struct alarm *alarm = timer->data;

	alarm->waker.woken(alarm->waker.subject);
}

struct alarm *alarm_new(uv_loop_t *loop, struct waker waker)
{
	struct alarm *alarm = calloc(1, sizeof(*alarm));

	if (alarm == NULL)
		return NULL;
	alarm->waker = waker;
	uv_timer_init(loop, &alarm->timer);
	alarm->timer.data = alarm;
	return alarm;
}

void alarm_free(struct alarm *alarm)
{
	if (alarm != NULL)
		uv_close((uv_handle_t *)&alarm->timer, on_watch_closed);
}

void alarm_set(struct alarm *alarm, uint64_t at_us)
{
	uint64_t now_us = clock_timer_us();
	uint64_t delay_ms = at_us <= now_us ? 0 : (at_us - now_us + 999) / 1000;

	uv_update_time(alarm->timer.loop);
	uv_timer_start(&alarm->timer, on_rung, delay_ms, 0);
}

void alarm_unset(struct alarm *alarm)
{
	uv_timer_stop(&alarm->timer);
}
