/* SPDX-License-Identifier: MIT */
/* holders.c — holders by network, in lists by how many things they hold. */
#include "resolver/policy/holders.h"

#include <stdlib.h>
#include <string.h>

#include "cache/base/hash.h"

enum { BUCKETS = 1024, IPV6_CUSTOMER_OCTETS = 8 };

struct holder {
	struct list    bucket;
	struct list    level;           /* among those who hold as many */
	struct list    held;            /* the oldest first */
	struct address who;
	unsigned       count;
};

struct holders {
	struct hash_key key;
	struct list     buckets[BUCKETS];
	unsigned        most, top;      /* levels above `top` are empty */
	struct list     levels[];       /* by count, the last for all from there on */
};

enum result holders_new(unsigned most, struct holders **into)
{
	struct holders *holders =
		calloc(1, sizeof(*holders) + ((size_t)most + 1) * sizeof(struct list));

	if (holders == NULL)
		return NO_MEMORY;
	hash_key_draw(&holders->key);
	for (unsigned i = 0; i < BUCKETS; i++)
		list_init(&holders->buckets[i]);
	holders->most = most;
	for (unsigned i = 0; i <= most; i++)
		list_init(&holders->levels[i]);
	*into = holders;
	return OK;
}

void holders_free(struct holders *holders)
{
	struct list *place;

	if (holders == NULL)
		return;
	for (unsigned i = 0; i < BUCKETS; i++) {
		while ((place = list_take_first(&holders->buckets[i])) != NULL)
			free(container_of(place, struct holder, bucket));
	}
	free(holders);
}

/* The part of an address that is one customer's. */
static struct address customer(const struct address *who)
{
	struct address part = *who;

	part.port = 0;
	if (part.family == 6)
		memset(part.octets + IPV6_CUSTOMER_OCTETS, 0,
		       sizeof(part.octets) - IPV6_CUSTOMER_OCTETS);
	return part;
}

static struct list *bucket_of(struct holders *holders, const struct address *customer)
{
	return &holders->buckets[hash_octets(&holders->key, customer, sizeof(*customer)) % BUCKETS];
}

static struct holder *find_holder(struct list *bucket, const struct address *customer)
{
	list_for_each(place, bucket) {
		struct holder *holder = container_of(place, struct holder, bucket);

		if (address_equal(&holder->who, customer))
			return holder;
	}
	return NULL;
}

static struct holder *new_holder(struct list *bucket, const struct address *customer)
{
	struct holder *holder = malloc(sizeof(*holder));

	if (holder == NULL)
		return NULL;
	*holder = (struct holder){ .who = *customer };
	list_init(&holder->level);
	list_init(&holder->held);
	list_append(bucket, &holder->bucket);
	return holder;
}

/* To the level of what it holds now; who holds nothing any more is forgotten. */
static void move(struct holders *holders, struct holder *holder)
{
	unsigned level = holder->count < holders->most ? holder->count : holders->most;

	list_remove(&holder->level);
	if (holder->count == 0) {
		list_remove(&holder->bucket);
		free(holder);
	} else {
		list_append(&holders->levels[level], &holder->level);
		if (level > holders->top)
			holders->top = level;
	}
	while (holders->top > 0 && list_is_empty(&holders->levels[holders->top]))
		holders->top--;
}

enum result holders_take(struct holders *holders, const struct address *who,
			 struct holding *holding)
{
	struct address part = customer(who);
	struct list *bucket = bucket_of(holders, &part);
	struct holder *holder = find_holder(bucket, &part);

	if (holder == NULL)
		holder = new_holder(bucket, &part);
	if (holder == NULL)
		return NO_MEMORY;
	holding->holder = holder;
	list_init(&holding->place);
	list_append(&holder->held, &holding->place);
	holder->count++;
	move(holders, holder);
	return OK;
}

void holders_give_back(struct holders *holders, struct holding *holding)
{
	struct holder *holder = holding->holder;

	if (holder == NULL)
		return;
	list_remove(&holding->place);
	holding->holder = NULL;
	holder->count--;
	move(holders, holder);
}

struct holding *holders_find_oldest_of_most(const struct holders *holders)
{
	const struct holder *holder;

	if (holders->top == 0)
		return NULL;
	holder = container_of(holders->levels[holders->top].next, struct holder, level);
	return container_of(holder->held.next, struct holding, place);
}

bool holding_is_anothers(const struct holding *holding, const struct address *who)
{
	struct address part = customer(who);

	return holding->holder == NULL || !address_equal(&holding->holder->who, &part);
}
