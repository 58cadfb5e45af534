/* SPDX-License-Identifier: MIT */
/* loop_uv.c — libuv's callbacks, each one line of work. */
#include "resolver/loop_uv.h"

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

enum result loop_uv_init(struct loop_uv *driver)
{
	loop_init(&driver->loop);
	driver->loop.driver = driver;
	if (uv_loop_init(&driver->uv) != 0)
		return NO_SOCKET;
	must(uv_prepare_init(&driver->uv, &driver->before_blocking) == 0);
	must(uv_check_init(&driver->uv, &driver->after_polling) == 0);
	must(uv_timer_init(&driver->uv, &driver->timer) == 0);
	driver->before_blocking.data = driver;
	driver->after_polling.data = driver;
	driver->timer.data = driver;
	uv_prepare_start(&driver->before_blocking, before_blocking);
	uv_check_start(&driver->after_polling, after_polling);
	/* Our own handles alone don't keep a loop going. */
	uv_unref((uv_handle_t *)&driver->before_blocking);
	uv_unref((uv_handle_t *)&driver->after_polling);
	return OK;
}

void loop_uv_clear(struct loop_uv *driver)
{
	uv_close((uv_handle_t *)&driver->before_blocking, NULL);
	uv_close((uv_handle_t *)&driver->after_polling, NULL);
	uv_close((uv_handle_t *)&driver->timer, NULL);
	uv_run(&driver->uv, UV_RUN_DEFAULT);
	must(uv_loop_close(&driver->uv) == 0);
	loop_clear(&driver->loop);
}
