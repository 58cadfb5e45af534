/* SPDX-License-Identifier: MIT */
/* clock.c — libc's clocks. */
#include "cache/base/clock.h"

#include <time.h>

static struct timespec now_on(clockid_t clock)
{
	struct timespec now = { 0 };

	clock_gettime(clock, &now);
	return now;
}

uint32_t clock_age_seconds(void)
{
	return (uint32_t)now_on(CLOCK_BOOTTIME).tv_sec;
}

uint64_t clock_timer_us(void)
{
	struct timespec now = now_on(CLOCK_MONOTONIC);

	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

uint64_t clock_timer_ms(void)
{
	return clock_timer_us() / 1000;
}

int64_t clock_wall_seconds(void)
{
	return now_on(CLOCK_REALTIME).tv_sec;
}
