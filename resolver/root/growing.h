/* SPDX-License-Identifier: MIT */
/* growing.h — octets whose number isn't known beforehand, but bounded.
 *
 * A growing of all zeros but for `most` is empty. What doesn't fit any more, for the bound or for
 * want of memory, makes it fail, and so it stays. */
#ifndef XYLEM_ROOT_GROWING_H
#define XYLEM_ROOT_GROWING_H

#include "cache/base/bytes.h"

struct growing {
	uint8_t *at;
	size_t   used, room;
	size_t   most;
	bool     failed;
};

void growing_append(struct growing *growing, struct bytes octets);
void growing_clear(struct growing *growing);

static inline struct bytes growing_bytes(const struct growing *growing)
{
	return bytes_of(growing->at, growing->used);
}

#endif
