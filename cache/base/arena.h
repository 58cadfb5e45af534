/* SPDX-License-Identifier: MIT */
/* arena.h — memory that dies at once.
 *
 * What is found for one question lives in that question's arena. Nothing in it is freed singly;
 * arena_clear() frees it all. Nothing that outlives the question may point into it. Not for
 * threads to share. An arena has a ceiling: beyond it, and when the system has no memory,
 * arena_take() gives NULL, which every caller must look at. */
#ifndef XYLEM_BASE_ARENA_H
#define XYLEM_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

#include "cache/base/bytes.h"
#include "cache/base/result.h"

struct arena_block;

struct arena {
	struct arena_block *newest;
	size_t              held;       /* octets taken from the system */
	size_t              ceiling;    /* never hold more than that */
};

void arena_init(struct arena *arena, size_t ceiling);
void arena_clear(struct arena *arena);

/* Zeroed memory, aligned for any type; NULL if there is none. */
MUST_USE void *arena_take(struct arena *arena, size_t size);

/* A copy of the octets; .at is NULL if there is no memory (and not NULL for an empty run). */
MUST_USE struct bytes arena_copy(struct arena *arena, struct bytes from);

/* printf into the arena; "" if there is no memory, so that a message can always be shown. */
__attribute__((format(printf, 2, 3))) const char *arena_print(struct arena *arena,
							      const char *format, ...);

#endif
