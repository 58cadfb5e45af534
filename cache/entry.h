/* SPDX-License-Identifier: MIT */
/* entry.h — what a table holds: a header of 36 octets, then flat octets whose meaning only the
 * store knows.
 *
 * Once in a table, an entry's octets don't change: a newer entry takes its place, and the old
 * one is freed when every reader who may still see it has left (base/rcu.h). Readers follow
 * `next`, and may set the marks of a hit; all else in the header is for writers, who hold the
 * lock of the shard. */
#ifndef XYLEM_CACHE_ENTRY_H
#define XYLEM_CACHE_ENTRY_H

#include <stdint.h>

#include "cache/base/bytes.h"
#include "cache/base/list.h"

struct entry {
	struct entry *next;             /* in its bucket; later: of who await readers */
	struct list   order;            /* its place in the shard's queue, newest first: evict.h */
	uint32_t      hash;             /* the lower half */
	uint32_t      length;           /* of the octets */
	uint16_t      samples;          /* of hits: entry_count_hit() */
	uint8_t       was_asked_for;    /* since the hand last passed: evict.h */
	uint8_t       is_queued;        /* a copy went to the disk */
	uint8_t       octets[] __attribute__((aligned(4)));
};

/* Room for an entry, to be filled and given to table_put(); NULL: no memory. entry_free() is
 * for one that never was in a table, or that no reader can see any more. */
MUST_USE struct entry *entry_new(size_t length);
void                   entry_free(struct entry *entry);

/* What it costs: all that the allocator took for it. */
size_t entry_cost(const struct entry *entry);

/* Every 16th hit of a thread is noted and counts for sixteen, and the mark for eviction is set
 * only if it isn't: so that threads rarely write to what all of them read. The count tells
 * much from little; it is no bill. */
enum { HIT_SAMPLE = 16 };

static inline void entry_count_hit(struct entry *entry)
{
	static _Thread_local unsigned left = HIT_SAMPLE;
	uint16_t samples;

	if (__atomic_load_n(&entry->was_asked_for, __ATOMIC_RELAXED) == 0)
		__atomic_store_n(&entry->was_asked_for, 1, __ATOMIC_RELAXED);
	if (--left != 0)
		return;
	left = HIT_SAMPLE;
	samples = __atomic_load_n(&entry->samples, __ATOMIC_RELAXED);
	if (samples != UINT16_MAX)
		__atomic_store_n(&entry->samples, (uint16_t)(samples + 1), __ATOMIC_RELAXED);
}

static inline uint32_t entry_hits(const struct entry *entry)
{
	return (uint32_t)__atomic_load_n(&entry->samples, __ATOMIC_RELAXED) * HIT_SAMPLE;
}

/* The fame of an older entry, or of a row on disk, goes on in a fresh one that nobody else
 * sees yet. */
static inline void entry_set_hits(struct entry *entry, uint32_t hits)
{
	uint32_t samples = hits / HIT_SAMPLE;

	entry->samples = samples > UINT16_MAX ? UINT16_MAX : (uint16_t)samples;
}

#endif
