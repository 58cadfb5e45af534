/* SPDX-License-Identifier: MIT */
/* evict.h — what goes when memory is short: SIEVE.
 *
 * A queue of entries from the newest to the oldest, and a hand that moves from old to new.
 * Whoever was asked for since the hand last passed is spared once; the first who wasn't goes.
 * A hit only sets a mark and moves nothing, so readers need no lock (Zhang et al., "SIEVE is
 * Simpler than LRU", NSDI 2024). All functions want the lock of whoever owns the queue. */
#ifndef XYLEM_CACHE_EVICT_H
#define XYLEM_CACHE_EVICT_H

#include "cache/entry.h"

struct sieve {
	struct list  queue;             /* newest first */
	struct list *hand;              /* looked at next; the queue itself: begin at the oldest */
};

void sieve_init(struct sieve *sieve);
void sieve_add(struct sieve *sieve, struct entry *entry);
void sieve_remove(struct sieve *sieve, struct entry *entry);

/* The entry that should go, still in the queue; NULL if the queue is empty. At most
 * SIEVE_LOOKS are spared in one call, so that nobody waits long: after that many the next goes
 * although it was asked for. */
enum { SIEVE_LOOKS = 256 };
struct entry *sieve_choose(struct sieve *sieve);

#endif
