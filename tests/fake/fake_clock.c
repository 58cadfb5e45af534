/* SPDX-License-Identifier: MIT */
/* fake_clock.c — clocks that move only when the story says so. */
#include "cache/base/clock.h"
#include "tests/fake/fake.h"

static uint64_t passed_us;

enum { AGE_BEGINS_S = 5000, TIMER_BEGINS_S = 70000, WALL_BEGINS_S = 1790000000 };

void fake_clock_advance_us(uint64_t us)
{
	passed_us += us;
}

uint64_t fake_clock_ms_since_start(void)
{
	return passed_us / 1000;
}

uint32_t clock_age_seconds(void)
{
	return (uint32_t)(AGE_BEGINS_S + passed_us / 1000000);
}

uint64_t clock_timer_us(void)
{
	return (uint64_t)TIMER_BEGINS_S * 1000000 + passed_us;
}

uint64_t clock_timer_ms(void)
{
	return clock_timer_us() / 1000;
}

static int64_t wall_error_s;

void fake_clock_set_error(int64_t seconds)
{
	wall_error_s = seconds;
}

int64_t fake_clock_true_seconds(void)
{
	return WALL_BEGINS_S + (int64_t)(passed_us / 1000000);
}

int64_t clock_wall_seconds(void)
{
	return fake_clock_true_seconds() + wall_error_s;
}
