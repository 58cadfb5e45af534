/* SPDX-License-Identifier: MIT */
/* clock.h — the three clocks, each for its purpose.
 *
 * age     seconds on CLOCK_BOOTTIME, for TTLs: goes on in suspend, ignores steps of the wall clock
 * timer   milliseconds and microseconds on CLOCK_MONOTONIC, for timers and round trips
 * wall    seconds on CLOCK_REALTIME, for signatures and what is written to disk
 *
 * All through libc's clock_gettime, so that a test can shift them; tests/fake/fake_clock.c is
 * linked instead where the whole world is simulated. */
#ifndef XYLEM_BASE_CLOCK_H
#define XYLEM_BASE_CLOCK_H

#include <stdint.h>

uint32_t clock_age_seconds(void);
uint64_t clock_timer_ms(void);
uint64_t clock_timer_us(void);
int64_t  clock_wall_seconds(void);

#endif
