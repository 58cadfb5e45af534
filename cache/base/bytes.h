/* SPDX-License-Identifier: MIT */
/* bytes.h — a borrowed run of octets: where it begins and how long it is. Owns nothing. */
#ifndef XYLEM_BASE_BYTES_H
#define XYLEM_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "cache/base/result.h"

struct bytes {
	const uint8_t *at;
	size_t         length;
};

static inline struct bytes bytes_of(const void *at, size_t length)
{
	return (struct bytes){ .at = at, .length = length };
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

#endif
