/* SPDX-License-Identifier: MIT */
/* loop_uv.c — libuv's callbacks, each one line of work, and the watches. */
#include "resolver/loop_uv.h"

#include <unistd.h>

#include "cache/base/must.h"

static void on_timer(uv_timer_t *timer);

/* The timer rings for the earliest alarm, or not at all. */
static void set_timer(struct loop_uv *driver)
{
	uint64_t due = loop_next_due(&driver->loop), now = driver->loop.now_ms;

	if (due == UINT64_MAX) {
		uv_timer_stop(&driver->timer);
		return;
	}
	uv_update_time(&driver->uv);
	uv_timer_start(&driver->timer, on_timer, due > now ? due - now : 0, 0);
}

static void run(struct loop_uv *driver)
{
	loop_look_at_clocks(&driver->loop);
	loop_run_due(&driver->loop);
	set_timer(driver);
}

static void on_timer(uv_timer_t *timer)
{
	loop_look_at_clocks(&((struct loop_uv *)timer->data)->loop);
}

static void before_blocking(uv_prepare_t *prepare)
{
	run(prepare->data);
}

static void after_polling(uv_check_t *check)
{
	run(check->data);
}

/* --- watches --- */

static struct loop_uv *driver_of(struct loop *loop)
{
	return loop->driver;
}

static void on_watched(uv_poll_t *poll, int status, int events)
{
	struct loop_uv *driver = poll->data;

	driver->batch_count = epoll_wait(driver->watched, driver->batch, WATCH_BATCH, 0);
	for (int i = 0; i < driver->batch_count; i++) {
		struct watch *watch = driver->batch[i].data.ptr;

		if (watch != NULL)              /* NULL: closed by one before it */
			watch->ready(watch, driver->batch[i].events);
	}
	driver->batch_count = 0;
}

enum result watch_start(struct loop *loop, struct watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	if (epoll_ctl(driver_of(loop)->watched, EPOLL_CTL_ADD, watch->descriptor, &event) != 0)
		return NO_SOCKET;
	return OK;
}

void watch_change(struct loop *loop, struct watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	must(epoll_ctl(driver_of(loop)->watched, EPOLL_CTL_MOD, watch->descriptor, &event) == 0);
}

void watch_close(struct loop *loop, struct watch *watch)
{
	struct loop_uv *driver = driver_of(loop);

	for (int i = 0; i < driver->batch_count; i++) {
		if (driver->batch[i].data.ptr == watch)
			driver->batch[i].data.ptr = NULL;
	}
	close(watch->descriptor);
	watch->descriptor = -1;
}

void loop_uv_hold(struct loop *loop)
{
	struct loop_uv *driver = driver_of(loop);

	if (driver->holds++ == 0)
		uv_ref((uv_handle_t *)&driver->watches);
}

void loop_uv_release(struct loop *loop)
{
	struct loop_uv *driver = driver_of(loop);

	must(driver->holds != 0);
	if (--driver->holds == 0)
		uv_unref((uv_handle_t *)&driver->watches);
}

/* --- life --- */

static void watch_for_watches(struct loop_uv *driver)
{
	driver->watches.data = driver;
	uv_unref((uv_handle_t *)&driver->watches);
	must(uv_poll_start(&driver->watches, UV_READABLE, on_watched) == 0);
}

static enum result open_watched(struct loop_uv *driver)
{
	driver->holds = 0;
	driver->batch_count = 0;
	driver->kept = NULL;
	driver->watched = epoll_create1(EPOLL_CLOEXEC);
	if (driver->watched < 0)
		return NO_SOCKET;
	if (uv_poll_init(&driver->uv, &driver->watches, driver->watched) == 0)
		return OK;
	close(driver->watched);
	return NO_SOCKET;
}

enum result loop_uv_init(struct loop_uv *driver)
{
	loop_init(&driver->loop);
	driver->loop.driver = driver;
	if (uv_loop_init(&driver->uv) != 0)
		return NO_SOCKET;
	if (open_watched(driver) != OK) {
		must(uv_loop_close(&driver->uv) == 0);
		return NO_SOCKET;
	}
	must(uv_prepare_init(&driver->uv, &driver->before_blocking) == 0);
	must(uv_check_init(&driver->uv, &driver->after_polling) == 0);
	must(uv_timer_init(&driver->uv, &driver->timer) == 0);
	driver->before_blocking.data = driver;
	driver->after_polling.data = driver;
	driver->timer.data = driver;
	uv_prepare_start(&driver->before_blocking, before_blocking);
	uv_check_start(&driver->after_polling, after_polling);
	watch_for_watches(driver);
	/* Our own handles alone don't keep a loop going. */
	uv_unref((uv_handle_t *)&driver->before_blocking);
	uv_unref((uv_handle_t *)&driver->after_polling);
	return OK;
}

void loop_uv_clear(struct loop_uv *driver)
{
	if (driver->kept != NULL)
		driver->free_kept(driver->kept);
	uv_close((uv_handle_t *)&driver->before_blocking, NULL);
	uv_close((uv_handle_t *)&driver->after_polling, NULL);
	uv_close((uv_handle_t *)&driver->timer, NULL);
	uv_close((uv_handle_t *)&driver->watches, NULL);
	uv_run(&driver->uv, UV_RUN_DEFAULT);
	must(uv_loop_close(&driver->uv) == 0);
	close(driver->watched);
	loop_clear(&driver->loop);
}
