/* SPDX-License-Identifier: MIT */
/* random.c — the kernel's generator, a block at a time. */
#include "cache/base/random.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#include "cache/base/must.h"

enum { BLOCK = 1024 };

static _Thread_local struct {
	uint8_t octets[BLOCK];
	size_t  left;
} pool;

static void fill_from_kernel(uint8_t *into, size_t length)
{
	while (length > 0) {
		ssize_t got = getrandom(into, length, 0);

		if (got < 0 && errno == EINTR)
			continue;
		must(got > 0);
		into += got;
		length -= (size_t)got;
	}
}

void random_fill(void *into, size_t length)
{
	if (length > BLOCK / 4) {
		fill_from_kernel(into, length);
		return;
	}
	if (pool.left < length) {
		fill_from_kernel(pool.octets, BLOCK);
		pool.left = BLOCK;
	}
	pool.left -= length;
	memcpy(into, pool.octets + pool.left, length);
	/* What was given out is not kept: a later look into our memory tells nothing. */
	memset(pool.octets + pool.left, 0, length);
}

uint16_t random_u16(void)
{
	uint16_t number;

	random_fill(&number, sizeof(number));
	return number;
}

uint32_t random_u32(void)
{
	uint32_t number;

	random_fill(&number, sizeof(number));
	return number;
}

uint32_t random_below(uint32_t bound)
{
	uint32_t uneven, number;

	must(bound > 0);
	/* Numbers under `uneven` would make the low remainders likelier: drawn again. */
	uneven = -bound % bound;
	do
		number = random_u32();
	while (number < uneven);
	return number % bound;
}
