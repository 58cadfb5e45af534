/* SPDX-License-Identifier: MIT */
/* rcu.h — reading shared memory without locks. The only file that includes liburcu.
 *
 * liburcu's default flavour (membarrier): a read section costs a few instructions, and a thread
 * that sleeps in its loop holds nobody up. Rules: a section begins and ends inside one function;
 * a pointer loaded in it is dead after it; whoever publishes does so by rcu_publish(); what was
 * unpublished is freed only after a grace period, by rcu_retire() or after rcu_wait(). Each
 * thread that reads calls rcu_thread_begin() first and rcu_thread_end() last.
 *
 * The __atomic operations (not liburcu's own macros) are what ThreadSanitizer understands; the
 * grace period is annotated for it below, since it can't see through membarrier(2). */
#ifndef XYLEM_BASE_RCU_H
#define XYLEM_BASE_RCU_H

#include <urcu/urcu-memb.h>

#if defined(__SANITIZE_THREAD__)
#define XYLEM_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define XYLEM_TSAN 1
#endif
#endif

#ifdef XYLEM_TSAN
void __tsan_acquire(void *);
void __tsan_release(void *);
extern char rcu_grace_period;           /* stands for "all readers have left": rcu.c */
#define RCU_READERS_LEAVE()  __tsan_release(&rcu_grace_period)
#define RCU_READERS_HAVE_LEFT() __tsan_acquire(&rcu_grace_period)
#else
#define RCU_READERS_LEAVE()  ((void)0)
#define RCU_READERS_HAVE_LEFT() ((void)0)
#endif

static inline void rcu_read_begin(void)
{
	urcu_memb_read_lock();
}

static inline void rcu_read_end(void)
{
	RCU_READERS_LEAVE();
	urcu_memb_read_unlock();
}

#define rcu_load(place)           __atomic_load_n((place), __ATOMIC_ACQUIRE)
#define rcu_publish(place, value) __atomic_store_n((place), (value), __ATOMIC_RELEASE)

static inline void rcu_thread_begin(void)
{
	urcu_memb_register_thread();
}

static inline void rcu_thread_end(void)
{
	urcu_memb_unregister_thread();
}

/* Waits until every read section that runs now has ended. Not inside a read section. */
static inline void rcu_wait(void)
{
	urcu_memb_synchronize_rcu();
	RCU_READERS_HAVE_LEFT();
}

/* Calls `free_it(head)` in liburcu's own thread after a grace period. Whoever embeds the
 * head calls RCU_READERS_HAVE_LEFT() first in free_it. */
static inline void rcu_retire(struct rcu_head *head, void (*free_it)(struct rcu_head *))
{
	RCU_READERS_LEAVE();                    /* whoever retires has looked at it too */
	urcu_memb_call_rcu(head, free_it);
}

/* Returns when all that was retired before, by any thread, is freed. */
void rcu_drain(void);

#endif
