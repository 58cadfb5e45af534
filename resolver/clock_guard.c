/* SPDX-License-Identifier: MIT */
/* clock_guard.c — a file with the last good time, and a timer of the kernel's that is cancelled
 * when somebody sets the clock (timerfd_create(2), TFD_TIMER_CANCEL_ON_SET). */
#include "resolver/clock_guard.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "cache/base/clock.h"
#include "resolver/observe/log.h"

enum {
	SLACK_S = 600,                  /* a clock may be put right by so much */
	KEEP_MS = 3600 * 1000,          /* between two times that are kept */
	FAR_S = 10 * 365 * 86400,
};

struct clock_guard {
	char                path[PATH_MAX];
	int64_t             earliest;   /* it can't be before that */
	struct clock_doubt *doubt;
	void              (*was_set)(void *);
	void               *subject;
	uv_timer_t          keep;
	uv_poll_t           watch;
	int                 timer;      /* descriptor; -1: none */
};

/* --- the last good time --- */

static int64_t read_last(const char *path)
{
	FILE *file = fopen(path, "re");
	int64_t last = 0;

	if (file == NULL)
		return 0;
	if (fscanf(file, "%" SCNd64, &last) != 1 || last < 0)
		last = 0;
	fclose(file);
	return last;
}

/* Whole or not at all. A time that can't be kept is only a precaution less. */
static void write_last(const char *path, int64_t now)
{
	char fresh[PATH_MAX + 8];
	FILE *file;
	bool good;

	snprintf(fresh, sizeof(fresh), "%s.new", path);
	file = fopen(fresh, "we");
	if (file == NULL)
		return;
	good = fprintf(file, "%" PRId64 "\n", now) > 0;
	good = fclose(file) == 0 && good;
	if (!good || rename(fresh, path) != 0)
		unlink(fresh);
}

static void keep(const struct clock_guard *guard)
{
	if (!__atomic_load_n(&guard->doubt->is_behind, __ATOMIC_RELAXED) &&
	    !__atomic_load_n(&guard->doubt->root_is_untimely, __ATOMIC_RELAXED))
		write_last(guard->path, clock_wall_seconds());
}

static void on_keep(uv_timer_t *timer)
{
	keep(timer->data);
}

/* --- is it right? --- */

static const char *print_time(int64_t when, char room[40])
{
	time_t seconds = (time_t)when;
	struct tm parts;

	room[0] = '\0';
	if (gmtime_r(&seconds, &parts) != NULL)
		strftime(room, 40, "%Y-%m-%d %H:%M UTC", &parts);
	return room;
}

static void warn(const struct clock_guard *guard, int64_t now)
{
	char says[40], was[40];

	log_warning("this machine's clock is wrong: it says %s, but it was %s already; until it is "
		    "set signatures seem not to be valid yet, and what is signed can't be told "
		    "but for `dnssec.time-servers`",
		    print_time(now, says), print_time(guard->earliest, was));
}

static void look(struct clock_guard *guard)
{
	int64_t now = clock_wall_seconds();
	bool is_behind = now + SLACK_S < guard->earliest;

	__atomic_store_n(&guard->doubt->is_behind, is_behind, __ATOMIC_RELAXED);
	if (is_behind)
		warn(guard, now);
}

/* --- when it is set --- */

static void arm(const struct clock_guard *guard)
{
	struct itimerspec far = { .it_value.tv_sec = (time_t)(clock_wall_seconds() + FAR_S) };

	(void)!timerfd_settime(guard->timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &far,
			       NULL);
}

static bool is_in_doubt(const struct clock_guard *guard)
{
	return clock_is_doubted(guard->doubt);
}

static void on_set(uv_poll_t *watch, int status, int events)
{
	struct clock_guard *guard = watch->data;
	bool before = is_in_doubt(guard);
	uint64_t rings;

	if (read(guard->timer, &rings, sizeof(rings)) < 0 && errno == EAGAIN)
		return;
	arm(guard);
	/* The root is judged anew by the right time. */
	__atomic_store_n(&guard->doubt->root_is_untimely, false, __ATOMIC_RELAXED);
	look(guard);
	if (!before || is_in_doubt(guard))
		return;
	log_info("the clock has been set: signatures are judged by it again");
	guard->was_set(guard->subject);
}

/* Without such a timer the doubt ends when the root's keys are found to be timely. */
static void watch_clock(struct clock_guard *guard, uv_loop_t *loop)
{
	guard->timer = timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC);
	if (guard->timer < 0)
		return;
	arm(guard);
	if (uv_poll_init(loop, &guard->watch, guard->timer) != 0) {
		close(guard->timer);
		guard->timer = -1;
		return;
	}
	guard->watch.data = guard;
	uv_poll_start(&guard->watch, UV_READABLE, on_set);
}

struct clock_guard *clock_guard_new(uv_loop_t *loop, const char *directory,
				    struct clock_doubt *doubt, void (*was_set)(void *),
				    void *subject)
{
	struct clock_guard *guard = calloc(1, sizeof(*guard));
	int64_t last;

	if (guard == NULL)
		return NULL;
	snprintf(guard->path, sizeof(guard->path), "%s/clock.last", directory);
	last = read_last(guard->path);
	guard->earliest = last > XYLEM_BUILT ? last : XYLEM_BUILT;
	guard->doubt = doubt;
	guard->was_set = was_set;
	guard->subject = subject;
	look(guard);
	watch_clock(guard, loop);
	uv_timer_init(loop, &guard->keep);
	guard->keep.data = guard;
	uv_timer_start(&guard->keep, on_keep, KEEP_MS, KEEP_MS);
	return guard;
}

void clock_guard_stop(struct clock_guard *guard)
{
	if (guard == NULL)
		return;
	keep(guard);
	uv_close((uv_handle_t *)&guard->keep, NULL);
	if (guard->timer < 0)
		return;
	uv_poll_stop(&guard->watch);
	uv_close((uv_handle_t *)&guard->watch, NULL);
}

void clock_guard_free(struct clock_guard *guard)
{
	if (guard == NULL)
		return;
	if (guard->timer >= 0)
		close(guard->timer);
	free(guard);
}
