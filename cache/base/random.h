/* SPDX-License-Identifier: MIT */
/* random.h — numbers that nobody outside can foresee: message ids, ports, letters' case, hash
 * keys.
 *
 * From the kernel's generator (getrandom), in blocks per thread: no lock, few system calls. If
 * the kernel has no random numbers the process stops: a resolver with guessable ids is worse than
 * none. */
#ifndef XYLEM_BASE_RANDOM_H
#define XYLEM_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

void     random_fill(void *into, size_t length);
uint16_t random_u16(void);
uint32_t random_u32(void);

/* Evenly from 0 to bound - 1; bound is at least 1. */
uint32_t random_below(uint32_t bound);

#endif
