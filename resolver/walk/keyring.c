/* SPDX-License-Identifier: MIT */
/* keyring.c — a hash table of lists, and one list in the order of use. */
#include "resolver/walk/keyring.h"

#include <stdlib.h>

#include "cache/base/hash.h"
#include "cache/base/list.h"

enum { BUCKETS = 1024 };

struct key_place {
	struct list       bucket;
	struct list       use;          /* among all, the least lately used first */
	struct zone_keys *keys;
};

struct keyring {
	struct hash_key hash;
	size_t          count, most;
	struct list     use;
	struct list     buckets[BUCKETS];
};

enum result keyring_new(size_t most, struct keyring **into)
{
	struct keyring *keyring = calloc(1, sizeof(*keyring));

	if (keyring == NULL)
		return NO_MEMORY;
	keyring->most = most;
	hash_key_draw(&keyring->hash);
	list_init(&keyring->use);
	for (unsigned i = 0; i < BUCKETS; i++)
		list_init(&keyring->buckets[i]);
	*into = keyring;
	return OK;
}

static void remove_place(struct keyring *keyring, struct key_place *place)
{
	list_remove(&place->bucket);
	list_remove(&place->use);
	zone_keys_drop(place->keys);
	keyring->count--;
	free(place);
}

void keyring_clear(struct keyring *keyring)
{
	while (!list_is_empty(&keyring->use))
		remove_place(keyring, container_of(keyring->use.next, struct key_place, use));
}

void keyring_free(struct keyring *keyring)
{
	if (keyring == NULL)
		return;
	keyring_clear(keyring);
	free(keyring);
}

static struct list *bucket_of(struct keyring *keyring, const struct name *zone)
{
	struct name small = *zone;

	name_lower(&small);
	return &keyring->buckets[hash_octets(&keyring->hash, small.octets, small.length) % BUCKETS];
}

static struct key_place *find_place(struct keyring *keyring, const struct name *zone)
{
	list_for_each(link, bucket_of(keyring, zone)) {
		struct key_place *place = container_of(link, struct key_place, bucket);

		if (name_equal(&place->keys->zone, zone))
			return place;
	}
	return NULL;
}

void keyring_forget(struct keyring *keyring, const struct name *zone)
{
	struct key_place *place = find_place(keyring, zone);

	if (place != NULL)
		remove_place(keyring, place);
}

static bool is_good(const struct zone_keys *keys, uint32_t now)
{
	return (int32_t)(keys->good_until - now) > 0;
}

struct zone_keys *keyring_find(struct keyring *keyring, const struct name *zone, uint32_t now)
{
	struct key_place *place = find_place(keyring, zone);

	if (place == NULL || !is_good(place->keys, now))
		return NULL;
	list_remove(&place->use);
	list_append(&keyring->use, &place->use);
	return zone_keys_hold(place->keys);
}

void keyring_put(struct keyring *keyring, struct zone_keys *keys, uint32_t now)
{
	struct key_place *place;

	keyring_forget(keyring, &keys->zone);
	if (!is_good(keys, now))
		return;
	if (keyring->count == keyring->most)
		remove_place(keyring, container_of(keyring->use.next, struct key_place, use));
	place = calloc(1, sizeof(*place));
	if (place == NULL)
		return;
	place->keys = zone_keys_hold(keys);
	list_append(bucket_of(keyring, &keys->zone), &place->bucket);
	list_append(&keyring->use, &place->use);
	keyring->count++;
}
