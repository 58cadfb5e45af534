/* SPDX-License-Identifier: MIT */
/* fake_random.c — chance that repeats itself (splitmix64). */
#include <string.h>

#include "cache/base/random.h"
#include "tests/fake/fake.h"

static uint64_t state = 1;

void fake_random_seed(uint64_t seed)
{
	state = seed;
}

static uint64_t next(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

void random_fill(void *into, size_t length)
{
	uint8_t *at = into;

	for (size_t i = 0; i < length; i++)
		at[i] = (uint8_t)next();
}

uint16_t random_u16(void)
{
	return (uint16_t)next();
}

uint32_t random_u32(void)
{
	return (uint32_t)next();
}

uint32_t random_below(uint32_t bound)
{
	return (uint32_t)(next() % bound);
}
