/* SPDX-License-Identifier: MIT */
/* rcu.c — waiting for liburcu's own thread; and what ThreadSanitizer is told of grace periods. */
#include "cache/base/rcu.h"

#ifdef XYLEM_TSAN
char rcu_grace_period;
#endif

static void last_of_all(struct rcu_head *head)
{
	RCU_READERS_LEAVE();
}

/* The thread works in order: what it has done before our last one is then seen here. */
void rcu_drain(void)
{
	struct rcu_head last;

	rcu_retire(&last, last_of_all);
	urcu_memb_barrier();
	RCU_READERS_HAVE_LEFT();
}
