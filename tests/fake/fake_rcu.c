/* SPDX-License-Identifier: MIT */
/* fake_rcu.c — liburcu for one thread, linked instead of it where thousands of caches a second come
 * and go: a grace period ends as soon as the last read section does, so what is used after it is
 * found at once. */
#include "cache/base/must.h"
#include "cache/base/rcu.h"

static unsigned sections;               /* one within the other */
static void (*frees[4096])(struct rcu_head *);
static struct rcu_head *heads[4096];
static unsigned waiting;

static void end_grace_period(void)
{
	while (sections == 0 && waiting > 0) {
		waiting--;
		frees[waiting](heads[waiting]);
	}
}

void urcu_memb_register_thread(void)
{
}

void urcu_memb_unregister_thread(void)
{
}

void urcu_memb_read_lock(void)
{
	sections++;
}

void urcu_memb_read_unlock(void)
{
	must(sections > 0);
	sections--;
	end_grace_period();
}

void urcu_memb_call_rcu(struct rcu_head *head, void (*free_it)(struct rcu_head *))
{
	must(waiting < sizeof(heads) / sizeof(heads[0]));
	heads[waiting] = head;
	frees[waiting++] = free_it;
	end_grace_period();
}

void urcu_memb_barrier(void)
{
	must(sections == 0);
	end_grace_period();
}
