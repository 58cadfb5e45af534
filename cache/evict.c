/* SPDX-License-Identifier: MIT */
/* evict.c — the queue and its hand. */
#include "cache/evict.h"

void sieve_init(struct sieve *sieve)
{
	list_init(&sieve->queue);
	sieve->hand = &sieve->queue;
}

void sieve_add(struct sieve *sieve, struct entry *entry)
{
	list_prepend(&sieve->queue, &entry->order);
}

void sieve_remove(struct sieve *sieve, struct entry *entry)
{
	if (sieve->hand == &entry->order)
		sieve->hand = entry->order.previous;
	list_remove(&entry->order);
}

struct entry *sieve_choose(struct sieve *sieve)
{
	if (list_is_empty(&sieve->queue))
		return NULL;
	for (int spared = 0;; spared++) {
		struct entry *entry;

		if (sieve->hand == &sieve->queue)
			sieve->hand = sieve->queue.previous;
		entry = container_of(sieve->hand, struct entry, order);
		if (spared == SIEVE_LOOKS)
			return entry;
		if (__atomic_load_n(&entry->was_asked_for, __ATOMIC_RELAXED) == 0)
			return entry;
		__atomic_store_n(&entry->was_asked_for, 0, __ATOMIC_RELAXED);
		sieve->hand = sieve->hand->previous;
	}
}
