/* SPDX-License-Identifier: MIT */
/* root.c — the copy in force: one pointer, published under RCU. */
#include "resolver/root/root.h"

#include <stdlib.h>

#include "cache/base/list.h"
#include "cache/base/must.h"
#include "cache/base/rcu.h"
#include "resolver/root/copy.h"

/* What is published; only its time changes. */
struct published {
	struct rcu_head   retired;
	struct root_copy *copy;
	uint32_t          good_until;   /* age clock, s; read and written at once */
};

struct root {
	struct published *in_force;     /* NULL: there is none */
};

struct root *root_new(void)
{
	return calloc(1, sizeof(struct root));
}

static void free_published(struct rcu_head *head)
{
	struct published *published = container_of(head, struct published, retired);

	RCU_READERS_HAVE_LEFT();
	root_copy_free(published->copy);
	free(published);
}

static void replace(struct root *root, struct published *next)
{
	struct published *before = root->in_force;

	rcu_publish(&root->in_force, next);
	if (before != NULL)
		rcu_retire(&before->retired, free_published);
}

bool root_publish(struct root *root, struct root_copy *copy, uint32_t good_until)
{
	struct published *next = calloc(1, sizeof(*next));

	if (next == NULL)
		return false;
	next->copy = copy;
	next->good_until = good_until;
	replace(root, next);
	return true;
}

void root_withdraw(struct root *root)
{
	replace(root, NULL);
}

void root_prolong(struct root *root, uint32_t good_until)
{
	must(root->in_force != NULL);
	__atomic_store_n(&root->in_force->good_until, good_until, __ATOMIC_RELAXED);
}

void root_free(struct root *root)
{
	if (root == NULL)
		return;
	root_withdraw(root);
	rcu_drain();
	free(root);
}

/* Inside a read section. NULL: none, or its time is over. */
static const struct root_copy *find_copy(struct root *root, uint32_t now, uint32_t *left)
{
	const struct published *published;
	int32_t difference;

	if (root == NULL)
		return NULL;
	published = rcu_load(&root->in_force);
	if (published == NULL)
		return NULL;
	difference = (int32_t)(__atomic_load_n(&published->good_until, __ATOMIC_RELAXED) - now);
	if (difference <= 0)
		return NULL;
	*left = (uint32_t)difference;
	return published->copy;
}

bool root_find_cut(struct root *root, const struct name *name, uint32_t now, struct cut *into)
{
	const struct root_copy *copy;
	uint32_t left;
	bool found;

	rcu_read_begin();
	copy = find_copy(root, now, &left);
	found = copy != NULL && root_copy_find_cut(copy, name, now, left, into);
	rcu_read_end();
	return found;
}

bool root_find_answer(struct root *root, const struct question *question, uint32_t now,
		      struct arena *arena, struct answer_parts *into)
{
	const struct root_copy *copy;
	uint32_t left;
	bool found;

	rcu_read_begin();
	copy = find_copy(root, now, &left);
	found = copy != NULL && root_copy_answer(copy, question, arena, into);
	rcu_read_end();
	return found;
}
