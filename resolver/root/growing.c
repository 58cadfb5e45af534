/* SPDX-License-Identifier: MIT */
/* growing.c — room that doubles. */
#include "resolver/root/growing.h"

#include <stdlib.h>

enum { FIRST_ROOM = 16 * 1024 };

static bool make_room(struct growing *growing, size_t wanted)
{
	size_t larger = growing->room == 0 ? FIRST_ROOM : growing->room;
	uint8_t *moved;

	if (wanted > growing->most)
		return false;
	while (larger < wanted)
		larger *= 2;
	if (larger == growing->room)
		return true;
	moved = realloc(growing->at, larger);
	if (moved == NULL)
		return false;
	growing->at = moved;
	growing->room = larger;
	return true;
}

void growing_append(struct growing *growing, struct bytes octets)
{
	if (growing->failed || octets.length == 0)
		return;
	if (!make_room(growing, growing->used + octets.length)) {
		growing->failed = true;
		return;
	}
	memcpy(growing->at + growing->used, octets.at, octets.length);
	growing->used += octets.length;
}

void growing_clear(struct growing *growing)
{
	free(growing->at);
	*growing = (struct growing){ .most = growing->most };
}
